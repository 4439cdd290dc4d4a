/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Search through messages: which are found, in which order, and what becomes of the index when
 * messages go or the file is damaged.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "server/chat/journal-index.h"
#include "server/chat/journal-reader-parts.h"
#include "server/chat/journal-schema.h"
#include "tests/chat/journal-fixture.h"

#define NOW_MS (G_GINT64_CONSTANT (1763600000) * 1000)

static void
index_all (JournalFixture *fixture)
{
  JournalReader *reader = journal_fixture_reader (fixture);
  int n;

  do
    {
      g_autoptr (GError) error = NULL;

      n = journal_reader_index (reader, 3, &error);
      g_assert_no_error (error);
      g_assert_cmpint (n, >=, 0);
      g_assert_cmpint (n, <=, 3);
    }
  while (n > 0);
}

static void
assert_found (JournalFixture *fixture, guint32 room, const char *text, const char *expected)
{
  g_autoptr (GString) found = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  int n = journal_reader_search (journal_fixture_reader (fixture), room, text, 100,
                                 journal_fixture_append_message, found, &error);

  g_assert_no_error (error);
  g_assert_cmpint (n, >=, 0);
  g_assert_cmpstr (found->str, ==, expected);
}

static void
test_all_words_occur (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = journal_add_room (fixture->journal, "lobby");

  (void)journal_fixture_say (fixture, room, "the red house", NOW_MS);
  (void)journal_fixture_say (fixture, room, "House of Cards", NOW_MS);
  (void)journal_fixture_say (fixture, room, "a household", NOW_MS);
  index_all (fixture);
  assert_found (fixture, room, "HOUSE", "2:House of Cards 1:the red house");
  assert_found (fixture, room, "house red", "1:the red house");
  assert_found (fixture, room, "house green", "");
  assert_found (fixture, room, "room", "");
  assert_found (fixture, room, "kind", ""); /* a member, and no text */
}

static void
test_chinese (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = journal_add_room (fixture->journal, "lobby");

  (void)journal_fixture_say (fixture, room, "我们明天去跑步吗", NOW_MS);
  (void)journal_fixture_say (fixture, room, "步行也可以跑", NOW_MS);
  (void)journal_fixture_say (fixture, room, "iPhone手机坏了", NOW_MS);
  index_all (fixture);
  assert_found (fixture, room, "跑", "2:步行也可以跑 1:我们明天去跑步吗");
  assert_found (fixture, room, "跑步", "1:我们明天去跑步吗");
  assert_found (fixture, room, "跑 步", "2:步行也可以跑 1:我们明天去跑步吗");
  assert_found (fixture, room, "明天跑步", "");
  assert_found (fixture, room, "手机 iphone", "3:iPhone手机坏了");
}

static void
test_accents_do_not_matter (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = journal_add_room (fixture->journal, "lobby");

  (void)journal_fixture_say (fixture, room, "crème brûlée", NOW_MS);
  (void)journal_fixture_say (fixture, room, "creme", NOW_MS);
  index_all (fixture);
  assert_found (fixture, room, "creme", "2:creme 1:crème brûlée");
  assert_found (fixture, room, "CRÈME", "2:creme 1:crème brûlée");
}

static void
test_escapes_are_resolved (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = journal_add_room (fixture->journal, "lobby");

  (void)journal_fixture_say (fixture, room, "one\\ntwo \\u4f60\\u597d", NOW_MS);
  index_all (fixture);
  assert_found (fixture, room, "two 你好", "1:one\\ntwo \\u4f60\\u597d");
  assert_found (fixture, room, "ntwo", "");
}

static void
test_syntax_is_text (void)
{
  static const char *const texts[] = { "\"",     "\"a",    "a AND",  "NOT a",  "a*",
                                       "^a",     "text:a", "room:1", "(a",     "a)",
                                       "-a",     "a+b",    "{a}",    ";'",     "NEAR(a b)",
                                       "a OR b", "\\",     "%_",     "a\"\"b", "" };
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = journal_add_room (fixture->journal, "lobby");
  JournalReader *reader;

  (void)journal_fixture_say (fixture, room, "xyz 1", NOW_MS);
  index_all (fixture);
  reader = journal_fixture_reader (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GString) found = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      int n = journal_reader_search (reader, 0, texts[i], 10, journal_fixture_append_message, found,
                                     &error);

      g_assert_no_error (error);
      g_assert_cmpint (n, ==, 0);
    }
  assert_found (fixture, 0, "xyz* OR nothing", "");
  assert_found (fixture, 0, "(xyz)", "1:xyz 1");
}

