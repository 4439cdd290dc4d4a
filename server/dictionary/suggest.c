/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Near headwords for a word that was not found. Candidates are the keys that sound like the word,
 * those that begin like it, and those it is when its beginning is mistyped; the near ones among
 * them are ranked by optimal string alignment distance (edits, and swaps of neighbours), then by
 * frequency.
 */
#include "server/dictionary/library.h"

#include <stdlib.h>
#include <string.h>

#include "server/dictionary/library-parts.h"
#include "server/dictionary/soundex.h"

#define MAX_DISTANCE 2
#define MAX_WORD 64          /* [code points]; beyond that nothing is suggested */
#define MAX_CANDIDATES 32768 /* looked at in each of a dictionary's ranges */
#define N_PREFIX 2           /* [code points] */
#define N_MENDED_PREFIX 3    /* [code points] of a beginning without the error: few keys have it */
#define MAX_ENDING 4096      /* keys of one ending; each costs a trip to memory */

typedef struct
{
  gunichar letters[MAX_WORD + MAX_DISTANCE];
  guint n;
} Word;

typedef struct
{
  guint distance;
  guint32 rank; /* G_MAXUINT32: unknown */
  const char *key;
  guint32 n_key;
  LibraryMatch match;
} Candidate;

typedef struct
{
  const Dictionary *dictionary;
  guint8 index;
  const Word *word;
  guint max_distance;
  GArray *near; /* of Candidate */
} Search;

/* FALSE: longer than any word that could be near, or not UTF-8. */
static gboolean
decode (const char *text, gsize n_text, guint max_letters, Word *ret_word)
{
  const char *end = text + n_text;

  ret_word->n = 0;
  while (text < end)
    {
      gunichar c =
          (guchar)*text < 0x80 ? (gunichar)*text : g_utf8_get_char_validated (text, end - text);

      if (ret_word->n == max_letters || c == (gunichar)-1 || c == (gunichar)-2)
        return FALSE;
      ret_word->letters[ret_word->n++] = c;
      text += g_utf8_skip[(guchar)*text];
    }
  return TRUE;
}

/* In scripts without letters a distance of letters says nothing. */
static gboolean
is_alphabetic (const Word *word)
{
  for (guint i = 0; i < word->n; i++)
    {
      switch (g_unichar_get_script (word->letters[i]))
        {
        case G_UNICODE_SCRIPT_HAN:
        case G_UNICODE_SCRIPT_HIRAGANA:
        case G_UNICODE_SCRIPT_KATAKANA:
        case G_UNICODE_SCRIPT_HANGUL:
        case G_UNICODE_SCRIPT_BOPOMOFO:
          return FALSE;
        default:
          break;
        }
    }
  return TRUE;
}

/* Optimal string alignment distance of @a and @b, or more than @max where it is more. */
static guint
distance_of (const Word *a, const Word *b, guint max)
{
  guint8 rows[3][MAX_WORD + MAX_DISTANCE + 1];
  guint8 *before = rows[0], *last = rows[1], *row = rows[2];

  if (a->n > b->n + max || b->n > a->n + max)
    return max + 1;
  for (guint j = 0; j <= b->n; j++)
    last[j] = (guint8)j;
  for (guint i = 1; i <= a->n; i++)
    {
      guint8 *spare = before;
      guint least = row[0] = (guint8)i;

      for (guint j = 1; j <= b->n; j++)
        {
          guint best = last[j - 1] + (a->letters[i - 1] != b->letters[j - 1]);

          best = MIN (best, MIN (last[j], row[j - 1]) + 1u);
          if (i > 1 && j > 1 && a->letters[i - 1] == b->letters[j - 2] &&
              a->letters[i - 2] == b->letters[j - 1])
            best = MIN (best, before[j - 2] + 1u);
          row[j] = (guint8)best;
          least = MIN (least, best);
        }
      if (least > max)
        return max + 1;
      before = last;
      last = row;
      row = spare;
    }
  return last[b->n];
}

/* FALSE: the file is damaged. */
static gboolean
look_at (Search *search, guint32 address)
{
  Word word;
  DictionaryKey key;
  LibraryEntry entry;
  Candidate candidate = { .match.dictionary = search->index };

  if (!dictionary_key (search->dictionary, address, &key))
    return FALSE;
  if (!decode (key.text, key.n_text, search->word->n + search->max_distance, &word))
    return TRUE;
  candidate.distance = distance_of (search->word, &word, search->max_distance);
  if (candidate.distance == 0 || candidate.distance > search->max_distance)
    return TRUE;
  if (!dictionary_record (search->dictionary, key.records[0], &entry))
    return FALSE;
  candidate.rank = entry.rank > 0 ? entry.rank : G_MAXUINT32;
  candidate.key = key.text;
  candidate.n_key = key.n_text;
  candidate.match.headword = entry.headword;
  candidate.match.n_headword = entry.n_headword;
  g_array_append_val (search->near, candidate);
  return TRUE;
}

static gboolean
look_through (Search *search, DictionaryRange range)
{
  for (guint32 i = 0; i < MIN (range.n, MAX_CANDIDATES); i++)
    {
      if (!look_at (search, range.addresses[i]))
        return FALSE;
    }
  return TRUE;
}

