/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading the keys that the signatures leave, and how frequent they are.
 */
#include "server/dictionary/near-words.h"

#include <stdlib.h>

#include "server/dictionary/library-parts.h"
#include "server/dictionary/near.h"

/* Frequency lists count lemmas: one of its forms is that much rarer, as a rule. */
#define FORM_RARENESS 2

#define KEYS_AHEAD 8 /* that are fetched while one is compared */

static guint32
known_rank (guint32 rank)
{
  return rank > 0 ? rank : NEAR_WORD_NO_RANK;
}

/* The rank of the most frequent word of @key, TRUE. FALSE: the file is damaged. */
static gboolean
rank_of_key (const Dictionary *dictionary, const DictionaryKey *key, guint32 *ret_rank)
{
  *ret_rank = NEAR_WORD_NO_RANK;
  for (guint32 i = 0; i < key->n_records; i++)
    {
      LibraryEntry entry;

      if (!dictionary_record (dictionary, key->records[i], &entry))
        return FALSE;
      *ret_rank = MIN (*ret_rank, known_rank (entry.rank));
    }
  return TRUE;
}

/* "happened" is as frequent as "happen" nearly, though no list has it. */
static gboolean
rank_of_lemmas (const Dictionary *dictionary, const DictionaryKey *key, guint32 *ret_rank)
{
  DictionaryRange lemmas;
  guint64 hash = layout_hash (key->text, key->n_text);
  DictionaryFind find = dictionary_lemmas (dictionary, key->text, key->n_text, hash, &lemmas);

  *ret_rank = NEAR_WORD_NO_RANK;
  if (find != DICTIONARY_FOUND)
    return find == DICTIONARY_NONE;
  for (guint32 i = 0; i < lemmas.n; i++)
    {
      DictionaryKey lemma;
      guint32 rank;

      if (!dictionary_key (dictionary, lemmas.addresses[i], &lemma) ||
          !rank_of_key (dictionary, &lemma, &rank))
        return FALSE;
      if (rank < NEAR_WORD_NO_RANK / FORM_RARENESS)
        *ret_rank = MIN (*ret_rank, rank * FORM_RARENESS);
    }
  return TRUE;
}

/* FALSE: the file is damaged. */
static gboolean
look_at (const NearQuestion *question,
         const LettersPattern *pattern,
         NearWord *word,
         guint32 address,
         GArray *words)
{
  const char *text;
  guint32 n_text;
  guint distance;
  guint32 rank_of_form;

  if (!dictionary_key_text (word->dictionary, address, &text, &n_text))
    return FALSE;
  distance = letters_distance (pattern, text, n_text, question->distance);
  if (distance > question->distance)
    return TRUE;
  word->distance = (guint8)distance;
  if (!dictionary_key (word->dictionary, address, &word->key) ||
      !rank_of_key (word->dictionary, &word->key, &word->own_rank) ||
      !rank_of_lemmas (word->dictionary, &word->key, &rank_of_form))
    return FALSE;
  word->rank = MIN (word->own_rank, rank_of_form);
  g_array_append_val (words, *word);
  return TRUE;
}

static gboolean
look_in (const NearQuestion *question, guint8 index, guint8 turn, GArray *addresses, GArray *words)
{
  NearWord word = { .dictionary = question->library->dictionaries[index],
                    .index = index,
                    .turn = turn };

  LettersPattern pattern;

  g_array_set_size (addresses, 0);
  if (!near_keys (word.dictionary, question->word, question->distance, question->cancelled,
                  addresses))
    return FALSE;
  letters_pattern_init (&pattern, question->word);
  for (guint i = 0; i < addresses->len && !library_is_cancelled (question->cancelled); i++)
    {
      if (i + KEYS_AHEAD < addresses->len)
        dictionary_prefetch_key (word.dictionary,
                                 g_array_index (addresses, guint32, i + KEYS_AHEAD));
      if (!look_at (question, &pattern, &word, g_array_index (addresses, guint32, i), words))
        return FALSE;
    }
  return TRUE;
}

static int
compare_keys (const NearWord *a, const NearWord *b)
{
  int order = memcmp (a->key.text, b->key.text, MIN (a->key.n_text, b->key.n_text));

  if (order != 0)
    return order;
  return (a->key.n_text > b->key.n_text) - (a->key.n_text < b->key.n_text);
}

static int
compare_words (const void *a, const void *b)
{
  const NearWord *one = a, *other = b;
  int order = compare_keys (one, other);

  return order != 0 ? order : (int)one->turn - (int)other->turn;
}

/* A word is as frequent in one dictionary as in another, though only one may know how much. */
static void
share_ranks (GArray *words)
{
  NearWord *all = (NearWord *)(gpointer)words->data;

  for (guint begin = 0, end; begin < words->len; begin = end)
    {
      guint32 rank = all[begin].rank;

      for (end = begin + 1; end < words->len && compare_keys (&all[begin], &all[end]) == 0; end++)
        rank = MIN (rank, all[end].rank);
      for (guint i = begin; i < end; i++)
        all[i].rank = rank;
    }
}

GArray *
near_words (const NearQuestion *question)
{
  guint8 asked[LIBRARY_MAX_DICTIONARIES];
  guint n_asked = library_asked (question->library, question->selection, asked);
  g_autoptr (GArray) addresses = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) words = g_array_new (FALSE, FALSE, sizeof (NearWord));

  for (guint i = 0; i < n_asked; i++)
    {
      if (!look_in (question, asked[i], (guint8)i, addresses, words))
        return NULL;
    }
  if (words->len > 0)
    qsort (words->data, words->len, sizeof (NearWord), compare_words);
  share_ranks (words);
  return g_steal_pointer (&words);
}
