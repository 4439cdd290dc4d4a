/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The full-text index of one dictionary: an SQLite FTS5 file beside its compiled form, built from
 * that and found to belong to it by its stamp. It gives addresses of records and no text.
 *
 * A file in its place is whole and never changes. Any number of threads may ask one Fulltext: each
 * takes a database connection of its own for the time of a question.
 */
#pragma once

#include <stdatomic.h>

#include "server/dictionary/dictionary.h"

typedef struct Fulltext Fulltext;

/**
 * fulltext_open:
 * @dictionary: borrowed, as long as the index is open
 *
 * Reads the stamp, not the index: takes a fraction of a millisecond.
 *
 * Returns: (transfer full): %NULL with %SOURCE_ERROR_DAMAGED when it is missing, damaged, of
 *   another version or of another dictionary: in each case it is to be built again
 * Thread: any; blocks
 */
Fulltext *fulltext_open (const char *path, const Dictionary *dictionary, GError **error);

/**
 * fulltext_build:
 * @name: of the dictionary, for people
 * @options: of them `index_progress` is called, and may give up
 *
 * Writes the index aside, under a lock, and renames it into place; waits while another process
 * builds the same one, and does nothing where that has made one that fits.
 *
 * Returns: %FALSE with %CACHE_FILE_ERROR (a full disk, for one), %SOURCE_ERROR_DAMAGED (the
 *   dictionary) or %G_FILE_ERROR_INTR
 * Thread: any; blocks, for seconds
 */
gboolean fulltext_build (const char *path,
                         const Dictionary *dictionary,
                         const char *name,
                         const LibraryOptions *options,
                         GError **error);

void fulltext_free (Fulltext *self); /* @self: (nullable); nobody asks it any more */

/**
 * fulltext_condemn:
 *
 * What it gave makes no sense: removes the file, if that is still its own; the next load builds
 * another.
 */
void fulltext_condemn (const Fulltext *self);

typedef enum
{
  FULLTEXT_DAMAGED = -1, /* and condemned */
  FULLTEXT_COMPLETE,
  FULLTEXT_CUT,      /* there was no more time or room, or it was cancelled */
  FULLTEXT_REPLACED, /* its file is another's or gone, and those who opened it in time are busy */
} FulltextEnd;

typedef struct
{
  gint64 deadline_us;             /* of fulltext_clock_us() */
  const LibraryCancel *cancelled; /* (nullable) */
  guint limit;                    /* rows at most */
} FulltextBounds;

/**
 * fulltext_clock_us:
 *
 * Returns: the processor's time that the calling thread has used [µs]. A bound on it holds work
 *   back, and does not cut answers short because others use the machine.
 */
gint64 fulltext_clock_us (void);

/** fulltext_is_over: whether the bounds tell to stop */
gboolean fulltext_is_over (const FulltextBounds *bounds);

/* A token as it stands in the index when it comes from a headword, besides the plain one. */
#define FULLTEXT_HEADWORD_MARK '\002'

/**
 * fulltext_find:
 * @expression: FTS5's; inside of its quotes tokens with spaces between them
 * @addresses: (element-type guint32): the records that match are appended, the most frequent words
 *   first, then in the source's order; not checked against the dictionary
 *
 * Thread: any
 */
FulltextEnd fulltext_find (Fulltext *self,
                           const char *expression,
                           const FulltextBounds *bounds,
                           GArray *addresses);