static void
test_newest_first_over_rooms (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 lobby = journal_add_room (fixture->journal, "lobby");
  guint32 attic = journal_add_room (fixture->journal, "attic");

  (void)journal_fixture_say (fixture, lobby, "word a", NOW_MS);
  (void)journal_fixture_say (fixture, attic, "word b", NOW_MS + 1);
  (void)journal_fixture_say (fixture, attic, "word c", NOW_MS + 2);
  (void)journal_fixture_say (fixture, lobby, "word d", NOW_MS + 3);
  (void)journal_fixture_say (fixture, attic, "word e", NOW_MS + 4);
  index_all (fixture);
  assert_found (fixture, 0, "word", "3:word e 2:word d 2:word c 1:word b 1:word a");
  assert_found (fixture, lobby, "word", "2:word d 1:word a");
  assert_found (fixture, attic, "word", "3:word e 2:word c 1:word b");
  assert_found (fixture, attic + 1, "word", "");
  /* The number of a room is no word of its messages. */
  assert_found (fixture, 0, "1", "");
  assert_found (fixture, 0, "2", "");
}

static void
test_what_comes_later_is_found_later (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = journal_add_room (fixture->journal, "lobby");

  assert_found (fixture, room, "word", ""); /* there is no index at all */
  (void)journal_fixture_say (fixture, room, "word a", NOW_MS);
  assert_found (fixture, room, "word", "");
  index_all (fixture);
  assert_found (fixture, room, "word", "1:word a");
  (void)journal_fixture_say (fixture, room, "word b", NOW_MS);
  index_all (fixture);
  assert_found (fixture, room, "word", "2:word b 1:word a");
  journal_fixture_reopen (fixture);
  g_assert_cmpint (journal_reader_index (journal_fixture_reader (fixture), 9, NULL), ==, 0);
  assert_found (fixture, room, "word", "2:word b 1:word a");
}

static void
test_limit_and_refusal (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = journal_add_room (fixture->journal, "lobby");
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < 5; i++)
    (void)journal_fixture_say (fixture, room, "word", NOW_MS);
  index_all (fixture);
  g_assert_cmpint (journal_reader_search (journal_fixture_reader (fixture), 0, "word", 2,
                                          journal_fixture_append_message, found, NULL),
                   ==, 2);
  g_assert_cmpstr (found->str, ==, "5:word 4:word");
}

static gboolean
take_two (const JournalMessage *message, gpointer data)
{
  guint *n = data;

  return (*n)++ < 2;
}

static void
test_stops_when_it_is_refused (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = journal_add_room (fixture->journal, "lobby");
  guint n_asked = 0;

  for (guint i = 0; i < 5; i++)
    (void)journal_fixture_say (fixture, room, "word", NOW_MS);
  index_all (fixture);
  g_assert_cmpint (journal_reader_search (journal_fixture_reader (fixture), 0, "word", 9, take_two,
                                          &n_asked, NULL),
                   ==, 2);
  g_assert_cmpuint (n_asked, ==, 3);
}

static void
test_a_long_search_is_cut (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = journal_add_room (fixture->journal, "lobby");
  g_autofree char *path = journal_fixture_path (fixture, "chat-search.db");
  JournalReader *reader;
  g_autoptr (GString) found = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  int n;

  for (guint i = 0; i < 2000; i++)
    (void)journal_fixture_say (fixture, room, i % 2 == 0 ? "one" : "two", NOW_MS);
  reader = journal_fixture_reader (fixture);
  while (journal_reader_index (reader, 500, NULL) > 0)
    ;
  reader->search_max_us = 0;
  n = journal_reader_search (reader, 0, "one two", 10, journal_fixture_append_message, found,
                             &error);
  g_assert_no_error (error);
  g_assert_cmpint (n, ==, 0);
  n = journal_reader_search (reader, 0, "one", 2000, journal_fixture_append_message, found, &error);
  g_assert_no_error (error);
  g_assert_cmpint (n, <, 1000);
  /* It is no fault of the index's. */
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  reader->search_max_us = JOURNAL_SEARCH_MAX_US;
  n = journal_reader_search (reader, 0, "one", 2000, journal_fixture_append_message, found, &error);
  g_assert_cmpint (n, ==, 1000);
}

