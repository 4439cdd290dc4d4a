/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The inflections of English, backwards: what a word may be a form of. Pure.
 */
#pragma once

#include <glib.h>

#define ENGLISH_MAX_WORD 48   /* [bytes]; a longer one is not looked at */
#define ENGLISH_MAX_GUESSES 4 /* for one word */

typedef struct
{
  char text[ENGLISH_MAX_WORD + 2];
  gsize n_text;
} EnglishGuess;

/**
 * english_guess_lemmas:
 * @word: folded
 *
 * Plurals, -s, -ed, -ing, -er and -est, with the spelling changes that go with them (cities,
 * wolves, stopped, hoping). The likeliest come first. Most guesses are no words: only those that
 * are headwords count.
 *
 * Returns: how many
 */
guint english_guess_lemmas (const char *word,
                            gsize n_word,
                            EnglishGuess ret_guesses[ENGLISH_MAX_GUESSES]);

/**
 * english_irregular_lemmas:
 * @word: folded
 *
 * Returns: how many lemmas the irregular form @word has; 0: it is none
 */
guint english_irregular_lemmas (const char *word,
                                gsize n_word,
                                const char *ret_lemmas[ENGLISH_MAX_GUESSES]);
