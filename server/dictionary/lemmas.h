/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a word is an inflection of, gathered from every dictionary of the library: one that lists
 * forms helps all others of its language. Of English the irregular forms are known besides, and the
 * regular ones can be guessed.
 */
#pragma once

#include "server/dictionary/library.h"

#define LEMMAS_MAX 64 /* of one word, over all dictionaries */

typedef struct
{
  const char *text; /* a folded headword, borrowed from the mapping */
  guint32 n_text;
  guint64 hash;
  guint8 dictionary; /* whose table has it */
} Lemma;

typedef struct
{
  Lemma items[LEMMAS_MAX];
  guint n_items;
} Lemmas;

/**
 * lemmas_gather:
 * @hash: layout_hash() of @key
 *
 * Returns: %FALSE when a mapped file turned out to be damaged
 */
gboolean
lemmas_gather (const Library *library, const LibraryKey *key, guint64 hash, Lemmas *ret_lemmas);

/**
 * lemmas_guess:
 * @key: which lemmas_gather() found nothing for
 *
 * The same by the rules of English, for what no dictionary lists. For a dictionary of English
 * headwords, or of a language it does not tell, the likeliest lemma that is a headword counts.
 */
gboolean lemmas_guess (const Library *library, const LibraryKey *key, Lemmas *ret_lemmas);

/** lemmas_hold: whether what @lemma says holds for @dictionary too. */
gboolean lemmas_hold (const Library *library, const Lemma *lemma, guint8 dictionary);

/**
 * lemmas_for:
 *
 * Picks the lemmas that hold for @dictionary: its own first, then those of others of its language,
 * each text once.
 *
 * Returns: how many
 */
guint lemmas_for (const Lemmas *self,
                  const Library *library,
                  guint8 dictionary,
                  const Lemma *ret_lemmas[LEMMAS_MAX]);
