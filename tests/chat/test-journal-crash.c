/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A server that is killed in the middle, a log that was cut by a loss of power, a log that grows
 * under a writer that never rests, and a backup that is made while somebody writes.
 */
#include <glib/gstdio.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/chat/journal-fixture.h"

#define NOW_MS (G_GINT64_CONSTANT (1763600000) * 1000)
#define N_KILLS 25
#define N_ROOMS 3
#define MAX_BATCH 20
#define DEADLINE_US (60 * G_USEC_PER_SEC)

/* What a writer says: the number of the message in the text, so that a wrong one shows. */
static char *
text_of (guint32 room, gint64 seq)
{
  return g_strdup_printf ("room %u seq %" G_GINT64_FORMAT, room, seq);
}

/* --- killed --- */

typedef struct
{
  guint32 room;
  gint64 seq;
} Ack;

/* The server's part: appends until it is killed, and tells of each batch that was acknowledged. */
static void
write_until_killed (const char *data_dir, int acks_fd, guint seed)
{
  Journal *journal = journal_open (data_dir, JOURNAL_DURABILITY_PROCESS, NULL);
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  gint64 last[N_ROOMS + 1];

  if (!journal)
    _exit (1);
  for (guint32 room = 1; room <= N_ROOMS; room++)
    {
      JournalEntry probe = journal_fixture_entry (room, "probe", NOW_MS);

      if (!journal_append (journal, &probe, 1, NULL))
        _exit (2);
      last[room] = probe.seq;
    }
  for (;;)
    {
      JournalEntry batch[MAX_BATCH];
      Ack acks[MAX_BATCH];
      guint n = (guint)g_rand_int_range (random, 1, MAX_BATCH + 1);

      for (guint i = 0; i < n; i++)
        {
          guint32 room = (guint32)g_rand_int_range (random, 1, N_ROOMS + 1);
          g_autofree char *text = text_of (room, ++last[room]);

          batch[i] = journal_fixture_entry (room, text, NOW_MS);
          acks[i] = (Ack){ room, last[room] };
        }
      if (!journal_append (journal, batch, n, NULL))
        _exit (3);
      for (guint i = 0; i < n; i++)
        {
          if (batch[i].seq != acks[i].seq)
            _exit (4);
        }
      if (write (acks_fd, acks, n * sizeof *acks) != (ssize_t)(n * sizeof *acks))
        _exit (5);
    }
}

/* Starts a writer, kills it after so many acknowledgements, and notes what it acknowledged. */
static void
run_and_kill (JournalFixture *fixture, guint n_acks, guint seed, gint64 acked[N_ROOMS + 1])
{
  int fds[2];
  pid_t child;
  guint n = 0;
  int status;
  Ack ack;

  g_assert_cmpint (pipe (fds), ==, 0);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      (void)close (fds[0]);
      write_until_killed (fixture->data_dir, fds[1], seed);
    }
  (void)close (fds[1]);
  while (read (fds[0], &ack, sizeof ack) == sizeof ack)
    {
      acked[ack.room] = MAX (acked[ack.room], ack.seq);
      if (++n == n_acks)
        g_assert_cmpint (kill (child, SIGKILL), ==, 0);
    }
  (void)close (fds[0]);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpuint (n, >=, n_acks);
}

typedef struct
{
  guint32 room;
  gint64 next_seq;
} Sequence;

static gboolean
check_next (const JournalMessage *message, gpointer data)
{
  Sequence *sequence = data;
  g_autofree char *text = text_of (sequence->room, message->seq);

  g_assert_cmpint (message->seq, ==, sequence->next_seq);
  sequence->next_seq++;
  g_assert_true (memmem (message->body, message->n_body, text, strlen (text)) ||
                 memmem (message->body, message->n_body, "probe", 5));
  return TRUE;
}

static void
check_rooms (JournalFixture *fixture, const gint64 acked[N_ROOMS + 1])
{
  for (guint32 room = 1; room <= N_ROOMS; room++)
    {
      Sequence sequence = { room, 1 };
      g_autoptr (GError) error = NULL;
      int n = journal_reader_after (journal_fixture_reader (fixture), room, 0, G_MAXINT, check_next,
                                    &sequence, &error);

      g_assert_no_error (error);
      g_assert_cmpint (n, ==, sequence.next_seq - 1);
      g_assert_cmpint (n, >=, acked[room]);
    }
}

static void
test_killed_in_the_middle (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (42);
  gint64 acked[N_ROOMS + 1] = { 0 };

  for (guint i = 0; i < N_ROOMS; i++)
    (void)journal_add_room (fixture->journal, "room");
  g_assert_true (journal_append (fixture->journal, NULL, 0, NULL));
  for (guint i = 0; i < N_KILLS; i++)
    {
      journal_fixture_close (fixture);
      run_and_kill (fixture, (guint)g_rand_int_range (random, 1, 2000), i, acked);
      journal_fixture_reopen (fixture);
      check_rooms (fixture, acked);
    }
}

