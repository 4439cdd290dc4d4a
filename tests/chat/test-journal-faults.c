/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A disk that fails at every single call in turn. What was acknowledged is there, what was refused
 * is not, and the journal works again as soon as the disk does.
 */
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "tests/chat/fault-vfs.h"
#include "tests/chat/journal-fixture.h"

#define NOW_MS (G_GINT64_CONSTANT (1763600000) * 1000)
#define FOREVER 1000000
#define MAX_CALLS 2000 /* that a scenario makes of one kind */

/* What the journal must hold: "seq:text" with spaces between. */
typedef struct
{
  JournalFixture *fixture;
  guint32 room;
  GString *stored;
  gint64 last_seq;
  guint n_refused;
  guint n_keys;
} Scene;

static void
scene_init (Scene *scene)
{
  scene->fixture = journal_fixture_new ();
  scene->room = journal_add_room (scene->fixture->journal, "lobby");
  scene->stored = g_string_new (NULL);
}

static void
scene_clear (Scene *scene)
{
  journal_fixture_free (scene->fixture);
  g_string_free (scene->stored, TRUE);
}

/* A batch of two, of which one has a key. */
static gboolean
scene_append (Scene *scene, const char *text)
{
  g_autofree char *second = g_strconcat (text, "'", NULL);
  g_autofree char *key = g_strdup_printf ("key%u", scene->n_keys++);
  g_autoptr (GError) error = NULL;
  JournalEntry batch[] = {
    journal_fixture_entry (scene->room, text, NOW_MS),
    journal_fixture_entry (scene->room, second, NOW_MS),
  };

  batch[1].key = key;
  batch[1].n_key = strlen (key);
  if (!journal_append (scene->fixture->journal, batch, 2, &error))
    {
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error->message, "chat.db"));
      scene->n_refused++;
      return FALSE;
    }
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_false (batch[i].is_repeat);
      g_assert_cmpint (batch[i].seq, ==, ++scene->last_seq);
      g_string_append_printf (scene->stored, "%s%" G_GINT64_FORMAT ":%s",
                              scene->stored->len > 0 ? " " : "", batch[i].seq,
                              i == 0 ? text : second);
    }
  return TRUE;
}

static void
scene_check (Scene *scene)
{
  g_autofree char *stored = journal_fixture_after (scene->fixture, scene->room, 0, 1000);

  g_assert_cmpstr (stored, ==, scene->stored->str);
  g_assert_cmpuint (journal_n_messages (scene->fixture->journal), ==, scene->last_seq);
}

/* As it is after the disk was mended, and again after a restart. */
static void
scene_finish (Scene *scene)
{
  scene_check (scene);
  g_assert_true (scene_append (scene, "mended"));
  scene_check (scene);
  journal_fixture_reopen (scene->fixture);
  scene_check (scene);
  g_assert_true (scene_append (scene, "reopened"));
  scene_check (scene);
}

/* Returns: whether the fault came at all */
static gboolean
append_durably_with_fault (
    JournalDurability durability, FaultCall call, guint nth, int code, guint n_failing)
{
  Scene scene = { 0 };
  guint n_failed;

  scene_init (&scene);
  scene.fixture->durability = durability;
  journal_fixture_reopen (scene.fixture);
  scene.room = journal_add_room (scene.fixture->journal, "lobby");
  g_assert_true (scene_append (&scene, "before"));
  fault_vfs_arm (call, nth, code, n_failing);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *text = g_strdup_printf ("m%u", i);

      (void)scene_append (&scene, text);
    }
  n_failed = fault_vfs_disarm ();
  /* One fault costs one batch and not the next. */
  if (n_failing == 1)
    g_assert_cmpuint (scene.n_refused, <=, n_failed);
  scene_finish (&scene);
  scene_clear (&scene);
  return n_failed > 0;
}

static gboolean
append_with_fault (FaultCall call, guint nth, int code, guint n_failing)
{
  return append_durably_with_fault (JOURNAL_DURABILITY_PROCESS, call, nth, code, n_failing);
}

static gboolean
append_fully_with_fault (FaultCall call, guint nth, int code, guint n_failing)
{
  return append_durably_with_fault (JOURNAL_DURABILITY_FULL, call, nth, code, n_failing);
}

typedef gboolean (*FaultFunc) (FaultCall call, guint nth, int code, guint n_failing);