/* The keys that begin with @letters. */
static gboolean
look_at_beginning (Search *search, const gunichar *letters, guint n_letters)
{
  char text[N_MENDED_PREFIX * 6];
  gsize n_bytes = 0;
  DictionaryRange range;

  for (guint i = 0; i < n_letters; i++)
    n_bytes += (gsize)g_unichar_to_utf8 (letters[i], text + n_bytes);
  return dictionary_prefix (search->dictionary, text, n_bytes, &range) &&
         look_through (search, range);
}

/* The keys that end like the word after its first letter, which is missing, wrong or too many.
 * Where those are too many ("xing"), it is taken to be missing. */
static gboolean
look_at_ending (Search *search, const LibraryKey *key)
{
  gsize n_first = (gsize)g_utf8_skip[(guchar)key->text[0]];
  DictionaryRange range;

  if (!dictionary_suffix (search->dictionary, key->text + n_first, key->n_bytes - n_first, &range))
    return FALSE;
  if (range.n > MAX_ENDING &&
      !dictionary_suffix (search->dictionary, key->text, key->n_bytes, &range))
    return FALSE;
  range.n = MIN (range.n, MAX_ENDING);
  return look_through (search, range);
}

/* The first letter is the one that the search by sound and by beginning trusts. */
static gboolean
look_without_first_letter (Search *search, const LibraryKey *key)
{
  const Word *word = search->word;
  guint n_swapped = MIN (N_MENDED_PREFIX, word->n);
  gunichar swapped[N_MENDED_PREFIX];

  if (word->n < 3)
    return TRUE;
  memcpy (swapped, word->letters, n_swapped * sizeof *swapped);
  swapped[0] = word->letters[1];
  swapped[1] = word->letters[0];
  return look_at_beginning (search, swapped, n_swapped) &&
         look_at_beginning (search, word->letters + 1, MIN (N_MENDED_PREFIX, word->n - 1)) &&
         look_at_ending (search, key);
}

static gboolean
look_in (Search *search, const LibraryKey *key)
{
  int code = soundex_code (key->text, key->n_bytes);
  guint n_prefix = MIN (N_PREFIX, search->word->n - 1);
  gsize n_bytes = (gsize)(g_utf8_offset_to_pointer (key->text, n_prefix) - key->text);
  DictionaryRange range = { NULL, 0 };

  if (code >= 0 &&
      (!dictionary_soundex (search->dictionary, code, &range) || !look_through (search, range)))
    return FALSE;
  return dictionary_prefix (search->dictionary, key->text, n_bytes, &range) &&
         look_through (search, range) && look_without_first_letter (search, key);
}

static int
compare_spellings (const LibraryMatch *a, const LibraryMatch *b)
{
  int order = memcmp (a->headword, b->headword, MIN (a->n_headword, b->n_headword));

  return order != 0 ? order : (a->n_headword > b->n_headword) - (a->n_headword < b->n_headword);
}

static int
compare_candidates (const void *a, const void *b)
{
  const Candidate *one = a, *other = b;
  int order = (one->distance > other->distance) - (one->distance < other->distance);

  if (order == 0)
    order = (one->rank > other->rank) - (one->rank < other->rank);
  return order != 0 ? order : compare_spellings (&one->match, &other->match);
}

static gboolean
has_same_key (const Candidate *a, const Candidate *b)
{
  return a->n_key == b->n_key && memcmp (a->key, b->key, a->n_key) == 0;
}

/* The best of @near, of each key one spelling. */
static guint
take_best (GArray *near, guint limit, LibraryMatch *ret_matches)
{
  Candidate *candidates = (Candidate *)(gpointer)near->data;
  guint n = 0;

  if (near->len == 0)
    return 0;
  qsort (candidates, near->len, sizeof (Candidate), compare_candidates);
  for (guint i = 0; i < near->len && n < limit; i++)
    {
      gboolean is_known = FALSE;

      for (guint j = 0; j < n && !is_known; j++)
        is_known = has_same_key (&candidates[j], &candidates[i]);
      if (is_known)
        continue;
      /* What was taken moves to the front, where the loop has been. */
      candidates[n] = candidates[i];
      ret_matches[n++] = candidates[i].match;
    }
  return n;
}

int
library_suggest (const Library *self,
                 const LibraryKey *key,
                 const LibrarySelection *selection,
                 guint limit,
                 LibraryMatch *ret_matches)
{
  guint8 asked[LIBRARY_MAX_DICTIONARIES];
  guint n_asked = library_asked (self, selection, asked);
  g_autoptr (GArray) near = g_array_new (FALSE, FALSE, sizeof (Candidate));
  Word word;
  Search search = { .word = &word, .near = near };

  if (!decode (key->text, key->n_bytes, MAX_WORD, &word) || !is_alphabetic (&word))
    return 0;
  search.max_distance = MIN (MAX_DISTANCE, (word.n + 1) / 3);
  if (search.max_distance == 0)
    return 0;
  for (guint i = 0; i < n_asked; i++)
    {
      search.dictionary = self->dictionaries[asked[i]];
      search.index = asked[i];
      if (!look_in (&search, key))
        return -1;
    }
  return (int)take_best (near, limit, ret_matches);
}
