/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The visits that are remembered, and files that somebody else has had a hand in.
 */
#include "client-gui/session-store.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "protocol/client/state-file.h"

#define ID "6f0d3c1e-2b6a-4c0e-9d0b-0a1b2c3d4e5f"
#define OTHER_ID "0f0d3c1e-2b6a-4c0e-9d0b-0a1b2c3d4e5f"

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
setup (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("parlance-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "state", "gtk-session", NULL);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  g_autofree char *inner = g_path_get_dirname (fixture->path);

  (void)g_remove (fixture->path);
  (void)g_remove (inner);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static ParlanceVisitMemory *
visit_new (const char *id, const char *name)
{
  ParlanceVisitMemory *visit = parlance_visit_memory_new (id);

  visit->name = g_strdup (name);
  visit->addresses = g_strsplit ("192.0.2.1:9502 [fe80::1%eth0]:9502", " ", -1);
  visit->nick = g_strdup ("alice");
  return visit;
}

static gboolean
try_to_save (ParlanceSessionStore *store, GError **error)
{
  g_autofree char *text = parlance_session_store_to_text (store);

  return parlance_state_file_save_text (text, parlance_session_store_get_path (store), error);
}

static void
save (ParlanceSessionStore *store)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (try_to_save (store, &error));
  g_assert_no_error (error);
}

/* What stands in the file is @text, or @n_bytes of it. */
static ParlanceSessionStore *
load_text (Fixture *fixture, const char *text, gssize n_bytes)
{
  g_autofree char *folder = g_path_get_dirname (fixture->path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (fixture->path, text, n_bytes, NULL));
  return parlance_session_store_load (fixture->path);
}

static void
assert_room (const ParlanceVisitMemory *visit, guint index, const char *name, gint64 read_seq)
{
  g_assert_cmpuint (visit->rooms->len, >, index);
  const ParlanceRoomMemory *room = g_ptr_array_index (visit->rooms, index);

  g_assert_cmpstr (room->name, ==, name);
  g_assert_cmpint (room->read_seq, ==, read_seq);
}

static void
assert_draft (const ParlanceVisitMemory *visit, guint index, const char *draft)
{
  const ParlanceRoomMemory *room = g_ptr_array_index (visit->rooms, index);

  g_assert_cmpstr (room->draft, ==, draft);
}

static void
test_a_visit_is_remembered (Fixture *fixture, gconstpointer data)
{
  static const char name[] = "Study; room = [7]\n\xe2\x80\xae";
  GStatBuf status;

  g_autoptr (ParlanceSessionStore) store = parlance_session_store_load (fixture->path);
  g_assert_null (parlance_session_store_get_last (store));
  ParlanceVisitMemory *visit = visit_new (ID, name);
  visit->token = g_strdup ("secret=;\\1");
  visit->voucher = g_strdup ("sha256:1");
  visit->typed = g_strdup ("school:9502");
  visit->current = g_strdup ("图书 馆");
  parlance_visit_memory_add_room (visit, "lobby", 41, "half a; sentence\\n\nand \t我们 ");
  parlance_visit_memory_add_room (visit, "图书 馆", G_MAXINT64, NULL);
  parlance_visit_memory_add_room (visit, "a", -1, NULL);
  parlance_session_store_put (store, visit);
  save (store);

  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_autoptr (ParlanceSessionStore) again = parlance_session_store_load (fixture->path);
  const ParlanceVisitMemory *last = parlance_session_store_get_last (again);
  g_assert_nonnull (last);
  g_assert_cmpstr (last->id, ==, ID);
  g_assert_cmpstr (last->name, ==, name);
  g_assert_cmpstr (last->nick, ==, "alice");
  g_assert_cmpstr (last->typed, ==, "school:9502");
  g_assert_cmpstr (last->token, ==, "secret=;\\1");
  g_assert_cmpstr (last->voucher, ==, "sha256:1");
  g_assert_cmpstr (last->current, ==, "图书 馆");
  g_assert_cmpuint (g_strv_length (last->addresses), ==, 2);
  g_assert_cmpstr (last->addresses[1], ==, "[fe80::1%eth0]:9502");
  g_assert_cmpuint (last->rooms->len, ==, 3);
  assert_room (last, 0, "lobby", 41);
  assert_room (last, 1, "图书 馆", G_MAXINT64);
  assert_room (last, 2, "a", -1);
  assert_draft (last, 0, "half a; sentence\\n\nand \t我们 ");
  assert_draft (last, 1, "");
}

static char *
fill_draft (gsize n_bytes)
{
  GString *draft = g_string_new (NULL);

  while (draft->len < n_bytes)
    g_string_append (draft, "我\\");
  return g_string_free (draft, FALSE);
}

/* However much is written, the file is one that will be read. */
static void
test_drafts_have_an_end (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ParlanceSessionStore) store = parlance_session_store_load (fixture->path);
  g_autofree char *draft = fill_draft (PARLANCE_SESSION_STORE_MAX_DRAFT + 2);
  guint n_kept = 0;

  for (guint i = 0; i < PARLANCE_SESSION_STORE_MAX; i++)
    {
      g_autofree char *id = g_uuid_string_random ();
      ParlanceVisitMemory *visit =
          visit_new (i + 1 == PARLANCE_SESSION_STORE_MAX ? ID : id, "Study");
      for (guint n = 0; n < 8; n++)
        parlance_visit_memory_add_room (visit, "r", 1, draft);
      parlance_session_store_put (store, visit);
    }
  save (store);
  g_autoptr (ParlanceSessionStore) again = parlance_session_store_load (fixture->path);
  const ParlanceVisitMemory *last = parlance_session_store_get_last (again);
  g_assert_nonnull (last);
  for (guint i = 0; i < last->rooms->len; i++)
    {
      const ParlanceRoomMemory *room = g_ptr_array_index (last->rooms, i);
      gsize n_bytes = strlen (room->draft);

      g_assert_true (g_utf8_validate (room->draft, -1, NULL));
      g_assert_cmpuint (n_bytes, <=, PARLANCE_SESSION_STORE_MAX_DRAFT);
      n_kept += n_bytes > PARLANCE_SESSION_STORE_MAX_DRAFT - 4;
    }
  g_assert_cmpuint (n_kept, ==, 8);
}

