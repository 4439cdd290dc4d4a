/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Full-text indexes: built once, at once or later, again when they are not good; and what becomes
 * of a dictionary without one.
 */
#include <glib/gstdio.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "server/dictionary/fulltext-layout.h"
#include "tests/dictionary/fake-source.h"

#define CHINESE                                                                                    \
  "E\t跑步\tto run; to jog\n"                                                                    \
  "E\t中国\tChina; the Middle Kingdom\n"                                                         \
  "E\t大雨\theavy rain\n"                                                                        \
  "E\t雨\train\n"

static void
assert_rain (Library *library, const char *dictionaries)
{
  g_autofree char *answer = ask_search (library, "rain", dictionaries, 20);

  g_assert_true (g_str_has_suffix (answer, ":雨|rain\n1:大雨|heavy rain\n") ||
                 g_str_equal (answer, "0:雨|rain\n0:大雨|heavy rain\n"));
}

typedef struct
{
  Fixture *fixture;
  Library *library;
} Build;

/* (transfer full): the only index in the cache. */
static char *
index_path (Fixture *fixture)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->cache_dir, 0, NULL);
  char *path = NULL;
  const char *name;

  while ((name = g_dir_read_name (dir)))
    {
      if (!g_str_has_suffix (name, ".pindex"))
        continue;
      g_assert_null (path);
      path = g_build_filename (fixture->cache_dir, name, NULL);
    }
  g_assert_nonnull (path);
  return path;
}

static Fixture *
make_one (void)
{
  Fixture *fixture = fixture_new ();

  fixture->wants_search = TRUE;
  fixture_add (fixture, "zh", CHINESE);
  return fixture;
}

static void
assert_works (Fixture *fixture)
{
  g_autoptr (Library) library = fixture_load (fixture);

  g_assert_cmpuint (fixture->reports->len, ==, 0);
  g_assert_cmpint (library_index_state (library, 0), ==, LIBRARY_INDEX_READY);
  assert_rain (library, "");
}

static void
test_a_second_load_builds_nothing (void)
{
  g_autoptr (Fixture) fixture = make_one ();
  g_autofree char *path = NULL;
  GStatBuf first, second;

  assert_works (fixture);
  path = index_path (fixture);
  g_assert_cmpint (g_stat (path, &first), ==, 0);
  assert_works (fixture);
  g_assert_cmpint (g_stat (path, &second), ==, 0);
  g_assert_cmpuint (first.st_ino, ==, second.st_ino);
}

static void
test_a_changed_source_is_indexed_again (void)
{
  g_autoptr (Fixture) fixture = make_one ();
  g_autoptr (Library) library = NULL;
  g_autofree char *answer = NULL;

  assert_works (fixture);
  g_assert_true (
      g_file_set_contents (fixture->paths->pdata[0], "E\t雪\tsnow and rain\n", -1, NULL));
  library = fixture_load (fixture);
  answer = ask_search (library, "rain", "", 20);
  g_assert_cmpstr (answer, ==, "0:雪|snow and rain\n");
}

static void
test_damaged_indexes_are_built_again (void)
{
  g_autoptr (Fixture) fixture = make_one ();
  g_autofree char *path = NULL;
  g_autofree char *good = NULL;
  gsize n_good;

  assert_works (fixture);
  path = index_path (fixture);
  g_assert_true (g_file_get_contents (path, &good, &n_good, NULL));
  for (gsize n = 0; n < n_good; n += n_good / 7)
    {
      g_assert_true (g_file_set_contents (path, good, (gssize)n, NULL));
      assert_works (fixture);
    }
  g_assert_true (g_file_set_contents (path, "no database", -1, NULL));
  assert_works (fixture);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_assert_cmpint (g_rmdir (path), ==, 0);
  assert_works (fixture);
}

/* Where a database's header has them, as 32 bits with the highest first: SQLite's "Database File
 * Format", 1.3. */
#define USER_VERSION_AT 60
#define APPLICATION_ID_AT 68

/* Puts @number at @at of the file, and gives back what was there. */
static guint32
exchange_number (const char *path, gsize at, guint32 number)
{
  g_autofree char *contents = NULL;
  guint32 kept;
  gsize n_bytes;

  number = GUINT32_TO_BE (number);
  g_assert_true (g_file_get_contents (path, &contents, &n_bytes, NULL));
  g_assert_cmpuint (n_bytes, >=, at + sizeof kept);
  memcpy (&kept, contents + at, sizeof kept);
  memcpy (contents + at, &number, sizeof number);
  g_assert_true (g_file_set_contents (path, contents, (gssize)n_bytes, NULL));
  return GUINT32_FROM_BE (kept);
}

