/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Listing headwords. Every strategy comes to an ascending range of keys in each dictionary; the
 * ranges are merged, and no more of them is read than the limit asks for.
 */
#include "server/dictionary/library.h"

#include <stdlib.h>

#include "server/dictionary/lemmas.h"
#include "server/dictionary/library-parts.h"
#include "server/dictionary/soundex.h"

/* A place in one dictionary's range: at one spelling of one key. */
typedef struct
{
  const Dictionary *dictionary;
  guint8 index; /* of the dictionary in the library */
  guint8 turn;  /* in the order of asking */
  DictionaryRange keys;
  guint32 n_keys_taken; /* the last one taken is @key */
  guint32 spelling;     /* the next one of @key */
  DictionaryKey key;
  const char *headword;
  guint32 n_headword;
  guint32 *own_addresses; /* (nullable) behind @keys, where that is not in the mapping */
} Cursor;

typedef struct
{
  const Library *library;
  const LibraryKey *key;
  LibraryStrategy strategy;
  guint limit;
  int code;      /* for SOUNDEX */
  Lemmas lemmas; /* for LEMMA */
} Query;

/* --- ranges --- */

static int
compare_addresses (const void *a, const void *b)
{
  guint32 one = *(const guint32 *)a, other = *(const guint32 *)b;

  return (one > other) - (one < other);
}

/* Restores the order of a heap with the greatest on top after heap[0] was replaced. */
static void
sink_top (guint32 *heap, guint n)
{
  guint32 value = heap[0];
  guint at = 0;

  for (guint child = 1; child < n; child = 2 * at + 1)
    {
      if (child + 1 < n && heap[child + 1] > heap[child])
        child++;
      if (heap[child] <= value)
        break;
      heap[at] = heap[child];
      at = child;
    }
  heap[at] = value;
}

/* The @n_wanted smallest of @range, ascending: half a dictionary ends with "e", and sorting that
 * would take a thousand times as long. */
static void
take_smallest (Cursor *cursor, DictionaryRange range, guint n_wanted)
{
  guint n = MIN (range.n, n_wanted);
  guint32 *heap = g_new (guint32, MAX (n, 1));

  memcpy (heap, range.addresses, n * sizeof *heap);
  qsort (heap, n, sizeof *heap, compare_addresses);
  if (range.n > n)
    {
      /* Descending order is a heap with the greatest on top. */
      for (guint i = 0; i < n / 2; i++)
        {
          guint32 swapped = heap[i];

          heap[i] = heap[n - 1 - i];
          heap[n - 1 - i] = swapped;
        }
      for (guint32 i = n; i < range.n; i++)
        {
          if (range.addresses[i] >= heap[0])
            continue;
          heap[0] = range.addresses[i];
          sink_top (heap, n);
        }
      qsort (heap, n, sizeof *heap, compare_addresses);
    }
  cursor->own_addresses = heap;
  cursor->keys = (DictionaryRange){ heap, n };
}

static gboolean
take_lemmas (Cursor *cursor, const Query *query)
{
  const Lemma *lemmas[LEMMAS_MAX];
  guint n_lemmas = lemmas_for (&query->lemmas, query->library, cursor->index, lemmas);
  guint32 addresses[LEMMAS_MAX];
  guint32 n = 0;

  for (guint i = 0; i < n_lemmas; i++)
    {
      DictionaryRange found;

      if (!dictionary_exact (cursor->dictionary, lemmas[i]->text, lemmas[i]->n_text, &found))
        return FALSE;
      if (found.n > 0)
        addresses[n++] = found.addresses[0];
    }
  take_smallest (cursor, (DictionaryRange){ addresses, n }, n);
  return TRUE;
}

/* FALSE: the file is damaged. */
static gboolean
take_keys (Cursor *cursor, const Query *query)
{
  const LibraryKey *key = query->key;
  DictionaryRange range;

  switch (query->strategy)
    {
    case LIBRARY_STRATEGY_EXACT:
      return dictionary_exact (cursor->dictionary, key->text, key->n_bytes, &cursor->keys);
    case LIBRARY_STRATEGY_PREFIX:
      return dictionary_prefix (cursor->dictionary, key->text, key->n_bytes, &cursor->keys);
    case LIBRARY_STRATEGY_SUFFIX:
      if (!dictionary_suffix (cursor->dictionary, key->text, key->n_bytes, &range))
        return FALSE;
      /* One more than asked for, to tell whether there are more. */
      take_smallest (cursor, range, query->limit + 1);
      return TRUE;
    case LIBRARY_STRATEGY_SOUNDEX:
      if (query->code < 0)
        return TRUE;
      return dictionary_soundex (cursor->dictionary, query->code, &cursor->keys);
    case LIBRARY_STRATEGY_LEMMA:
      return take_lemmas (cursor, query);
    }
  g_return_val_if_reached (TRUE);
}

/* --- merging --- */