/* A file that others could read keeps no secret: it is made anew, and theirs no more. */
static void
test_a_file_of_all_becomes_ours (Fixture *fixture, gconstpointer data)
{
  GStatBuf status;
  g_autoptr (ParlanceSessionStore) store = load_text (fixture, "", 0);

  g_assert_cmpint (g_chmod (fixture->path, 0666), ==, 0);
  parlance_session_store_put (store, visit_new (ID, "Study"));
  save (store);
  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
}

static void
test_the_last_one_is_returned_to (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ParlanceSessionStore) store = parlance_session_store_load (fixture->path);

  parlance_session_store_put (store, visit_new (ID, "first"));
  parlance_session_store_put (store, visit_new (OTHER_ID, "other"));
  parlance_session_store_put (store, visit_new (ID, "first again"));
  save (store);
  g_autoptr (ParlanceSessionStore) again = parlance_session_store_load (fixture->path);
  g_assert_cmpstr (parlance_session_store_get_last (again)->name, ==, "first again");
  g_assert_cmpstr (parlance_session_store_find (again, OTHER_ID)->name, ==, "other");
  g_assert_cmpstr (parlance_session_store_find_address (again, "192.0.2.1:9502")->name, ==,
                   "first again");
  g_assert_null (parlance_session_store_find_address (again, "192.0.2.1"));
}

static void
test_who_has_left_does_not_return (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ParlanceSessionStore) store = parlance_session_store_load (fixture->path);

  parlance_session_store_put (store, visit_new (ID, "first"));
  parlance_session_store_leave (store);
  g_assert_null (parlance_session_store_get_last (store));
  save (store);
  g_autoptr (ParlanceSessionStore) again = parlance_session_store_load (fixture->path);
  g_assert_null (parlance_session_store_get_last (again));
  g_assert_nonnull (parlance_session_store_find (again, ID));
}