static void
test_the_index_of_another_version_is_built_again (void)
{
  static const struct
  {
    gsize at;
    guint32 ours;
    guint32 other;
  } cases[] = {
    { USER_VERSION_AT, FULLTEXT_VERSION, FULLTEXT_VERSION + 1 },
    { USER_VERSION_AT, FULLTEXT_VERSION, FULLTEXT_VERSION - 1 },
    { APPLICATION_ID_AT, FULLTEXT_APPLICATION_ID, 0 },
  };
  g_autoptr (Fixture) fixture = make_one ();
  g_autofree char *path = NULL;

  assert_works (fixture);
  path = index_path (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpuint (exchange_number (path, cases[i].at, cases[i].other), ==, cases[i].ours);
      assert_works (fixture);
      g_assert_cmpuint (exchange_number (path, cases[i].at, cases[i].ours), ==, cases[i].ours);
    }
}

static void
test_the_index_of_another_dictionary_is_refused (void)
{
  g_autoptr (Fixture) other = fixture_new ();
  g_autoptr (Fixture) fixture = make_one ();
  g_autofree char *other_path = NULL;
  g_autofree char *path = NULL;
  g_autofree char *foreign = NULL;
  gsize n_foreign;

  other->wants_search = TRUE;
  fixture_add (other, "en", "E\train\t雨\n");
  library_unref (fixture_load (other));
  other_path = index_path (other);
  g_assert_true (g_file_get_contents (other_path, &foreign, &n_foreign, NULL));

  assert_works (fixture);
  path = index_path (fixture);
  g_assert_true (g_file_set_contents (path, foreign, (gssize)n_foreign, NULL));
  assert_works (fixture);
}

/* Whatever the bytes say, an answer comes; and after a damaged index was noticed, the next load
 * makes it good. */
static void
test_flipped_bytes_end_no_process (void)
{
  g_autoptr (Fixture) fixture = make_one ();
  g_autofree char *path = NULL;
  g_autofree char *good = NULL;
  gsize n_good;

  assert_works (fixture);
  path = index_path (fixture);
  g_assert_true (g_file_get_contents (path, &good, &n_good, NULL));
  for (gsize at = 100; at < n_good; at += 131)
    {
      g_autofree char *bad = g_memdup2 (good, n_good);
      g_autoptr (Library) library = NULL;
      g_autofree char *answer = NULL;
      g_autofree char *phrase = NULL;

      bad[at] ^= 0x55;
      g_assert_true (g_file_set_contents (path, bad, (gssize)n_good, NULL));
      library = fixture_load (fixture);
      answer = ask_search (library, "rain", "", 20);
      phrase = ask_search (library, "\"heavy rain\" 雨", "", 20);
      g_assert_nonnull (phrase);
      if (g_str_equal (answer, "damaged"))
        g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
    }
}

static void
test_a_file_that_is_removed_is_still_searched (void)
{
  g_autoptr (Fixture) fixture = make_one ();
  g_autoptr (Library) library = fixture_load (fixture);
  g_autofree char *path = index_path (fixture);

  g_assert_cmpint (g_unlink (path), ==, 0);
  assert_rain (library, "");
}

static void *
search_old_index (void *data)
{
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *answer = ask_search (data, "rain", "", 20);

      if (!g_str_equal (answer, "building"))
        g_assert_cmpstr (answer, ==, "0:雨|rain\n0:大雨|heavy rain\n");
    }
  return NULL;
}

