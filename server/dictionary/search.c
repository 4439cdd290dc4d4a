/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Searching: candidates from the indexes, scored, the best with their snippets.
 */
#include <string.h>

#include "server/dictionary/indexing.h"
#include "server/dictionary/library-parts.h"
#include "server/dictionary/search-question.h"
#include "server/dictionary/search-score.h"
#include "server/dictionary/search-snippet.h"

#define BUDGET_US 30000 /* of the processor's time, for one search */

/* Candidates of all dictionaries together, and the least that one of many may have. Each costs a
 * microsecond or two, of long entries more. */
#define MAX_CANDIDATES 4096
#define MIN_CANDIDATES 256
#define SCORED_PER_LOOK 16 /* at the clock */

#define LONG_TEXT 256 /* [bytes] */

typedef struct
{
  guint32 score;
  guint32 address;
  guint8 place; /* of the dictionary among those that are asked */
  guint8 dictionary;
} Candidate;

typedef struct
{
  const Library *library;
  const LibrarySearch *search;
  SearchQuestion question;
  FulltextBounds bounds;
  guint n_asked;
  guint8 asked[LIBRARY_MAX_DICTIONARIES];
  Fulltext *indexes[LIBRARY_MAX_DICTIONARIES]; /* of @asked; NULL: it has none */
  GArray *candidates;                          /* Candidate */
  GArray *addresses;                           /* guint32: scratch */
  gboolean more;
  gboolean is_replaced; /* an index, by a load that has not been published yet */
} Search;

static LibrarySearchEnd
find_indexes (Search *self)
{
  LibraryIndexState state;
  gboolean has_any = FALSE;

  self->n_asked = library_asked (self->library, self->search->selection, self->asked);
  for (guint i = 0; i < self->n_asked; i++)
    {
      self->indexes[i] = indexing_fulltext (self->library->dictionaries[self->asked[i]], &state);
      if (state == LIBRARY_INDEX_BUILDING)
        return LIBRARY_SEARCH_BUILDING;
      has_any |= self->indexes[i] != NULL;
    }
  return has_any || self->n_asked == 0 ? LIBRARY_SEARCH_DONE : LIBRARY_SEARCH_UNAVAILABLE;
}

static gboolean
ask_index (Search *self, Fulltext *index, const GString *expression, guint limit)
{
  FulltextBounds bounds = self->bounds;
  FulltextEnd end;

  bounds.limit = limit;
  end = fulltext_find (index, expression->str, &bounds, self->addresses);
  self->more |= end == FULLTEXT_CUT;
  self->is_replaced |= end == FULLTEXT_REPLACED;
  return end == FULLTEXT_COMPLETE || end == FULLTEXT_CUT;
}

/* The entries that the text is the key of: of a word in very many headwords, the one itself. */
static gboolean
add_headword (Search *self, const Dictionary *dictionary)
{
  const LibraryKey *folded = &self->question.key;
  DictionaryKey key;
  DictionaryFind find = dictionary_find (dictionary, folded->text, folded->n_bytes,
                                         layout_hash (folded->text, folded->n_bytes), &key);

  if (find == DICTIONARY_FOUND)
    g_array_append_vals (self->addresses, key.records, MIN (key.n_records, MIN_CANDIDATES));
  return find != DICTIONARY_DAMAGED;
}

static gboolean
score_all (Search *self, guint place)
{
  Candidate candidate = { .place = (guint8)place, .dictionary = self->asked[place] };
  const Dictionary *dictionary = self->library->dictionaries[candidate.dictionary];

  for (guint i = 0; i < self->addresses->len; i++)
    {
      LibraryEntry entry;

      if (i % SCORED_PER_LOOK == 0 && fulltext_is_over (&self->bounds))
        {
          self->more = TRUE;
          return TRUE;
        }
      candidate.address = g_array_index (self->addresses, guint32, i);
      if (!dictionary_record (dictionary, candidate.address, &entry))
        {
          fulltext_condemn (self->indexes[place]);
          return FALSE;
        }
      candidate.score = search_score (&self->question, &entry);
      if (candidate.score > 0)
        g_array_append_val (self->candidates, candidate);
    }
  return TRUE;
}

