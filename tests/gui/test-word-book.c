/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Words that were saved are there the next time, whatever happens to the file.
 */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/gui/word-fixture.h"

#define N_MANY 10000
#define N_KILLS 25
#define N_WRITTEN 1500 /* words of the file whose writing is cut short */
#define N_TEXT 3000    /* [bytes] of each: that the file is written takes its time */

typedef struct
{
  char *folder;
  char *path;
  char *damaged;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("parlance-words-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "data", "words.jsonl", NULL);
  fixture->damaged = g_strconcat (fixture->path, ".damaged", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autofree char *data_folder = g_path_get_dirname (fixture->path);

  g_unlink (fixture->path);
  if (g_unlink (fixture->damaged) != 0)
    g_rmdir (fixture->damaged);
  /* What a killed writer has left. */
  g_autoptr (GDir) dir = g_dir_open (data_folder, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *left = g_build_filename (data_folder, name, NULL);
      g_unlink (left);
    }
  g_rmdir (data_folder);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->damaged);
}

static void
save (ParlanceWordBook *book, const char *headword, const ParlanceWordContext *context)
{
  g_autoptr (ParlanceEntry) entry = word_fixture_entry (headword, "a text", "");

  parlance_word_book_save (book, entry, context);
}

/* Words that are saved in the same millisecond have no order that could be restored. */
static void
wait_for_the_clock (void)
{
  gint64 start_ms = g_get_real_time () / 1000;

  while (g_get_real_time () / 1000 == start_ms)
    g_thread_yield ();
}

static char *
read_file (const char *path)
{
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

/* The file as another start finds it. */
static void
assert_stored (const char *path, const char *headwords)
{
  g_autoptr (ParlanceWordBook) again = word_fixture_open (path);
  g_autofree char *there = word_fixture_headwords (again);

  g_assert_cmpstr (there, ==, headwords);
}

/* --- what is kept ----------------------------------------------------------------------------- */

static void
keeps_words_from_run_to_run (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ParlanceWordBook) book = word_fixture_open (fixture->path);
  g_autoptr (ParlanceEntry) entry =
      word_fixture_entry ("ran", "v. 跑\nn. \"run\"",
                          ",\"phonetic\":\"ræn\",\"tags\":[\"cet4\"],\"forms\":{\"past\":\"ran\"}");
  const ParlanceWordContext context = { .sentence = "They ran & <b>fell</b>\nhere",
                                        .room = "lobby",
                                        .from = "bob",
                                        .time_ms = 5,
                                        .seq = 7 };
  struct stat status;

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (book)), ==, 0);
  parlance_word_book_set_server (book, "server-1");
  parlance_word_book_save (book, entry, &context);
  save (book, "学习", NULL);
  g_assert_true (parlance_word_book_contains (book, "ran"));
  g_assert_false (parlance_word_book_contains (book, "run"));
  g_assert_true (parlance_word_book_flush (book));
  g_assert_cmpint (stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);

  g_autoptr (ParlanceWordBook) again = word_fixture_open (fixture->path);
  g_autofree char *headwords = word_fixture_headwords (again);
  g_autoptr (ParlanceSavedWord) word = g_list_model_get_item (G_LIST_MODEL (again), 1);
  g_autoptr (GString) kept = g_string_new (NULL);
  g_autoptr (GString) was = g_string_new (NULL);
  g_assert_cmpstr (headwords, ==, "学习 ran");
  parlance_entry_append_json (entry, was);
  parlance_entry_append_json (parlance_saved_word_get_entry (word), kept);
  g_assert_cmpstr (kept->str, ==, was->str);
  g_assert_cmpstr (parlance_saved_word_get_phonetic (word), ==, "ræn");
  g_assert_cmpstr (parlance_saved_word_get_sentence (word), ==, context.sentence);
  g_assert_cmpstr (parlance_saved_word_get_room (word), ==, "lobby");
  g_assert_cmpstr (parlance_saved_word_get_from (word), ==, "bob");
  g_assert_cmpstr (parlance_saved_word_get_server (word), ==, "server-1");
  g_assert_cmpint (parlance_saved_word_get_seq (word), ==, 7);
  g_assert_cmpint (parlance_saved_word_get_met (word), ==, 5);
  g_assert_null (parlance_word_book_get_error (again));
}

static void
saves_again_in_place (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ParlanceWordBook) book = word_fixture_open (fixture->path);
  const ParlanceWordContext first = { .sentence = "one", .room = "a", .seq = 1, .time_ms = 1 };
  const ParlanceWordContext second = { .sentence = "two", .room = "b", .seq = 2, .time_ms = 2 };

  save (book, "one", &first);
  save (book, "two", NULL);
  save (book, "one", &second);
  save (book, "one", NULL);
  g_autofree char *headwords = word_fixture_headwords (book);
  g_autoptr (ParlanceSavedWord) word = g_list_model_get_item (G_LIST_MODEL (book), 1);
  g_assert_cmpstr (headwords, ==, "two one");
  g_assert_cmpstr (parlance_saved_word_get_sentence (word), ==, "two");
  g_assert_cmpint (parlance_saved_word_get_seq (word), ==, 2);
  g_assert_true (parlance_word_book_flush (book));
  assert_stored (fixture->path, "two one");
}

