/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What full-text search costs, in one thread and without a server:
 *   bench-search CACHE_DIR SOURCE… [-- TEXT…]
 * Compiles and indexes the sources where CACHE_DIR has nothing of them, then asks questions of
 * several kinds; or the texts, and shows the answers.
 */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "server/dictionary/library.h"

#define LIMIT 20
#define N_QUESTIONS 400 /* of each kind */
#define MAX_WORDS 10

/* Words that stand in entries everywhere: English, of explanations, Chinese. */
static const char *const common[] = {
  "the", "of", "a",    "in",   "to", "and", "or", "n",    "v",  "vt",  "abbr", "的",   "人",
  "一",  "不", "中",   "大",   "地", "用",  "or", "with", "by", "for", "not",  "医",   "化",
  "计",  "法", "网络", "系统", "使", "性",  "an", "is",   "be", "as",  "that", "from", "物",
};

typedef struct
{
  const Library *library;
  LibrarySelection all;
  GRand *random;
  GPtrArray *words; /* out of headwords */
  LibraryHit hits[LIMIT];
} Bench;

/* Makes a question. */
typedef void (*Make) (Bench *bench, GString *text);

static void
fail (const char *message)
{
  (void)fprintf (stderr, "bench-search: %s\n", message);
  exit (1);
}

/* The time of the processor and not of the wall: others may use the machine. */
static gint64
cpu_us (void)
{
  struct timespec now;

  if (clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now) < 0)
    fail ("the processor's time cannot be read");
  return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static gint64
ask (Bench *bench, const char *text, guint *ret_n_hits)
{
  LibrarySearch search = { text, strlen (text), &bench->all, LIMIT, NULL };
  gint64 begin_us = cpu_us ();
  gboolean more;

  if (library_search (bench->library, &search, bench->hits, ret_n_hits, &more) !=
      LIBRARY_SEARCH_DONE)
    fail ("a search failed");
  return cpu_us () - begin_us;
}

static void
append_word (GString *text, const char *word)
{
  if (text->len > 0)
    g_string_append_c (text, ' ');
  g_string_append (text, word);
}

static const char *
any_word (Bench *bench)
{
  return bench->words->pdata[g_rand_int_range (bench->random, 0, (gint32)bench->words->len)];
}

static const char *
any_common (Bench *bench)
{
  return common[g_rand_int_range (bench->random, 0, G_N_ELEMENTS (common))];
}

static void
make_word (Bench *bench, GString *text)
{
  append_word (text, any_word (bench));
}

static void
make_common (Bench *bench, GString *text)
{
  append_word (text, any_common (bench));
}

static void
make_common_pair (Bench *bench, GString *text)
{
  append_word (text, any_common (bench));
  append_word (text, any_common (bench));
}

static void
make_mixed (Bench *bench, GString *text)
{
  append_word (text, any_word (bench));
  append_word (text, any_common (bench));
}

static void
make_ten_common (Bench *bench, GString *text)
{
  for (guint i = 0; i < MAX_WORDS; i++)
    append_word (text, any_common (bench));
}

static void
make_ten_words (Bench *bench, GString *text)
{
  for (guint i = 0; i < MAX_WORDS; i++)
    append_word (text, any_word (bench));
}

/* Two or three Chinese characters together, taken at random: seldom a word. */
static void
make_characters (Bench *bench, GString *text)
{
  static const char characters[] = "的人一不中大地用医化计法网系使性物水电动机器学生国家分";

  for (gint i = g_rand_int_range (bench->random, 2, 4); i > 0; i--)
    g_string_append_len (
        text, characters + 3 * g_rand_int_range (bench->random, 0, sizeof characters / 3), 3);
}

static void
make_phrase (Bench *bench, GString *text)
{
  g_string_append_printf (text, "\"%s %s %s\"", any_common (bench), any_word (bench),
                          any_common (bench));
}

static void
make_common_phrase (Bench *bench, GString *text)
{
  g_string_append_printf (text, "\"%s %s %s\"", any_common (bench), any_common (bench),
                          any_common (bench));
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 one = *(const gint64 *)a;
  gint64 other = *(const gint64 *)b;

  return one < other ? -1 : one > other;
}