/* The index is there, and has no table of words yet. */
static void
test_before_anything_was_said (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = journal_add_room (fixture->journal, "lobby");

  index_all (fixture);
  assert_found (fixture, 0, "word", "");
  (void)journal_fixture_say (fixture, room, "?!", NOW_MS); /* nothing to find it by */
  index_all (fixture);
  assert_found (fixture, room, "word", "");
  (void)journal_fixture_say (fixture, room, "word", NOW_MS);
  index_all (fixture);
  assert_found (fixture, room, "word", "2:word");
}

static void
test_trimmed_messages_are_not_found (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 lobby = journal_add_room (fixture->journal, "lobby");
  guint32 attic = journal_add_room (fixture->journal, "attic");
  gint64 first_seq;

  (void)journal_fixture_say (fixture, attic, "word old", NOW_MS - 1);
  (void)journal_fixture_say (fixture, lobby, "word a", NOW_MS);
  (void)journal_fixture_say (fixture, lobby, "word b", NOW_MS);
  (void)journal_fixture_say (fixture, attic, "word c", NOW_MS + 1);
  index_all (fixture);
  g_assert_cmpint (journal_trim (fixture->journal, lobby, 2, 0, 10, &first_seq, NULL), ==, 1);
  assert_found (fixture, 0, "word", "2:word c 2:word b 1:word old");
  g_assert_cmpint (journal_trim (fixture->journal, lobby, 3, 0, 10, &first_seq, NULL), ==, 1);
  assert_found (fixture, lobby, "word", "");
  (void)journal_fixture_say (fixture, lobby, "word d", NOW_MS + 2);
  index_all (fixture);
  journal_fixture_reopen (fixture);
  g_assert_cmpint (journal_reader_index (journal_fixture_reader (fixture), 9, NULL), ==, 0);
  assert_found (fixture, 0, "word", "3:word d 2:word c 1:word old");
}

/* Messages that are gone before they were indexed. */
static void
test_trimmed_before_they_are_indexed (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = journal_add_room (fixture->journal, "lobby");
  gint64 first_seq;

  for (guint i = 0; i < 5; i++)
    (void)journal_fixture_say (fixture, room, "word", NOW_MS);
  g_assert_cmpint (journal_trim (fixture->journal, room, 4, 0, 10, &first_seq, NULL), ==, 3);
  index_all (fixture);
  assert_found (fixture, 0, "word", "5:word 4:word");
}

/* --- the file --- */

static const char *const index_files[] = { "chat-search.db", "chat-search.db-wal",
                                           "chat-search.db-shm" };

static JournalFixture *
fixture_with_index (void)
{
  JournalFixture *fixture = journal_fixture_new ();
  guint32 room = journal_add_room (fixture->journal, "lobby");

  for (guint i = 0; i < 50; i++)
    (void)journal_fixture_say (fixture, room, i % 7 == 0 ? "word x" : "other", NOW_MS + i);
  index_all (fixture);
  return fixture;
}

#define ALL_OF_IT "50:word x 43:word x 36:word x 29:word x 22:word x 15:word x 8:word x 1:word x"

static void
test_a_deleted_index_is_made_again (void)
{
  g_autoptr (JournalFixture) fixture = fixture_with_index ();

  journal_fixture_reopen (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (index_files); i++)
    {
      g_autofree char *path = journal_fixture_path (fixture, index_files[i]);

      (void)g_unlink (path);
    }
  assert_found (fixture, 0, "word", "");
  index_all (fixture);
  assert_found (fixture, 0, "word", ALL_OF_IT);
}

/* As it happens when a search finds damage. */
static void
test_an_index_that_goes_while_it_is_used (void)
{
  g_autoptr (JournalFixture) fixture = fixture_with_index ();
  g_autofree char *path = journal_fixture_path (fixture, index_files[0]);

  assert_found (fixture, 0, "word", ALL_OF_IT);
  g_assert_cmpint (g_unlink (path), ==, 0);
  (void)journal_fixture_say (fixture, 1, "word y", NOW_MS + 99);
  index_all (fixture);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  assert_found (fixture, 0, "word", "51:word y " ALL_OF_IT);
}

