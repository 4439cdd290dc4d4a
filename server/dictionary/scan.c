/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Listing headwords where every key has to be asked: in order, until there are enough; and then
 * every other way in which a headword is written.
 */
#include "server/dictionary/library.h"

#include <string.h>
#include <time.h>

#include "server/dictionary/fuzzy.h"
#include "server/dictionary/library-parts.h"
#include "server/dictionary/match-merge.h"
#include "server/dictionary/regexp.h"
#include "server/dictionary/smallest.h"

#define KEYS_A_STEP 4096 /* between two looks at whether somebody still wants the answer */
#define KEYS_A_TICK 64   /* between two looks at the clock, where one key may take milliseconds */
#define MAX_CPU_MS 1000  /* of one regular expression over all dictionaries */
#define NS_PER_MS 1000000ll /* [ns] */

G_DEFINE_QUARK (library_error, library_error)

typedef struct
{
  const LibraryScan *scan;
  Regexp *regexp; /* (nullable) (owned): with REGEXP */
  gint64 end_ns;  /* of the thread's processor time */
  const Dictionary *dictionary;
  Smallest found; /* addresses of keys; one more than asked for, to tell whether there are more */
} Pass;

static gboolean
fail_damaged (GError **error)
{
  g_set_error (error, LIBRARY_ERROR, LIBRARY_ERROR_DAMAGED, "a compiled dictionary is damaged");
  return FALSE;
}

static gboolean
fail_cancelled (GError **error)
{
  g_set_error (error, LIBRARY_ERROR, LIBRARY_ERROR_CANCELLED, "nobody waits for the answer");
  return FALSE;
}

/* What the thread computed and not how long it waited: on a busy machine an expression is not worse
 * than on an idle one. */
static gint64
cpu_ns (void)
{
  struct timespec now = { 0 };

  (void)clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64)now.tv_sec * 1000 * NS_PER_MS + now.tv_nsec;
}

static gboolean
find_regexp (Pass *pass, const char *text, guint32 n_text, gboolean *ret_found, GError **error)
{
  RegexpFind find = regexp_find (pass->regexp, text, n_text);

  if (find == REGEXP_DAMAGED)
    return fail_damaged (error);
  if (find == REGEXP_OVER_LIMIT)
    {
      regexp_explain (pass->regexp, error);
      return FALSE;
    }
  *ret_found = find == REGEXP_FOUND;
  return TRUE;
}

/* Whether to go on after @n_keys keys. */
static gboolean
may_go_on (const Pass *pass, guint32 n_keys, GError **error)
{
  if (n_keys % KEYS_A_STEP == 0 && library_is_cancelled (pass->scan->cancelled))
    return fail_cancelled (error);
  if (pass->regexp && n_keys % KEYS_A_TICK == 0 && cpu_ns () > pass->end_ns)
    {
      g_set_error (error, LIBRARY_ERROR, LIBRARY_ERROR_PATTERN,
                   "the regular expression takes too long: more than %d ms for all headwords",
                   MAX_CPU_MS);
      return FALSE;
    }
  return TRUE;
}

static gboolean
is_asked_for (
    Pass *pass, const char *text, guint32 n_text, gboolean *ret_is_asked_for, GError **error)
{
  const LibraryKey *key = pass->scan->key;

  if (pass->regexp)
    return find_regexp (pass, text, n_text, ret_is_asked_for, error);
  *ret_is_asked_for = memmem (text, n_text, key->text, key->n_bytes) != NULL;
  return TRUE;
}

static gboolean
find_keys (Pass *pass, GError **error)
{
  DictionaryRange keys = dictionary_all (pass->dictionary);

  for (guint32 i = 0, n_found = 0; i < keys.n && n_found <= pass->scan->limit; i++)
    {
      const char *text;
      guint32 n_text;
      gboolean is_found;

      if (!may_go_on (pass, i, error))
        return FALSE;
      if (!dictionary_key_text (pass->dictionary, keys.addresses[i], &text, &n_text))
        return fail_damaged (error);
      if (!is_asked_for (pass, text, n_text, &is_found, error))
        return FALSE;
      if (!is_found)
        continue;
      smallest_add (&pass->found, &keys.addresses[i], 1);
      n_found++;
    }
  return TRUE;
}