static void
test_there_is_an_end (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ParlanceSessionStore) store = parlance_session_store_load (fixture->path);
  ParlanceVisitMemory *visit = visit_new (ID, "oldest");

  for (guint i = 0; i < PARLANCE_SESSION_STORE_MAX_ROOMS + 5; i++)
    parlance_visit_memory_add_room (visit, "r", i, NULL);
  g_assert_cmpuint (visit->rooms->len, ==, PARLANCE_SESSION_STORE_MAX_ROOMS);
  parlance_session_store_put (store, visit);
  for (guint i = 0; i < PARLANCE_SESSION_STORE_MAX; i++)
    {
      g_autofree char *id = g_uuid_string_random ();
      parlance_session_store_put (store, visit_new (id, "younger"));
    }
  g_assert_null (parlance_session_store_find (store, ID));
  g_assert_nonnull (parlance_session_store_get_last (store));
}

/* --- files that make no sense ----------------------------------------------------------------- */

#define GOOD "name=Study\naddresses=192.0.2.1:9502;\nnick=alice\n"

static void
test_damaged_files_are_empty (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = {
    "",
    "\n\n",
    "no key file",
    "[parlance]\nreturn=" ID "\n",
    "[parlance]\nreturn=" ID "\n[" ID "]\n",
    "[parlance]\nreturn=" ID "\n[not-an-id]\n" GOOD,
    "[parlance]\nreturn=" ID "\n[" ID "]\nname=Study\nnick=alice\n",
    "[parlance]\nreturn=" ID "\n[" ID "]\nname=Study\naddresses=;\n",
    "[parlance]\nreturn=" ID "\n[" ID "]\nname=Study\naddresses=a;\nnick=two words\n",
    "[parlance]\nreturn=" ID "\n[" ID "]\nname=Study\naddresses=a;\nnick=\n",
    "[parlance]\nreturn=" ID "\n[" ID "]\nname=\xff\xfe\naddresses=a;\nnick=alice\n",
    "[parlance]\nreturn=" ID "\n[" ID "]\n" GOOD "token=\xff\xfe\nnick",
    "[parlance]\nreturn=" ID "\n[" ID "]\nname=Study\nnick=alice\naddresses="
    "a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;a;\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (ParlanceSessionStore) store = load_text (fixture, texts[i], -1);

      g_test_message ("text %" G_GSIZE_FORMAT, i);
      g_assert_null (parlance_session_store_get_last (store));
      parlance_session_store_put (store, visit_new (ID, "Study"));
      save (store);
      g_autoptr (ParlanceSessionStore) again = parlance_session_store_load (fixture->path);
      g_assert_nonnull (parlance_session_store_get_last (again));
    }
}

static void
test_nonsense_is_left_out (Fixture *fixture, gconstpointer data)
{
  static const char text[] = "[parlance]\nreturn=" ID "\n[" ID "]\n" GOOD
                             "current-room=nowhere\nrooms=lobby;\xe2\x80\xae;;ok;last;\n"
                             "read=12x;5;6;-7;\ndrafts=\xff\xfe;b;\nfuture=1\n[future]\nkey=1\n";
  g_autoptr (ParlanceSessionStore) store = load_text (fixture, text, -1);
  const ParlanceVisitMemory *last = parlance_session_store_get_last (store);

  g_assert_nonnull (last);
  g_assert_null (last->token);
  g_assert_cmpuint (last->rooms->len, ==, 3);
  assert_room (last, 0, "lobby", -1);
  assert_room (last, 1, "ok", -1);
  assert_room (last, 2, "last", -1);
  assert_draft (last, 0, "");
}

/* Whose it is cannot be known any more. */
static void
test_a_token_without_its_voucher_is_left_out (Fixture *fixture, gconstpointer data)
{
  static const char text[] =
      "[parlance]\nreturn=" ID "\n[" ID "]\n" GOOD "token=secret\nrooms=lobby;\n";
  g_autoptr (ParlanceSessionStore) store = load_text (fixture, text, -1);
  ParlanceVisitMemory *visit = visit_new (OTHER_ID, "Study");

  g_assert_null (parlance_session_store_get_last (store)->token);
  visit->token = g_strdup ("secret");
  parlance_session_store_put (store, visit);
  save (store);
  g_autofree char *written = NULL;
  g_assert_true (g_file_get_contents (fixture->path, &written, NULL, NULL));
  g_assert_null (strstr (written, "secret"));
}

