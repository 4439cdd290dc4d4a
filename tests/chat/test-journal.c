/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is appended is numbered without gaps and is there after reopening; keys, rooms, topics and
 * tokens.
 */
#include <string.h>
#include <sys/stat.h>

#include "tests/chat/journal-fixture.h"

#define HOUR_MS G_GINT64_CONSTANT (3600000)
#define NOW_MS (G_GINT64_CONSTANT (1763600000) * 1000)

static void
assert_append (JournalFixture *fixture, JournalEntry *entries, guint n_entries)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = journal_append (fixture->journal, entries, n_entries, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

static void
assert_rooms (JournalFixture *fixture, const char *expected)
{
  g_autofree char *rooms = journal_fixture_rooms (fixture);

  g_assert_cmpstr (rooms, ==, expected);
}

static void
assert_stored (JournalFixture *fixture, guint32 room, const char *expected)
{
  g_autofree char *stored = journal_fixture_after (fixture, room, 0, 100);

  g_assert_cmpstr (stored, ==, expected);
}

static void
test_numbers_each_room_without_gaps (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 lobby = journal_add_room (fixture->journal, "lobby");
  guint32 attic = journal_add_room (fixture->journal, "Attic");
  JournalEntry batch[] = {
    journal_fixture_entry (lobby, "a", NOW_MS),
    journal_fixture_entry (attic, "b", NOW_MS),
    journal_fixture_entry (lobby, "c", NOW_MS),
  };

  assert_append (fixture, batch, G_N_ELEMENTS (batch));
  g_assert_cmpint (batch[0].seq, ==, 1);
  g_assert_cmpint (batch[1].seq, ==, 1);
  g_assert_cmpint (batch[2].seq, ==, 2);
  g_assert_cmpint (journal_fixture_say (fixture, attic, "d", NOW_MS), ==, 2);
  g_assert_cmpuint (journal_n_messages (fixture->journal), ==, 4);
  assert_stored (fixture, lobby, "1:a 2:c");
  assert_stored (fixture, attic, "1:b 2:d");

  journal_fixture_reopen (fixture);
  assert_rooms (fixture, "1 lobby 1-2, 2 Attic 1-2");
  g_assert_cmpuint (journal_n_messages (fixture->journal), ==, 4);
  g_assert_cmpint (journal_fixture_say (fixture, lobby, "e", NOW_MS), ==, 3);
  assert_stored (fixture, lobby, "1:a 2:c 3:e");
}

static void
test_time_does_not_go_back_within_a_room (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 lobby = journal_add_room (fixture->journal, "lobby");
  guint32 attic = journal_add_room (fixture->journal, "attic");
  JournalEntry batch[] = {
    journal_fixture_entry (lobby, "a", NOW_MS),
    journal_fixture_entry (lobby, "b", NOW_MS - 5),
    journal_fixture_entry (attic, "c", NOW_MS - 7),
    journal_fixture_entry (lobby, "d", NOW_MS + 1),
  };

  assert_append (fixture, batch, G_N_ELEMENTS (batch));
  g_assert_cmpint (batch[1].time_ms, ==, NOW_MS);
  g_assert_cmpint (batch[2].time_ms, ==, NOW_MS - 7);
  g_assert_cmpint (batch[3].time_ms, ==, NOW_MS + 1);
  journal_fixture_reopen (fixture);
  batch[0].time_ms = NOW_MS;
  assert_append (fixture, batch, 1);
  g_assert_cmpint (batch[0].time_ms, ==, NOW_MS + 1);
}

static void
test_an_empty_batch_is_nothing (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();

  assert_append (fixture, NULL, 0);
  assert_rooms (fixture, "");
  g_assert_cmpuint (journal_n_messages (fixture->journal), ==, 0);
}

static void
test_any_text_comes_back (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = journal_add_room (fixture->journal, "it's \"1\"; DROP TABLE rooms");
  g_autofree char *long_text = g_strnfill (60000, 'x');
  g_autofree char *expected = g_strconcat ("1:'; -- % 2:你好 👍 3:", long_text, NULL);

  (void)journal_fixture_say (fixture, room, "'; -- %", NOW_MS);
  (void)journal_fixture_say (fixture, room, "你好 👍", NOW_MS);
  (void)journal_fixture_say (fixture, room, long_text, NOW_MS);
  assert_stored (fixture, room, expected);
  assert_rooms (fixture, "1 it's \"1\"; DROP TABLE rooms 1-3");
}

/* --- keys --- */

static JournalEntry
with_key (JournalEntry entry, const char *key)
{
  entry.key = key;
  entry.n_key = strlen (key);
  return entry;
}

static JournalEntry
from (JournalEntry entry, const char *nick)
{
  entry.nick_folded = nick;
  return entry;
}

static void
test_a_key_counts_once (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = journal_add_room (fixture->journal, "lobby");
  JournalEntry first = with_key (journal_fixture_entry (room, "a", NOW_MS), "k");
  JournalEntry again = with_key (journal_fixture_entry (room, "b", NOW_MS + 5), "k");
  JournalEntry other = with_key (journal_fixture_entry (room, "c", NOW_MS + 6), "k2");

  assert_append (fixture, &first, 1);
  g_assert_false (first.is_repeat);
  assert_append (fixture, &again, 1);
  g_assert_true (again.is_repeat);
  g_assert_cmpint (again.seq, ==, 1);
  g_assert_cmpint (again.time_ms, ==, NOW_MS);
  assert_append (fixture, &other, 1);
  g_assert_false (other.is_repeat);
  g_assert_cmpint (other.seq, ==, 2);
  assert_stored (fixture, room, "1:a 2:c");
  g_assert_cmpuint (journal_n_messages (fixture->journal), ==, 2);

  journal_fixture_reopen (fixture);
  again.time_ms = NOW_MS + 9;
  assert_append (fixture, &again, 1);
  g_assert_true (again.is_repeat);
  g_assert_cmpint (again.seq, ==, 1);
}

static void
test_a_key_is_its_nicks_and_its_rooms (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 lobby = journal_add_room (fixture->journal, "lobby");
  guint32 attic = journal_add_room (fixture->journal, "attic");
  JournalEntry batch[] = {
    with_key (journal_fixture_entry (lobby, "a", NOW_MS), "k"),
    from (with_key (journal_fixture_entry (lobby, "b", NOW_MS), "k"), "bob"),
    with_key (journal_fixture_entry (attic, "c", NOW_MS), "k"),
    with_key (journal_fixture_entry (lobby, "d", NOW_MS), "K"),
    with_key (journal_fixture_entry (lobby, "e", NOW_MS), "k "),
  };

  assert_append (fixture, batch, G_N_ELEMENTS (batch));
  for (guint i = 0; i < G_N_ELEMENTS (batch); i++)
    g_assert_false (batch[i].is_repeat);
  assert_stored (fixture, lobby, "1:a 2:b 3:d 4:e");
}

static void
test_a_key_counts_once_within_a_batch (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = journal_add_room (fixture->journal, "lobby");
  JournalEntry batch[] = {
    journal_fixture_entry (room, "a", NOW_MS),
    with_key (journal_fixture_entry (room, "b", NOW_MS), "k"),
    with_key (journal_fixture_entry (room, "c", NOW_MS + 1), "k"),
    journal_fixture_entry (room, "d", NOW_MS + 2),
  };

  assert_append (fixture, batch, G_N_ELEMENTS (batch));
  g_assert_true (batch[2].is_repeat);
  g_assert_cmpint (batch[2].seq, ==, 2);
  g_assert_cmpint (batch[2].time_ms, ==, NOW_MS);
  g_assert_cmpint (batch[3].seq, ==, 3);
  assert_stored (fixture, room, "1:a 2:b 3:d");
}

static void
assert_key_after (gint64 used_ms, gint64 later_ms, gboolean is_repeat)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = journal_add_room (fixture->journal, "lobby");
  JournalEntry first = with_key (journal_fixture_entry (room, "a", used_ms), "k");
  JournalEntry again = with_key (journal_fixture_entry (room, "b", used_ms + later_ms), "k");

  assert_append (fixture, &first, 1);
  assert_append (fixture, &again, 1);
  g_assert_cmpint (again.is_repeat, ==, is_repeat);
  g_assert_cmpint (again.seq, ==, is_repeat ? 1 : 2);
  /* And that use counts from then on. */
  again.time_ms = used_ms + later_ms + 1;
  assert_append (fixture, &again, 1);
  if (!is_repeat)
    {
      g_assert_true (again.is_repeat);
      g_assert_cmpint (again.seq, ==, 2);
    }
}

