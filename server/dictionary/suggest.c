/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Near headwords for a word that was not found. What is spelled is taken for misspelled: the words
 * that are near by letters are ranked by how people err and how frequent they are. Chinese is taken
 * for more than one word: those that stand in it are what is suggested.
 */
#include "server/dictionary/library.h"

#include <stdlib.h>
#include <string.h>

#include "server/dictionary/library-parts.h"
#include "server/dictionary/near-words.h"
#include "server/dictionary/spelling.h"

#define COST_OF_RARENESS 6  /* each time that a word is half as frequent */
#define COST_OF_UNKNOWN 130 /* a word that no frequency list has */
#define COST_OF_PHRASE 20   /* besides, where there are several words in it */
#define COST_OF_DOUBT 230   /* above it a word one letter further away may be the better guess */
#define LONG_WORD 6         /* [code points] shorter ones are three letters away from anything */
#define MAX_STRETCH 32      /* [code points] of a Chinese headword that stands in a text */

typedef struct
{
  const NearWord *word;
  guint cost;
} Candidate;

/* --- what is spelled --- */

/* Far-off words are near to all short ones. */
static guint
distance_for (guint n_letters)
{
  if (n_letters < 2)
    return 0;
  return n_letters < 4 ? 1 : 2;
}

static guint
cost_of_rank (guint32 rank)
{
  guint n_halves;

  if (rank == NEAR_WORD_NO_RANK)
    return COST_OF_UNKNOWN;
  /* The logarithm, straight between powers of two. */
  n_halves = g_bit_storage (rank) - 1;
  return COST_OF_RARENESS * n_halves + (COST_OF_RARENESS * (rank - (1u << n_halves)) >> n_halves);
}

static gboolean
has_gap (const Letters *letters)
{
  for (guint i = 0; i < letters->n; i++)
    {
      if (letters->letters[i] == ' ')
        return TRUE;
    }
  return FALSE;
}

static guint
cost_of (const Spelling *spelling, const NearWord *word)
{
  Letters meant;
  guint cost;

  if (!letters_decode (word->key.text, word->key.n_text, SPELLING_MAX + LETTERS_MAX_DISTANCE,
                       &meant))
    return G_MAXUINT;
  cost = spelling_cost (spelling, &meant) + cost_of_rank (word->rank);
  /* One edit away, the space is likely to be what is missing. */
  if (word->rank == NEAR_WORD_NO_RANK && word->distance > 1 && has_gap (&meant))
    cost += COST_OF_PHRASE;
  return cost;
}

static int
compare_candidates (const void *a, const void *b)
{
  const Candidate *one = a, *other = b;

  if (one->cost != other->cost)
    return one->cost < other->cost ? -1 : 1;
  return (one->word > other->word) - (one->word < other->word);
}

static gboolean
is_same_key (const NearWord *a, const NearWord *b)
{
  return a->key.n_text == b->key.n_text && memcmp (a->key.text, b->key.text, a->key.n_text) == 0;
}

/* Of each key one word: as the dictionary spells it that knows it to be frequent, or else the one
 * that is asked first. The words are sorted by key. */
static GArray *
weigh (const Letters *typed, const GArray *words)
{
  GArray *candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
  const NearWord *all = (const NearWord *)(gconstpointer)words->data;
  Spelling spelling;

  spelling_init (&spelling, typed);
  for (guint begin = 0, end; begin < words->len; begin = end)
    {
      Candidate candidate = { &all[begin], 0 };

      for (end = begin + 1; end < words->len && is_same_key (&all[begin], &all[end]); end++)
        {
          if (all[end].own_rank < candidate.word->own_rank)
            candidate.word = &all[end];
        }
      if (all[begin].distance == 0)
        continue;
      candidate.cost = cost_of (&spelling, candidate.word);
      g_array_append_val (candidates, candidate);
    }
  g_array_sort (candidates, compare_candidates);
  return candidates;
}

/* The entry of @word that is spelled as it is most often. FALSE: the file is damaged. */
static gboolean
pick_entry (const NearWord *word, LibraryEntry *ret_entry)
{
  if (!dictionary_record (word->dictionary, word->key.records[0], ret_entry))
    return FALSE;
  for (guint32 i = 1; i < word->key.n_records; i++)
    {
      LibraryEntry entry;

      if (!dictionary_record (word->dictionary, word->key.records[i], &entry))
        return FALSE;
      if (entry.rank > 0 && (ret_entry->rank == 0 || entry.rank < ret_entry->rank))
        *ret_entry = entry;
    }
  return TRUE;
}

