/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Letters, their signature and their distance.
 */
#include "server/dictionary/letters.h"

#include <string.h>

#define N_LATIN 26
#define WORD_BITS 64
#define N_CLASSES 6 /* of all letters that are not Latin: what is left of 64 bits, two for each */

gboolean
letters_decode (const char *text, gsize n_text, guint max, Letters *ret_letters)
{
  const char *end = text + n_text;
  guint n = 0;

  g_return_val_if_fail (max <= G_N_ELEMENTS (ret_letters->letters), FALSE);
  while (text < end)
    {
      gunichar c =
          (guchar)*text < 0x80 ? (gunichar)*text : g_utf8_get_char_validated (text, end - text);

      if (n == max || c == (gunichar)-1 || c == (gunichar)-2)
        return FALSE;
      ret_letters->letters[n++] = c;
      text += g_utf8_skip[(guchar)*text];
    }
  ret_letters->n = n;
  return TRUE;
}

gboolean
letters_is_spelled (gunichar letter)
{
  if (letter < 0x1100) /* Hangul comes first of those */
    return TRUE;
  switch (g_unichar_get_script (letter))
    {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_HANGUL:
    case G_UNICODE_SCRIPT_BOPOMOFO:
      return FALSE;
    default:
      return TRUE;
    }
}

gboolean
letters_are_spelled (const Letters *letters)
{
  for (guint i = 0; i < letters->n; i++)
    {
      if (!letters_is_spelled (letters->letters[i]))
        return FALSE;
    }
  return TRUE;
}

guint64
letters_signature (const Letters *letters)
{
  guint64 once = 0;
  guint64 twice = 0;

  for (guint i = 0; i < letters->n; i++)
    {
      gunichar c = letters->letters[i];
      guint place = c >= 'a' && c <= 'z' ? c - 'a' : N_LATIN + c % N_CLASSES;
      guint64 bit = G_GUINT64_CONSTANT (1) << place;

      twice |= once & bit;
      once |= bit;
    }
  return twice << (N_LATIN + N_CLASSES) | once;
}

/* Of the rows only the band of cells is counted that can lead to a distance of @max. */
static guint
banded_distance (const gunichar *a, guint n_a, const gunichar *b, guint n_b, guint max)
{
  guint8 rows[3][LETTERS_MAX + 2 * LETTERS_MAX_DISTANCE + 2];
  guint8 *before = rows[0], *last = rows[1], *row = rows[2];
  const guint8 too_far = (guint8)(max + 1);

  memset (rows, too_far, sizeof rows);
  for (guint j = 0; j <= n_b && j <= max; j++)
    last[j] = (guint8)j;
  for (guint i = 1; i <= n_a; i++)
    {
      guint8 *spare = before;
      guint begin = i > max ? i - max : 1;
      guint end = MIN (n_b, i + max);
      guint least = too_far;

      row[begin - 1] = begin == 1 ? (guint8)MIN (i, too_far) : too_far;
      for (guint j = begin; j <= end; j++)
        {
          /* The analyzer does not see that @n_b is how many letters @b has.
             NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult) */
          guint best = last[j - 1] + (a[i - 1] != b[j - 1]);

          best = MIN (best, MIN (last[j], row[j - 1]) + 1u);
          if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
            best = MIN (best, before[j - 2] + 1u);
          row[j] = (guint8)MIN (best, too_far);
          least = MIN (least, row[j]);
        }
      least = MIN (least, row[begin - 1]);
      if (least > max)
        return too_far;
      before = last;
      last = row;
      row = spare;
    }
  return last[n_b];
}

static guint
distance_of_long (const Letters *a, const Letters *b, guint max)
{
  if (a->n > b->n + max || b->n > a->n + max)
    return max + 1;
  return banded_distance (a->letters, a->n, b->letters, b->n, max);
}

void
letters_pattern_init (LettersPattern *self, const Letters *word)
{
  self->word = word;
  memset (self->places, 0, sizeof self->places);
  for (guint i = 0; i < MIN (word->n, WORD_BITS); i++)
    {
      if (word->letters[i] < G_N_ELEMENTS (self->places))
        self->places[word->letters[i]] |= G_GUINT64_CONSTANT (1) << i;
    }
}

/* Where the next letter of @text stands in the pattern. FALSE: not UTF-8. */
static inline gboolean
next_places (const LettersPattern *self, const char **text, const char *end, guint64 *ret_places)
{
  gunichar c = (guchar) * *text;

  if (c < G_N_ELEMENTS (self->places))
    {
      *ret_places = self->places[c];
      ++*text;
      return TRUE;
    }
  c = g_utf8_get_char_validated (*text, end - *text);
  if (c == (gunichar)-1 || c == (gunichar)-2)
    return FALSE;
  *text += g_utf8_skip[(guchar) * *text];
  *ret_places = 0;
  for (guint i = 0; i < self->word->n; i++)
    *ret_places |= (guint64)(self->word->letters[i] == c) << i;
  return TRUE;
}

/* A column of the table of distances at a time, held as the differences of neighbours, one bit
 * each. Source: Heikki Hyyrö, A Bit-Vector Algorithm for Computing Levenshtein and Damerau Edit
 * Distances, 2003 */
static guint
distance_in_bits (const LettersPattern *self, const char *text, gsize n_text, guint max)
{
  const guint64 last = G_GUINT64_CONSTANT (1) << (self->word->n - 1);
  const char *end = text + n_text;
  guint64 rises = ~G_GUINT64_CONSTANT (0), falls = 0, same = 0, places_before = 0;
  guint distance = self->word->n;

  while (text < end)
    {
      guint64 places, swapped, rises_across, falls_across;

      if (!next_places (self, &text, end, &places))
        return max + 1;
      swapped = (~same & places) << 1 & places_before;
      same = (((places & rises) + rises) ^ rises) | places | falls | swapped;
      rises_across = falls | ~(same | rises);
      falls_across = same & rises;
      distance += (rises_across & last) != 0;
      distance -= (falls_across & last) != 0;
      rises_across = rises_across << 1 | 1;
      falls_across <<= 1;
      rises = falls_across | ~(same | rises_across);
      falls = rises_across & same;
      places_before = places;
    }
  return distance;
}

guint
letters_distance (const LettersPattern *self, const char *text, gsize n_text, guint max)
{
  Letters letters;

  g_return_val_if_fail (max <= LETTERS_MAX_DISTANCE, 0);
  if (self->word->n > 0 && self->word->n <= WORD_BITS)
    return distance_in_bits (self, text, n_text, max);
  if (!letters_decode (text, n_text, self->word->n + max, &letters))
    return max + 1;
  return distance_of_long (self->word, &letters, max);
}