/* --- a log that was cut --- */

static void
copy_part (const char *from, const char *to, gsize n_bytes)
{
  g_autofree char *bytes = NULL;
  gsize n_all;

  g_assert_true (g_file_get_contents (from, &bytes, &n_all, NULL));
  g_assert_true (g_file_set_contents (to, bytes, (gssize)MIN (n_bytes, n_all), NULL));
}

static gint64
size_of (const char *path)
{
  struct stat status;

  return stat (path, &status) == 0 ? status.st_size : 0;
}

/* However much of the log there is, what is found are the first batches of those that were written,
 * each of them whole. */
static void
test_a_log_that_was_cut (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  g_autoptr (JournalFixture) copy = journal_fixture_new ();
  g_autofree char *db = journal_fixture_path (fixture, "chat.db");
  g_autofree char *log = journal_fixture_path (fixture, "chat.db-wal");
  g_autofree char *copied_db = journal_fixture_path (copy, "chat.db");
  g_autofree char *copied_log = journal_fixture_path (copy, "chat.db-wal");
  guint32 room = journal_add_room (fixture->journal, "lobby");
  gint64 n_before = 0;
  gint64 n_log;

  (void)journal_fixture_say (fixture, room, "x", NOW_MS);
  journal_fixture_reopen (fixture);
  for (guint i = 0; i < 30; i++)
    journal_fixture_fill (fixture, room, 7, NOW_MS + i);
  n_log = size_of (log);
  g_assert_cmpint (n_log, >, 30 * 4096);
  for (gint64 at = 0, next; at <= n_log; at = next)
    {
      gint64 n;

      next = at < n_log ? MIN (at + 1021, n_log) : n_log + 1;
      journal_fixture_close (copy);
      copy_part (db, copied_db, G_MAXSIZE);
      copy_part (log, copied_log, (gsize)at);
      journal_fixture_reopen (copy);
      n = (gint64)journal_n_messages (copy->journal);
      g_assert_cmpint (n, >=, n_before);
      g_assert_cmpint ((n - 1) % 7, ==, 0);
      n_before = n;
      g_assert_cmpint (journal_fixture_say (copy, room, "more", NOW_MS), ==, n + 1);
    }
  g_assert_cmpint (n_before, ==, 1 + 30 * 7);
}

/* --- the checkpointer --- */

static void
wait_for_size (const char *path, gint64 at_least)
{
  gint64 deadline_us = g_get_monotonic_time () + DEADLINE_US;

  while (size_of (path) < at_least)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline_us);
      g_usleep (1000);
    }
}

static void
test_the_log_is_carried_over (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  g_autofree char *db = journal_fixture_path (fixture, "chat.db");
  guint32 room = journal_add_room (fixture->journal, "lobby");
  g_autofree char *text = g_strnfill (50000, 'x');

  /* 13 pages each: the log gets worth it with the 231st. */
  for (guint i = 0; i < 300; i++)
    (void)journal_fixture_say (fixture, room, text, NOW_MS);
  wait_for_size (db, 10 * 1024 * 1024);
}

/* How often the log has begun again: the fourth number of its header. */
static guint32
beginnings (const char *log)
{
  g_autoptr (GMappedFile) file = g_mapped_file_new (log, FALSE, NULL);
  guint32 number;

  g_assert_nonnull (file);
  g_assert_cmpuint (g_mapped_file_get_length (file), >=, 32);
  memcpy (&number, g_mapped_file_get_contents (file) + 12, sizeof number);
  return GUINT32_FROM_BE (number);
}

/* Without a turn of the checkpointer's the log would grow as long as the writer does not rest. */
static void
test_the_log_begins_again_under_a_writer (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  g_autofree char *db = journal_fixture_path (fixture, "chat.db");
  g_autofree char *log = journal_fixture_path (fixture, "chat.db-wal");
  guint32 room = journal_add_room (fixture->journal, "lobby");
  g_autofree char *text = g_strnfill (50000, 'x');
  gint64 n_most = 0;
  guint32 before;

  (void)journal_fixture_say (fixture, room, text, NOW_MS);
  before = beginnings (log);
  for (guint i = 0; i < 4000; i++)
    {
      (void)journal_fixture_say (fixture, room, text, NOW_MS);
      n_most = MAX (n_most, size_of (log));
    }
  g_assert_cmpint (size_of (db) + n_most, >, 4000 * 50000);
  g_assert_cmpint (n_most, <, 70 * 1024 * 1024);
  /* As long as it may get, 16384 pages, it would only have been three times. */
  g_assert_cmpuint (beginnings (log) - before, >, 4);
}

