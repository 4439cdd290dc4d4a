/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pages of a room in both directions.
 */
#include <string.h>

#include "tests/chat/journal-fixture.h"

#define NOW_MS (G_GINT64_CONSTANT (1763600000) * 1000)

/* Rooms at both sides of the one that is read, so that a page that went too far would show it. */
static guint32
add_rooms (JournalFixture *fixture)
{
  guint32 below = journal_add_room (fixture->journal, "below");
  guint32 room = journal_add_room (fixture->journal, "room");
  guint32 above = journal_add_room (fixture->journal, "above");
  const char *const texts[] = { "a", "b", "c", "d", "e" };

  (void)journal_fixture_say (fixture, below, "x", NOW_MS);
  (void)journal_fixture_say (fixture, above, "y", NOW_MS);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    (void)journal_fixture_say (fixture, room, texts[i], NOW_MS + i);
  return room;
}

static void
assert_after (
    JournalFixture *fixture, guint32 room, gint64 after, guint limit, const char *expected)
{
  g_autofree char *found = journal_fixture_after (fixture, room, after, limit);

  g_assert_cmpstr (found, ==, expected);
}

static void
assert_before (
    JournalFixture *fixture, guint32 room, gint64 before, guint limit, const char *expected)
{
  g_autofree char *found = journal_fixture_before (fixture, room, before, limit);

  g_assert_cmpstr (found, ==, expected);
}

static void
test_pages_forward (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = add_rooms (fixture);

  assert_after (fixture, room, 0, 2, "1:a 2:b");
  assert_after (fixture, room, 2, 2, "3:c 4:d");
  assert_after (fixture, room, 4, 2, "5:e");
  assert_after (fixture, room, 5, 2, "");
  assert_after (fixture, room, G_MAXINT64, 2, "");
  assert_after (fixture, room, -1, 100, "1:a 2:b 3:c 4:d 5:e");
  assert_after (fixture, room, G_MININT64, 1, "1:a");
  assert_after (fixture, room, 0, 0, "");
  assert_after (fixture, room + 7, 0, 10, "");
}

static void
test_pages_backward (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = add_rooms (fixture);

  assert_before (fixture, room, G_MAXINT64, 2, "5:e 4:d");
  assert_before (fixture, room, 4, 2, "3:c 2:b");
  assert_before (fixture, room, 2, 2, "1:a");
  assert_before (fixture, room, 1, 2, "");
  assert_before (fixture, room, 0, 2, "");
  assert_before (fixture, room, G_MININT64, 2, "");
  assert_before (fixture, room, 99, 100, "5:e 4:d 3:c 2:b 1:a");
  assert_before (fixture, room + 7, G_MAXINT64, 10, "");
}

typedef struct
{
  GString *taken;
  guint n_left;
} Some;

static gboolean
take_some (const JournalMessage *message, gpointer data)
{
  Some *some = data;

  return some->n_left-- > 0 && journal_fixture_append_message (message, some->taken);
}

static void
test_stops_before_what_is_refused (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = add_rooms (fixture);
  g_autoptr (GString) taken = g_string_new (NULL);
  Some some = { taken, 2 };
  int n =
      journal_reader_after (journal_fixture_reader (fixture), room, 1, 100, take_some, &some, NULL);

  g_assert_cmpint (n, ==, 2);
  g_assert_cmpstr (taken->str, ==, "2:b 3:c");
  /* And the next call has a fresh view. */
  (void)journal_fixture_say (fixture, room, "f", NOW_MS);
  assert_after (fixture, room, 4, 100, "5:e 6:f");
}

static gboolean
look_at_it (const JournalMessage *message, gpointer data)
{
  const guint32 *room = data;

  g_assert_cmpuint (message->room, ==, *room);
  g_assert_cmpint (message->seq, ==, 1);
  g_assert_cmpint (message->time_ms, ==, NOW_MS);
  g_assert_cmpstr (message->nick, ==, "Alice");
  g_assert_cmpmem (message->body, message->n_body, "\"kind\":\"text\",\"text\":\"a\"", 24);
  return TRUE;
}

static void
test_messages_carry_what_was_stored (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = journal_add_room (fixture->journal, "room");
  JournalReader *reader;

  (void)journal_fixture_say (fixture, room, "a", NOW_MS);
  reader = journal_fixture_reader (fixture);
  g_assert_cmpint (journal_reader_after (reader, room, 0, 9, look_at_it, &room, NULL), ==, 1);
  g_assert_cmpint (journal_reader_before (reader, room, 9, 9, look_at_it, &room, NULL), ==, 1);
}

static void
test_needs_a_database (void)
{
  g_autofree char *nowhere = g_build_filename (g_get_tmp_dir (), "parlance-no-such", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (journal_reader_open (nowhere, &error));
  g_assert_error (error, JOURNAL_ERROR, JOURNAL_ERROR_STORE);
  g_assert_nonnull (strstr (error->message, nowhere));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat/journal-reader/pages-forward", test_pages_forward);
  g_test_add_func ("/chat/journal-reader/pages-backward", test_pages_backward);
  g_test_add_func ("/chat/journal-reader/stops-before-what-is-refused",
                   test_stops_before_what_is_refused);
  g_test_add_func ("/chat/journal-reader/messages-carry-what-was-stored",
                   test_messages_carry_what_was_stored);
  g_test_add_func ("/chat/journal-reader/needs-a-database", test_needs_a_database);
  return g_test_run ();
}
