/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the dictionary engine alone costs, in one thread and without a server:
 *   bench-engine CACHE_DIR SOURCE…
 * Compiles the sources where CACHE_DIR has no compiled form of them, then asks headwords at random.
 */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "server/dictionary/library.h"

#define MAX_ENTRIES 20
#define LIMIT 50
#define MAX_SAMPLE 200000
#define MAX_MATCHES 1000
#define BATCH 64
#define SECONDS_EACH 0.7

typedef struct
{
  Library *library;
  GPtrArray *words;
  GByteArray *text; /* of the words, each with its NUL */
  LibrarySelection all;
  guint64 n_found;
} Bench;

/* One question about @word; the time it takes is what is measured. */
typedef void (*Ask) (Bench *bench, const char *word, gsize n_word);

static void
fail (const char *message)
{
  (void)fprintf (stderr, "bench-engine: %s\n", message);
  exit (1);
}

static void
ask_define (Bench *bench, const char *word, gsize n_word)
{
  LibraryEntry entries[MAX_ENTRIES];
  LibraryKey key;
  int n;

  library_fold (word, n_word, &key);
  n = library_define (bench->library, word, n_word, &key, &bench->all, MAX_ENTRIES, entries);
  bench->n_found += n > 0;
}

/* The first letters of a word, as one types. */
static void
ask_beginning (Bench *bench, const char *word, gsize n_letters)
{
  LibraryMatch matches[LIMIT];
  LibraryKey key;
  gboolean more;

  library_fold (word, n_letters, &key);
  bench->n_found += library_match (bench->library, &key, LIBRARY_STRATEGY_PREFIX, &bench->all,
                                   LIMIT, matches, &more) > 0;
}

static void
ask_letter (Bench *bench, const char *word, gsize n_word)
{
  ask_beginning (bench, word, MIN (n_word, 1));
}

static void
ask_prefix (Bench *bench, const char *word, gsize n_word)
{
  ask_beginning (bench, word, MIN (n_word, 3));
}

static void
ask_suffix (Bench *bench, const char *word, gsize n_word)
{
  LibraryMatch matches[LIMIT];
  LibraryKey key;
  gboolean more;
  gsize n_cut = n_word > 3 ? n_word - 3 : 0;

  library_fold (word + n_cut, n_word - n_cut, &key);
  bench->n_found += library_match (bench->library, &key, LIBRARY_STRATEGY_SUFFIX, &bench->all,
                                   LIMIT, matches, &more) > 0;
}

static void
ask_soundex (Bench *bench, const char *word, gsize n_word)
{
  LibraryMatch matches[LIMIT];
  LibraryKey key;
  gboolean more;

  library_fold (word, n_word, &key);
  bench->n_found += library_match (bench->library, &key, LIBRARY_STRATEGY_SOUNDEX, &bench->all,
                                   LIMIT, matches, &more) > 0;
}

static void
ask_absent (Bench *bench, const char *word, gsize n_word)
{
  char absent[64];

  n_word = MIN (n_word, sizeof absent - 1);
  for (gsize i = 0; i < n_word; i++)
    absent[i] = word[i];
  absent[n_word] = '7';
  ask_define (bench, absent, n_word + 1);
}

/* The time of the processor and not of the wall: others may use the machine. */
static gint64
cpu_ns (void)
{
  struct timespec now;

  if (clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now) < 0)
    fail ("the processor's time cannot be read");
  return (gint64)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void
measure (Bench *bench, const char *name, Ask ask)
{
  gint64 begin_ns = cpu_ns ();
  gint64 end_ns = begin_ns;
  gint64 best_ns = G_MAXINT64;
  gint64 worst_ns = 0;
  guint64 n = 0;
  const char *word = (const char *)bench->text->data;
  const char *words_end = word + bench->text->len;

  bench->n_found = 0;
  /* The clock is read once a batch. The fastest batch shows what the machine can do undisturbed,
   * the slowest what a single slow question does. */
  while ((double)(end_ns - begin_ns) < SECONDS_EACH * 1e9)
    {
      gint64 now_ns;

      for (guint i = 0; i < BATCH; i++, n++)
        {
          gsize n_word = strlen (word);

          ask (bench, word, n_word);
          word += n_word + 1;
          if (word == words_end)
            word = (const char *)bench->text->data;
        }
      now_ns = cpu_ns ();
      best_ns = MIN (best_ns, now_ns - end_ns);
      worst_ns = MAX (worst_ns, now_ns - end_ns);
      end_ns = now_ns;
    }
  g_print (
      "%-10s %9.3f us each (batches of " G_STRINGIFY (BATCH) ": %.3f to %.3f), %.1f %% found\n",
      name, (double)(end_ns - begin_ns) / 1e3 / (double)n, (double)best_ns / 1e3 / BATCH,
      (double)worst_ns / 1e3 / BATCH, 100.0 * (double)bench->n_found / (double)n);
}

