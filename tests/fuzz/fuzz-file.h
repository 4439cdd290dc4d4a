/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the fuzz targets of files share: the input as files in a private folder.
 */
#pragma once

#include <glib.h>

/** fuzz_write: makes the file called @name; its path is good until the process ends. */
const char *fuzz_write (const char *name, const void *bytes, gsize n_bytes);

/** fuzz_remove: removes the file called @name, when it is there. */
void fuzz_remove (const char *name);
