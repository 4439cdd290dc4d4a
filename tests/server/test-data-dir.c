/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The data directory: whose it is, and the identity that stays.
 */
#include "server/data-dir.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY_UID 65534

typedef struct
{
  char *top;
  char *path; /* below @top, not there yet */
} Fixture;

static void
setup (Fixture *fixture, gconstpointer data)
{
  fixture->top = g_dir_make_tmp ("parlance-data-dir-XXXXXX", NULL);
  g_assert_nonnull (fixture->top);
  fixture->path = g_build_filename (fixture->top, "a", "data", NULL);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_tree (child);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  remove_tree (fixture->top);
  g_free (fixture->top);
  g_free (fixture->path);
}

static char *
id_file (const Fixture *fixture)
{
  return g_build_filename (fixture->path, "server-id", NULL);
}

static void
write_id (const Fixture *fixture, const char *text)
{
  g_autofree char *file = id_file (fixture);

  g_assert_cmpint (g_mkdir_with_parents (fixture->path, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, text, -1, NULL));
}

static void
test_is_made_for_its_owner_only (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  struct stat status;
  DataDir *dir = data_dir_open (fixture->path, &error);

  g_assert_no_error (error);
  g_assert_nonnull (dir);
  g_assert_cmpint (stat (fixture->path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 07777, ==, 0700);
  data_dir_free (dir);
  data_dir_free (NULL);
}

static void
test_the_id_stays (Fixture *fixture, gconstpointer data)
{
  DataDir *dir = data_dir_open (fixture->path, NULL);
  g_autofree char *first = g_strdup (data_dir_id (dir));

  g_assert_true (g_uuid_string_is_valid (first));
  data_dir_free (dir);
  dir = data_dir_open (fixture->path, NULL);
  g_assert_nonnull (dir);
  g_assert_cmpstr (data_dir_id (dir), ==, first);
  data_dir_free (dir);
}

static void
test_a_second_server_is_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  DataDir *dir = data_dir_open (fixture->path, NULL);

  g_assert_nonnull (dir);
  g_assert_null (data_dir_open (fixture->path, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_AGAIN);
  g_assert_nonnull (strstr (error->message, fixture->path));
  g_assert_nonnull (strstr (error->message, "--data-dir"));

  /* And may come once the first has gone. */
  data_dir_free (dir);
  dir = data_dir_open (fixture->path, NULL);
  g_assert_nonnull (dir);
  data_dir_free (dir);
}

static void
test_a_bad_id_is_refused_and_kept (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = { "", "\n", "not an id\n",
                                       "12345678-1234-4234-8234-123456789012 and more\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *file = id_file (fixture);
      g_autofree char *kept = NULL;

      write_id (fixture, texts[i]);
      g_assert_null (data_dir_open (fixture->path, &error));
      g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL);
      g_assert_nonnull (strstr (error->message, file));
      g_assert_true (g_file_get_contents (file, &kept, NULL, NULL));
      g_assert_cmpstr (kept, ==, texts[i]);
    }

  /* The refusals held no lock. */
  write_id (fixture, "  12345678-1234-4234-8234-123456789012\r\n");
  DataDir *dir = data_dir_open (fixture->path, NULL);
  g_assert_nonnull (dir);
  g_assert_cmpstr (data_dir_id (dir), ==, "12345678-1234-4234-8234-123456789012");
  data_dir_free (dir);
}

static void
test_a_file_is_no_directory (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *file = g_build_filename (fixture->top, "file", NULL);

  g_assert_true (g_file_set_contents (file, "x", -1, NULL));
  g_assert_null (data_dir_open (file, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, file));
}

static void
test_a_link_is_no_lock_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *lock = g_build_filename (fixture->path, "lock", NULL);
  g_autofree char *elsewhere = g_build_filename (fixture->top, "elsewhere", NULL);

  g_assert_cmpint (g_mkdir_with_parents (fixture->path, 0700), ==, 0);
  g_assert_cmpint (symlink (elsewhere, lock), ==, 0);
  g_assert_null (data_dir_open (fixture->path, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_LOOP);
  g_assert_false (g_file_test (elsewhere, G_FILE_TEST_EXISTS));
}

/* In a process of its own, which gives root's rights up where it has them. */
static void
test_an_unwritable_one_is_refused (Fixture *fixture, gconstpointer data)
{
  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
      g_test_trap_assert_passed ();
      return;
    }
  g_autoptr (GError) error = NULL;
  g_assert_cmpint (chmod (fixture->top, 0555), ==, 0);
  uid_t before = geteuid ();
  if (before == 0)
    g_assert_cmpint (seteuid (NOBODY_UID), ==, 0);
  g_assert_null (data_dir_open (fixture->path, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_ACCES);
  g_assert_nonnull (strstr (error->message, fixture->path));
  g_assert_cmpint (seteuid (before), ==, 0);
  g_assert_cmpint (chmod (fixture->top, 0700), ==, 0);
}

#define ADD(name, function) g_test_add (name, Fixture, NULL, setup, function, teardown)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/server/data-dir/is-made-for-its-owner-only", test_is_made_for_its_owner_only);
  ADD ("/server/data-dir/the-id-stays", test_the_id_stays);
  ADD ("/server/data-dir/a-second-server-is-refused", test_a_second_server_is_refused);
  ADD ("/server/data-dir/a-bad-id-is-refused-and-kept", test_a_bad_id_is_refused_and_kept);
  ADD ("/server/data-dir/a-file-is-no-directory", test_a_file_is_no_directory);
  ADD ("/server/data-dir/a-link-is-no-lock-file", test_a_link_is_no_lock_file);
  ADD ("/server/data-dir/an-unwritable-one-is-refused", test_an_unwritable_one_is_refused);
  return g_test_run ();
}
