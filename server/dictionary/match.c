/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Listing headwords, where an index leads to them. Every strategy comes to an ascending range of
 * keys in each dictionary; the ranges are merged, and no more of them is read than the limit asks
 * for.
 */
#include "server/dictionary/library.h"

#include "server/dictionary/lemmas.h"
#include "server/dictionary/library-parts.h"
#include "server/dictionary/match-merge.h"
#include "server/dictionary/pinyin.h"
#include "server/dictionary/smallest.h"
#include "server/dictionary/soundex.h"

typedef struct
{
  const Library *library;
  const LibraryKey *key;
  LibraryStrategy strategy;
  guint limit;
  int code;           /* for SOUNDEX */
  LibraryKey reading; /* as the key of a word's sound is written; n_bytes 0: no other way */
  Lemmas lemmas;      /* for LEMMA */
} Query;

/* The keys of @cursor are those gathered. */
static void
take_gathered (MatchCursor *cursor, Smallest *gathered)
{
  smallest_finish (gathered);
  cursor->own_addresses = g_steal_pointer (&gathered->numbers);
  cursor->keys = (DictionaryRange){ cursor->own_addresses, gathered->n };
}

static gboolean
take_lemmas (MatchCursor *cursor, const Query *query)
{
  const Lemma *lemmas[LEMMAS_MAX];
  guint n_lemmas = lemmas_for (&query->lemmas, query->library, cursor->index, lemmas);
  Smallest gathered;

  if (n_lemmas == 0)
    return TRUE;
  smallest_init (&gathered, n_lemmas);
  for (guint i = 0; i < n_lemmas; i++)
    {
      DictionaryRange found;

      if (!dictionary_exact (cursor->dictionary, lemmas[i]->text, lemmas[i]->n_text, &found))
        {
          smallest_clear (&gathered);
          return FALSE;
        }
      smallest_add (&gathered, found.addresses, found.n);
    }
  take_gathered (cursor, &gathered);
  return TRUE;
}

/* The keys of the headwords with an alias that @key asks for. */
static gboolean
find_aliases (const Dictionary *dictionary,
              const LibraryKey *key,
              LibraryStrategy strategy,
              DictionaryRange *ret_keys)
{
  DictionaryAlias alias;
  DictionaryFind find;

  if (strategy == LIBRARY_STRATEGY_PREFIX)
    return dictionary_alias_prefix (dictionary, key->text, key->n_bytes, ret_keys);
  if (strategy == LIBRARY_STRATEGY_SUFFIX)
    return dictionary_alias_suffix (dictionary, key->text, key->n_bytes, ret_keys);
  find = dictionary_find_alias (dictionary, key->text, key->n_bytes,
                                layout_hash (key->text, key->n_bytes), &alias);
  *ret_keys = find == DICTIONARY_FOUND ? alias.keys : (DictionaryRange){ NULL, 0 };
  return find != DICTIONARY_DAMAGED;
}

/* Takes @headwords, the keys that were asked for, and those that aliases lead to. */
static gboolean
take_with_aliases (MatchCursor *cursor, const Query *query, DictionaryRange headwords)
{
  const Dictionary *dictionary = cursor->dictionary;
  DictionaryRange aliases[] = { { NULL, 0 }, { NULL, 0 } };
  gboolean is_ascending = query->strategy != LIBRARY_STRATEGY_SUFFIX;
  Smallest gathered;

  if (dictionary_has_aliases (dictionary) &&
      (!find_aliases (dictionary, query->key, query->strategy, &aliases[0]) ||
       (query->reading.n_bytes > 0 &&
        !find_aliases (dictionary, &query->reading, query->strategy, &aliases[1]))))
    return FALSE;
  if (is_ascending && aliases[0].n == 0 && aliases[1].n == 0)
    {
      cursor->keys = headwords;
      return TRUE;
    }
  /* One more than asked for, to tell whether there are more. */
  smallest_init (&gathered, query->limit + 1);
  smallest_add (&gathered, headwords.addresses,
                is_ascending ? MIN (headwords.n, query->limit + 1) : headwords.n);
  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
    smallest_add (&gathered, aliases[i].addresses, aliases[i].n);
  take_gathered (cursor, &gathered);
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
      return dictionary_exact (cursor->dictionary, key->text, key->n_bytes, &range) &&
             take_with_aliases (cursor, query, range);
    case LIBRARY_STRATEGY_PREFIX:
      return dictionary_prefix (cursor->dictionary, key->text, key->n_bytes, &range) &&
             take_with_aliases (cursor, query, range);
    case LIBRARY_STRATEGY_SUFFIX:
      return dictionary_suffix (cursor->dictionary, key->text, key->n_bytes, &range) &&
             take_with_aliases (cursor, query, range);
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
  if (!pinyin_key (key, &query.reading))
    query.reading.n_bytes = 0;
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
