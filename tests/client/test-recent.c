/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The servers that are remembered, and files that somebody else has had a hand in.
 */
#include "protocol/client/recent.h"

#include <glib/gstdio.h>
#include <string.h>

#include "protocol/client/address.h"

#define ID "6f0d3c1e-2b6a-4c0e-9d0b-0a1b2c3d4e5f"

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
setup (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("parlance-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "state", "parlance", "servers", NULL);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  g_autofree char *inner = g_path_get_dirname (fixture->path);
  g_autofree char *outer = g_path_get_dirname (inner);

  (void)g_unlink (fixture->path);
  (void)g_rmdir (inner);
  (void)g_rmdir (outer);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static ParlanceServer *
server_new (const char *id, const char *name)
{
  g_autoptr (GInetSocketAddress) address = parlance_address_parse_numeric ("192.0.2.1:9502");
  g_autoptr (GInetSocketAddress) other = parlance_address_parse_numeric ("[2001:db8::1]:9600");
  ParlanceBeacon beacon = { .port = 9502 };
  ParlanceHeard heard = { .beacon = &beacon, .address = address, .round = 1 };

  g_strlcpy (beacon.id, id, sizeof beacon.id);
  g_strlcpy (beacon.name, name, sizeof beacon.name);
  ParlanceServer *server = parlance_server_new (&heard, g_get_monotonic_time ());
  heard.address = other;
  parlance_server_hear (server, &heard, g_get_monotonic_time ());
  return server;
}

static void
note (ParlanceRecent *recent, const char *id, const char *name, gint64 now_us)
{
  g_autoptr (ParlanceServer) server = server_new (id, name);

  parlance_recent_note (recent, parlance_recent_use_new (server, now_us));
}

static void
save (ParlanceRecent *recent)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (parlance_recent_save (recent, &error));
  g_assert_no_error (error);
}

static void
test_what_is_noted_is_remembered (Fixture *fixture, gconstpointer data)
{
  static const char name[] = "Study; room = [7]\n\xe2\x80\xae";
  GStatBuf status;

  g_autoptr (ParlanceRecent) none = parlance_recent_load (fixture->path);
  g_assert_cmpuint (parlance_recent_get_n (none), ==, 0);
  note (none, ID, name, 1700000000000000);
  save (none);
  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);

  g_autoptr (ParlanceRecent) recent = parlance_recent_load (fixture->path);
  g_assert_cmpuint (parlance_recent_get_n (recent), ==, 1);
  g_assert_cmpstr (parlance_recent_get_id (recent, 0), ==, ID);
  g_assert_cmpstr (parlance_recent_get_name (recent, 0), ==, name);
  g_assert_false (parlance_recent_get_is_local (recent, 0));
  g_assert_cmpint (ABS (parlance_recent_get_seen (recent, 0) - 1700000000000000), <, 60000000);
  g_auto (GStrv) addresses = parlance_recent_dup_addresses (recent, 0);
  g_assert_cmpstr (addresses[0], ==, "192.0.2.1:9502");
  g_assert_cmpstr (addresses[1], ==, "[2001:db8::1]:9600");
  g_assert_null (addresses[2]);
}

static void
test_the_last_used_is_first_and_the_oldest_go (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ParlanceRecent) recent = parlance_recent_load (fixture->path);

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *id = g_strdup_printf ("ffffffff-0000-4000-8000-%012x", i);
      note (recent, id, "a", 1000 + i);
    }
  note (recent, "ffffffff-0000-4000-8000-000000000050", "again", 2000);
  save (recent);

  g_autoptr (ParlanceRecent) loaded = parlance_recent_load (fixture->path);
  g_assert_cmpuint (parlance_recent_get_n (loaded), ==, PARLANCE_RECENT_MAX);
  g_assert_cmpstr (parlance_recent_get_id (loaded, 0), ==, "ffffffff-0000-4000-8000-000000000050");
  g_assert_cmpstr (parlance_recent_get_name (loaded, 0), ==, "again");
  g_assert_cmpstr (parlance_recent_get_id (loaded, 1), ==, "ffffffff-0000-4000-8000-000000000063");
}

static void
test_nonsense_is_passed_over (Fixture *fixture, gconstpointer data)
{
  static const char *const files[] = {
    "",
    "nonsense",
    "[server]\nname=a\naddresses=192.0.2.1:1\n",
    "[" ID "]\nname=a\n",
    "[" ID "]\naddresses=192.0.2.1:1\n",
    "[" ID "]\nname=a\naddresses=\n",
    "[" ID "]\nname=a\naddresses=1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17\n",
    "[" ID "]\nname=\xff\naddresses=192.0.2.1:1\n",
  };
  g_autofree char *folder = g_path_get_dirname (fixture->path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_assert_true (g_file_set_contents (fixture->path, files[i], -1, NULL));
      g_autoptr (ParlanceRecent) recent = parlance_recent_load (fixture->path);
      g_assert_cmpuint (parlance_recent_get_n (recent), ==, 0);
    }
  /* What is too much to have been written here is not read at all. */
  g_autoptr (GString) large = g_string_new ("[" ID "]\nname=a\naddresses=192.0.2.1:1\n#");
  while (large->len < 300000)
    g_string_append_c (large, 'x');
  g_assert_true (g_file_set_contents (fixture->path, large->str, -1, NULL));
  g_autoptr (ParlanceRecent) recent = parlance_recent_load (fixture->path);
  g_assert_cmpuint (parlance_recent_get_n (recent), ==, 0);
}

static void
test_a_file_that_cannot_be_written_is_an_error (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ParlanceRecent) recent = parlance_recent_load ("/dev/null/parlance/servers");

  note (recent, ID, "a", 1);
  g_assert_false (parlance_recent_save (recent, &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/client/recent/what-is-noted-is-remembered", Fixture, NULL, setup,
              test_what_is_noted_is_remembered, teardown);
  g_test_add ("/client/recent/the-last-used-is-first-and-the-oldest-go", Fixture, NULL, setup,
              test_the_last_used_is_first_and_the_oldest_go, teardown);
  g_test_add ("/client/recent/nonsense-is-passed-over", Fixture, NULL, setup,
              test_nonsense_is_passed_over, teardown);
  g_test_add ("/client/recent/a-file-that-cannot-be-written-is-an-error", Fixture, NULL, setup,
              test_a_file_that_cannot_be_written_is_an_error, teardown);
  return g_test_run ();
}