/* --- what every key is asked --- */

#define MAX_SLOW 2000       /* questions of one kind */
#define SLOW_SECONDS 1.5    /* of one kind */
#define MIN_TYPO_LETTERS 4  /* of a word that is mistyped */
#define MAX_TYPO_LETTERS 14 /* the same */
#define MAX_TYPO 32         /* [bytes] */

/* A word of plain letters, @n_edits letters of it put in, left out, replaced or swapped. */
static gboolean
mistype (GRand *random, const char *word, guint n_edits, char *ret_typo)
{
  gsize n = strlen (word);

  if (n < MIN_TYPO_LETTERS || n > MAX_TYPO_LETTERS ||
      strspn (word, "abcdefghijklmnopqrstuvwxyz") != n)
    return FALSE;
  memcpy (ret_typo, word, n + 1);
  for (; n_edits > 0; n_edits--)
    {
      gsize at = (gsize)g_rand_int_range (random, 0, (gint32)n - 1);
      char letter = (char)g_rand_int_range (random, 'a', 'z' + 1);

      switch (g_rand_int_range (random, 0, 4))
        {
        case 0:
          memmove (ret_typo + at + 1, ret_typo + at, n - at + 1);
          ret_typo[at] = letter;
          n++;
          break;
        case 1:
          memmove (ret_typo + at, ret_typo + at + 1, n - at);
          n--;
          break;
        case 2:
          ret_typo[at] = letter;
          break;
        default:
          letter = ret_typo[at];
          ret_typo[at] = ret_typo[at + 1];
          ret_typo[at + 1] = letter;
          break;
        }
    }
  return TRUE;
}

static gboolean
make_one_edit (GRand *random, const char *word, char *ret_question)
{
  return mistype (random, word, 1, ret_question);
}

static gboolean
make_two_edits (GRand *random, const char *word, char *ret_question)
{
  return mistype (random, word, 2, ret_question);
}

/* Four letters from the middle of a word. */
static gboolean
make_part (GRand *random, const char *word, char *ret_question)
{
  gsize n = strlen (word);

  if (!mistype (random, word, 0, ret_question) || n < 6)
    return FALSE;
  memcpy (ret_question, word + n / 2 - 2, 4);
  ret_question[4] = '\0';
  return TRUE;
}

/* Its beginning, its end, and what is between left open. */
static gboolean
make_pattern (GRand *random, const char *word, char *ret_question)
{
  gsize n = strlen (word);

  if (!mistype (random, word, 0, ret_question))
    return FALSE;
  (void)g_snprintf (ret_question, MAX_TYPO, "^%.2s.*[%c-z]?%s$", word, word[2], word + n - 2);
  return TRUE;
}

typedef struct
{
  const char *name;
  gboolean (*make) (GRand *random, const char *word, char *ret_question);
  gboolean suggests;
  LibraryStrategy strategy; /* unless it suggests */
} SlowQuestion;

static int
ask_slow (Bench *bench, const SlowQuestion *question, const char *word)
{
  LibraryMatch matches[LIMIT];
  LibraryKey key;
  gboolean more;
  gsize n_word = strlen (word);

  library_fold (word, n_word, &key);
  if (question->suggests)
    return library_suggest (bench->library, &key, &bench->all, 8, NULL, matches);
  const LibraryScan scan = {
    .strategy = question->strategy,
    .word = word,
    .n_word = n_word,
    .key = &key,
    .selection = &bench->all,
    .limit = LIMIT,
  };
  return library_scan (bench->library, &scan, matches, &more, NULL);
}

static int
compare_times (const void *a, const void *b)
{
  gint64 one = *(const gint64 *)a, other = *(const gint64 *)b;

  return (one > other) - (one < other);
}

static void
measure_slow (Bench *bench, const SlowQuestion *question)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  g_autofree gint64 *times = g_new (gint64, MAX_SLOW);
  gint64 sum_ns = 0;
  guint n_found = 0;
  guint n = 0;

  for (guint i = 0; i < bench->words->len && n < MAX_SLOW && (double)sum_ns < SLOW_SECONDS * 1e9;
       i++)
    {
      char text[MAX_TYPO];
      gint64 begin_ns;

      if (!question->make (random, bench->words->pdata[i], text))
        continue;
      begin_ns = cpu_ns ();
      n_found += ask_slow (bench, question, text) > 0;
      times[n] = cpu_ns () - begin_ns;
      sum_ns += times[n++];
    }
  if (n == 0)
    return;
  qsort (times, n, sizeof *times, compare_times);
  const guint middle = n / 2;
  const guint high = n * 99 / 100;
  g_print ("%-10s p50 %8.3f ms, p99 %8.3f ms, max %8.3f ms (%u questions), %.1f %% found\n",
           question->name, (double)times[middle] / 1e6, (double)times[high] / 1e6,
           (double)times[n - 1] / 1e6, n, 100.0 * n_found / n);
}