static void
removes_and_puts_back (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ParlanceWordBook) book = word_fixture_open (fixture->path);

  save (book, "one", NULL);
  wait_for_the_clock ();
  save (book, "two", NULL);
  wait_for_the_clock ();
  save (book, "three", NULL);
  g_autoptr (ParlanceSavedWord) word = parlance_word_book_remove (book, "two");
  g_assert_nonnull (word);
  g_assert_null (parlance_word_book_remove (book, "two"));
  g_assert_false (parlance_word_book_contains (book, "two"));
  g_assert_true (parlance_word_book_flush (book));
  assert_stored (fixture->path, "three one");

  parlance_word_book_put_back (book, word);
  parlance_word_book_put_back (book, word);
  g_assert_true (parlance_word_book_flush (book));
  assert_stored (fixture->path, "three two one");
}

static void
saves_while_the_file_is_read (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ParlanceWordBook) first = word_fixture_open (fixture->path);

  save (first, "old", NULL);
  g_assert_true (parlance_word_book_flush (first));

  g_autoptr (ParlanceWordBook) book = parlance_word_book_new (fixture->path);
  g_assert_false (parlance_word_book_get_loaded (book));
  save (book, "new", NULL);
  g_assert_true (parlance_word_book_flush (book));
  assert_stored (fixture->path, "new old");
}

static void
opens_ten_thousand_words (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ParlanceWordBook) book = word_fixture_open (fixture->path);

  for (int i = 0; i < N_MANY; i++)
    {
      g_autofree char *headword = g_strdup_printf ("word-%d", i);
      save (book, headword, NULL);
    }
  g_assert_true (parlance_word_book_flush (book));
  gint64 start_us = g_get_monotonic_time ();
  g_autoptr (ParlanceWordBook) again = word_fixture_open (fixture->path);
  g_test_message ("%d words in %" G_GINT64_FORMAT " us", N_MANY,
                  g_get_monotonic_time () - start_us);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (again)), ==, N_MANY);
}

/* --- what goes wrong -------------------------------------------------------------------------- */

#define GOOD_1                                                                                     \
  "{\"saved_ms\":2,\"entry\":{\"dictionary\":\"d\",\"headword\":\"one\",\"via\":\"exact\","        \
  "\"text\":\"t\"}}\n"
#define GOOD_2                                                                                     \
  "{\"saved_ms\":1,\"entry\":{\"dictionary\":\"d\",\"headword\":\"two\",\"via\":\"exact\","        \
  "\"text\":\"t\"}}\n"
#define BAD                                                                                        \
  "{\"saved_ms\":3,\"entry\":{\"dictionary\":\"d\",\"headw\nno JSON\n{\"saved_ms\":4}\n\xff\xfe\n"

static void
write_damaged (Fixture *fixture)
{
  g_autofree char *folder = g_path_get_dirname (fixture->path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (fixture->path, GOOD_2 BAD "\n" GOOD_1 GOOD_1, -1, NULL));
}

static void
keeps_damaged_lines_aside (Fixture *fixture, gconstpointer data)
{
  write_damaged (fixture);
  g_autoptr (ParlanceWordBook) book = word_fixture_open (fixture->path);
  g_autofree char *headwords = word_fixture_headwords (book);
  const char *error = parlance_word_book_get_error (book);

  g_assert_cmpstr (headwords, ==, "one two");
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error, fixture->damaged));
  g_assert_nonnull (strstr (error, "5 lines"));
  g_assert_false (parlance_word_book_get_unsaved (book));
  g_assert_true (parlance_word_book_flush (book));
  g_assert_nonnull (parlance_word_book_get_error (book));
  g_autofree char *aside = read_file (fixture->damaged);
  g_assert_cmpstr (aside, ==, BAD GOOD_1);

  /* Once is enough. */
  g_autoptr (ParlanceWordBook) again = word_fixture_open (fixture->path);
  g_assert_null (parlance_word_book_get_error (again));
  assert_stored (fixture->path, "one two");
}

static void
keeps_damaged_lines_that_cannot_be_set_aside (Fixture *fixture, gconstpointer data)
{
  write_damaged (fixture);
  g_assert_cmpint (g_mkdir (fixture->damaged, 0700), ==, 0);
  g_autoptr (ParlanceWordBook) book = word_fixture_open (fixture->path);

  g_assert_nonnull (parlance_word_book_get_error (book));
  save (book, "three", NULL);
  g_assert_true (parlance_word_book_flush (book));
  g_autofree char *text = read_file (fixture->path);
  g_assert_true (g_str_has_suffix (text, BAD GOOD_1));
}

