/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stripping the endings of English inflection. A stem need be no word: it only has to be the same
 * for all forms of one.
 */
#include "server/dictionary/stem.h"

#include <string.h>

#define MIN_WORD 3 /* shorter ones have no ending to lose */

static gboolean
is_consonant (const char *word, gsize i)
{
  switch (word[i])
    {
    case 'a':
    case 'e':
    case 'i':
    case 'o':
    case 'u':
      return FALSE;
    case 'y':
      return i == 0 || !is_consonant (word, i - 1);
    default:
      return TRUE;
    }
}

static gboolean
has_vowel (const char *word, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      if (!is_consonant (word, i))
        return TRUE;
    }
  return FALSE;
}

/* How often a vowel is followed by a consonant: the number of syllables, more or less. */
static guint
measure (const char *word, gsize n)
{
  guint count = 0;

  for (gsize i = 1; i < n; i++)
    count += is_consonant (word, i) && !is_consonant (word, i - 1);
  return count;
}

static gboolean
ends_double (const char *word, gsize n)
{
  return n >= 2 && word[n - 1] == word[n - 2] && is_consonant (word, n - 1);
}

/* Consonant, vowel, consonant, the last not w, x or y: such a word had an e that was dropped. */
static gboolean
ends_short (const char *word, gsize n)
{
  return n >= 3 && is_consonant (word, n - 3) && !is_consonant (word, n - 2) &&
         is_consonant (word, n - 1) && strchr ("wxy", word[n - 1]) == NULL;
}

static gboolean
ends_with (const char *word, gsize n, const char *ending)
{
  gsize n_ending = strlen (ending);

  return n >= n_ending && memcmp (word + n - n_ending, ending, n_ending) == 0;
}

/* Plurals and third persons: -sses, -ies, -s; not of `bus`, `this`, `glass`. */
static gsize
strip_s (const char *word, gsize n)
{
  if (word[n - 1] != 's')
    return n;
  if (ends_with (word, n, "sses"))
    return n - 2;
  if (ends_with (word, n, "ies"))
    return n > 4 ? n - 2 : n - 1;
  if (ends_with (word, n, "ss") || ends_with (word, n, "us") || ends_with (word, n, "is"))
    return n;
  return n - 1;
}

/* What is left of -ed and -ing: `hopp` is hop, `hop` is hope, `conflat` is conflate. */
static gsize
mend (char *word, gsize n)
{
  if (ends_with (word, n, "at") || ends_with (word, n, "bl") || ends_with (word, n, "iz"))
    {
      word[n] = 'e';
      return n + 1;
    }
  if (ends_double (word, n) && strchr ("lsz", word[n - 1]) == NULL)
    return n - 1;
  if (measure (word, n) == 1 && ends_short (word, n))
    {
      word[n] = 'e';
      return n + 1;
    }
  return n;
}

static gsize
strip_past (char *word, gsize n)
{
  if (ends_with (word, n, "eed"))
    return measure (word, n - 3) > 0 ? n - 1 : n;
  if (ends_with (word, n, "ed") && has_vowel (word, n - 2))
    return mend (word, n - 2);
  if (ends_with (word, n, "ing") && has_vowel (word, n - 3))
    return mend (word, n - 3);
  return n;
}

static gsize
strip_e (const char *word, gsize n)
{
  if (word[n - 1] == 'e')
    {
      guint syllables = measure (word, n - 1);

      if (syllables > 1 || (syllables == 1 && !ends_short (word, n - 1)))
        n--;
    }
  if (ends_double (word, n) && word[n - 1] == 'l' && measure (word, n - 1) > 1)
    n--;
  return n;
}

gsize
stem_english (char *word, gsize n_word)
{
  gsize n = n_word;

  if (n < MIN_WORD)
    return n;
  n = strip_s (word, n);
  n = strip_past (word, n);
  /* As in `flies`; not as in `plays`. */
  if (n > 2 && word[n - 1] == 'y' && is_consonant (word, n - 2))
    word[n - 1] = 'i';
  return n > 0 ? strip_e (word, n) : n_word;
}
