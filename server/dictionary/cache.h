/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The cache of compiled dictionaries: one file for each source, named after the source's path and
 * stamped with its state, compiled again when that has changed; and beside it its full-text index.
 */
#pragma once

#include "server/dictionary/dictionary.h"
#include "server/dictionary/source.h"

/**
 * cache_open:
 * @path: as the format's reader wants it
 * @name: for people
 *
 * Opens the compiled form of a source, compiling it where there is none that fits. Waits while
 * another process compiles the same.
 *
 * Returns: (transfer full): %NULL with %SOURCE_ERROR (the source) or %CACHE_FILE_ERROR (the cache)
 * Thread: any; blocks
 */
Dictionary *cache_open (const SourceFormat *format,
                        const char *path,
                        const char *name,
                        const LibraryOptions *options,
                        GError **error);

/**
 * cache_peek:
 *
 * Returns: (transfer full) (nullable): the compiled form of a source as it is, when there is one
 * Thread: any; blocks
 */
Dictionary *cache_peek (const SourceFormat *format, const char *path, const char *cache_dir);
