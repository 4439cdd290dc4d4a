/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Near keys, sorted by how near and how frequent they are, written out as the headwords that they
 * stand for.
 */
#include "server/dictionary/fuzzy.h"

#include <stdlib.h>
#include <string.h>

#include "server/dictionary/near-words.h"

#define FUZZY_DISTANCE 2

typedef struct
{
  LibraryMatch match;
  guint8 turn;
} Spelling;

static int
compare_texts (const char *a, guint32 n_a, const char *b, guint32 n_b)
{
  int order = memcmp (a, b, MIN (n_a, n_b));

  return order != 0 ? order : (n_a > n_b) - (n_a < n_b);
}

static int
compare_words (const void *a, const void *b)
{
  const NearWord *one = a, *other = b;
  int order = (int)one->distance - (int)other->distance;

  if (order == 0)
    order = (one->rank > other->rank) - (one->rank < other->rank);
  if (order == 0)
    order = compare_texts (one->key.text, one->key.n_text, other->key.text, other->key.n_text);
  return order != 0 ? order : (int)one->turn - (int)other->turn;
}

static int
compare_spellings (const void *a, const void *b)
{
  const Spelling *one = a, *other = b;
  int order = compare_texts (one->match.headword, one->match.n_headword, other->match.headword,
                             other->match.n_headword);

  return order != 0 ? order : (int)one->turn - (int)other->turn;
}

/* Every spelling that @word's dictionary has of it. FALSE: the file is damaged. */
static gboolean
append_spellings (const NearWord *word, GArray *spellings)
{
  for (guint32 i = 0; i < word->key.n_spellings; i++)
    {
      guint32 begin, end;
      LibraryEntry entry;

      if (!dictionary_spelling (&word->key, i, &begin, &end) ||
          !dictionary_record (word->dictionary, word->key.by_spelling[begin], &entry))
        return FALSE;
      Spelling spelling = { { entry.headword, entry.n_headword, word->index }, word->turn };
      g_array_append_val (spellings, spelling);
    }
  return TRUE;
}

static gboolean
is_same_key (const NearWord *a, const NearWord *b)
{
  return compare_texts (a->key.text, a->key.n_text, b->key.text, b->key.n_text) == 0;
}

/* The words are sorted; those of one key stand together. -1: a file is damaged. */
static int
write_out (const GArray *words, guint limit, LibraryMatch *ret_matches, gboolean *ret_more)
{
  g_autoptr (GArray) spellings = g_array_new (FALSE, FALSE, sizeof (Spelling));
  const NearWord *all = (const NearWord *)(gconstpointer)words->data;
  guint n_matches = 0;

  for (guint i = 0; i < words->len && !*ret_more;)
    {
      const NearWord *first = &all[i];

      g_array_set_size (spellings, 0);
      for (; i < words->len && is_same_key (first, &all[i]); i++)
        {
          if (!append_spellings (&all[i], spellings))
            return -1;
        }
      g_array_sort (spellings, compare_spellings);
      *ret_more = spellings->len > limit - n_matches;
      for (guint j = 0; j < spellings->len && n_matches < limit; j++)
        ret_matches[n_matches++] = g_array_index (spellings, Spelling, j).match;
    }
  return (int)n_matches;
}

int
fuzzy_match (const Library *library,
             const LibraryScan *scan,
             LibraryMatch *ret_matches,
             gboolean *ret_more)
{
  Letters letters;
  NearQuestion question = { library, scan->selection, &letters, FUZZY_DISTANCE, scan->cancelled };
  g_autoptr (GArray) words = NULL;

  if (!letters_decode (scan->key->text, scan->key->n_bytes, LETTERS_MAX, &letters) ||
      !letters_are_spelled (&letters))
    return library_match (library, scan->key, LIBRARY_STRATEGY_EXACT, scan->selection, scan->limit,
                          ret_matches, ret_more);
  words = near_words (&question);
  if (!words)
    return -1;
  g_array_sort (words, compare_words);
  return write_out (words, scan->limit, ret_matches, ret_more);
}
