/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Merging what was found in several dictionaries into one list of headwords.
 */
#pragma once

#include "server/dictionary/dictionary.h"

/* A place in one dictionary's range: at one spelling of one key. */
typedef struct
{
  const Dictionary *dictionary;
  guint8 index; /* of the dictionary in the library */
  guint8 turn;  /* in the order of asking */
  DictionaryRange keys;
  guint32 n_keys_taken; /* the last one taken is @key */
  guint32 spelling;     /* the next one of @key */
  DictionaryKey key;
  const char *headword;
  guint32 n_headword;
  guint32 *own_addresses; /* (nullable) behind @keys, where that is not in the mapping */
} MatchCursor;

/**
 * match_merge:
 * @cursors: dictionary, index, turn and keys are set; the rest is zero
 *
 * Takes headwords in the order of library_match(), at most @limit of them.
 *
 * Returns: how many, or -1 when a mapped file turned out to be damaged
 */
int match_merge (MatchCursor *cursors,
                 guint n_cursors,
                 guint limit,
                 LibraryMatch *ret_matches,
                 gboolean *ret_more);
