/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the fuzz targets of the dictionary readers share: a sink that aborts when a reader breaks a
 * promise of server/dictionary/source.h.
 */
#pragma once

#include "server/dictionary/source.h"
#include "tests/fuzz/fuzz-file.h"

/** fuzz_read: reads @path, and aborts when a promise is broken or a failure has no message. */
void fuzz_read (const SourceFormat *format, const char *path);
