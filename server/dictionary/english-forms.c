/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Undoing the regular inflections of English.
 */
#include "server/dictionary/english-forms.h"

#include <string.h>

#define MIN_WORD 4 /* [letters] */
#define MIN_STEM 2
#define MIN_LEMMA 3

typedef struct
{
  const char *word;
  EnglishGuess *guesses;
  guint n_guesses;
} Guessing;

static gboolean
is_vowel (char letter)
{
  return letter != '\0' && strchr ("aeiou", letter) != NULL;
}

static gboolean
has_vowel (const char *stem, gsize n_stem)
{
  for (gsize i = 0; i < n_stem; i++)
    {
      if (is_vowel (stem[i]) || stem[i] == 'y')
        return TRUE;
    }
  return FALSE;
}

static gboolean
ends_with (const char *word, gsize n_word, const char *ending)
{
  gsize n = strlen (ending);

  return n_word >= n && memcmp (word + n_word - n, ending, n) == 0;
}

static gboolean
ends_with_any (const char *word, gsize n_word, const char *const *endings)
{
  for (; *endings; endings++)
    {
      if (ends_with (word, n_word, *endings))
        return TRUE;
    }
  return FALSE;
}

/* The first @n_stem letters of the word and @ending. */
static void
guess (Guessing *self, gsize n_stem, const char *ending)
{
  gsize n_ending = strlen (ending);
  EnglishGuess *to = &self->guesses[self->n_guesses];

  if (self->n_guesses == ENGLISH_MAX_GUESSES || n_stem < MIN_STEM ||
      n_stem + n_ending < MIN_LEMMA ||
      (!has_vowel (self->word, n_stem) && (*ending == 'e' || n_ending == 0)))
    return;
  memcpy (to->text, self->word, n_stem);
  memcpy (to->text + n_stem, ending, n_ending + 1);
  to->n_text = n_stem + n_ending;
  self->n_guesses++;
}

/* Whether the stem is one syllable that ends in a vowel letter and a consonant that would have been
 * doubled had there been no "e": hop(ed), but stop(ped). */
static gboolean
lost_an_e (const char *stem, gsize n_stem)
{
  static const char *const endings[] = { "v",  "u",  "c",  "z",  "dg", "rg",  "ng", "ns",
                                         "rs", "bl", "cl", "dl", "fl", "gl",  "kl", "pl",
                                         "tl", "zl", "as", "is", "us", "eas", NULL };
  guint n_groups = 0;

  if (ends_with_any (stem, n_stem, endings))
    return TRUE;
  if (n_stem < 3 || is_vowel (stem[n_stem - 1]) || strchr ("wxy", stem[n_stem - 1]) ||
      !is_vowel (stem[n_stem - 2]) || is_vowel (stem[n_stem - 3]))
    return FALSE;
  for (gsize i = 0; i < n_stem; i++)
    n_groups += is_vowel (stem[i]) && (i == 0 || !is_vowel (stem[i - 1]));
  return n_groups == 1;
}

/* What stood before -ed, -ing, -er or -est. */
static void
guess_stem (Guessing *self, gsize n_stem)
{
  const char *stem = self->word;
  gboolean is_doubled =
      n_stem > 2 && stem[n_stem - 1] == stem[n_stem - 2] && !is_vowel (stem[n_stem - 1]);

  if (is_doubled)
    {
      gboolean stays = strchr ("lszf", stem[n_stem - 1]) != NULL; /* call(ed), pass(ed) */

      guess (self, stays ? n_stem : n_stem - 1, "");
      guess (self, stays ? n_stem - 1 : n_stem, "");
      return;
    }
  if (lost_an_e (stem, n_stem))
    {
      guess (self, n_stem, "e");
      guess (self, n_stem, "");
      return;
    }
  guess (self, n_stem, "");
  guess (self, n_stem, "e");
}

static void
guess_of_s (Guessing *self, gsize n_word)
{
  static const char *const none[] = { "ss", "us", "is", NULL };
  static const char *const hissing[] = { "sses", "xes", "zes", "ches", "shes", "oes", NULL };
  const char *word = self->word;

  if (ends_with_any (word, n_word, none))
    return;
  if (ends_with (word, n_word, "ies"))
    {
      guess (self, n_word - 3, "y");
      guess (self, n_word - 1, "");
      return;
    }
  if (ends_with (word, n_word, "ves"))
    {
      guess (self, n_word - 1, "");
      guess (self, n_word - 3, "f");
      guess (self, n_word - 3, "fe");
      return;
    }
  if (ends_with_any (word, n_word, hissing))
    guess (self, n_word - 2, "");
  guess (self, n_word - 1, "");
  if (ends_with (word, n_word, "ses") && !ends_with (word, n_word, "sses"))
    guess (self, n_word - 2, "");
  if (ends_with (word, n_word, "zzes"))
    guess (self, n_word - 3, "");
}

guint
english_guess_lemmas (const char *word, gsize n_word, EnglishGuess ret_guesses[ENGLISH_MAX_GUESSES])
{
  static const char *const endings[] = { "ing", "ed", "er", "est" };
  Guessing self = { word, ret_guesses, 0 };

  if (n_word < MIN_WORD || n_word > ENGLISH_MAX_WORD)
    return 0;
  for (gsize i = 0; i < n_word; i++)
    {
      if (!g_ascii_islower (word[i]))
        return 0;
    }
  if (word[n_word - 1] == 's')
    guess_of_s (&self, n_word);
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      gsize n_stem = n_word - strlen (endings[i]);

      if (!ends_with (word, n_word, endings[i]))
        continue;
      if (word[n_stem - 1] == 'i') /* happier, tried, but skiing too */
        guess (&self, n_stem - 1, "y");
      if (i == 0 && word[n_stem - 1] == 'y')
        guess (&self, n_stem - 1, "ie"); /* untying */
      guess_stem (&self, n_stem);
      break;
    }
  return self.n_guesses;
}