static void
test_a_key_is_free_after_a_day (void)
{
  /* Days are how keys are stored: none of their borders may show. */
  for (gint64 hour = 0; hour < 24; hour += 3)
    {
      gint64 used_ms = NOW_MS + hour * HOUR_MS;

      assert_key_after (used_ms, 1, TRUE);
      assert_key_after (used_ms, 23 * HOUR_MS, TRUE);
      assert_key_after (used_ms, 24 * HOUR_MS - 1, TRUE);
      assert_key_after (used_ms, 24 * HOUR_MS, FALSE);
      assert_key_after (used_ms, 40 * HOUR_MS, FALSE);
    }
}

/* --- rooms and topics --- */

static void
test_rooms_are_written_with_the_next_batch (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 lobby = journal_add_room (fixture->journal, "lobby");
  guint32 attic = journal_add_room (fixture->journal, "attic");

  g_assert_cmpuint (lobby, !=, 0);
  g_assert_cmpuint (attic, !=, lobby);
  g_assert_true (journal_has_pending (fixture->journal));
  assert_rooms (fixture, "");
  assert_append (fixture, NULL, 0);
  g_assert_false (journal_has_pending (fixture->journal));
  journal_fixture_reopen (fixture);
  assert_rooms (fixture, "1 lobby 1-0, 2 attic 1-0");
}

