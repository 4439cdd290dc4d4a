/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What goes with time, and what stays: the numbers of messages that are gone above all.
 */
#include <sqlite3.h>
#include <string.h>

#include "tests/chat/journal-fixture.h"

#define HOUR_MS G_GINT64_CONSTANT (3600000)
#define NOW_MS (G_GINT64_CONSTANT (1763600000) * 1000)

/* Messages a, b, c… of @room, a second apart from NOW_MS on, with a neighbour at both sides. */
static guint32
add_room_of (JournalFixture *fixture, guint n)
{
  guint32 below = journal_add_room (fixture->journal, "below");
  guint32 room = journal_add_room (fixture->journal, "room");
  guint32 above = journal_add_room (fixture->journal, "above");

  (void)journal_fixture_say (fixture, below, "x", NOW_MS);
  (void)journal_fixture_say (fixture, above, "y", NOW_MS);
  for (guint i = 0; i < n; i++)
    {
      char text[] = { (char)('a' + i), '\0' };

      (void)journal_fixture_say (fixture, room, text, NOW_MS + i * 1000);
    }
  return room;
}

static void
assert_trim (JournalFixture *fixture,
             guint32 room,
             gint64 before_seq,
             gint64 before_ms,
             guint max_rows,
             int n_expected,
             gint64 first_expected)
{
  g_autoptr (GError) error = NULL;
  gint64 first_seq = -1;
  int n =
      journal_trim (fixture->journal, room, before_seq, before_ms, max_rows, &first_seq, &error);

  g_assert_no_error (error);
  g_assert_cmpint (n, ==, n_expected);
  g_assert_cmpint (first_seq, ==, first_expected);
}

static void
assert_stored (JournalFixture *fixture, guint32 room, const char *expected)
{
  g_autofree char *stored = journal_fixture_after (fixture, room, 0, 100);

  g_assert_cmpstr (stored, ==, expected);
}

static void
test_by_number (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = add_room_of (fixture, 5);

  assert_trim (fixture, room, 1, 0, 100, 0, 1);
  assert_trim (fixture, room, 3, 0, 100, 2, 3);
  assert_stored (fixture, room, "3:c 4:d 5:e");
  assert_stored (fixture, room - 1, "1:x");
  assert_stored (fixture, room + 1, "1:y");
  g_assert_cmpuint (journal_n_messages (fixture->journal), ==, 5);
  assert_trim (fixture, room, 2, 0, 100, 0, 3);
  journal_fixture_reopen (fixture);
  g_assert_cmpuint (journal_n_messages (fixture->journal), ==, 5);
  assert_trim (fixture, room, 4, 0, 100, 1, 4);
}

static void
test_by_time (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = add_room_of (fixture, 7);

  assert_trim (fixture, room, 0, NOW_MS, 100, 0, 1);
  assert_trim (fixture, room, 0, NOW_MS + 1, 100, 1, 2);
  assert_trim (fixture, room, 0, NOW_MS + 1000, 100, 0, 2);
  assert_trim (fixture, room, 0, NOW_MS + 3000, 100, 2, 4);
  assert_stored (fixture, room, "4:d 5:e 6:f 7:g");
  /* Whichever of the two reaches further. */
  assert_trim (fixture, room, 5, NOW_MS, 100, 1, 5);
  assert_trim (fixture, room, 2, NOW_MS + 5000, 100, 1, 6);
  assert_trim (fixture, room, 7, NOW_MS + 6000, 100, 1, 7);
}

static void
test_a_few_at_a_time (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = add_room_of (fixture, 7);

  assert_trim (fixture, room, 6, 0, 2, 2, 3);
  assert_trim (fixture, room, 0, NOW_MS + 5000, 2, 2, 5);
  assert_trim (fixture, room, 6, 0, 0, 0, 5);
  assert_trim (fixture, room, 6, 0, G_MAXUINT, 1, 6);
  assert_stored (fixture, room, "6:f 7:g");
}

static void
test_numbers_are_never_used_again (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = add_room_of (fixture, 3);
  g_autofree char *rooms = NULL;
  JournalEntry late = journal_fixture_entry (room, "late", NOW_MS);

  assert_trim (fixture, room, G_MAXINT64, 0, 100, 3, 4);
  assert_trim (fixture, room, G_MAXINT64, G_MAXINT64, 100, 0, 4);
  assert_stored (fixture, room, "");
  g_assert_cmpuint (journal_n_messages (fixture->journal), ==, 2);
  journal_remove_room (fixture->journal, room); /* it has a past */
  journal_fixture_reopen (fixture);
  g_assert_cmpuint (journal_n_messages (fixture->journal), ==, 2);
  rooms = journal_fixture_rooms (fixture);
  g_assert_cmpstr (rooms, ==, "1 below 1-1, 2 room 4-3, 3 above 1-1");
  /* Neither does the time go back. */
  g_assert_true (journal_append (fixture->journal, &late, 1, NULL));
  g_assert_cmpint (late.seq, ==, 4);
  g_assert_cmpint (late.time_ms, ==, NOW_MS + 2000);
  assert_stored (fixture, room, "4:late");
}