static void
keeps_words_when_the_file_cannot_be_read (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (g_mkdir_with_parents (fixture->path, 0700), ==, 0);
  g_autoptr (ParlanceWordBook) book = word_fixture_open (fixture->path);

  g_assert_nonnull (strstr (parlance_word_book_get_error (book), fixture->path));
  g_assert_true (parlance_word_book_get_unsaved (book));
  save (book, "one", NULL);
  g_assert_false (parlance_word_book_flush (book));
  g_assert_true (parlance_word_book_contains (book, "one"));

  g_assert_cmpint (g_rmdir (fixture->path), ==, 0);
  parlance_word_book_retry (book);
  g_assert_true (parlance_word_book_flush (book));
  g_assert_null (parlance_word_book_get_error (book));
  g_assert_false (parlance_word_book_get_unsaved (book));
  assert_stored (fixture->path, "one");
}

static void
limit_files (rlim_t n_bytes)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = n_bytes;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

static void
keeps_words_when_the_disk_is_full (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ParlanceWordBook) book = word_fixture_open (fixture->path);

  save (book, "small", NULL);
  g_assert_true (parlance_word_book_flush (book));
  g_assert_true (signal (SIGXFSZ, SIG_IGN) != SIG_ERR);
  limit_files (4096);
  for (int i = 0; i < 100; i++)
    {
      g_autofree char *headword = g_strdup_printf ("word-%d", i);
      save (book, headword, NULL);
    }
  g_assert_false (parlance_word_book_flush (book));
  g_assert_nonnull (strstr (parlance_word_book_get_error (book), fixture->path));
  g_assert_true (parlance_word_book_get_unsaved (book));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (book)), ==, 101);
  /* What was stored is the whole of some earlier state. */
  g_autoptr (ParlanceWordBook) before = word_fixture_open (fixture->path);
  g_assert_null (parlance_word_book_get_error (before));
  g_assert_true (parlance_word_book_contains (before, "small"));

  limit_files (RLIM_INFINITY);
  parlance_word_book_retry (book);
  g_assert_true (parlance_word_book_flush (book));
  g_assert_null (parlance_word_book_get_error (book));
  g_autofree char *headwords = word_fixture_headwords (book);
  assert_stored (fixture->path, headwords);
}

/* --- an end in the middle --------------------------------------------------------------------- */

/* Saves without end, and says a byte each time that all is on the disk. */
static int
write_for_ever (const char *path)
{
  g_autoptr (ParlanceWordBook) book = word_fixture_open (path);
  g_autofree char *text = g_strnfill (N_TEXT, 'x');

  for (int i = 0; i < N_WRITTEN; i++)
    {
      g_autofree char *headword = g_strdup_printf ("word-%d", i);
      g_autoptr (ParlanceEntry) entry = word_fixture_entry (headword, text, "");
      parlance_word_book_save (book, entry, NULL);
    }
  for (;;)
    {
      if (!parlance_word_book_flush (book) || write (STDOUT_FILENO, ".", 1) != 1)
        return 1;
      save (book, "word-0", NULL);
    }
}

static void
is_whole_after_a_kill (Fixture *fixture, gconstpointer data)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  char *const argv[] = { self, (char *)(guintptr) "--write", fixture->path, NULL };

  for (int i = 0; i < N_KILLS; i++)
    {
      GPid pid;
      int from;
      char byte;

      g_assert_true (g_spawn_async_with_pipes (NULL, (char **)(guintptr)argv, NULL,
                                               G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL,
                                               &from, NULL, NULL));
      g_assert_cmpint (read (from, &byte, 1), ==, 1);
      g_assert_cmpint (read (from, &byte, 1), ==, 1);
      /* Somewhere in what takes it some milliseconds. */
      for (gint64 end_us = g_get_monotonic_time () + 300 * i; g_get_monotonic_time () < end_us;)
        continue;
      g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
      g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
      close (from);
      g_autoptr (ParlanceWordBook) book = word_fixture_open (fixture->path);
      g_assert_null (parlance_word_book_get_error (book));
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (book)), ==, N_WRITTEN);
    }
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--write") == 0)
    return write_for_ever (argv[2]);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add (name, Fixture, NULL, set_up, function, tear_down)
  ADD ("/word-book/keeps-words-from-run-to-run", keeps_words_from_run_to_run);
  ADD ("/word-book/saves-again-in-place", saves_again_in_place);
  ADD ("/word-book/removes-and-puts-back", removes_and_puts_back);
  ADD ("/word-book/saves-while-the-file-is-read", saves_while_the_file_is_read);
  ADD ("/word-book/opens-ten-thousand-words", opens_ten_thousand_words);
  ADD ("/word-book/keeps-damaged-lines-aside", keeps_damaged_lines_aside);
  ADD ("/word-book/keeps-damaged-lines-that-cannot-be-set-aside",
       keeps_damaged_lines_that_cannot_be_set_aside);
  ADD ("/word-book/keeps-words-when-the-file-cannot-be-read",
       keeps_words_when_the_file_cannot_be_read);
  ADD ("/word-book/keeps-words-when-the-disk-is-full", keeps_words_when_the_disk_is_full);
  ADD ("/word-book/is-whole-after-a-kill", is_whole_after_a_kill);
  return g_test_run ();
}
