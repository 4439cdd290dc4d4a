/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A word as letters: what a distance between words is counted in. Only scripts that are spelled
 * have one: of Chinese, Japanese and Korean every character is a syllable or a word, and another
 * one in its place is another word.
 */
#pragma once

#include <glib.h>

#define LETTERS_MAX 256        /* [code points] of a word that has a distance to others */
#define LETTERS_MAX_DISTANCE 3 /* that the signatures can rule out */

typedef struct
{
  gunichar letters[LETTERS_MAX + LETTERS_MAX_DISTANCE];
  guint n;
} Letters;

/** letters_decode: FALSE: more than @max letters, or not UTF-8 */
gboolean letters_decode (const char *text, gsize n_text, guint max, Letters *ret_letters);

/** letters_are_spelled: FALSE: some are of a script where a letter is not a sound */
gboolean letters_are_spelled (const Letters *letters);

/** letters_is_spelled: the same for one */
gboolean letters_is_spelled (gunichar letter);

/**
 * letters_signature:
 *
 * Two bits for each letter from a to z, whether it is there and whether it is there twice, and for
 * each of six classes of all others. Leaving a letter out clears at most one bit, putting one in
 * sets at most one, and swapping two changes none: words that are near have near signatures.
 */
guint64 letters_signature (const Letters *letters);

/* A word made ready for being compared with many. */
typedef struct
{
  const Letters *word;
  guint64 places[128]; /* of each ASCII letter, one bit for each of the word's first 64 letters */
} LettersPattern;

/** letters_pattern_init: @word: (not copied) */
void letters_pattern_init (LettersPattern *self, const Letters *word);

/**
 * letters_distance:
 *
 * Returns: how many letters have to be put in, left out, replaced or swapped with their neighbour
 *   to make @text of the pattern's word, each place being changed once (optimal string alignment);
 *   any number above @max where it is more than @max, or @text is not UTF-8
 */
guint letters_distance (const LettersPattern *self, const char *text, gsize n_text, guint max);