/* The headwords that can also be written as what is asked for. They come in no order: all are
 * looked at. A reading is no way of writing. */
static gboolean
find_aliases (Pass *pass, GError **error)
{
  DictionaryRange aliases = dictionary_alias_order (pass->dictionary);

  for (guint32 i = 0, n_asked = 0; i < aliases.n; i++)
    {
      DictionaryAlias alias;
      gboolean is_found;

      if (dictionary_alias_is_reading (pass->dictionary, aliases.addresses[i]))
        continue;
      if (!may_go_on (pass, n_asked++, error))
        return FALSE;
      if (!dictionary_alias (pass->dictionary, aliases.addresses[i], &alias))
        return fail_damaged (error);
      if (!is_asked_for (pass, alias.text, alias.n_text, &is_found, error))
        return FALSE;
      if (is_found)
        smallest_add (&pass->found, alias.keys.addresses, alias.keys.n);
    }
  return TRUE;
}

static gboolean
find_all (const Library *library,
          const LibraryScan *scan,
          const guint8 *asked,
          guint n_asked,
          MatchCursor *cursors,
          GError **error)
{
  g_autoptr (Regexp) regexp = NULL;
  Pass pass = { .scan = scan };

  if (scan->strategy == LIBRARY_STRATEGY_REGEXP)
    {
      regexp = regexp_new (scan->word, scan->n_word, error);
      if (!regexp)
        return FALSE;
      pass.regexp = regexp;
      pass.end_ns = cpu_ns () + MAX_CPU_MS * NS_PER_MS;
    }
  for (guint i = 0; i < n_asked; i++)
    {
      gboolean is_done;

      pass.dictionary = library->dictionaries[asked[i]];
      smallest_init (&pass.found, scan->limit + 1);
      is_done = find_keys (&pass, error) && find_aliases (&pass, error);
      smallest_finish (&pass.found);
      cursors[i].dictionary = pass.dictionary;
      cursors[i].index = asked[i];
      cursors[i].turn = (guint8)i;
      cursors[i].own_addresses = pass.found.numbers;
      cursors[i].keys = (DictionaryRange){ pass.found.numbers, pass.found.n };
      if (!is_done)
        return FALSE;
    }
  return TRUE;
}

static int
scan_in_order (const Library *library,
               const LibraryScan *scan,
               LibraryMatch *ret_matches,
               gboolean *ret_more,
               GError **error)
{
  guint8 asked[LIBRARY_MAX_DICTIONARIES];
  guint n_asked = library_asked (library, scan->selection, asked);
  g_autofree MatchCursor *cursors = g_new0 (MatchCursor, MAX (n_asked, 1));
  int n_matches = -1;

  if (find_all (library, scan, asked, n_asked, cursors, error))
    {
      n_matches = match_merge (cursors, n_asked, scan->limit, ret_matches, ret_more);
      if (n_matches < 0)
        fail_damaged (error);
    }
  for (guint i = 0; i < n_asked; i++)
    g_free (cursors[i].own_addresses);
  return n_matches;
}

int
library_scan (const Library *self,
              const LibraryScan *scan,
              LibraryMatch *ret_matches,
              gboolean *ret_more,
              GError **error)
{
  int n_matches;

  g_return_val_if_fail (library_strategy_scans (scan->strategy), 0);
  *ret_more = FALSE;
  if (scan->strategy != LIBRARY_STRATEGY_REGEXP && scan->key->n_bytes == 0)
    return 0;
  if (scan->strategy != LIBRARY_STRATEGY_FUZZY)
    return scan_in_order (self, scan, ret_matches, ret_more, error);
  n_matches = fuzzy_match (self, scan, ret_matches, ret_more);
  if (library_is_cancelled (scan->cancelled))
    n_matches = fail_cancelled (error) - 1;
  else if (n_matches < 0)
    fail_damaged (error);
  return n_matches;
}
