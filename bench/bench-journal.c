/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the journal of chat alone costs, in one thread and without a server:
 *   bench-journal DIR [N_MESSAGES]
 * Appends in batches, then pages, searches and starts in a room of N_MESSAGES. DIR must not exist.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "server/chat/journal-reader.h"
#include "server/chat/journal.h"

#define DEFAULT_MESSAGES 1000000
#define SECONDS_EACH 1.0
#define MAX_BATCH 100
#define FILL_BATCH 500
#define FEW_NICKS 10
#define MANY_NICKS 1000
#define MAX_SAMPLES 200000
#define START_MS (G_GINT64_CONSTANT (1763600000) * 1000)

typedef struct
{
  char *dir;
  Journal *journal;
  guint32 room;
  guint n_nicks; /* that say something with a key; 0: nothing has one */
  guint64 n_keys;
  gint64 now_ms;
  gboolean is_filling; /* with ever other sentences */
  double *samples_us;
} Bench;

static void
fail (const char *message)
{
  (void)fprintf (stderr, "bench-journal: %s\n", message);
  exit (1);
}

static int
compare_doubles (const void *a, const void *b)
{
  double one = *(const double *)a, other = *(const double *)b;

  return (one > other) - (one < other);
}

static gint64
cpu_ns (void)
{
  struct timespec now;

  if (clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now) < 0)
    fail ("the processor's time cannot be read");
  return (gint64)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* --- what is said --- */

/* Words as they are in a language: few are common and most are rare. */
static guint
random_rank (guint n)
{
  double x = g_random_double ();

  return (guint)(x * x * x * x * (double)n);
}

static void
append_sentence (GString *body)
{
  gboolean is_chinese = g_random_int_range (0, 2) == 0;
  guint n_words = (guint)g_random_int_range (3, 20);

  g_string_assign (body, "\"kind\":\"text\",\"text\":\"");
  for (guint i = 0; i < n_words; i++)
    {
      if (is_chinese)
        {
          g_string_append_unichar (body, 0x4e00 + random_rank (6000));
          g_string_append_unichar (body, 0x4e00 + random_rank (6000));
        }
      else
        g_string_append_printf (body, "%sw%u", i > 0 ? " " : "", random_rank (50000));
    }
  g_string_append_c (body, '"');
}

static void
append_batch (Bench *bench, guint n)
{
  static GString *bodies[FILL_BATCH];
  static char keys[FILL_BATCH][32];
  static char nicks[FILL_BATCH][16];
  JournalEntry entries[FILL_BATCH];
  GError *error = NULL;

  for (guint i = 0; i < n; i++)
    {
      guint nick = (guint)(bench->n_keys % MAX (bench->n_nicks, FEW_NICKS));

      if (!bodies[i])
        bodies[i] = g_string_new (NULL);
      if (bodies[i]->len == 0 || bench->is_filling)
        append_sentence (bodies[i]);
      (void)g_snprintf (nicks[i], sizeof nicks[i], "nick%u", nick);
      /* What a client makes of its start and a count. */
      (void)g_snprintf (keys[i], sizeof keys[i], "8f3a%u-%" G_GUINT64_FORMAT, nick,
                        bench->n_keys++);
      entries[i] = (JournalEntry){
        .room = bench->room,
        .nick = nicks[i],
        .nick_folded = nicks[i],
        .key = bench->n_nicks > 0 ? keys[i] : NULL,
        .n_key = strlen (keys[i]),
        .body = bodies[i]->str,
        .n_body = bodies[i]->len,
        .time_ms = bench->now_ms++,
      };
    }
  if (!journal_append (bench->journal, entries, n, &error))
    fail (error->message);
}

/* --- appending --- */

static void
open_journal (Bench *bench, JournalDurability durability)
{
  GError *error = NULL;

  bench->journal = journal_open (bench->dir, durability, &error);
  if (!bench->journal)
    fail (error->message);
}

/* The processor's time, the checkpointer's included, and the wall's for a batch: others may use the
 * machine, and a disk has its own pace. */
static void
measure_append (Bench *bench, guint n_batch, const char *name)
{
  gint64 begin_us = g_get_monotonic_time ();
  gint64 begin_cpu_ns = cpu_ns ();
  gint64 before_us = begin_us;
  guint n = 0;

  while ((double)(before_us - begin_us) < SECONDS_EACH * 1e6 && n < MAX_SAMPLES)
    {
      gint64 after_us;

      append_batch (bench, n_batch);
      after_us = g_get_monotonic_time ();
      bench->samples_us[n++] = (double)(after_us - before_us);
      before_us = after_us;
    }
  qsort (bench->samples_us, n, sizeof *bench->samples_us, compare_doubles);
  g_print ("%-8s %4u nicks with keys, batch of %3u: a message %7.2f us of CPU, %7.2f us at p50; "
           "a batch p99 %6.0f max %6.0f us\n",
           name, bench->n_nicks, n_batch, (double)(cpu_ns () - begin_cpu_ns) / 1e3 / n / n_batch,
           bench->samples_us[n / 2] / n_batch, bench->samples_us[n * 99 / 100],
           bench->samples_us[n - 1]);
}

