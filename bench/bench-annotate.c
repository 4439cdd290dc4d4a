/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How well and how fast words are found in text, in one thread and without a server:
 *   bench-annotate CACHE_DIR DATA_DIR ENGLISH_TEXT SOURCE…
 * DATA_DIR holds segmentation.txt, sentences cut by hand with spaces, and inflections.tsv, forms
 * and their lemmas (tests/dictionary/data). ENGLISH_TEXT is any text of 8 kB or more. The result is
 * a failure when fewer than 90 % of the word borders agree or 99 % of the forms are found, which
 * takes a Chinese and an English dictionary.
 */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/dictionary/library.h"

#define N_TEXT 8192 /* [bytes] */
#define MAX_SPANS (N_TEXT / 2 + 1)
#define MAX_ENTRIES 100
#define N_ROUNDS 30
#define LEAST_BORDERS 0.90
#define LEAST_FORMS 0.99

static const LibrarySelection all = { .n_indexes = 0 };
static LibrarySpan spans[MAX_SPANS];

static void
fail (const char *message)
{
  (void)fprintf (stderr, "bench-annotate: %s\n", message);
  exit (2);
}

static Library *
load (const char *cache_dir, char **paths, gsize n_paths)
{
  g_autofree LibrarySource *sources = g_new0 (LibrarySource, n_paths);
  LibraryOptions options = { .cache_dir = cache_dir };
  GError *error = NULL;
  Library *library;

  for (gsize i = 0; i < n_paths; i++)
    {
      sources[i].path = paths[i];
      sources[i].required = TRUE;
    }
  library = library_load (sources, n_paths, &options, &error);
  if (!library)
    fail (error->message);
  return library;
}

static char *
read_file (const char *dir, const char *name)
{
  g_autofree char *path = dir ? g_build_filename (dir, name, NULL) : g_strdup (name);
  g_autoptr (GError) error = NULL;
  char *text;

  if (!g_file_get_contents (path, &text, NULL, &error))
    fail (error->message);
  if (!g_utf8_validate (text, -1, NULL))
    fail ("not UTF-8");
  return text;
}

/* --- borders --- */

typedef struct
{
  guint n_borders; /* in the sentences as they were cut */
  guint n_found;   /* by annotate */
  guint n_agreed;
} Borders;

/* The borders inside of a sentence; what is no headword ends where the next word begins. */
static void
compare_borders (const Library *library, const char *sentence, Borders *borders)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GHashTable) ends = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) found = g_hash_table_new (NULL, NULL);
  g_auto (GStrv) words = g_strsplit (sentence, " ", -1);
  GHashTableIter iter;
  gpointer border;
  guint at = 0;
  int n;

  for (char **word = words; *word; word++)
    {
      g_string_append (text, *word);
      at += (guint)g_utf8_strlen (*word, -1);
      g_hash_table_add (ends, GUINT_TO_POINTER (at));
    }
  g_hash_table_remove (ends, GUINT_TO_POINTER (at));
  n = library_annotate (library, text->str, text->len, LIBRARY_WHOLE_TEXT, &all, MAX_SPANS, spans);
  for (int i = 0; i < n; i++)
    {
      if (spans[i].start > 0)
        g_hash_table_add (found, GUINT_TO_POINTER (spans[i].start));
      if (spans[i].end < at)
        g_hash_table_add (found, GUINT_TO_POINTER (spans[i].end));
    }
  borders->n_borders += g_hash_table_size (ends);
  borders->n_found += g_hash_table_size (found);
  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, &border, NULL))
    borders->n_agreed += g_hash_table_contains (ends, border);
}

static gboolean
judge_segmentation (const Library *library, const char *sentences)
{
  g_auto (GStrv) lines = g_strsplit (sentences, "\n", -1);
  Borders borders = { 0, 0, 0 };
  double recall, precision;

  for (char **line = lines; *line; line++)
    {
      if (**line != '\0' && **line != '#')
        compare_borders (library, *line, &borders);
    }
  recall = (double)borders.n_agreed / MAX (borders.n_borders, 1);
  precision = (double)borders.n_agreed / MAX (borders.n_found, 1);
  g_print ("borders    %u of %u found (%.1f %%), %.1f %% of those found are right\n",
           borders.n_agreed, borders.n_borders, 100 * recall, 100 * precision);
  return recall >= LEAST_BORDERS && precision >= LEAST_BORDERS;
}

/* --- forms --- */