static void
measure (Bench *bench, const char *name, Make make)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *worst = NULL;
  gint64 times[N_QUESTIONS];
  gint64 worst_us = -1;
  guint n_found = 0;

  for (guint i = 0; i < N_QUESTIONS; i++)
    {
      guint n_hits;

      g_string_truncate (text, 0);
      make (bench, text);
      times[i] = ask (bench, text->str, &n_hits);
      n_found += n_hits > 0;
      if (times[i] > worst_us)
        {
          worst_us = times[i];
          g_free (worst);
          worst = g_strdup (text->str);
        }
    }
  qsort (times, N_QUESTIONS, sizeof *times, compare_times);
  g_print ("%-14s p50 %6" G_GINT64_FORMAT " us, p99 %6" G_GINT64_FORMAT
           " us, at most %6" G_GINT64_FORMAT " us (%s); found: %u %%\n",
           name, times[N_QUESTIONS / 2], times[N_QUESTIONS * 99 / 100], worst_us, worst,
           100 * n_found / N_QUESTIONS);
}

/* What begins with any two letters: a sample of headwords. */
static void
gather_words (Bench *bench)
{
  for (guint i = 0; i < 26 * 26; i++)
    {
      char letters[] = { (char)('a' + i / 26), (char)('a' + i % 26) };
      LibraryMatch matches[LIMIT];
      LibraryKey key;
      gboolean more;
      int n;

      library_fold (letters, sizeof letters, &key);
      n = library_match (bench->library, &key, LIBRARY_STRATEGY_PREFIX, &bench->all, LIMIT, matches,
                         &more);
      for (int j = 0; j < n; j++)
        g_ptr_array_add (bench->words, g_strndup (matches[j].headword, matches[j].n_headword));
    }
  if (bench->words->len == 0)
    fail ("no headword begins with two letters");
}

static void
on_report (const char *message, gpointer data)
{
  g_print ("%s\n", message);
}

static Library *
load (const char *cache_dir, char **paths, gsize n_paths)
{
  g_autofree LibrarySource *sources = g_new0 (LibrarySource, n_paths);
  LibraryOptions options = { .cache_dir = cache_dir, .report = on_report, .wants_search = TRUE };
  gint64 begin_us = cpu_us ();
  GError *error = NULL;
  struct rusage usage;
  Library *library;

  for (gsize i = 0; i < n_paths; i++)
    {
      sources[i].path = paths[i];
      sources[i].required = TRUE;
    }
  library = library_load (sources, n_paths, &options, &error);
  if (!library)
    fail (error->message);
  g_print ("load    %10.1f ms\n", (double)(cpu_us () - begin_us) / 1e3);
  library_index (library, &options);
  (void)getrusage (RUSAGE_SELF, &usage);
  g_print ("indexed %10.1f ms, at most %ld MiB of memory\n", (double)(cpu_us () - begin_us) / 1e3,
           usage.ru_maxrss / 1024);
  return library;
}

static void
show (Bench *bench, const char *text)
{
  guint n_hits;
  gint64 time_us = ask (bench, text, &n_hits);

  g_print ("%s: %.2f ms\n", text, (double)time_us / 1e3);
  for (guint i = 0; i < n_hits; i++)
    {
      const LibraryHit *hit = &bench->hits[i];

      g_print ("  %s %.*s: %.*s\n", library_info (bench->library, hit->dictionary)->name,
               (int)hit->n_headword, hit->headword, (int)hit->n_snippet, hit->snippet);
    }
}

static void
measure_all (Bench *bench)
{
  gather_words (bench);
  measure (bench, "word", make_word);
  measure (bench, "common", make_common);
  measure (bench, "common pair", make_common_pair);
  measure (bench, "mixed", make_mixed);
  measure (bench, "ten words", make_ten_words);
  measure (bench, "ten common", make_ten_common);
  measure (bench, "characters", make_characters);
  measure (bench, "phrase", make_phrase);
  measure (bench, "common phrase", make_common_phrase);
}

int
main (int argc, char **argv)
{
  Bench bench = {
    .random = g_rand_new_with_seed (1),
    .words = g_ptr_array_new_with_free_func (g_free),
  };
  int n_paths = 0;
  Library *library;

  while (2 + n_paths < argc && strcmp (argv[2 + n_paths], "--") != 0)
    n_paths++;
  if (n_paths == 0)
    fail ("usage: bench-search CACHE_DIR SOURCE… [-- TEXT…]");
  library = load (argv[1], argv + 2, (gsize)n_paths);
  library_unref (library);
  library = load (argv[1], argv + 2, (gsize)n_paths);
  bench.library = library;
  if (3 + n_paths < argc)
    {
      for (int i = 3 + n_paths; i < argc; i++)
        show (&bench, argv[i]);
    }
  else
    measure_all (&bench);
  library_unref (library);
  g_ptr_array_unref (bench.words);
  g_rand_free (bench.random);
  return 0;
}
