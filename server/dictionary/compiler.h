/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The compiler: a sink that turns what a reader pours into the compiled form. Records go to the
 * file as they come; only the keys are held in memory, until the source has been read.
 */
#pragma once

#include "server/dictionary/cache-file.h"
#include "server/dictionary/layout.h"
#include "server/dictionary/library.h"
#include "server/dictionary/source.h"

#define COMPILER_MAX_PHONETIC 4096 /* [bytes]; a longer one is left out of its entry */

typedef struct
{
  const SourceFormat *format;
  const char *path; /* as the format's reader wants it */
  const char *name; /* for people */
  LayoutStamp stamp;
} CompilerSource;

/**
 * compiler_run:
 * @out: empty; to be thrown away on failure
 *
 * Reads the source and commits its compiled form.
 *
 * Returns: %FALSE with the reader's error, %SOURCE_ERROR_DAMAGED for a source without an entry, of
 * more than 16 million or beyond what the compiled form can address, or %CACHE_FILE_ERROR
 *
 * Thread: any; blocks
 */
gboolean compiler_run (const CompilerSource *source,
                       CacheFile *out,
                       const LibraryOptions *options,
                       GError **error);
