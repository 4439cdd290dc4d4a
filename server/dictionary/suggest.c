/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Near headwords for a word that was not found. Candidates are the keys that sound like the word
 * and those that begin like it; the near ones among them are ranked by optimal string alignment
 * distance (edits, and swaps of neighbours), then by frequency.
 */
#include "server/dictionary/library.h"

#include <stdlib.h>

#include "server/dictionary/library-parts.h"
#include "server/dictionary/soundex.h"

#define MAX_DISTANCE 2
#define MAX_WORD 64          /* [code points]; beyond that nothing is suggested */
#define MAX_CANDIDATES 32768 /* looked at in each of a dictionary's ranges */
#define N_PREFIX 2           /* [code points] */

typedef struct
{
  gunichar letters[MAX_WORD + MAX_DISTANCE];
  guint n;
} Word;

typedef struct
{
  guint distance;
  guint32 rank; /* G_MAXUINT32: unknown */
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
         look_through (search, range);
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

/* The best of @near, each spelling once. */
static guint
take_best (GArray *near, guint limit, LibraryMatch *ret_matches)
{
  guint n = 0;

  if (near->len == 0)
    return 0;
  qsort (near->data, near->len, sizeof (Candidate), compare_candidates);
  for (guint i = 0; i < near->len && n < limit; i++)
    {
      const LibraryMatch *match = &g_array_index (near, Candidate, i).match;
      gboolean known = FALSE;

      for (guint j = 0; j < n && !known; j++)
        known = compare_spellings (&ret_matches[j], match) == 0;
      if (!known)
        ret_matches[n++] = *match;
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