/* Every call of every kind in turn, once and from then on. */
static void
with_every_fault (FaultFunc func)
{
  for (FaultCall call = 0; call < FAULT_N_CALLS; call++)
    {
      guint nth = 1;

      while (func (call, nth, fault_code (call), 1) && nth < MAX_CALLS)
        nth++;
      g_assert_cmpuint (nth, <, MAX_CALLS);
      g_test_message ("%u calls of %s", nth - 1, fault_call_names[call]);
      for (guint i = 1; i < nth; i++)
        g_assert_true (func (call, i, fault_code (call), FOREVER));
    }
}

static void
test_append (void)
{
  with_every_fault (append_with_fault);
  with_every_fault (append_fully_with_fault);
}

static void
test_append_to_a_full_disk (void)
{
  guint nth = 1;

  for (; append_with_fault (FAULT_WRITE, nth, SQLITE_FULL, 1); nth++)
    g_assert_true (append_with_fault (FAULT_WRITE, nth, SQLITE_FULL, FOREVER));
  g_assert_cmpuint (nth, >, 4);
}

/* --- what a failure keeps and what it forgets --- */

static void
test_rooms_and_tokens_are_kept_and_topics_are_not (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint8 hash[JOURNAL_TOKEN_BYTES] = { 7 };
  guint32 gone = journal_add_room (fixture->journal, "gone");
  guint32 room;
  JournalEntry entry;
  g_autofree char *rooms = NULL;
  g_autofree char *tokens = NULL;

  g_assert_true (journal_append (fixture->journal, NULL, 0, NULL));
  room = journal_add_room (fixture->journal, "lobby");
  journal_remove_room (fixture->journal, gone);
  journal_set_token (fixture->journal, hash, "Alice", "alice", NOW_MS + 1);
  journal_set_topic (fixture->journal, room, "t");
  entry = journal_fixture_entry (room, "a", NOW_MS);
  fault_vfs_arm (FAULT_WRITE, 1, SQLITE_FULL, FOREVER);
  g_assert_false (journal_append (fixture->journal, &entry, 1, NULL));
  g_assert_cmpuint (fault_vfs_disarm (), >, 0);
  g_assert_true (journal_has_pending (fixture->journal));

  g_assert_true (journal_append (fixture->journal, NULL, 0, NULL));
  g_assert_false (journal_has_pending (fixture->journal));
  journal_fixture_reopen (fixture);
  rooms = journal_fixture_rooms (fixture);
  g_assert_cmpstr (rooms, ==, "2 lobby 1-0");
  tokens = journal_fixture_tokens (fixture, NOW_MS);
  g_assert_cmpstr (tokens, ==, "Alice=7");
}

static void
assert_syncs (JournalDurability durability, gboolean syncs)
{
  Scene scene = { 0 };

  scene_init (&scene);
  scene.fixture->durability = durability;
  journal_fixture_reopen (scene.fixture);
  scene.room = journal_add_room (scene.fixture->journal, "lobby");
  g_assert_true (scene_append (&scene, "before"));
  fault_vfs_arm (FAULT_SYNC, 1, SQLITE_IOERR_FSYNC, FOREVER);
  g_assert_cmpint (scene_append (&scene, "a"), ==, !syncs);
  g_assert_cmpint (fault_vfs_disarm () > 0, ==, syncs);
  scene_clear (&scene);
}

static void
test_full_waits_for_the_disk (void)
{
  assert_syncs (JOURNAL_DURABILITY_FULL, TRUE);
  assert_syncs (JOURNAL_DURABILITY_PROCESS, FALSE);
}

/* An fsync that fails leaves open what is on the disk. Who sends again finds out. */
static void
test_refused_and_killed (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  g_autoptr (JournalFixture) copy = journal_fixture_new ();
  guint32 room;
  JournalEntry entry;
  g_autofree char *stored = NULL;

  fixture->durability = JOURNAL_DURABILITY_FULL;
  journal_fixture_reopen (fixture);
  room = journal_add_room (fixture->journal, "lobby");
  (void)journal_fixture_say (fixture, room, "before", NOW_MS);
  entry = journal_fixture_entry (room, "mine", NOW_MS);
  entry.key = "k";
  entry.n_key = 1;
  fault_vfs_arm (FAULT_SYNC, 1, SQLITE_IOERR_FSYNC, 1);
  g_assert_false (journal_append (fixture->journal, &entry, 1, NULL));
  g_assert_cmpuint (fault_vfs_disarm (), ==, 1);

  journal_fixture_close (copy);
  for (guint i = 0; i < 2; i++)
    {
      static const char *const names[] = { "chat.db", "chat.db-wal" };
      g_autofree char *from = journal_fixture_path (fixture, names[i]);
      g_autofree char *to = journal_fixture_path (copy, names[i]);
      g_autofree char *bytes = NULL;
      gsize n_bytes;

      g_assert_true (g_file_get_contents (from, &bytes, &n_bytes, NULL));
      g_assert_true (g_file_set_contents (to, bytes, (gssize)n_bytes, NULL));
    }
  journal_fixture_reopen (copy);
  g_assert_true (journal_append (copy->journal, &entry, 1, NULL));
  g_assert_cmpint (entry.seq, ==, 2);
  stored = journal_fixture_after (copy, room, 0, 9);
  g_assert_cmpstr (stored, ==, "1:before 2:mine");
}

