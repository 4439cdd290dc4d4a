/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the fuzz targets of the dictionary readers share: the input as files in a private folder,
 * and a sink that aborts when a reader breaks a promise of server/dictionary/source.h.
 */
#pragma once

#include "server/dictionary/source.h"

/** fuzz_write: makes the file called @name; its path is good until the process ends. */
const char *fuzz_write (const char *name, const void *bytes, gsize n_bytes);

/** fuzz_remove: removes the file called @name, when it is there. */
void fuzz_remove (const char *name);

/** fuzz_read: reads @path, and aborts when a promise is broken or a failure has no message. */
void fuzz_read (const SourceFormat *format, const char *path);