/* Any single byte of a good file may be another one, and the file may end anywhere. */
static void
test_any_damage_is_survived (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ParlanceSessionStore) good = parlance_session_store_load (fixture->path);
  ParlanceVisitMemory *visit = visit_new (ID, "Study");
  g_autofree char *text = NULL;
  gsize n_bytes = 0;

  parlance_visit_memory_add_room (visit, "lobby", 3, "half; a\nsentence");
  parlance_session_store_put (good, visit);
  save (good);
  g_assert_true (g_file_get_contents (fixture->path, &text, &n_bytes, NULL));
  for (gsize i = 0; i < n_bytes; i++)
    {
      char byte = text[i];

      g_autoptr (ParlanceSessionStore) cut = load_text (fixture, text, (gssize)i);
      (void)parlance_session_store_get_last (cut);
      text[i] = (char)(byte ^ (1 << g_test_rand_int_range (0, 8)));
      g_autoptr (ParlanceSessionStore) bent = load_text (fixture, text, (gssize)n_bytes);
      const ParlanceVisitMemory *last = parlance_session_store_get_last (bent);
      if (last != NULL)
        g_assert_true (last->nick != NULL && last->addresses != NULL && last->addresses[0] != NULL);
      text[i] = byte;
    }
}

static void
test_what_is_no_file_is_empty (Fixture *fixture, gconstpointer data)
{
  g_autofree char *huge = g_strnfill ((gsize)2 * 1024 * 1024, '#');
  g_autoptr (ParlanceSessionStore) store = load_text (fixture, huge, -1);
  g_assert_null (parlance_session_store_get_last (store));

  /* Opened for reading, it would never end. */
  g_assert_cmpint (g_unlink (fixture->path), ==, 0);
  g_assert_cmpint (mkfifo (fixture->path, 0600), ==, 0);
  g_autoptr (ParlanceSessionStore) pipe = parlance_session_store_load (fixture->path);
  g_assert_null (parlance_session_store_get_last (pipe));
}

static void
test_what_cannot_be_written_is_said (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (fixture->path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) again = NULL;
  g_autoptr (ParlanceSessionStore) store = parlance_session_store_load (fixture->path);

  /* A file stands where the folder would be, and then a folder where the file would. */
  g_assert_true (g_file_set_contents (folder, "", 0, NULL));
  parlance_session_store_put (store, visit_new (ID, "Study"));
  g_assert_false (try_to_save (store, &error));
  g_assert_nonnull (error);
  g_assert_cmpint (g_unlink (folder), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (fixture->path, 0700), ==, 0);
  g_assert_false (try_to_save (store, &again));
  g_assert_nonnull (again);
  g_assert_nonnull (parlance_session_store_get_last (store));
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*function) (Fixture *, gconstpointer);
  } tests[] = {
    { "a-visit-is-remembered", test_a_visit_is_remembered },
    { "a-file-of-all-becomes-ours", test_a_file_of_all_becomes_ours },
    { "the-last-one-is-returned-to", test_the_last_one_is_returned_to },
    { "who-has-left-does-not-return", test_who_has_left_does_not_return },
    { "there-is-an-end", test_there_is_an_end },
    { "drafts-have-an-end", test_drafts_have_an_end },
    { "damaged-files-are-empty", test_damaged_files_are_empty },
    { "nonsense-is-left-out", test_nonsense_is_left_out },
    { "a-token-without-its-voucher-is-left-out", test_a_token_without_its_voucher_is_left_out },
    { "any-damage-is-survived", test_any_damage_is_survived },
    { "what-is-no-file-is-empty", test_what_is_no_file_is_empty },
    { "what-cannot-be-written-is-said", test_what_cannot_be_written_is_said },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/gui/session-store/", tests[i].name, NULL);
      g_test_add (path, Fixture, NULL, setup, tests[i].function, teardown);
    }
  return g_test_run ();
}