static void
test_a_replaced_index_is_made_again (void)
{
  static const char *const contents[] = { "", "This is no database, whatever its name is.\n" };
  g_autoptr (JournalFixture) fixture = fixture_with_index ();
  g_autofree char *path = journal_fixture_path (fixture, index_files[0]);

  for (guint i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      journal_fixture_reopen (fixture);
      g_assert_true (g_file_set_contents (path, contents[i], -1, NULL));
      index_all (fixture);
      assert_found (fixture, 0, "word", ALL_OF_IT);
    }
}

/* Every page in turn is overwritten: searching and indexing may fail once, and then all is well. */
static void
test_a_damaged_index_is_made_again (void)
{
  g_autoptr (JournalFixture) fixture = fixture_with_index ();
  g_autofree char *path = journal_fixture_path (fixture, index_files[0]);
  g_autofree char *whole = NULL;
  gsize n_whole;

  journal_fixture_reopen (fixture);
  index_all (fixture);
  journal_fixture_close (fixture);
  g_assert_true (g_file_get_contents (path, &whole, &n_whole, NULL));
  g_assert_cmpuint (n_whole, >, 4096);
  for (gsize at = 0; at < n_whole; at += 4096)
    {
      g_autofree char *damaged = g_memdup2 (whole, n_whole);
      g_autoptr (GString) found = g_string_new (NULL);

      memset (damaged + at, 0xa5, 4096);
      g_assert_true (g_file_set_contents (path, damaged, (gssize)n_whole, NULL));
      journal_fixture_reopen (fixture);
      (void)journal_reader_search (journal_fixture_reader (fixture), 0, "word", 100,
                                   journal_fixture_append_message, found, NULL);
      (void)journal_fixture_say (fixture, 1, "other", NOW_MS + 99);
      index_all (fixture);
      assert_found (fixture, 0, "word", ALL_OF_IT);
      journal_fixture_close (fixture);
    }
}

static void
test_an_index_of_other_messages_is_made_again (void)
{
  g_autoptr (JournalFixture) fixture = fixture_with_index ();
  g_autofree char *path = journal_fixture_path (fixture, "chat.db");
  guint32 room;

  journal_fixture_close (fixture);
  g_assert_cmpint (g_unlink (path), ==, 0);
  journal_fixture_reopen (fixture);
  room = journal_add_room (fixture->journal, "lobby");
  for (guint i = 0; i < 60; i++)
    (void)journal_fixture_say (fixture, room, "new", NOW_MS + 1000 + i);
  index_all (fixture);
  assert_found (fixture, room, "word", "");
  assert_found (fixture, room, "other", "");
}

/* A backup in the place of what was indexed: fewer messages, and then others with their numbers. */
static void
test_an_index_of_later_messages_is_made_again (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  g_autofree char *path = journal_fixture_path (fixture, "chat.db");
  guint32 room = journal_add_room (fixture->journal, "lobby");
  g_autofree char *backup = NULL;
  gsize n_backup;

  (void)journal_fixture_say (fixture, room, "word a", NOW_MS);
  journal_fixture_close (fixture);
  g_assert_true (g_file_get_contents (path, &backup, &n_backup, NULL));
  journal_fixture_reopen (fixture);
  (void)journal_fixture_say (fixture, room, "word b", NOW_MS + 1);
  index_all (fixture);
  journal_fixture_close (fixture);
  g_assert_true (g_file_set_contents (path, backup, (gssize)n_backup, NULL));
  journal_fixture_reopen (fixture);
  (void)journal_fixture_say (fixture, room, "thing c", NOW_MS + 2);
  index_all (fixture);
  assert_found (fixture, room, "word", "1:word a");
  assert_found (fixture, room, "thing", "2:thing c");
}

/* --- parts --- */

static guint
count_parts (JournalFixture *fixture)
{
  g_autofree char *path = journal_fixture_path (fixture, index_files[0]);
  sqlite3 *db = journal_schema_connect (path, SQLITE_OPEN_READONLY, NULL);
  guint n = (guint)journal_schema_number (
      db, "SELECT count(*) FROM sqlite_schema WHERE name GLOB 'words_[0-9]*' AND sql LIKE '%fts5%'",
      0);

  journal_schema_close (db);
  return n;
}

