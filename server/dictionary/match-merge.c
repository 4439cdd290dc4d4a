/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A heap of places, one in each dictionary, the next headword on top.
 */
#include "server/dictionary/match-merge.h"

/* Moves on to the next headword. NONE: that was the last one. */
static DictionaryFind
advance (MatchCursor *cursor)
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
comes_before (const MatchCursor *a, const MatchCursor *b)
{
  int order = compare_bytes (a->key.text, a->key.n_text, b->key.text, b->key.n_text);

  if (order == 0)
    order = compare_bytes (a->headword, a->n_headword, b->headword, b->n_headword);
  return order != 0 ? order < 0 : a->turn < b->turn;
}

/* Lets the cursor at @at sink to its place in a heap with the first on top. */
static void
sift_down (MatchCursor **heap, guint n, guint at)
{
  MatchCursor *cursor = heap[at];

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
merge (MatchCursor **heap, guint n, guint limit, LibraryMatch *ret_matches, gboolean *ret_more)
{
  guint n_matches = 0;

  for (guint i = n / 2; i > 0; i--)
    sift_down (heap, n, i - 1);
  while (n > 0 && n_matches < limit)
    {
      MatchCursor *first = heap[0];
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

int
match_merge (MatchCursor *cursors,
             guint n_cursors,
             guint limit,
             LibraryMatch *ret_matches,
             gboolean *ret_more)
{
  MatchCursor *heap[LIBRARY_MAX_DICTIONARIES];
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
