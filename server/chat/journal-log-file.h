/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The file of the write-ahead log, before SQLite has it.
 */
#pragma once

#include <glib.h>

/**
 * journal_log_file_fill:
 * @path: of the database, which nobody has open and which is not empty
 *
 * Where there is no log, writes one of zeros, which SQLite takes for an empty one: to overwrite
 * what is on the disk costs a sync less than to make a file longer. It is given up, and only
 * slower, where there is little space or the disk takes its time.
 */
void journal_log_file_fill (const char *path);