static void
remove_files (const Bench *bench)
{
  const char *const names[] = { "chat.db",        "chat.db-wal",        "chat.db-shm",
                                "chat-search.db", "chat-search.db-wal", "chat-search.db-shm" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (bench->dir, names[i], NULL);

      (void)g_unlink (path);
    }
}

static void
measure_appends (Bench *bench)
{
  static const char *const names[] = { "full", "process", "none" };
  static const guint batches[] = { 1, 10, MAX_BATCH };
  static const guint nicks[] = { 0, FEW_NICKS, MANY_NICKS };

  for (guint durability = JOURNAL_DURABILITY_FULL; durability <= JOURNAL_DURABILITY_NONE;
       durability++)
    for (guint i = 0; i < G_N_ELEMENTS (nicks); i++)
      for (guint j = 0; j < G_N_ELEMENTS (batches); j++)
        {
          open_journal (bench, durability);
          bench->room = journal_add_room (bench->journal, "lobby");
          bench->n_nicks = nicks[i];
          measure_append (bench, batches[j], names[durability]);
          journal_close (bench->journal);
          remove_files (bench);
        }
  bench->n_nicks = 0;
}

/* --- a long room --- */

/* Of @n calls of the same kind: the processor's time where it is pages and searches. */
static void
report (Bench *bench, const char *name, guint n, int n_found)
{
  qsort (bench->samples_us, n, sizeof *bench->samples_us, compare_doubles);
  g_print ("%-36s p50 %8.3f p99 %8.3f max %8.3f ms, %d found\n", name,
           bench->samples_us[n / 2] / 1e3, bench->samples_us[n * 99 / 100] / 1e3,
           bench->samples_us[n - 1] / 1e3, n_found);
}

static gboolean
take (const JournalMessage *message, gpointer data)
{
  return TRUE;
}

static void
fill (Bench *bench, guint n_messages)
{
  gint64 begin_us = g_get_monotonic_time ();

  for (guint i = 0; i < n_messages; i += FILL_BATCH)
    append_batch (bench, FILL_BATCH);
  g_print ("filled with %u messages in %.1f s\n", n_messages,
           (double)(g_get_monotonic_time () - begin_us) / 1e6);
}

static void
measure_start (Bench *bench, const char *name)
{
  const guint n = 20;

  for (guint i = 0; i < n; i++)
    {
      gint64 begin_us = g_get_monotonic_time ();

      open_journal (bench, JOURNAL_DURABILITY_PROCESS);
      bench->samples_us[i] = (double)(g_get_monotonic_time () - begin_us);
      journal_close (bench->journal);
    }
  report (bench, name, n, 0);
}

/* The start after a server that was killed while it wrote as fast as it could. */
static void
measure_recovery (Bench *bench)
{
  const guint n = 10;
  guint64 n_most = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *log = g_build_filename (bench->dir, "chat.db-wal", NULL);
      struct stat status = { 0 };
      gint64 begin_us;
      pid_t child = fork ();

      if (child == 0)
        {
          open_journal (bench, JOURNAL_DURABILITY_PROCESS);
          bench->n_nicks = FEW_NICKS;
          for (guint j = 0; j < 100 + i * 40; j++)
            append_batch (bench, MAX_BATCH);
          (void)kill (getpid (), SIGKILL);
        }
      if (child < 0 || waitpid (child, NULL, 0) < 0)
        fail ("no process can be started");
      (void)stat (log, &status);
      n_most = MAX (n_most, (guint64)status.st_size);
      begin_us = g_get_monotonic_time ();
      open_journal (bench, JOURNAL_DURABILITY_PROCESS);
      bench->samples_us[i] = (double)(g_get_monotonic_time () - begin_us);
      journal_close (bench->journal);
    }
  report (bench, "start after SIGKILL", n, 0);
  g_print ("  with a log of up to %.1f MiB\n", (double)n_most / 1048576);
}

static void
measure_pages (Bench *bench, JournalReader *reader, guint n_messages)
{
  const guint n = 2000;
  int n_found = 0;

  for (guint i = 0; i < n; i++)
    {
      gint64 begin_ns = cpu_ns ();
      gint64 at = g_random_int_range (51, (gint32)n_messages);

      n_found = i % 2 == 0
                    ? journal_reader_after (reader, bench->room, at - 50, 50, take, NULL, NULL)
                    : journal_reader_before (reader, bench->room, at, 50, take, NULL, NULL);
      bench->samples_us[i] = (double)(cpu_ns () - begin_ns) / 1e3;
    }
  report (bench, "page of 50 anywhere", n, n_found);
}

