/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which dictionaries have their full-text index: opened with the dictionary, built at once where
 * that is quick, otherwise later by library_index() while the dictionary is served.
 *
 * One thread at a time begins and builds; any thread asks. An index comes to a dictionary once and
 * stays as long as the dictionary.
 */
#pragma once

#include "server/dictionary/fulltext.h"

/**
 * indexing_begin:
 * @dictionary: nobody else has it yet
 * @path: (transfer full): of its index in the cache
 *
 * Opens the index. Where there is none that fits, builds that of a small dictionary and leaves that
 * of a large one to library_index(). What cannot be written is reported.
 */
void indexing_begin (Dictionary *dictionary,
                     char *path,
                     const char *name,
                     const LibraryOptions *options);

/**
 * indexing_fulltext:
 *
 * Returns: (nullable): the index; NULL with the state why there is none
 */
Fulltext *indexing_fulltext (const Dictionary *dictionary, LibraryIndexState *ret_state);
