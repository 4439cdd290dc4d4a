/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The chat database as a file that others may have changed: what is refused, and with which words.
 */
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>

#include "server/chat/journal-schema.h"
#include "tests/chat/journal-fixture.h"

#define NOW_MS (G_GINT64_CONSTANT (1763600000) * 1000)

static void
execute (JournalFixture *fixture, const char *sql)
{
  g_autofree char *path = journal_fixture_path (fixture, "chat.db");
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

static void
assert_refused (JournalFixture *fixture, int code, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) reader_error = NULL;

  g_assert_null (journal_open (fixture->data_dir, JOURNAL_DURABILITY_FULL, &error));
  g_assert_error (error, JOURNAL_ERROR, code);
  g_assert_nonnull (strstr (error->message, fixture->data_dir));
  g_assert_nonnull (strstr (error->message, words));
  g_assert_null (journal_reader_open (fixture->data_dir, &reader_error));
  g_assert_error (reader_error, JOURNAL_ERROR, code);
}

/* A journal with messages that was closed. */
static JournalFixture *
closed_fixture (void)
{
  JournalFixture *fixture = journal_fixture_new ();
  guint32 room = journal_add_room (fixture->journal, "lobby");

  journal_fixture_fill (fixture, room, 2000, NOW_MS);
  journal_fixture_close (fixture);
  return fixture;
}

/* A confined server may make no file but below its data directory, and SQLite's are elsewhere. */
static void
test_what_is_temporary_stays_in_memory (void)
{
  g_autoptr (JournalFixture) fixture = closed_fixture ();
  g_autofree char *path = journal_fixture_path (fixture, "chat.db");
  sqlite3 *connections[] = {
    journal_schema_open (fixture->data_dir, JOURNAL_DURABILITY_FULL, FALSE, NULL),
    journal_schema_open_reader (fixture->data_dir, NULL),
    journal_schema_connect (path, SQLITE_OPEN_READWRITE, NULL),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (connections); i++)
    {
      g_assert_nonnull (connections[i]);
      g_assert_cmpint (journal_schema_number (connections[i], "PRAGMA temp_store", 0), ==, 2);
      journal_schema_close (connections[i]);
    }
}

static void
test_a_later_version_is_refused (void)
{
  g_autoptr (JournalFixture) fixture = closed_fixture ();

  execute (fixture, "PRAGMA user_version=999");
  assert_refused (fixture, JOURNAL_ERROR_VERSION, "later version");
  /* And untouched: the program that knows it finds it as it was. */
  execute (fixture, "PRAGMA user_version=1");
  journal_fixture_reopen (fixture);
  g_assert_cmpuint (journal_n_messages (fixture->journal), ==, 2000);
}

static void
test_another_programs_database_is_refused (void)
{
  g_autoptr (JournalFixture) fixture = closed_fixture ();
  g_autofree char *path = journal_fixture_path (fixture, "chat.db");

  execute (fixture, "PRAGMA application_id=1");
  assert_refused (fixture, JOURNAL_ERROR_DAMAGED, "no chat database");
  g_assert_cmpint (g_unlink (path), ==, 0);
  execute (fixture, "CREATE TABLE t(x)");
  assert_refused (fixture, JOURNAL_ERROR_DAMAGED, "no chat database");
}

static void
test_garbage_is_refused (void)
{
  g_autoptr (JournalFixture) fixture = closed_fixture ();
  g_autofree char *path = journal_fixture_path (fixture, "chat.db");
  g_autofree char *garbage = g_strnfill (20000, 'x');

  g_assert_true (g_file_set_contents (path, garbage, -1, NULL));
  assert_refused (fixture, JOURNAL_ERROR_DAMAGED, "put a backup in its place");
  g_assert_true (g_file_set_contents (path, "short", -1, NULL));
  assert_refused (fixture, JOURNAL_ERROR_DAMAGED, "put a backup in its place");
}

static void
test_a_truncated_file_is_refused (void)
{
  g_autoptr (JournalFixture) fixture = closed_fixture ();
  g_autofree char *path = journal_fixture_path (fixture, "chat.db");
  g_autofree char *whole = NULL;
  gsize n_whole;

  g_assert_true (g_file_get_contents (path, &whole, &n_whole, NULL));
  for (guint i = 1; i < 8; i++)
    {
      g_assert_true (g_file_set_contents (path, whole, (gssize)(n_whole * i / 8), NULL));
      assert_refused (fixture, JOURNAL_ERROR_DAMAGED, "put a backup in its place");
    }
  g_assert_true (g_file_set_contents (path, whole, (gssize)n_whole, NULL));
  journal_fixture_reopen (fixture);
  g_assert_cmpuint (journal_n_messages (fixture->journal), ==, 2000);
}