/* The dictionary's candidates. FALSE: it is damaged, or its index is, or that was replaced. */
static gboolean
gather (Search *self, guint place)
{
  const Dictionary *dictionary = self->library->dictionaries[self->asked[place]];
  guint limit = MAX (MAX_CANDIDATES / self->n_asked, MIN_CANDIDATES);
  gint64 now_us = fulltext_clock_us ();
  gint64 share_us = (self->bounds.deadline_us - now_us) / (self->n_asked - place);
  gint64 deadline_us = self->bounds.deadline_us;
  gboolean ok;

  /* Those after it shall have their part of the time, and in its own, what is found has to be
   * scored. */
  g_array_set_size (self->addresses, 0);
  self->bounds.deadline_us = now_us + share_us / 2;
  ok = add_headword (self, dictionary) &&
       ask_index (self, self->indexes[place], self->question.headword, limit / 3) &&
       ask_index (self, self->indexes[place], self->question.anywhere, limit);
  self->bounds.deadline_us = now_us + share_us;
  ok = ok && score_all (self, place);
  self->bounds.deadline_us = deadline_us;
  return ok;
}

/* The best first, then in the order of dictionaries and of their sources. */
static int
compare_candidates (gconstpointer a, gconstpointer b)
{
  const Candidate *one = a;
  const Candidate *other = b;

  if (one->score != other->score)
    return one->score > other->score ? -1 : 1;
  if (one->place != other->place)
    return one->place < other->place ? -1 : 1;
  return one->address < other->address ? -1 : one->address > other->address;
}

/* Whether the entry is an article that is shown already: some dictionaries repeat one under each
 * headword that it explains. Short texts are the same by chance. */
static gboolean
is_repeated (const LibraryEntry *entries, guint n_entries, const LibraryEntry *entry)
{
  if (entry->n_text < LONG_TEXT)
    return FALSE;
  for (guint i = 0; i < n_entries; i++)
    {
      if (entries[i].n_text == entry->n_text && entries[i].dictionary == entry->dictionary &&
          memcmp (entries[i].text, entry->text, entry->n_text) == 0)
        return TRUE;
    }
  return FALSE;
}

/* Each entry is there once for every way it was found, and those stand together. */
static guint
write_hits (Search *self, LibraryHit *hits)
{
  g_autofree LibraryEntry *entries = g_new (LibraryEntry, self->search->limit);
  const Candidate *last = NULL;
  guint n = 0;

  g_array_sort (self->candidates, compare_candidates);
  for (guint i = 0; i < self->candidates->len; i++)
    {
      const Candidate *candidate = &g_array_index (self->candidates, Candidate, i);
      LibraryEntry entry;

      if (last && last->address == candidate->address && last->place == candidate->place)
        continue;
      last = candidate;
      entry.dictionary = candidate->dictionary;
      if (!dictionary_record (self->library->dictionaries[candidate->dictionary],
                              candidate->address, &entry) ||
          is_repeated (entries, n, &entry))
        continue;
      if (n == self->search->limit)
        {
          self->more = TRUE;
          break;
        }
      hits[n].dictionary = candidate->dictionary;
      hits[n].headword = entry.headword;
      hits[n].n_headword = entry.n_headword;
      search_snippet (&self->question, &entry, &hits[n]);
      entries[n++] = entry;
    }
  return n;
}

static LibrarySearchEnd
run (Search *self, LibraryHit *ret_hits, guint *ret_n_hits)
{
  LibrarySearchEnd end = find_indexes (self);

  if (end != LIBRARY_SEARCH_DONE)
    return end;
  for (guint i = 0; i < self->n_asked; i++)
    {
      if (self->indexes[i] && !gather (self, i))
        return self->is_replaced ? LIBRARY_SEARCH_BUILDING : LIBRARY_SEARCH_DAMAGED;
    }
  *ret_n_hits = write_hits (self, ret_hits);
  return LIBRARY_SEARCH_DONE;
}

LibrarySearchEnd
library_search (const Library *self,
                const LibrarySearch *search,
                LibraryHit *ret_hits,
                guint *ret_n_hits,
                gboolean *ret_more)
{
  Search state = {
    .library = self,
    .search = search,
    .bounds = { .deadline_us = fulltext_clock_us () + BUDGET_US, .cancelled = search->cancelled },
  };
  LibrarySearchEnd end = LIBRARY_SEARCH_EMPTY;

  *ret_n_hits = 0;
  if (search_question_init (&state.question, search->text, search->n_text))
    {
      state.candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
      state.addresses = g_array_new (FALSE, FALSE, sizeof (guint32));
      end = run (&state, ret_hits, ret_n_hits);
      g_array_unref (state.candidates);
      g_array_unref (state.addresses);
    }
  search_question_clear (&state.question);
  *ret_more = state.more;
  return end;
}