/* A key outlives its message. */
static void
test_keys_stay (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = journal_add_room (fixture->journal, "room");
  JournalEntry entry = journal_fixture_entry (room, "a", NOW_MS);
  gint64 first_seq;

  entry.key = "k";
  entry.n_key = 1;
  g_assert_true (journal_append (fixture->journal, &entry, 1, NULL));
  g_assert_cmpint (journal_trim (fixture->journal, room, 9, 0, 9, &first_seq, NULL), ==, 1);
  journal_fixture_reopen (fixture);
  entry.time_ms = NOW_MS + 1;
  g_assert_true (journal_append (fixture->journal, &entry, 1, NULL));
  g_assert_true (entry.is_repeat);
  g_assert_cmpint (entry.seq, ==, 1);
  g_assert_cmpint (entry.time_ms, ==, NOW_MS);
}

/* --- expiry --- */

static guint
file_count (JournalFixture *fixture, const char *sql)
{
  g_autofree char *path = journal_fixture_path (fixture, "chat.db");
  sqlite3_stmt *statement = NULL;
  sqlite3 *db = NULL;
  guint n;

  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  n = (guint)sqlite3_column_int (statement, 0);
  (void)sqlite3_finalize (statement);
  (void)sqlite3_close (db);
  return n;
}

static void
say_with_keys (JournalFixture *fixture, guint32 room, guint n, gint64 time_ms)
{
  g_autofree JournalEntry *entries = g_new (JournalEntry, n);
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n; i++)
    {
      char *key = g_strdup_printf ("%" G_GINT64_FORMAT "-%u", time_ms, i);

      g_ptr_array_add (keys, key);
      entries[i] = journal_fixture_entry (room, "x", time_ms);
      entries[i].key = key;
      entries[i].n_key = strlen (key);
    }
  g_assert_true (journal_append (fixture->journal, entries, n, NULL));
}

static void
expire_all (JournalFixture *fixture, gint64 now_ms)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; journal_expire (fixture->journal, now_ms, &error); i++)
    g_assert_cmpuint (i, <, 100);
  g_assert_no_error (error);
}

static void
test_old_keys_go (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = journal_add_room (fixture->journal, "room");
  g_autoptr (GError) error = NULL;

  say_with_keys (fixture, room, 1200, NOW_MS);
  say_with_keys (fixture, room, 7, NOW_MS + 40 * HOUR_MS);
  expire_all (fixture, NOW_MS + 24 * HOUR_MS - 1);
  g_assert_cmpuint (file_count (fixture, "SELECT count(*) FROM keys"), ==, 1207);
  /* A few at a time. */
  g_assert_true (journal_expire (fixture->journal, NOW_MS + 48 * HOUR_MS, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (file_count (fixture, "SELECT count(*) FROM keys"), >, 600);
  expire_all (fixture, NOW_MS + 48 * HOUR_MS);
  g_assert_cmpuint (file_count (fixture, "SELECT count(*) FROM keys"), ==, 7);
}

static void
test_old_tokens_go (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint8 hash[JOURNAL_TOKEN_BYTES] = { 1 };

  journal_set_token (fixture->journal, hash, "A", "a", NOW_MS + 10);
  hash[0] = 2;
  journal_set_token (fixture->journal, hash, "B", "b", NOW_MS + 20);
  g_assert_true (journal_append (fixture->journal, NULL, 0, NULL));
  expire_all (fixture, NOW_MS + 9);
  g_assert_cmpuint (file_count (fixture, "SELECT count(*) FROM tokens"), ==, 2);
  expire_all (fixture, NOW_MS + 10);
  g_assert_cmpuint (file_count (fixture, "SELECT count(*) FROM tokens"), ==, 1);
  expire_all (fixture, NOW_MS + 20);
  g_assert_cmpuint (file_count (fixture, "SELECT count(*) FROM tokens"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat/journal-trim/by-number", test_by_number);
  g_test_add_func ("/chat/journal-trim/by-time", test_by_time);
  g_test_add_func ("/chat/journal-trim/a-few-at-a-time", test_a_few_at_a_time);
  g_test_add_func ("/chat/journal-trim/numbers-are-never-used-again",
                   test_numbers_are_never_used_again);
  g_test_add_func ("/chat/journal-trim/keys-stay", test_keys_stay);
  g_test_add_func ("/chat/journal-trim/old-keys-go", test_old_keys_go);
  g_test_add_func ("/chat/journal-trim/old-tokens-go", test_old_tokens_go);
  return g_test_run ();
}
