/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A room as JSON Lines.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "server/chat/journal-export.h"
#include "tests/chat/journal-fixture.h"

#define NOW_MS (G_GINT64_CONSTANT (1763600000) * 1000)

/* What is written; @error is where the test wants it. */
static char *
export_room (JournalFixture *fixture, const char *name, gint64 *ret_n, GError **error)
{
  char *text = NULL;
  size_t n_text = 0;
  FILE *out = open_memstream (&text, &n_text);
  char *copy;

  g_assert_nonnull (out);
  *ret_n = journal_export_room (fixture->data_dir, name, out, error);
  g_assert_cmpint (fclose (out), ==, 0);
  copy = g_strdup (text);
  free (text);
  return copy;
}

static void
assert_exported (JournalFixture *fixture, const char *name, gint64 n_expected, const char *expected)
{
  g_autoptr (GError) error = NULL;
  gint64 n;
  g_autofree char *text = export_room (fixture, name, &n, &error);

  g_assert_no_error (error);
  g_assert_cmpint (n, ==, n_expected);
  g_assert_cmpstr (text, ==, expected);
}

#define LINES                                                                                      \
  "{\"room\":\"Über uns\",\"seq\":1,\"time\":1763600000000,\"from\":\"Alice\","                   \
  "\"kind\":\"text\",\"text\":\"one \\\"two\\\" 你好\"}\n"                                       \
  "{\"room\":\"Über uns\",\"seq\":2,\"time\":1763600000001,\"from\":\"Alice\","                   \
  "\"kind\":\"text\",\"text\":\"three\"}\n"

static JournalFixture *
fixture_with_room (void)
{
  JournalFixture *fixture = journal_fixture_new ();
  guint32 other = journal_add_room (fixture->journal, "lobby");
  guint32 room = journal_add_room (fixture->journal, "Über uns");
  JournalEntry entry = journal_fixture_entry (room, "three", NOW_MS + 1);

  entry.key = "secret";
  entry.n_key = 6;
  (void)journal_fixture_say (fixture, other, "x", NOW_MS);
  (void)journal_fixture_say (fixture, room, "one \\\"two\\\" 你好", NOW_MS);
  g_assert_true (journal_append (fixture->journal, &entry, 1, NULL));
  return fixture;
}

static void
test_one_message_a_line (void)
{
  g_autoptr (JournalFixture) fixture = fixture_with_room ();

  assert_exported (fixture, "Über uns", 2, LINES);
  journal_fixture_close (fixture);
  assert_exported (fixture, "Über uns", 2, LINES);
}

static void
test_any_spelling_names_the_room (void)
{
  g_autoptr (JournalFixture) fixture = fixture_with_room ();

  assert_exported (fixture, "ÜBER UNS", 2, LINES);
  assert_exported (fixture,
                   "U\xcc\x88"
                   "ber uns",
                   2, LINES);
}

static void
test_what_is_kept (void)
{
  g_autoptr (JournalFixture) fixture = fixture_with_room ();
  gint64 first_seq;

  g_assert_cmpint (journal_trim (fixture->journal, 2, 2, 0, 9, &first_seq, NULL), ==, 1);
  assert_exported (fixture, "über uns", 1, strchr (LINES, '\n') + 1);
  g_assert_cmpint (journal_trim (fixture->journal, 2, 3, 0, 9, &first_seq, NULL), ==, 1);
  assert_exported (fixture, "über uns", 0, "");
}

static void
test_an_unknown_room_is_named (void)
{
  g_autoptr (JournalFixture) fixture = fixture_with_room ();
  g_autoptr (GError) error = NULL;
  gint64 n;
  g_autofree char *text = export_room (fixture, "attic", &n, &error);

  g_assert_cmpint (n, ==, -1);
  g_assert_error (error, JOURNAL_ERROR, JOURNAL_ERROR_NO_ROOM);
  g_assert_nonnull (strstr (error->message, "attic"));
  g_assert_cmpstr (text, ==, "");
}

static void
test_what_is_no_name_is_no_room (void)
{
  static const char *const names[] = { "", " ", "\xff", "a/b", "\xe2\x80\xae" };
  g_autoptr (JournalFixture) fixture = fixture_with_room ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 n;
      g_autofree char *text = export_room (fixture, names[i], &n, &error);

      g_assert_error (error, JOURNAL_ERROR, JOURNAL_ERROR_NO_ROOM);
    }
}

static void
test_no_journal (void)
{
  g_autofree char *nowhere = g_build_filename (g_get_tmp_dir (), "parlance-no-such", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (journal_export_room (nowhere, "lobby", stdout, &error), ==, -1);
  g_assert_error (error, JOURNAL_ERROR, JOURNAL_ERROR_STORE);
}

static void
test_a_full_disk_is_an_error (void)
{
  g_autoptr (JournalFixture) fixture = fixture_with_room ();
  g_autoptr (GError) error = NULL;
  FILE *full = fopen ("/dev/full", "w");

  if (!full)
    {
      g_test_skip ("there is no /dev/full");
      return;
    }
  g_assert_cmpint (journal_export_room (fixture->data_dir, "lobby", full, &error), ==, -1);
  g_assert_error (error, JOURNAL_ERROR, JOURNAL_ERROR_STORE);
  (void)fclose (full);
}

typedef struct
{
  JournalFixture *fixture;
  _Atomic gboolean is_over;
} Writer;

static void *
write_until_over (void *data)
{
  Writer *writer = data;

  while (!atomic_load (&writer->is_over))
    journal_fixture_fill (writer->fixture, 1, 7, NOW_MS);
  return NULL;
}

static void
test_while_somebody_writes (void)
{
  g_autoptr (JournalFixture) fixture = fixture_with_room ();
  Writer writer = { .fixture = fixture };
  pthread_t thread;

  g_assert_cmpint (pthread_create (&thread, NULL, write_until_over, &writer), ==, 0);
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 n;
      g_autofree char *text = export_room (fixture, "lobby", &n, &error);
      g_autofree char *last = g_strdup_printf ("\"seq\":%" G_GINT64_FORMAT ",", n);

      g_assert_no_error (error);
      g_assert_cmpint (n % 7, ==, 1); /* whole batches */
      g_assert_nonnull (g_strrstr (text, last));
    }
  atomic_store (&writer.is_over, TRUE);
  g_assert_cmpint (pthread_join (thread, NULL), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat/journal-export/one-message-a-line", test_one_message_a_line);
  g_test_add_func ("/chat/journal-export/any-spelling-names-the-room",
                   test_any_spelling_names_the_room);
  g_test_add_func ("/chat/journal-export/what-is-kept", test_what_is_kept);
  g_test_add_func ("/chat/journal-export/an-unknown-room-is-named", test_an_unknown_room_is_named);
  g_test_add_func ("/chat/journal-export/what-is-no-name-is-no-room",
                   test_what_is_no_name_is_no_room);
  g_test_add_func ("/chat/journal-export/no-journal", test_no_journal);
  g_test_add_func ("/chat/journal-export/a-full-disk-is-an-error", test_a_full_disk_is_an_error);
  g_test_add_func ("/chat/journal-export/while-somebody-writes", test_while_somebody_writes);
  return g_test_run ();
}