static void
update_parts (JournalFixture *fixture, JournalIndex *index)
{
  g_autoptr (GError) error = NULL;

  /* What is to be cleaned up may take more than one. */
  for (guint i = 0; i < 5; i++)
    {
      while (journal_index_update (index, 5, &error) > 0)
        ;
      g_assert_no_error (error);
    }
}

static void
test_parts_come_and_go (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = journal_add_room (fixture->journal, "lobby");
  sqlite3 *messages = journal_schema_open_reader (fixture->data_dir, NULL);
  JournalIndex *index = journal_index_new (fixture->data_dir, messages, 10);
  gint64 first_seq;

  for (guint i = 0; i < 35; i++)
    (void)journal_fixture_say (fixture, room, i % 9 == 0 ? "word" : "other", NOW_MS + i);
  update_parts (fixture, index);
  g_assert_cmpuint (count_parts (fixture), ==, 4);
  assert_found (fixture, 0, "word", "28:word 19:word 10:word 1:word");
  g_assert_cmpint (journal_trim (fixture->journal, room, 19, 0, 99, &first_seq, NULL), ==, 18);
  assert_found (fixture, 0, "word", "28:word 19:word");
  update_parts (fixture, index);
  g_assert_cmpuint (count_parts (fixture), ==, 3);
  assert_found (fixture, 0, "word", "28:word 19:word");
  /* All of it, and then it goes on. */
  g_assert_cmpint (journal_trim (fixture->journal, room, 99, 0, 99, &first_seq, NULL), ==, 17);
  update_parts (fixture, index);
  g_assert_cmpuint (count_parts (fixture), ==, 1);
  assert_found (fixture, 0, "other", "");
  journal_index_free (index);
  index = journal_index_new (fixture->data_dir, messages, 10);
  (void)journal_fixture_say (fixture, room, "word", NOW_MS + 99);
  update_parts (fixture, index);
  assert_found (fixture, 0, "word", "36:word");
  journal_index_free (index);
  journal_schema_close (messages);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat/journal-search/all-words-occur", test_all_words_occur);
  g_test_add_func ("/chat/journal-search/chinese", test_chinese);
  g_test_add_func ("/chat/journal-search/accents-do-not-matter", test_accents_do_not_matter);
  g_test_add_func ("/chat/journal-search/escapes-are-resolved", test_escapes_are_resolved);
  g_test_add_func ("/chat/journal-search/syntax-is-text", test_syntax_is_text);
  g_test_add_func ("/chat/journal-search/newest-first-over-rooms", test_newest_first_over_rooms);
  g_test_add_func ("/chat/journal-search/what-comes-later-is-found-later",
                   test_what_comes_later_is_found_later);
  g_test_add_func ("/chat/journal-search/limit-and-refusal", test_limit_and_refusal);
  g_test_add_func ("/chat/journal-search/stops-when-it-is-refused", test_stops_when_it_is_refused);
  g_test_add_func ("/chat/journal-search/a-long-search-is-cut", test_a_long_search_is_cut);
  g_test_add_func ("/chat/journal-search/before-anything-was-said", test_before_anything_was_said);
  g_test_add_func ("/chat/journal-search/trimmed-messages-are-not-found",
                   test_trimmed_messages_are_not_found);
  g_test_add_func ("/chat/journal-search/trimmed-before-they-are-indexed",
                   test_trimmed_before_they_are_indexed);
  g_test_add_func ("/chat/journal-search/file/deleted", test_a_deleted_index_is_made_again);
  g_test_add_func ("/chat/journal-search/file/goes-while-it-is-used",
                   test_an_index_that_goes_while_it_is_used);
  g_test_add_func ("/chat/journal-search/file/replaced", test_a_replaced_index_is_made_again);
  g_test_add_func ("/chat/journal-search/file/damaged", test_a_damaged_index_is_made_again);
  g_test_add_func ("/chat/journal-search/file/of-other-messages",
                   test_an_index_of_other_messages_is_made_again);
  g_test_add_func ("/chat/journal-search/file/of-later-messages",
                   test_an_index_of_later_messages_is_made_again);
  g_test_add_func ("/chat/journal-search/parts-come-and-go", test_parts_come_and_go);
  return g_test_run ();
}