static const SlowQuestion slow_questions[] = {
  { "fuzzy 1", make_one_edit, FALSE, LIBRARY_STRATEGY_FUZZY },
  { "fuzzy 2", make_two_edits, FALSE, LIBRARY_STRATEGY_FUZZY },
  { "suggest 1", make_one_edit, TRUE, LIBRARY_STRATEGY_FUZZY },
  { "suggest 2", make_two_edits, TRUE, LIBRARY_STRATEGY_FUZZY },
  { "substring", make_part, FALSE, LIBRARY_STRATEGY_SUBSTRING },
  { "regexp", make_pattern, FALSE, LIBRARY_STRATEGY_REGEXP },
};

/* --- the sample --- */

static void
shuffle (GPtrArray *words)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (guint i = words->len - 1; i > 0; i--)
    {
      guint other = (guint)g_rand_int_range (random, 0, (gint32)i + 1);
      gpointer swapped = words->pdata[i];

      words->pdata[i] = words->pdata[other];
      words->pdata[other] = swapped;
    }
}

/* Puts the words one after the other into one block: fetching them from all over the memory would
 * cost as much as looking them up. */
static void
lay_out (Bench *bench)
{
  for (guint i = 0; i < bench->words->len; i++)
    {
      const char *word = bench->words->pdata[i];

      g_byte_array_append (bench->text, (const guint8 *)word, (guint)strlen (word) + 1);
    }
}

/* A sample of headwords: what begins with any two letters, in no order. */
static void
gather_words (Bench *bench)
{
  g_autofree LibraryMatch *matches = g_new (LibraryMatch, MAX_MATCHES);

  for (guint i = 0; i < 26 * 26 && bench->words->len < MAX_SAMPLE; i++)
    {
      char letters[] = { (char)('a' + i / 26), (char)('a' + i % 26) };
      LibraryKey key;
      gboolean more;
      int n;

      library_fold (letters, sizeof letters, &key);
      n = library_match (bench->library, &key, LIBRARY_STRATEGY_PREFIX, &bench->all, MAX_MATCHES,
                         matches, &more);
      if (n < 0)
        fail ("a compiled file is damaged");
      for (int j = 0; j < n; j++)
        g_ptr_array_add (bench->words, g_strndup (matches[j].headword, matches[j].n_headword));
    }
  if (bench->words->len == 0)
    fail ("no headword begins with two letters");
  shuffle (bench->words);
  lay_out (bench);
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
  LibraryOptions options = { .cache_dir = cache_dir, .report = on_report };
  gint64 begin_us = g_get_monotonic_time ();
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
  (void)getrusage (RUSAGE_SELF, &usage);
  g_print ("load       %10.1f ms, at most %ld MiB of memory\n",
           (double)(g_get_monotonic_time () - begin_us) / 1e3, usage.ru_maxrss / 1024);
  return library;
}

int
main (int argc, char **argv)
{
  Bench bench = { .words = g_ptr_array_new_with_free_func (g_free), .text = g_byte_array_new () };
  Library *first;

  if (argc < 3)
    fail ("usage: bench-engine CACHE_DIR SOURCE…");
  first = load (argv[1], argv + 2, (gsize)argc - 2);
  bench.library = load (argv[1], argv + 2, (gsize)argc - 2);
  library_unref (first);

  for (guint i = 0; i < library_n_dictionaries (bench.library); i++)
    g_print ("%-10s %10" G_GUINT64_FORMAT " entries\n", library_info (bench.library, i)->name,
             library_info (bench.library, i)->n_entries);
  gather_words (&bench);
  measure (&bench, "define", ask_define);
  measure (&bench, "absent", ask_absent);
  measure (&bench, "letter", ask_letter);
  measure (&bench, "prefix", ask_prefix);
  measure (&bench, "suffix", ask_suffix);
  measure (&bench, "soundex", ask_soundex);
  for (gsize i = 0; i < G_N_ELEMENTS (slow_questions); i++)
    measure_slow (&bench, &slow_questions[i]);
  library_unref (bench.library);
  g_ptr_array_unref (bench.words);
  g_byte_array_unref (bench.text);
  return 0;
}
