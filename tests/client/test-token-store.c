/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The file of tokens: what is kept, who may read it, and what nonsense in it does.
 */
#include "protocol/client/token-store.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define ID_1 "11111111-1111-4111-8111-111111111111"
#define VOUCHER "sha256:aa"
#define ID_2 "22222222-2222-4222-8222-222222222222"

typedef struct
{
  char *dir;
  char *path;
} Fixture;

static void
setup (Fixture *fixture, gconstpointer data)
{
  fixture->dir = g_dir_make_tmp ("parlance-tokens-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->dir, "below", "accounts", NULL);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (fixture->path);

  (void)g_remove (fixture->path);
  (void)g_rmdir (folder);
  g_assert_cmpint (g_rmdir (fixture->dir), ==, 0);
  g_free (fixture->path);
  g_free (fixture->dir);
}

static void
set (Fixture *fixture, const char *id, const char *nick, const char *token)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (parlance_token_store_set (fixture->path, id, nick, VOUCHER, token, &error));
  g_assert_no_error (error);
}

static void
expect (Fixture *fixture, const char *id, const char *nick, const char *token)
{
  g_autofree char *found = parlance_token_store_find (fixture->path, id, nick, VOUCHER);

  g_assert_cmpstr (found, ==, token);
}

static void
test_keeps_by_server_and_nick (Fixture *fixture, gconstpointer data)
{
  GStatBuf status;

  expect (fixture, ID_1, "anna", NULL);
  g_assert_false (parlance_token_store_has (fixture->path, "anna"));
  set (fixture, ID_1, "Anna", "one");
  set (fixture, ID_2, "anna", "two");
  set (fixture, ID_1, "小明.x", "three");
  expect (fixture, ID_1, "anna", "one");
  expect (fixture, ID_2, "ANNA", "two");
  expect (fixture, ID_1, "小明.x", "three");
  expect (fixture, ID_2, "小明.x", NULL);
  g_assert_true (parlance_token_store_has (fixture->path, "anna"));
  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  set (fixture, ID_1, "anna", NULL);
  expect (fixture, ID_1, "anna", NULL);
  g_assert_true (parlance_token_store_has (fixture->path, "anna"));
  set (fixture, ID_2, "anna", NULL);
  g_assert_false (parlance_token_store_has (fixture->path, "anna"));
  /* What is no id of a server's is kept by nobody. */
  set (fixture, "no id]\n[x", "bert", "four");
  g_assert_false (parlance_token_store_has (fixture->path, "bert"));
}

/* Whoever only claims the id of a server is not given its token. */
static void
test_is_for_who_shows_the_same (Fixture *fixture, gconstpointer data)
{
  set (fixture, ID_1, "anna", "one");
  g_assert_null (parlance_token_store_find (fixture->path, ID_1, "anna", "sha256:bb"));
  g_assert_null (parlance_token_store_find (fixture->path, ID_1, "anna", "loopback"));
  g_assert_null (parlance_token_store_find (fixture->path, ID_1, "anna", NULL));
  expect (fixture, ID_1, "anna", "one");
  /* What came in plain text is not kept, nor what was there before. */
  g_assert_true (parlance_token_store_set (fixture->path, ID_1, "anna", NULL, "two", NULL));
  expect (fixture, ID_1, "anna", NULL);
  g_assert_false (parlance_token_store_has (fixture->path, "anna"));
}

/* What cannot be read is somebody's all the same, and no token is worth its loss. */
static void
expect_untouched (Fixture *fixture, const char *contents, gsize n_bytes)
{
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;
  gsize n_after;

  g_assert_true (g_file_set_contents (fixture->path, contents, (gssize)n_bytes, NULL));
  expect (fixture, ID_1, "anna", NULL);
  g_assert_false (parlance_token_store_has (fixture->path, "anna"));
  g_assert_false (parlance_token_store_set (fixture->path, ID_1, "anna", VOUCHER, "two", &error));
  g_assert_nonnull (strstr (error->message, fixture->path));
  g_assert_true (g_file_get_contents (fixture->path, &after, &n_after, NULL));
  g_assert_cmpmem (after, n_after, contents, n_bytes);
}

static void
test_nonsense_is_not_overwritten (Fixture *fixture, gconstpointer data)
{
  g_autofree char *long_text = g_strnfill (1024 * 1024 + 1, '#');

  set (fixture, ID_1, "anna", "one");
  expect_untouched (fixture, "\xff[[ nonsense \0 =", 16);
  expect_untouched (fixture, long_text, 1024 * 1024 + 1);
  /* An empty file is one without tokens. */
  g_assert_true (g_file_set_contents (fixture->path, "", 0, NULL));
  set (fixture, ID_1, "anna", "two");
  expect (fixture, ID_1, "anna", "two");
}

static void
test_what_is_no_file_is_not_overwritten (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (fixture->path, 0700), ==, 0);
  g_assert_false (parlance_token_store_set (fixture->path, ID_1, "anna", VOUCHER, "two", &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED);
  g_assert_true (g_file_test (fixture->path, G_FILE_TEST_IS_DIR));
  g_assert_cmpint (g_rmdir (fixture->path), ==, 0);
}

static void
test_forgets_the_oldest_server (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i <= PARLANCE_TOKEN_STORE_MAX; i++)
    {
      g_autofree char *id = g_strdup_printf ("%08x-1111-4111-8111-111111111111", i);
      set (fixture, id, "anna", "token");
    }
  expect (fixture, "00000000-1111-4111-8111-111111111111", "anna", NULL);
  expect (fixture, "00000001-1111-4111-8111-111111111111", "anna", "token");
}

/* What the key of "anna" is, and two lines of it: GLib keeps both, and shows the last. */
static void
test_forgets_each_line_of_a_key (Fixture *fixture, gconstpointer data)
{
  g_autofree char *key = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "anna", -1);
  g_autofree char *text =
      g_strdup_printf ("[" ID_1 "]\n%s=" VOUCHER " old\n%s=" VOUCHER " new\n", key, key);

  set (fixture, ID_2, "anna", "makes the folder");
  g_assert_true (g_file_set_contents (fixture->path, text, -1, NULL));
  expect (fixture, ID_1, "anna", "new");
  set (fixture, ID_1, "bert", "stays");
  set (fixture, ID_1, "anna", NULL);
  expect (fixture, ID_1, "anna", NULL);
  g_assert_false (parlance_token_store_has (fixture->path, "anna"));
  expect (fixture, ID_1, "bert", "stays");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/client/token-store/keeps-by-server-and-nick", Fixture, NULL, setup,
              test_keeps_by_server_and_nick, teardown);
  g_test_add ("/client/token-store/is-for-who-shows-the-same", Fixture, NULL, setup,
              test_is_for_who_shows_the_same, teardown);
  g_test_add ("/client/token-store/nonsense-is-not-overwritten", Fixture, NULL, setup,
              test_nonsense_is_not_overwritten, teardown);
  g_test_add ("/client/token-store/what-is-no-file-is-not-overwritten", Fixture, NULL, setup,
              test_what_is_no_file_is_not_overwritten, teardown);
  g_test_add ("/client/token-store/forgets-the-oldest-server", Fixture, NULL, setup,
              test_forgets_the_oldest_server, teardown);
  g_test_add ("/client/token-store/forgets-each-line-of-a-key", Fixture, NULL, setup,
              test_forgets_each_line_of_a_key, teardown);
  return g_test_run ();
}
