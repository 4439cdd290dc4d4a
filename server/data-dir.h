/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The data directory: one server's at a time, with its lock and its identity.
 */
#pragma once

#include <glib.h>

typedef struct DataDir DataDir;

/**
 * data_dir_open:
 *
 * Makes the directory (0700) where it is missing, locks it until data_dir_free(), and reads or
 * makes the server's id. The error says which directory, and who holds it.
 */
DataDir *data_dir_open (const char *path, GError **error);
void data_dir_free (DataDir *self);

/** data_dir_id: (transfer none): the server's UUID, the same at every start */
const char *data_dir_id (const DataDir *self);
