/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Landlock: a kernel from 5.13 on lets a process give up what it may do to files.
 */
#pragma once

#include <glib.h>

/**
 * confine_files:
 * @directory: below it everything stays allowed, but to run a program; also where symbolic links in
 *   it lead to
 *
 * No file elsewhere may be made, written, truncated or removed; reading is as before. Counts for
 * the calling thread and those that it starts.
 *
 * Returns: %FALSE with errno: %ENOSYS or %EOPNOTSUPP where the kernel cannot do it
 */
gboolean confine_files (const char *directory);