/* Moves on to the next headword. NONE: that was the last one. */
static DictionaryFind
advance (Cursor *cursor)
{
  LibraryEntry entry;
  guint32 begin, end;

  if (cursor->n_keys_taken == 0 || cursor->spelling == cursor->key.n_spellings)
    {
      if (cursor->n_keys_taken == cursor->keys.n)
        return DICTIONARY_NONE;
      if (!dictionary_key (cursor->dictionary, cursor->keys.addresses[cursor->n_keys_taken],
                           &cursor->key))
        return DICTIONARY_DAMAGED;
      cursor->n_keys_taken++;
      cursor->spelling = 0;
    }
  if (!dictionary_spelling (&cursor->key, cursor->spelling, &begin, &end) ||
      !dictionary_record (cursor->dictionary, cursor->key.by_spelling[begin], &entry))
    return DICTIONARY_DAMAGED;
  cursor->spelling++;
  cursor->headword = entry.headword;
  cursor->n_headword = entry.n_headword;
  return DICTIONARY_FOUND;
}

static int
compare_bytes (const char *a, guint32 n_a, const char *b, guint32 n_b)
{
  int order = memcmp (a, b, MIN (n_a, n_b));

  return order != 0 ? order : (n_a > n_b) - (n_a < n_b);
}

static gboolean
comes_before (const Cursor *a, const Cursor *b)
{
  int order = compare_bytes (a->key.text, a->key.n_text, b->key.text, b->key.n_text);

  if (order == 0)
    order = compare_bytes (a->headword, a->n_headword, b->headword, b->n_headword);
  return order != 0 ? order < 0 : a->turn < b->turn;
}

/* Lets the cursor at @at sink to its place in a heap with the first on top. */
static void
sift_down (Cursor **heap, guint n, guint at)
{
  Cursor *cursor = heap[at];

  for (guint child = 2 * at + 1; child < n; child = 2 * at + 1)
    {
      if (child + 1 < n && comes_before (heap[child + 1], heap[child]))
        child++;
      if (!comes_before (heap[child], cursor))
        break;
      heap[at] = heap[child];
      at = child;
    }
  heap[at] = cursor;
}

/* Takes headwords from the cursors, each of which stands at its first. */
static int
merge (Cursor **heap, guint n, guint limit, LibraryMatch *ret_matches, gboolean *ret_more)
{
  guint n_matches = 0;

  for (guint i = n / 2; i > 0; i--)
    sift_down (heap, n, i - 1);
  while (n > 0 && n_matches < limit)
    {
      Cursor *first = heap[0];
      DictionaryFind find;

      ret_matches[n_matches++] = (LibraryMatch){ first->headword, first->n_headword, first->index };
      find = advance (first);
      if (find == DICTIONARY_DAMAGED)
        return -1;
      if (find == DICTIONARY_NONE)
        heap[0] = heap[--n];
      if (n > 0)
        sift_down (heap, n, 0);
    }
  *ret_more = n > 0;
  return (int)n_matches;
}

/* Puts every asked dictionary's cursor on its first headword. */
static gboolean
begin (const Query *query, const guint8 *asked, guint n_asked, Cursor *cursors)
{
  for (guint i = 0; i < n_asked; i++)
    {
      cursors[i].dictionary = query->library->dictionaries[asked[i]];
      cursors[i].index = asked[i];
      cursors[i].turn = (guint8)i;
      if (!take_keys (&cursors[i], query))
        return FALSE;
    }
  return TRUE;
}

static int
run (Cursor *cursors, guint n_cursors, guint limit, LibraryMatch *ret_matches, gboolean *ret_more)
{
  Cursor *heap[LIBRARY_MAX_DICTIONARIES];
  guint n = 0;

  for (guint i = 0; i < n_cursors; i++)
    {
      DictionaryFind find = advance (&cursors[i]);

      if (find == DICTIONARY_DAMAGED)
        return -1;
      if (find == DICTIONARY_FOUND)
        heap[n++] = &cursors[i];
    }
  return merge (heap, n, limit, ret_matches, ret_more);
}

int
library_match (const Library *self,
               const LibraryKey *key,
               LibraryStrategy strategy,
               const LibrarySelection *selection,
               guint limit,
               LibraryMatch *ret_matches,
               gboolean *ret_more)
{
  guint8 asked[LIBRARY_MAX_DICTIONARIES];
  guint n_asked = library_asked (self, selection, asked);
  g_autofree Cursor *cursors = g_new0 (Cursor, MAX (n_asked, 1));
  Query query;
  int n_matches = -1;

  *ret_more = FALSE;
  if (key->n_bytes == 0)
    return 0;
  query.library = self;
  query.key = key;
  query.strategy = strategy;
  query.limit = limit;
  query.code = soundex_code (key->text, key->n_bytes);
  if (strategy == LIBRARY_STRATEGY_LEMMA &&
      !lemmas_gather (self, key, layout_hash (key->text, key->n_bytes), &query.lemmas))
    return -1;

  if (begin (&query, asked, n_asked, cursors))
    n_matches = run (cursors, n_asked, limit, ret_matches, ret_more);
  for (guint i = 0; i < n_asked; i++)
    g_free (cursors[i].own_addresses);
  return n_matches;
}