/* Damage in the middle is seen when it is met: never a crash, and never other messages. */
static void
test_a_damaged_page_is_an_error (void)
{
  g_autoptr (JournalFixture) fixture = closed_fixture ();
  g_autofree char *path = journal_fixture_path (fixture, "chat.db");
  g_autofree char *whole = NULL;
  gsize n_whole;

  g_assert_true (g_file_get_contents (path, &whole, &n_whole, NULL));
  for (gsize at = 0; at < n_whole; at += 4096)
    {
      g_autofree char *damaged = g_memdup2 (whole, n_whole);
      g_autoptr (GError) error = NULL;
      g_autoptr (GString) read = g_string_new (NULL);
      JournalReader *reader;
      JournalEntry entry = journal_fixture_entry (1, "x", NOW_MS);

      memset (damaged + at, 0xa5, 4096);
      g_assert_true (g_file_set_contents (path, damaged, (gssize)n_whole, NULL));
      fixture->journal = journal_open (fixture->data_dir, JOURNAL_DURABILITY_PROCESS, &error);
      g_assert_cmpint (fixture->journal == NULL, ==, error != NULL);
      if (fixture->journal)
        {
          reader = journal_fixture_reader (fixture);
          (void)journal_reader_after (reader, 1, 0, 3000, journal_fixture_append_message, read,
                                      NULL);
          if (journal_n_messages (fixture->journal) > 0)
            (void)journal_append (fixture->journal, &entry, 1, NULL);
        }
      journal_fixture_close (fixture);
    }
}

static void
test_an_empty_file_is_a_beginning (void)
{
  g_autoptr (JournalFixture) fixture = closed_fixture ();
  g_autofree char *path = journal_fixture_path (fixture, "chat.db");
  g_autofree char *rooms = NULL;

  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  journal_fixture_reopen (fixture);
  rooms = journal_fixture_rooms (fixture);
  g_assert_cmpstr (rooms, ==, "");
}

/* With a reader at it the log cannot go; but all of it is in the file. */
static void
test_closing_carries_the_log_over (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  g_autoptr (JournalFixture) copy = journal_fixture_new ();
  g_autofree char *from = journal_fixture_path (fixture, "chat.db");
  g_autofree char *to = journal_fixture_path (copy, "chat.db");
  guint32 room = journal_add_room (fixture->journal, "lobby");
  g_autofree char *bytes = NULL;
  gsize n_bytes;

  journal_fixture_fill (fixture, room, 100, NOW_MS);
  (void)journal_fixture_reader (fixture);
  g_clear_pointer (&fixture->journal, journal_close);
  journal_fixture_close (copy);
  g_assert_true (g_file_get_contents (from, &bytes, &n_bytes, NULL));
  g_assert_true (g_file_set_contents (to, bytes, (gssize)n_bytes, NULL));
  journal_fixture_reopen (copy);
  g_assert_cmpuint (journal_n_messages (copy->journal), ==, 100);
}

#define LOG_BYTES ((gint64)16 << 20)

static gint64
log_size (JournalFixture *fixture)
{
  g_autofree char *log = journal_fixture_path (fixture, "chat.db-wal");
  GStatBuf there;

  return g_stat (log, &there) == 0 ? (gint64)there.st_size : -1;
}

/* Disks that are slow, or full, get less of it: what is there is whole pieces of zeros. */
static void
test_a_durable_log_does_not_grow (void)
{
  g_autoptr (JournalFixture) fixture = closed_fixture ();
  gint64 filled;

  g_assert_cmpint (log_size (fixture), ==, -1);
  fixture->durability = JOURNAL_DURABILITY_FULL;
  journal_fixture_reopen (fixture);
  filled = log_size (fixture);
  g_assert_cmpint (filled, >, 0);
  g_assert_cmpint (filled, <=, LOG_BYTES);
  journal_fixture_say (fixture, 1, "over zeros", NOW_MS);
  g_assert_cmpint (log_size (fixture), ==, filled);
  g_assert_cmpuint (journal_n_messages (fixture->journal), ==, 2001);
  journal_fixture_close (fixture);
  g_assert_cmpint (log_size (fixture), ==, -1);
  fixture->durability = JOURNAL_DURABILITY_PROCESS;
  journal_fixture_reopen (fixture);
  g_assert_cmpuint (journal_n_messages (fixture->journal), ==, 2001);
  g_assert_cmpint (log_size (fixture), <, LOG_BYTES / 64);
}

/* Not with the second start only. */
static void
test_the_first_log_is_filled (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  g_autofree char *database = NULL;

  journal_fixture_close (fixture);
  database = journal_fixture_path (fixture, "chat.db");
  g_assert_cmpint (g_unlink (database), ==, 0);
  fixture->durability = JOURNAL_DURABILITY_FULL;
  journal_fixture_reopen (fixture);
  g_assert_cmpint (log_size (fixture), >=, LOG_BYTES / 64); /* the first piece */
}

