/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Asking one compiled form everything.
 */
#include "tests/dictionary/ask-everything.h"

#include <string.h>

#include "server/dictionary/library-parts.h"

#define MAX_ENTRIES 12
#define MAX_MATCHES 12

typedef struct
{
  const char *begin;
  const char *end;
} Bounds;

static void
assert_inside (const Bounds *bounds, const char *text, gsize n_text)
{
  g_assert_true (text >= bounds->begin && text <= bounds->end);
  g_assert_cmpuint (n_text, <=, (gsize)(bounds->end - text));
}

static void
ask_for (Library *library, const char *word, const Bounds *bounds)
{
  LibrarySelection all = { .n_indexes = 0 };
  LibraryEntry entries[MAX_ENTRIES];
  LibraryMatch matches[MAX_MATCHES];
  LibraryKey key;
  gboolean more;
  int n;

  library_fold (word, strlen (word), &key);
  n = library_define (library, word, strlen (word), &key, &all, MAX_ENTRIES, entries);
  g_assert_cmpint (n, <=, MAX_ENTRIES);
  for (int i = 0; i < n; i++)
    {
      assert_inside (bounds, entries[i].headword, entries[i].n_headword);
      assert_inside (bounds, entries[i].rest, entries[i].n_rest);
      assert_inside (bounds, entries[i].phonetic, entries[i].n_phonetic);
      assert_inside (bounds, entries[i].text, entries[i].n_text);
    }
  for (guint strategy = 0; strategy <= LIBRARY_N_STRATEGIES; strategy++)
    {
      if (strategy < LIBRARY_N_STRATEGIES)
        n = library_match (library, &key, (LibraryStrategy)strategy, &all, MAX_MATCHES, matches,
                           &more);
      else
        n = library_suggest (library, &key, &all, MAX_MATCHES, matches);
      g_assert_cmpint (n, <=, MAX_MATCHES);
      for (int i = 0; i < n; i++)
        assert_inside (bounds, matches[i].headword, matches[i].n_headword);
    }
}

void
ask_everything (Library *library, const char *const *words, const guint8 *data, gsize n_bytes)
{
  Bounds bounds = { (const char *)data, (const char *)data + n_bytes };

  for (; *words; words++)
    ask_for (library, *words, &bounds);
}

Library *
library_of (Dictionary *dictionary)
{
  Library *library = library_new ();

  library_add (library, dictionary, g_strdup ("damaged"));
  return library;
}