static void
test_a_removed_room_is_forgotten (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 lobby = journal_add_room (fixture->journal, "lobby");
  guint32 gone = journal_add_room (fixture->journal, "gone");
  guint32 topic = journal_add_room (fixture->journal, "topic");
  guint32 unwritten;

  journal_set_topic (fixture->journal, topic, "t");
  (void)journal_fixture_say (fixture, lobby, "a", NOW_MS);
  unwritten = journal_add_room (fixture->journal, "unwritten");
  journal_remove_room (fixture->journal, unwritten);
  g_assert_false (journal_has_pending (fixture->journal));
  journal_remove_room (fixture->journal, gone);
  g_assert_true (journal_has_pending (fixture->journal));
  /* Neither of these can go. */
  journal_remove_room (fixture->journal, lobby);
  journal_remove_room (fixture->journal, topic);
  assert_append (fixture, NULL, 0);
  journal_fixture_reopen (fixture);
  assert_rooms (fixture, "1 lobby 1-1, 3 topic 1-0 t");
}

static void
test_topics_outlive_the_journal (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 lobby = journal_add_room (fixture->journal, "lobby");

  journal_set_topic (fixture->journal, lobby, "first");
  journal_set_topic (fixture->journal, lobby, "second");
  assert_append (fixture, NULL, 0);
  journal_fixture_reopen (fixture);
  assert_rooms (fixture, "1 lobby 1-0 second");
  journal_set_topic (fixture->journal, lobby, "");
  assert_append (fixture, NULL, 0);
  journal_remove_room (fixture->journal, lobby);
  assert_append (fixture, NULL, 0);
  journal_fixture_reopen (fixture);
  assert_rooms (fixture, "");
}

/* --- tokens --- */

static void
set_token (JournalFixture *fixture, guint8 number, const char *nick, gint64 expires_ms)
{
  guint8 hash[JOURNAL_TOKEN_BYTES] = { number };
  g_autofree char *folded = g_ascii_strdown (nick, -1);

  journal_set_token (fixture->journal, hash, nick, folded, expires_ms);
}

static void
assert_tokens (JournalFixture *fixture, gint64 now_ms, const char *expected)
{
  g_autofree char *tokens = journal_fixture_tokens (fixture, now_ms);

  g_assert_cmpstr (tokens, ==, expected);
}

static void
test_tokens_outlive_the_journal (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();

  set_token (fixture, 1, "Alice", NOW_MS + 10);
  set_token (fixture, 2, "Bob", NOW_MS + 20);
  g_assert_true (journal_has_pending (fixture->journal));
  assert_append (fixture, NULL, 0);
  g_assert_false (journal_has_pending (fixture->journal));
  journal_fixture_reopen (fixture);
  assert_tokens (fixture, NOW_MS, "Alice=1 Bob=2");
  assert_tokens (fixture, NOW_MS + 10, "Bob=2");
}

