/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The regular inflections of English, backwards: what a word that no dictionary lists as a form may
 * be a form of. Pure.
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