/* While a reload goes on, the library that is served so far is asked by several threads. */
static void
test_an_index_that_was_replaced_is_not_taken_for_the_old_one (void)
{
  g_autoptr (Fixture) fixture = make_one ();
  g_autoptr (Library) old = fixture_load (fixture);
  g_autofree char *path = index_path (fixture);
  g_autoptr (Library) new = NULL;
  pthread_t threads[6];

  g_assert_true (g_file_set_contents (fixture->paths->pdata[0],
                                      "E\t雪\tsnow and rain\nE\t云\ta cloud\n", -1, NULL));
  new = fixture_load (fixture);
  g_assert_nonnull (new);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_cmpint (pthread_create (&threads[i], NULL, search_old_index, old), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_cmpint (pthread_join (threads[i], NULL), ==, 0);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
test_without_indexes (void)
{
  g_autoptr (Fixture) fixture = make_one ();
  g_autoptr (Library) library = NULL;
  g_autofree char *answer = NULL;

  fixture->wants_search = FALSE;
  library = fixture_load (fixture);
  g_assert_cmpint (library_index_state (library, 0), ==, LIBRARY_INDEX_NONE);
  answer = ask_search (library, "rain", "", 20);
  g_assert_cmpstr (answer, ==, "unavailable");
}

/* A compiled form of more than 4 MiB: few lines, and long ones. */
static Fixture *
make_large (void)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  Fixture *fixture = fixture_new ();

  for (guint i = 0; i < 2000; i++)
    {
      g_string_append_printf (lines, "E\tword%u\tnumber %u", i, i);
      for (guint j = 0; j < 300; j++)
        g_string_append_printf (lines, " of w%u", (i * 31 + j) % 997);
      g_string_append_c (lines, '\n');
    }
  fixture->wants_search = TRUE;
  fixture_add (fixture, "large", lines->str);
  fixture_add (fixture, "zh", CHINESE);
  return fixture;
}

static void
test_large_ones_are_built_later (void)
{
  g_autoptr (Fixture) fixture = make_large ();
  g_autoptr (Library) library = fixture_load (fixture);
  g_autofree char *building = ask_search (library, "rain", "", 20);
  g_autofree char *found = NULL;

  g_assert_cmpint (library_index_state (library, 0), ==, LIBRARY_INDEX_BUILDING);
  g_assert_cmpint (library_index_state (library, 1), ==, LIBRARY_INDEX_READY);
  g_assert_cmpstr (building, ==, "building");
  assert_rain (library, "1");

  /* Given up, and taken up again. */
  fixture->gives_up = TRUE;
  fixture_index (fixture, library);
  g_assert_cmpint (library_index_state (library, 0), ==, LIBRARY_INDEX_BUILDING);
  g_assert_cmpuint (fixture->reports->len, ==, 0);
  fixture->gives_up = FALSE;
  fixture_index (fixture, library);
  g_assert_cmpint (library_index_state (library, 0), ==, LIBRARY_INDEX_READY);
  found = ask_search (library, "1999", "", 1);
  g_assert_true (g_str_has_prefix (found, "0:word1999|"));
}

static void *
build_in_thread (void *data)
{
  Build *build = data;

  fixture_index (build->fixture, build->library);
  return NULL;
}

static void
test_searching_while_an_index_comes (void)
{
  g_autoptr (Fixture) fixture = make_large ();
  g_autoptr (Library) library = fixture_load (fixture);
  Build build = { fixture, library };
  gboolean is_ready = FALSE;
  pthread_t thread;

  g_assert_cmpint (pthread_create (&thread, NULL, build_in_thread, &build), ==, 0);
  while (!is_ready)
    {
      g_autofree char *answer = ask_search (library, "number 77", "0", 1);

      is_ready = !g_str_equal (answer, "building");
      g_thread_yield ();
      if (is_ready)
        g_assert_true (g_str_has_prefix (answer, "0:word77|"));
    }
  g_assert_cmpint (pthread_join (thread, NULL), ==, 0);
}

/* The compiled form fits, its index does not: a limit on a file's size stands for a full disk. */
static void
test_a_full_disk_leaves_a_dictionary_without_search (void)
{
  g_autoptr (Fixture) fixture = NULL;
  g_autoptr (Library) library = NULL;
  g_autofree char *answer = NULL;
  struct rlimit limit = { 16 * 1024, 16 * 1024 };

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }
  fixture = make_one ();
  (void)signal (SIGXFSZ, SIG_IGN);
  fixture->wants_search = FALSE;
  library_unref (fixture_load (fixture));
  fixture->wants_search = TRUE;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  library = fixture_load (fixture);
  g_assert_cmpuint (fixture->reports->len, ==, 1);
  g_assert_nonnull (strstr (fixture->reports->pdata[0], "zh is served without search: "));
  g_assert_null (strchr (fixture->reports->pdata[0], '\n'));
  g_assert_cmpint (library_index_state (library, 0), ==, LIBRARY_INDEX_NONE);
  answer = ask_search (library, "rain", "", 20);
  g_assert_cmpstr (answer, ==, "unavailable");
  g_assert_cmpuint (fixture_n_cached (fixture), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dictionary/indexing/builds-nothing-twice", test_a_second_load_builds_nothing);
  g_test_add_func ("/dictionary/indexing/builds-again-for-a-changed-source",
                   test_a_changed_source_is_indexed_again);
  g_test_add_func ("/dictionary/indexing/builds-damaged-indexes-again",
                   test_damaged_indexes_are_built_again);
  g_test_add_func ("/dictionary/indexing/builds-the-index-of-another-version-again",
                   test_the_index_of_another_version_is_built_again);
  g_test_add_func ("/dictionary/indexing/refuses-the-index-of-another-dictionary",
                   test_the_index_of_another_dictionary_is_refused);
  g_test_add_func ("/dictionary/indexing/survives-flipped-bytes",
                   test_flipped_bytes_end_no_process);
  g_test_add_func ("/dictionary/indexing/searches-a-file-that-was-removed",
                   test_a_file_that_is_removed_is_still_searched);
  g_test_add_func ("/dictionary/indexing/knows-an-index-that-was-replaced",
                   test_an_index_that_was_replaced_is_not_taken_for_the_old_one);
  g_test_add_func ("/dictionary/indexing/is-unavailable-where-not-wanted", test_without_indexes);
  g_test_add_func ("/dictionary/indexing/builds-large-indexes-later",
                   test_large_ones_are_built_later);
  g_test_add_func ("/dictionary/indexing/is-searched-while-an-index-comes",
                   test_searching_while_an_index_comes);
  g_test_add_func ("/dictionary/indexing/serves-without-search-when-the-disk-is-full",
                   test_a_full_disk_leaves_a_dictionary_without_search);
  return g_test_run ();
}