static void
measure_trim (Bench *bench)
{
  const guint n = 200;
  gint64 first_seq = 0;
  int n_deleted = 0;

  for (guint i = 0; i < n; i++)
    {
      gint64 begin_us = g_get_monotonic_time ();

      n_deleted = journal_trim (bench->journal, bench->room, G_MAXINT64, 0, 200, &first_seq, NULL);
      bench->samples_us[i] = (double)(g_get_monotonic_time () - begin_us);
    }
  report (bench, "delete 200", n, n_deleted);
}

static void
measure_index (JournalReader *reader)
{
  gint64 begin_us = g_get_monotonic_time ();
  gint64 worst_us = 0;
  guint n_all = 0;
  int n;

  do
    {
      gint64 before_us = g_get_monotonic_time ();

      n = journal_reader_index (reader, 1000, NULL);
      n_all += (guint)n;
      worst_us = MAX (worst_us, g_get_monotonic_time () - before_us);
    }
  while (n > 0);
  g_print ("indexed %u in %.1f s; the slowest 1000 took %.0f ms\n", n_all,
           (double)(g_get_monotonic_time () - begin_us) / 1e6, (double)worst_us / 1e3);
}

static void
measure_search (
    Bench *bench, JournalReader *reader, guint32 room, const char *text, const char *what)
{
  const guint n = 20;
  g_autofree char *name = g_strdup_printf ("search %s, %s", what,
                                           room == 0             ? "all"
                                           : room == bench->room ? "room"
                                                                 : "small");
  int n_found = 0;

  for (guint i = 0; i < n; i++)
    {
      gint64 begin_ns = cpu_ns ();

      n_found = journal_reader_search (reader, room, text, 50, take, NULL, NULL);
      bench->samples_us[i] = (double)(cpu_ns () - begin_ns) / 1e3;
    }
  report (bench, name, n, n_found);
}

static void
measure_searches (Bench *bench, JournalReader *reader, guint32 small_room)
{
  static const struct
  {
    const char *text;
    const char *what;
  } questions[] = {
    { "w0", "common word" },
    { "w0 w1 w2", "three common words" },
    { "w40001", "rare word" },
    { "w40001 w0", "rare and common word" },
    { "w49999 w49998", "two rare words" },
    { "w0 一", "common, never together" },
    { "nowhere", "absent word" },
    { "一", "common character" },
    { "一丁", "two common characters" },
    { "一一一一一", "same character five times" },
    { "怀态", "two rare characters" },
  };
  const guint32 rooms[] = { bench->room, 0, small_room };

  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    for (guint j = 0; j < G_N_ELEMENTS (rooms); j++)
      measure_search (bench, reader, rooms[j], questions[i].text, questions[i].what);
}

static void
measure_long_room (Bench *bench, guint n_messages)
{
  guint32 small_room, room;
  JournalReader *reader;
  GError *error = NULL;

  bench->is_filling = TRUE;
  open_journal (bench, JOURNAL_DURABILITY_PROCESS);
  room = journal_add_room (bench->journal, "lobby");
  small_room = journal_add_room (bench->journal, "attic");
  bench->room = small_room;
  append_batch (bench, MAX_BATCH);
  bench->room = room;
  fill (bench, n_messages);
  journal_close (bench->journal);
  measure_start (bench, "start");
  measure_recovery (bench);
  open_journal (bench, JOURNAL_DURABILITY_PROCESS);
  reader = journal_reader_open (bench->dir, &error);
  if (!reader)
    fail (error->message);
  measure_pages (bench, reader, n_messages);
  measure_index (reader);
  measure_searches (bench, reader, small_room);
  measure_trim (bench);
  journal_reader_close (reader);
  journal_close (bench->journal);
}

int
main (int argc, char **argv)
{
  Bench bench = { .now_ms = START_MS };
  guint64 n_messages = DEFAULT_MESSAGES;

  if (argc < 2 || argv[1][0] == '-')
    fail ("usage: bench-journal DIR [N_MESSAGES]");
  if (argc > 2 &&
      !g_ascii_string_to_unsigned (argv[2], 10, FILL_BATCH, G_MAXINT32, &n_messages, NULL))
    fail ("N_MESSAGES is a number, and not a small one");
  bench.dir = argv[1];
  if (g_mkdir (bench.dir, 0700) < 0)
    fail ("DIR must not exist, and must be one that can be made");
  g_random_set_seed (1);
  bench.samples_us = g_new (double, MAX_SAMPLES);
  measure_appends (&bench);
  measure_long_room (&bench, (guint)n_messages);
  remove_files (&bench);
  (void)g_rmdir (bench.dir);
  g_free (bench.samples_us);
  return 0;
}
