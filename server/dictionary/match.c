/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Listing headwords, where an index leads to them. Every strategy comes to an ascending range of
 * keys in each dictionary; the ranges are merged, and no more of them is read than the limit asks
 * for.
 */
#include "server/dictionary/library.h"

#include <stdlib.h>

#include "server/dictionary/lemmas.h"
#include "server/dictionary/library-parts.h"
#include "server/dictionary/match-merge.h"
#include "server/dictionary/soundex.h"

typedef struct
{
  const Library *library;
  const LibraryKey *key;
  LibraryStrategy strategy;
  guint limit;
  int code;      /* for SOUNDEX */
  Lemmas lemmas; /* for LEMMA */
} Query;

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
take_smallest (MatchCursor *cursor, DictionaryRange range, guint n_wanted)
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
take_lemmas (MatchCursor *cursor, const Query *query)
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
take_keys (MatchCursor *cursor, const Query *query)
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
    case LIBRARY_STRATEGY_SUBSTRING:
    case LIBRARY_STRATEGY_FUZZY:
    case LIBRARY_STRATEGY_REGEXP:
      break;
    }
  g_return_val_if_reached (TRUE);
}

/* Puts every asked dictionary's cursor on its first headword. */
static gboolean
begin (const Query *query, const guint8 *asked, guint n_asked, MatchCursor *cursors)
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
  g_autofree MatchCursor *cursors = g_new0 (MatchCursor, MAX (n_asked, 1));
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
    n_matches = match_merge (cursors, n_asked, limit, ret_matches, ret_more);
  for (guint i = 0; i < n_asked; i++)
    g_free (cursors[i].own_addresses);
  return n_matches;
}