/* Puts the best on top of @ret_matches. */
static int
write_out (const GArray *candidates, guint limit, LibraryMatch *ret_matches)
{
  guint n = MIN (candidates->len, limit);

  for (guint i = 0; i < n; i++)
    {
      const NearWord *word = g_array_index (candidates, Candidate, i).word;
      LibraryEntry entry;

      if (!pick_entry (word, &entry))
        return -1;
      ret_matches[i] = (LibraryMatch){ entry.headword, entry.n_headword, word->index };
    }
  return (int)n;
}

/* Looks as far as @question says, and further when nothing there explains the word. */
static int
suggest_spelled (NearQuestion *question, guint limit, LibraryMatch *ret_matches)
{
  for (;; question->distance++)
    {
      g_autoptr (GArray) words = near_words (question);
      g_autoptr (GArray) candidates = NULL;

      if (!words)
        return -1;
      candidates = weigh (question->word, words);
      if (question->distance == LETTERS_MAX_DISTANCE || question->word->n < LONG_WORD ||
          (candidates->len > 0 && g_array_index (candidates, Candidate, 0).cost <= COST_OF_DOUBT))
        return write_out (candidates, limit, ret_matches);
    }
}

/* --- what is written without spaces --- */

typedef struct
{
  const Library *library;
  guint8 asked[LIBRARY_MAX_DICTIONARIES];
  guint n_asked;
} Asked;

static DictionaryFind
find_headword (const Asked *asked, const char *text, gsize n_text, LibraryMatch *ret_match)
{
  guint64 hash = layout_hash (text, n_text);

  for (guint i = 0; i < asked->n_asked; i++)
    {
      const Dictionary *dictionary = asked->library->dictionaries[asked->asked[i]];
      DictionaryKey key;
      LibraryEntry entry;
      DictionaryFind find = dictionary_find_written (dictionary, text, n_text, hash, &key);

      if (find == DICTIONARY_NONE)
        continue;
      if (find == DICTIONARY_DAMAGED || !dictionary_record (dictionary, key.records[0], &entry))
        return DICTIONARY_DAMAGED;
      *ret_match = (LibraryMatch){ entry.headword, entry.n_headword, asked->asked[i] };
      return DICTIONARY_FOUND;
    }
  return DICTIONARY_NONE;
}

/* The longest headword at @text; its length, 0: none, -1: a file is damaged. */
static gssize
find_longest (const Asked *asked, const char *text, const char *end, LibraryMatch *ret_match)
{
  gsize ends[MAX_STRETCH];
  gsize n_bytes = 0;
  guint n = 0;

  for (; n < MAX_STRETCH && text + n_bytes < end; n++)
    ends[n] = n_bytes += (gsize)g_utf8_skip[(guchar)text[n_bytes]];
  for (; n > 0; n--)
    {
      DictionaryFind find = find_headword (asked, text, ends[n - 1], ret_match);

      if (find != DICTIONARY_NONE)
        return find == DICTIONARY_FOUND ? (gssize)ends[n - 1] : -1;
    }
  return 0;
}

static gboolean
is_known (const LibraryMatch *matches, guint n_matches, const LibraryMatch *match)
{
  for (guint i = 0; i < n_matches; i++)
    {
      if (matches[i].n_headword == match->n_headword &&
          memcmp (matches[i].headword, match->headword, match->n_headword) == 0)
        return TRUE;
    }
  return FALSE;
}

static int
suggest_parts (const Asked *asked, const LibraryKey *key, guint limit, LibraryMatch *ret_matches)
{
  const char *text = key->text;
  const char *end = text + key->n_bytes;
  guint n = 0;

  while (text < end && n < limit)
    {
      LibraryMatch match;
      gssize n_found = find_longest (asked, text, end, &match);

      if (n_found < 0)
        return -1;
      /* All of it would be the word itself. */
      if (n_found > 0 && (gsize)n_found < key->n_bytes && !is_known (ret_matches, n, &match))
        ret_matches[n++] = match;
      text += n_found > 0 ? n_found : (gssize)g_utf8_skip[(guchar)*text];
    }
  return (int)n;
}

int
library_suggest (const Library *self,
                 const LibraryKey *key,
                 const LibrarySelection *selection,
                 guint limit,
                 const LibraryCancel *cancelled,
                 LibraryMatch *ret_matches)
{
  Letters letters;
  NearQuestion question = { self, selection, &letters, 0, cancelled };
  Asked asked = { .library = self };

  if (!letters_decode (key->text, key->n_bytes, LETTERS_MAX, &letters))
    return 0;
  if (!letters_are_spelled (&letters))
    {
      asked.n_asked = library_asked (self, selection, asked.asked);
      return suggest_parts (&asked, key, limit, ret_matches);
    }
  if (letters.n > SPELLING_MAX)
    return 0;
  question.distance = distance_for (letters.n);
  return suggest_spelled (&question, limit, ret_matches);
}