static void
test_the_message_says_what_to_do (void)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  g_autoptr (GError) error = NULL;

  (void)journal_add_room (fixture->journal, "lobby");
  fault_vfs_arm (FAULT_WRITE, 1, SQLITE_FULL, 1);
  g_assert_false (journal_append (fixture->journal, NULL, 0, &error));
  (void)fault_vfs_disarm ();
  g_assert_error (error, JOURNAL_ERROR, JOURNAL_ERROR_STORE);
  g_assert_nonnull (strstr (error->message, "chat.db"));
  g_assert_nonnull (strstr (error->message, "full"));
  g_assert_nonnull (strstr (error->message, "make space"));
}

/* --- other calls --- */

static gboolean
trim_with_fault (FaultCall call, guint nth, int code, guint n_failing)
{
  g_autoptr (JournalFixture) fixture = journal_fixture_new ();
  guint32 room = journal_add_room (fixture->journal, "lobby");
  g_autoptr (GError) error = NULL;
  g_autofree char *stored = NULL;
  guint n_failed;
  gint64 first_seq;
  int n;

  for (guint i = 0; i < 6; i++)
    (void)journal_fixture_say (fixture, room, "x", NOW_MS + i);
  fault_vfs_arm (call, nth, code, n_failing);
  n = journal_trim (fixture->journal, room, 0, NOW_MS + 3, 10, &first_seq, &error);
  (void)journal_expire (fixture->journal, NOW_MS, NULL);
  n_failed = fault_vfs_disarm ();
  if (n < 0)
    {
      g_assert_nonnull (error);
      g_assert_cmpint (first_seq, ==, 1);
      stored = journal_fixture_after (fixture, room, 0, 100);
      g_assert_cmpstr (stored, ==, "1:x 2:x 3:x 4:x 5:x 6:x");
      n = journal_trim (fixture->journal, room, 0, NOW_MS + 3, 10, &first_seq, NULL);
    }
  g_assert_cmpint (n, ==, 3);
  g_assert_cmpint (first_seq, ==, 4);
  journal_fixture_reopen (fixture);
  g_free (stored);
  stored = journal_fixture_after (fixture, room, 0, 100);
  g_assert_cmpstr (stored, ==, "4:x 5:x 6:x");
  g_assert_cmpuint (journal_n_messages (fixture->journal), ==, 3);
  return n_failed > 0;
}

static void
test_trim (void)
{
  with_every_fault (trim_with_fault);
}

/* A start either works or says why not, and leaves what is stored alone. */
static gboolean
open_with_fault (FaultCall call, guint nth, int code, guint n_failing)
{
  Scene scene = { 0 };
  g_autoptr (GError) error = NULL;
  guint n_failed;

  scene_init (&scene);
  g_assert_true (scene_append (&scene, "before"));
  journal_fixture_close (scene.fixture);
  fault_vfs_arm (call, nth, code, n_failing);
  scene.fixture->journal =
      journal_open (scene.fixture->data_dir, JOURNAL_DURABILITY_PROCESS, &error);
  n_failed = fault_vfs_disarm ();
  g_assert_cmpint (scene.fixture->journal == NULL, ==, error != NULL);
  if (error)
    {
      g_assert_nonnull (strstr (error->message, "chat.db"));
      journal_fixture_reopen (scene.fixture);
    }
  scene_finish (&scene);
  scene_clear (&scene);
  return n_failed > 0;
}

static void
test_open (void)
{
  with_every_fault (open_with_fault);
}