static void
test_a_nick_has_one_token (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();

  set_token (fixture, 1, "Alice", NOW_MS + 10);
  assert_append (fixture, NULL, 0);
  set_token (fixture, 2, "ALICE", NOW_MS + 10);
  assert_append (fixture, NULL, 0);
  assert_tokens (fixture, NOW_MS, "ALICE=2");
  set_token (fixture, 3, "alice", NOW_MS + 10);
  set_token (fixture, 4, "Alice", NOW_MS + 10);
  assert_append (fixture, NULL, 0);
  assert_tokens (fixture, NOW_MS, "Alice=4");
  /* It moves along when its owner takes another nick. */
  set_token (fixture, 4, "Zoe", NOW_MS + 10);
  set_token (fixture, 4, "Bob", NOW_MS + 10);
  assert_append (fixture, NULL, 0);
  assert_tokens (fixture, NOW_MS, "Bob=4");
}

/* --- the file --- */

static void
test_files_are_the_owners_only (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  const char *const names[] = { "chat.db", "chat.db-wal", "chat.db-shm" };
  guint32 room = journal_add_room (fixture->journal, "lobby");

  (void)journal_fixture_say (fixture, room, "a", NOW_MS);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = journal_fixture_path (fixture, names[i]);
      struct stat status;

      g_assert_cmpint (stat (path, &status), ==, 0);
      g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
    }
}

static void
test_without_durability_nothing_is_kept (void)
{
  g_autofree char *nowhere = g_build_filename (g_get_tmp_dir (), "parlance-no-such", NULL);
  Journal *journal = journal_open (nowhere, JOURNAL_DURABILITY_NONE, NULL);
  guint32 room = journal_add_room (journal, "lobby");
  JournalEntry batch[] = {
    journal_fixture_entry (room, "a", NOW_MS),
    journal_fixture_entry (room, "b", NOW_MS - 1),
  };
  gint64 first_seq = 0;

  journal_set_topic (journal, room, "t");
  g_assert_true (journal_append (journal, batch, G_N_ELEMENTS (batch), NULL));
  g_assert_cmpint (batch[1].seq, ==, 2);
  g_assert_cmpint (batch[1].time_ms, ==, NOW_MS);
  g_assert_cmpuint (journal_n_messages (journal), ==, 2);
  g_assert_false (journal_has_pending (journal));
  g_assert_cmpint (journal_trim (journal, room, 2, 0, 10, &first_seq, NULL), ==, 1);
  g_assert_cmpint (first_seq, ==, 2);
  g_assert_false (journal_expire (journal, NOW_MS, NULL));
  journal_close (journal);
  g_assert_false (g_file_test (nowhere, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat/journal/numbers-each-room-without-gaps",
                   test_numbers_each_room_without_gaps);
  g_test_add_func ("/chat/journal/time-does-not-go-back-within-a-room",
                   test_time_does_not_go_back_within_a_room);
  g_test_add_func ("/chat/journal/an-empty-batch-is-nothing", test_an_empty_batch_is_nothing);
  g_test_add_func ("/chat/journal/any-text-comes-back", test_any_text_comes_back);
  g_test_add_func ("/chat/journal/key/counts-once", test_a_key_counts_once);
  g_test_add_func ("/chat/journal/key/is-its-nicks-and-its-rooms",
                   test_a_key_is_its_nicks_and_its_rooms);
  g_test_add_func ("/chat/journal/key/counts-once-within-a-batch",
                   test_a_key_counts_once_within_a_batch);
  g_test_add_func ("/chat/journal/key/is-free-after-a-day", test_a_key_is_free_after_a_day);
  g_test_add_func ("/chat/journal/room/is-written-with-the-next-batch",
                   test_rooms_are_written_with_the_next_batch);
  g_test_add_func ("/chat/journal/room/is-forgotten-when-removed",
                   test_a_removed_room_is_forgotten);
  g_test_add_func ("/chat/journal/topic/outlives-the-journal", test_topics_outlive_the_journal);
  g_test_add_func ("/chat/journal/token/outlives-the-journal", test_tokens_outlive_the_journal);
  g_test_add_func ("/chat/journal/token/a-nick-has-one", test_a_nick_has_one_token);
  g_test_add_func ("/chat/journal/file/is-the-owners-only", test_files_are_the_owners_only);
  g_test_add_func ("/chat/journal/without-durability-nothing-is-kept",
                   test_without_durability_nothing_is_kept);
  return g_test_run ();
}
