/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How likely people are to write one word when they mean another.
 */
#pragma once

#include "server/dictionary/letters.h"

#define SPELLING_MAX 64          /* [code points] of a word whose errors are weighed */
#define SPELLING_WHOLE_ERROR 100 /* what an error costs that has no excuse */

#define SPELLING_N_LATIN 26
#define SPELLING_MAX_SOUNDS 192

/* Letters that were typed and may stand for others. */
typedef struct
{
  guint8 rule;
  guint8 n_typed;
} SpellingSound;

/* A word that was typed, made ready for being compared with many. */
typedef struct
{
  const Letters *typed;
  guint8 replacing[SPELLING_MAX][SPELLING_N_LATIN]; /* the cost of each letter of @typed for a…z */
  guint8 leaving_out[SPELLING_MAX];
  guint8 n_sounds;
  guint8 sounds_begin[SPELLING_MAX + 1]; /* [i]: of those that end with letter i */
  SpellingSound sounds[SPELLING_MAX_SOUNDS];
} Spelling;

/** spelling_init: @typed: (not copied): at most %SPELLING_MAX letters */
void spelling_init (Spelling *self, const Letters *typed);

/**
 * spelling_cost:
 * @meant: within %LETTERS_MAX_DISTANCE of the word that was typed
 *
 * Returns: the sum of what the errors cost that make the word that was typed of @meant; a doubled
 * letter, a vowel for another, neighbours swapped, a letter for one that sounds alike cost less
 * than %SPELLING_WHOLE_ERROR, the first letter of a word costs more
 */
guint spelling_cost (const Spelling *self, const Letters *meant);
