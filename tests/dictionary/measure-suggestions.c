/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How often the suggestions are right:
 *   measure-suggestions CACHE_DIR LIST SOURCE…
 * LIST has a misspelling, a tab and the word that was meant in each line. Suggestions are asked for
 * directly, also of misspellings that some dictionary takes for a word. Prints those where the
 * meant word is not first, and a summary: how many were first, among the first three, in all.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/dictionary/library.h"

#define N_SUGGESTIONS 8

typedef struct
{
  guint n;
  guint n_first;
  guint n_third;
  guint n_headwords; /* misspellings that a dictionary has an entry of */
  gint64 longest_us;
} Score;

static void
fail (const char *message)
{
  (void)fprintf (stderr, "measure-suggestions: %s\n", message);
  exit (1);
}

static gboolean
is_word (const LibraryMatch *match, const LibraryKey *meant)
{
  g_autofree char *headword = g_strndup (match->headword, match->n_headword);
  LibraryKey key;

  library_fold (headword, match->n_headword, &key);
  return g_str_equal (key.text, meant->text);
}

static gboolean
is_headword (const Library *library, const char *word, const LibraryKey *key)
{
  const LibrarySelection all = { .n_indexes = 0 };
  LibraryEntry entry;

  return library_define (library, word, strlen (word), key, &all, 1, &entry) > 0;
}

static void
try_word (const Library *library, const char *typed, const char *meant, Score *score)
{
  const LibrarySelection all = { .n_indexes = 0 };
  LibraryMatch matches[N_SUGGESTIONS];
  LibraryKey typed_key, meant_key;
  gint64 begin_us = g_get_monotonic_time ();
  int n, place;

  library_fold (typed, strlen (typed), &typed_key);
  library_fold (meant, strlen (meant), &meant_key);
  n = library_suggest (library, &typed_key, &all, N_SUGGESTIONS, NULL, matches);
  score->longest_us = MAX (score->longest_us, g_get_monotonic_time () - begin_us);
  for (place = 0; place < n && !is_word (&matches[place], &meant_key); place++)
    continue;
  score->n++;
  score->n_first += place == 0 && n > 0;
  score->n_third += place < MIN (n, 3);
  score->n_headwords += (guint)is_headword (library, typed, &typed_key);
  if (place == 0 && n > 0)
    return;
  g_print ("%s -> %s:", typed, meant);
  for (int i = 0; i < n && i <= MAX (place, 2); i++)
    g_print (" [%.*s]", (int)matches[i].n_headword, matches[i].headword);
  g_print ("%s\n", place < n ? "" : " …");
}

static Library *
load (const char *cache_dir, char **paths, gsize n_paths)
{
  g_autofree LibrarySource *sources = g_new0 (LibrarySource, n_paths);
  LibraryOptions options = { .cache_dir = cache_dir };
  g_autoptr (GError) error = NULL;
  Library *library;

  for (gsize i = 0; i < n_paths; i++)
    sources[i] = (LibrarySource){ .path = paths[i], .required = TRUE };
  library = library_load (sources, n_paths, &options, &error);
  if (!library)
    fail (error->message);
  return library;
}

int
main (int argc, char **argv)
{
  g_autoptr (Library) library = NULL;
  g_autofree char *list = NULL;
  g_auto (GStrv) lines = NULL;
  Score score = { 0 };

  if (argc < 4)
    fail ("usage: measure-suggestions CACHE_DIR LIST SOURCE…");
  if (!g_file_get_contents (argv[2], &list, NULL, NULL))
    fail ("the list cannot be read");
  library = load (argv[1], argv + 3, (gsize)argc - 3);
  lines = g_strsplit (list, "\n", -1);
  for (gsize i = 0; lines[i]; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], "\t", 2);

      if (g_strv_length (words) == 2)
        try_word (library, words[0], words[1], &score);
    }
  g_print ("%u words: first %.1f %%, first three %.1f %%; %u are headwords; the longest took "
           "%.1f ms\n",
           score.n, 100.0 * score.n_first / score.n, 100.0 * score.n_third / score.n,
           score.n_headwords, (double)score.longest_us / 1e3);
  return 0;
}