/* What a killed server has left is read, not written over. */
static void
test_a_log_that_is_there_is_kept (void)
{
  g_autoptr (JournalFixture) fixture = closed_fixture ();
  g_autoptr (JournalFixture) killed = journal_fixture_new ();
  static const char *const names[] = { "chat.db", "chat.db-wal" };

  fixture->durability = JOURNAL_DURABILITY_FULL;
  journal_fixture_reopen (fixture);
  journal_fixture_say (fixture, 1, "in the log", NOW_MS);
  journal_fixture_close (killed);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *from = journal_fixture_path (fixture, names[i]);
      g_autofree char *to = journal_fixture_path (killed, names[i]);
      g_autofree char *bytes = NULL;
      gsize n_bytes;

      g_assert_true (g_file_get_contents (from, &bytes, &n_bytes, NULL));
      g_assert_true (g_file_set_contents (to, bytes, (gssize)n_bytes, NULL));
    }
  killed->durability = JOURNAL_DURABILITY_FULL;
  journal_fixture_reopen (killed);
  g_assert_cmpuint (journal_n_messages (killed->journal), ==, 2001);
}

/* Nobody is asked to make space for the sake of speed. */
static void
test_a_log_needs_no_space (void)
{
  g_autoptr (JournalFixture) fixture = closed_fixture ();
  struct rlimit before, small;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small = before;
  small.rlim_cur = 1 << 20;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  fixture->durability = JOURNAL_DURABILITY_FULL;
  journal_fixture_reopen (fixture);
  journal_fixture_say (fixture, 1, "in little space", NOW_MS);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_cmpuint (journal_n_messages (fixture->journal), ==, 2001);
}

static void
test_a_missing_directory_is_named (void)
{
  g_autofree char *nowhere = g_build_filename (g_get_tmp_dir (), "parlance-no-such", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (journal_open (nowhere, JOURNAL_DURABILITY_FULL, &error));
  g_assert_error (error, JOURNAL_ERROR, JOURNAL_ERROR_STORE);
  g_assert_nonnull (strstr (error->message, nowhere));
}

static void
test_a_directory_in_its_place_is_an_error (void)
{
  g_autoptr (JournalFixture) fixture = closed_fixture ();
  g_autofree char *path = journal_fixture_path (fixture, "chat.db");

  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  assert_refused (fixture, JOURNAL_ERROR_STORE, "cannot open");
}

/* A person's shell that holds the database: refused, and then it goes on. */
static void
test_goes_on_after_somebody_held_it (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  g_autofree char *path = journal_fixture_path (fixture, "chat.db");
  guint32 room = journal_add_room (fixture->journal, "lobby");
  JournalEntry entry = journal_fixture_entry (room, "a", NOW_MS);
  sqlite3 *db = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_false (journal_append (fixture->journal, &entry, 1, &error));
  g_assert_error (error, JOURNAL_ERROR, JOURNAL_ERROR_STORE);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  g_assert_true (journal_append (fixture->journal, &entry, 1, NULL));
  g_assert_cmpint (entry.seq, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  (void)signal (SIGXFSZ, SIG_IGN); /* as the server does */
  g_test_add_func ("/chat/journal-file/temporary-things-stay-in-memory",
                   test_what_is_temporary_stays_in_memory);
  g_test_add_func ("/chat/journal-file/of-a-later-version", test_a_later_version_is_refused);
  g_test_add_func ("/chat/journal-file/of-another-program",
                   test_another_programs_database_is_refused);
  g_test_add_func ("/chat/journal-file/garbage", test_garbage_is_refused);
  g_test_add_func ("/chat/journal-file/truncated", test_a_truncated_file_is_refused);
  g_test_add_func ("/chat/journal-file/damaged-page", test_a_damaged_page_is_an_error);
  g_test_add_func ("/chat/journal-file/empty", test_an_empty_file_is_a_beginning);
  g_test_add_func ("/chat/journal-file/closing-carries-the-log-over",
                   test_closing_carries_the_log_over);
  g_test_add_func ("/chat/journal-file/durable-log-does-not-grow",
                   test_a_durable_log_does_not_grow);
  g_test_add_func ("/chat/journal-file/first-log-is-filled", test_the_first_log_is_filled);
  g_test_add_func ("/chat/journal-file/log-that-is-there", test_a_log_that_is_there_is_kept);
  g_test_add_func ("/chat/journal-file/log-needs-no-space", test_a_log_needs_no_space);
  g_test_add_func ("/chat/journal-file/missing-directory", test_a_missing_directory_is_named);
  g_test_add_func ("/chat/journal-file/directory-in-its-place",
                   test_a_directory_in_its_place_is_an_error);
  g_test_add_func ("/chat/journal-file/goes-on-after-somebody-held-it",
                   test_goes_on_after_somebody_held_it);
  return g_test_run ();
}