/* The first start of all. */
static gboolean
create_with_fault (FaultCall call, guint nth, int code, guint n_failing)
{
  Scene scene = { 0 };
  g_autoptr (GError) error = NULL;
  guint n_failed;

  scene_init (&scene);
  journal_fixture_close (scene.fixture);
  for (guint i = 0; i < 3; i++)
    {
      static const char *const names[] = { "chat.db", "chat.db-wal", "chat.db-shm" };
      g_autofree char *path = journal_fixture_path (scene.fixture, names[i]);

      (void)g_unlink (path);
    }
  fault_vfs_arm (call, nth, code, n_failing);
  scene.fixture->journal =
      journal_open (scene.fixture->data_dir, JOURNAL_DURABILITY_PROCESS, &error);
  n_failed = fault_vfs_disarm ();
  g_assert_cmpint (scene.fixture->journal == NULL, ==, error != NULL);
  if (error)
    journal_fixture_reopen (scene.fixture);
  scene.room = journal_add_room (scene.fixture->journal, "lobby");
  scene_finish (&scene);
  scene_clear (&scene);
  return n_failed > 0;
}

static void
test_create (void)
{
  with_every_fault (create_with_fault);
}

/* A close that fails loses nothing: the log is still there. */
static gboolean
close_with_fault (FaultCall call, guint nth, int code, guint n_failing)
{
  Scene scene = { 0 };
  guint n_failed;

  scene_init (&scene);
  g_assert_true (scene_append (&scene, "before"));
  fault_vfs_arm (call, nth, code, n_failing);
  journal_fixture_close (scene.fixture);
  n_failed = fault_vfs_disarm ();
  journal_fixture_reopen (scene.fixture);
  scene_finish (&scene);
  scene_clear (&scene);
  return n_failed > 0;
}

static void
test_close (void)
{
  with_every_fault (close_with_fault);
}

/* Reading and indexing fail and go on. */
static gboolean
read_with_fault (FaultCall call, guint nth, int code, guint n_failing)
{
  Scene scene = { 0 };
  g_autoptr (GString) found = g_string_new (NULL);
  JournalReader *reader;
  guint n_failed;
  int n;

  scene_init (&scene);
  g_assert_true (scene_append (&scene, "before"));
  fault_vfs_arm (call, nth, code, n_failing);
  reader = journal_reader_open (scene.fixture->data_dir, NULL);
  if (reader)
    {
      (void)journal_reader_after (reader, scene.room, 0, 9, journal_fixture_append_message, found,
                                  NULL);
      (void)journal_reader_index (reader, 9, NULL);
      (void)journal_reader_search (reader, 0, "before", 9, journal_fixture_append_message, found,
                                   NULL);
    }
  n_failed = fault_vfs_disarm ();
  if (!reader)
    reader = journal_reader_open (scene.fixture->data_dir, NULL);
  g_string_truncate (found, 0);
  n = journal_reader_after (reader, scene.room, 0, 9, journal_fixture_append_message, found, NULL);
  g_assert_cmpint (n, ==, 2);
  g_assert_cmpstr (found->str, ==, scene.stored->str);
  while ((n = journal_reader_index (reader, 9, NULL)) > 0)
    ;
  g_assert_cmpint (n, ==, 0);
  g_string_truncate (found, 0);
  n = journal_reader_search (reader, 0, "before", 9, journal_fixture_append_message, found, NULL);
  g_assert_cmpint (n, ==, 2);
  g_assert_cmpstr (found->str, ==, "2:before' 1:before");
  journal_reader_close (reader);
  scene_finish (&scene);
  scene_clear (&scene);
  return n_failed > 0;
}

static void
test_read (void)
{
  with_every_fault (read_with_fault);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fault_vfs_install ();
  g_test_add_func ("/chat/journal-faults/append", test_append);
  g_test_add_func ("/chat/journal-faults/append-to-a-full-disk", test_append_to_a_full_disk);
  g_test_add_func ("/chat/journal-faults/rooms-and-tokens-are-kept-and-topics-are-not",
                   test_rooms_and_tokens_are_kept_and_topics_are_not);
  g_test_add_func ("/chat/journal-faults/full-waits-for-the-disk", test_full_waits_for_the_disk);
  g_test_add_func ("/chat/journal-faults/refused-and-killed", test_refused_and_killed);
  g_test_add_func ("/chat/journal-faults/the-message-says-what-to-do",
                   test_the_message_says_what_to_do);
  g_test_add_func ("/chat/journal-faults/trim", test_trim);
  g_test_add_func ("/chat/journal-faults/open", test_open);
  g_test_add_func ("/chat/journal-faults/create", test_create);
  g_test_add_func ("/chat/journal-faults/close", test_close);
  g_test_add_func ("/chat/journal-faults/read", test_read);
  return g_test_run ();
}