/* A reader in the middle of something holds the log back, and nobody waits for it. */
static gboolean
append_meanwhile (const JournalMessage *message, gpointer data)
{
  JournalFixture *fixture = data;
  g_autofree char *text = g_strnfill (50000, 'x');

  if (message->seq == 1)
    for (guint i = 0; i < 500; i++)
      (void)journal_fixture_say (fixture, message->room, text, NOW_MS);
  return TRUE;
}

static void
test_readers_do_not_hold_up_the_writer (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = journal_add_room (fixture->journal, "lobby");
  int n;

  journal_fixture_fill (fixture, room, 3, NOW_MS);
  n = journal_reader_after (journal_fixture_reader (fixture), room, 0, G_MAXINT, append_meanwhile,
                            fixture, NULL);
  g_assert_cmpint (n, ==, 3); /* what was there when it began */
  g_assert_cmpuint (journal_n_messages (fixture->journal), ==, 503);
}

/* --- a backup --- */

typedef struct
{
  JournalFixture *fixture;
  guint32 room;
  _Atomic gboolean is_over;
} Writer;

static void *
write_until_over (void *data)
{
  Writer *writer = data;

  while (!atomic_load (&writer->is_over))
    journal_fixture_fill (writer->fixture, writer->room, 7, NOW_MS);
  return NULL;
}

/* Both ways that SQLite offers. */
static void
back_up (const char *from, const char *to, gboolean into)
{
  sqlite3 *source = NULL, *target = NULL;
  sqlite3_backup *backup;

  g_assert_cmpint (sqlite3_open_v2 (from, &source, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  if (into)
    {
      g_autofree char *sql = g_strdup_printf ("VACUUM INTO '%s'", to);

      g_assert_cmpint (sqlite3_exec (source, sql, NULL, NULL, NULL), ==, SQLITE_OK);
    }
  else
    {
      g_assert_cmpint (sqlite3_open (to, &target), ==, SQLITE_OK);
      backup = sqlite3_backup_init (target, "main", source, "main");
      g_assert_nonnull (backup);
      g_assert_cmpint (sqlite3_backup_step (backup, -1), ==, SQLITE_DONE);
      g_assert_cmpint (sqlite3_backup_finish (backup), ==, SQLITE_OK);
      g_assert_cmpint (sqlite3_close (target), ==, SQLITE_OK);
    }
  g_assert_cmpint (sqlite3_close (source), ==, SQLITE_OK);
}

static void
assert_backup_is_whole (JournalFixture *backup, guint32 room, gint64 at_least)
{
  g_autofree char *rooms = NULL;
  gint64 n;

  journal_fixture_reopen (backup);
  n = (gint64)journal_n_messages (backup->journal);
  rooms = journal_fixture_rooms (backup);
  g_assert_true (g_str_has_prefix (rooms, "1 lobby 1-"));
  g_assert_cmpint (n, >=, at_least);
  g_assert_cmpint (n % 7, ==, 0);
  /* One can go on with it. */
  g_assert_cmpint (journal_fixture_say (backup, room, "more", NOW_MS), ==, n + 1);
}

static void
test_a_backup_while_somebody_writes (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  g_autofree char *db = journal_fixture_path (fixture, "chat.db");
  Writer writer = { .fixture = fixture, .room = journal_add_room (fixture->journal, "lobby") };
  pthread_t thread;

  journal_fixture_fill (fixture, writer.room, 7000, NOW_MS);
  g_assert_cmpint (pthread_create (&thread, NULL, write_until_over, &writer), ==, 0);
  for (guint i = 0; i < 6; i++)
    {
      g_autoptr (JournalFixture) backup = journal_fixture_new ();
      g_autofree char *path = journal_fixture_path (backup, "chat.db");

      journal_fixture_close (backup);
      g_assert_cmpint (g_unlink (path), ==, 0);
      back_up (db, path, i % 2 == 0);
      assert_backup_is_whole (backup, writer.room, 7000);
    }
  atomic_store (&writer.is_over, TRUE);
  g_assert_cmpint (pthread_join (thread, NULL), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat/journal-crash/killed-in-the-middle", test_killed_in_the_middle);
  g_test_add_func ("/chat/journal-crash/a-log-that-was-cut", test_a_log_that_was_cut);
  g_test_add_func ("/chat/journal-log/is-carried-over", test_the_log_is_carried_over);
  g_test_add_func ("/chat/journal-log/begins-again-under-a-writer",
                   test_the_log_begins_again_under_a_writer);
  g_test_add_func ("/chat/journal-log/readers-do-not-hold-up-the-writer",
                   test_readers_do_not_hold_up_the_writer);
  g_test_add_func ("/chat/journal-backup/while-somebody-writes",
                   test_a_backup_while_somebody_writes);
  return g_test_run ();
}