static gboolean
leads_to (const Library *library, const char *form, const char *lemma)
{
  LibraryEntry entries[MAX_ENTRIES];
  LibraryKey key;
  int n;

  library_fold (form, strlen (form), &key);
  n = library_define (library, form, strlen (form), &key, &all, MAX_ENTRIES, entries);
  for (int i = 0; i < n; i++)
    {
      if (entries[i].is_lemma && entries[i].n_headword == strlen (lemma) &&
          g_ascii_strncasecmp (entries[i].headword, lemma, strlen (lemma)) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
judge_inflections (const Library *library, const char *pairs)
{
  g_auto (GStrv) lines = g_strsplit (pairs, "\n", -1);
  guint n_pairs = 0, n_found = 0;

  for (char **line = lines; *line; line++)
    {
      g_auto (GStrv) pair = g_strsplit (*line, "\t", 2);

      if (**line == '\0' || **line == '#')
        continue;
      n_pairs++;
      if (pair[0] && pair[1] && leads_to (library, pair[0], pair[1]))
        n_found++;
      else
        g_print ("lost       %s\n", *line);
    }
  g_print ("forms      %u of %u lead to their lemma (%.1f %%)\n", n_found, n_pairs,
           100.0 * n_found / MAX (n_pairs, 1));
  return n_found >= LEAST_FORMS * n_pairs;
}

/* --- time --- */

static double
cpu_ms (void)
{
  struct timespec now;

  if (clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now) < 0)
    fail ("the processor's time cannot be read");
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void
measure (const Library *library, const char *name, const char *text, gsize n_text)
{
  gint64 n_points = g_utf8_strlen (text, (gssize)n_text);
  double best_ms = G_MAXDOUBLE, worst_ms = 0, worst_at_ms = 0;
  int n = 0;

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      double begin_ms = cpu_ms ();

      n = library_annotate (library, text, n_text, LIBRARY_WHOLE_TEXT, &all, MAX_SPANS, spans);
      best_ms = MIN (best_ms, cpu_ms () - begin_ms);
      worst_ms = MAX (worst_ms, cpu_ms () - begin_ms);
    }
  for (gint64 at = 0; at < n_points; at += 7)
    {
      double begin_ms = cpu_ms ();

      (void)library_annotate (library, text, n_text, at, &all, MAX_SPANS, spans);
      worst_at_ms = MAX (worst_at_ms, cpu_ms () - begin_ms);
    }
  g_print ("%-10s %5d spans, %7.3f to %7.3f ms; at one place at most %.3f ms\n", name, n, best_ms,
           worst_ms, worst_at_ms);
}

static void
measure_repeated (const Library *library, const char *name, const char *piece)
{
  g_autoptr (GString) text = g_string_new (NULL);

  while (text->len + strlen (piece) <= N_TEXT)
    g_string_append (text, piece);
  measure (library, name, text->str, text->len);
}

/* As much of @text as is asked at most, whole characters. */
static void
measure_text (const Library *library, const char *name, const char *text)
{
  gsize n = strlen (text);

  if (n > N_TEXT)
    for (n = N_TEXT; ((guchar)text[n] & 0xc0) == 0x80; n--)
      continue;
  measure (library, name, text, n);
}

int
main (int argc, char **argv)
{
  g_autofree char *sentences = NULL, *pairs = NULL, *english = NULL;
  g_autoptr (GString) chinese = NULL;
  Library *library;
  gboolean is_good;

  if (argc < 5)
    fail ("usage: bench-annotate CACHE_DIR DATA_DIR ENGLISH_TEXT SOURCE…");
  library = load (argv[1], argv + 4, (gsize)argc - 4);
  sentences = read_file (argv[2], "segmentation.txt");
  pairs = read_file (argv[2], "inflections.tsv");
  english = read_file (NULL, argv[3]);
  chinese = g_string_new (sentences);
  g_string_replace (chinese, " ", "", 0);
  while (chinese->len <= 2 * N_TEXT)
    g_string_append_len (chinese, chinese->str, (gssize)chinese->len);

  is_good = judge_segmentation (library, sentences);
  is_good &= judge_inflections (library, pairs);
  measure_text (library, "Chinese", strchr (chinese->str, '\n') + 1);
  measure_text (library, "English", english);
  measure_repeated (library, "a", "a");
  measure_repeated (library, "spaces", " ");
  measure_repeated (library, "marks", "\xcc\x81\xcc\xa7");
  measure_repeated (library, "family", "👨‍👩‍👧‍👦");
  measure_repeated (library, "Arabic", "مرحبا بالعالم ");
  measure_repeated (library, "Cyrillic", "слово ");
  measure_repeated (library, "the", "the ");
  measure_repeated (library, "yi", "一");
  measure_repeated (library, "ligature", "\xef\xb7\xba");
  library_unref (library);
  return is_good ? 0 : 1;
}
