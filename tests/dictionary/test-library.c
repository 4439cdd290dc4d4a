/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Loading: what is compiled and when, what is refused, what a person is told, and what is left on
 * the disk.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/dictionary/layout.h"
#include "server/dictionary/source.h"
#include "tests/dictionary/fake-source.h"

#define WORDS "E\tone\tx\nE\ttwo\ty\n"

static void
load_expecting (Fixture *fixture, guint n_reads)
{
  g_autoptr (Library) library = fixture_load (fixture);
  g_autofree char *answer = ask_define (library, "one", "", 9);

  g_assert_cmpstr (answer, ==, "0:one");
  g_assert_cmpuint (fixture_n_reads (), ==, n_reads);
  g_assert_cmpuint (fixture_n_cached (fixture), ==, 1);
}

static void
set_time (const char *path, long seconds, long nanoseconds)
{
  struct timespec times[2] = { { seconds, 0 }, { seconds, nanoseconds } };

  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

static void
test_compiles_once (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  fixture_add (fixture, "a", WORDS);
  load_expecting (fixture, 1);
  g_assert_cmpuint (fixture->n_progress, >, 0);
  load_expecting (fixture, 1);
}

static void
test_compiles_again_when_the_source_changes (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autofree char *companion = NULL;
  const char *path;

  fixture_add (fixture, "a", WORDS);
  path = fixture->paths->pdata[0];
  companion = g_strconcat (path, ".companion", NULL);
  set_time (path, 1000, 1);
  load_expecting (fixture, 1);

  set_time (path, 1000, 2);
  load_expecting (fixture, 2);

  fixture_add (fixture, "a", WORDS "E\tthree\tz\n");
  set_time (path, 1000, 2);
  load_expecting (fixture, 3);

  g_assert_true (g_file_set_contents (companion, "x", -1, NULL));
  load_expecting (fixture, 4);
  g_assert_true (g_file_set_contents (companion, "xx", -1, NULL));
  load_expecting (fixture, 5);
  g_assert_cmpint (g_remove (companion), ==, 0);
  load_expecting (fixture, 6);
  load_expecting (fixture, 6);
}

/* Writes @n_bytes at @offset of the compiled file, and a header checksum that fits when @sealed. */
/* @bytes: (nullable): %NULL: the byte at @offset becomes another one, whatever it was */
static void
overwrite (Fixture *fixture, gsize offset, const void *bytes, gsize n_bytes, gboolean sealed)
{
  g_autofree char *path = fixture_compiled (fixture);
  g_autofree char *contents = NULL;
  gsize n_contents;
  LayoutHeader header;

  g_assert_true (g_file_get_contents (path, &contents, &n_contents, NULL));
  if (bytes != NULL)
    memcpy (contents + offset, bytes, n_bytes);
  else
    contents[offset] = (char)~contents[offset];
  memcpy (&header, contents, sizeof header);
  if (sealed)
    header.checksum = layout_header_checksum (&header);
  memcpy (contents, &header, sizeof header);
  g_assert_true (g_file_set_contents (path, contents, (gssize)n_contents, NULL));
}

static void
test_compiles_again_what_is_no_compiled_form (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  const guint32 version = LAYOUT_VERSION + 1;
  const guint64 far_away = 1 << 20;
  struct stat compiled;
  char *path;

  fixture_add (fixture, "a", WORDS);
  load_expecting (fixture, 1);

  overwrite (fixture, G_STRUCT_OFFSET (LayoutHeader, version), &version, sizeof version, TRUE);
  load_expecting (fixture, 2);
  overwrite (fixture, G_STRUCT_OFFSET (LayoutHeader, sections), &far_away, sizeof far_away, TRUE);
  load_expecting (fixture, 3);
  overwrite (fixture, G_STRUCT_OFFSET (LayoutHeader, stamp), NULL, 0, FALSE);
  load_expecting (fixture, 4);

  path = fixture_compiled (fixture);
  g_assert_cmpint (stat (path, &compiled), ==, 0);
  g_assert_cmpint (truncate (path, compiled.st_size - 1), ==, 0);
  load_expecting (fixture, 5);
  g_assert_cmpint (truncate (path, 0), ==, 0);
  load_expecting (fixture, 6);
  load_expecting (fixture, 6);
  g_free (path);
}

static void
test_takes_over_what_a_killed_process_left (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autofree char *compiled = NULL;
  g_autofree char *aside = NULL;

  fixture_add (fixture, "a", WORDS);
  load_expecting (fixture, 1);
  compiled = fixture_compiled (fixture);
  aside = g_strconcat (compiled, ".part", NULL);
  g_assert_cmpint (g_rename (compiled, aside), ==, 0);
  load_expecting (fixture, 2);
}

typedef struct
{
  Fixture *fixture;
  pthread_t thread;
  Library *library;
} Loader;

static void *
load_beside_others (void *data)
{
  Loader *loader = data;
  LibraryOptions options = { .cache_dir = loader->fixture->cache_dir };
  LibrarySource source = { .path = loader->fixture->paths->pdata[0], .required = TRUE };

  loader->library = library_load (&source, 1, &options, NULL);
  return NULL;
}

static void
test_one_compiles_and_the_others_wait (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (GString) lines = g_string_new (NULL);
  Loader loaders[8];

  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (lines, "E\tword %u\tx\n", i);
  fixture_add (fixture, "a", lines->str);
  /* A quark is made on its first use, which GLib does not guard. */
  (void)SOURCE_ERROR;
  for (guint i = 0; i < G_N_ELEMENTS (loaders); i++)
    {
      loaders[i].fixture = fixture;
      g_assert_cmpint (pthread_create (&loaders[i].thread, NULL, load_beside_others, &loaders[i]),
                       ==, 0);
    }
  for (guint i = 0; i < G_N_ELEMENTS (loaders); i++)
    {
      g_autofree char *answer = NULL;

      g_assert_cmpint (pthread_join (loaders[i].thread, NULL), ==, 0);
      g_assert_nonnull (loaders[i].library);
      answer = ask_define (loaders[i].library, "Word 4999", "", 9);
      g_assert_cmpstr (answer, ==, "0:word 4999");
      library_unref (loaders[i].library);
    }
  g_assert_cmpuint (fixture_n_reads (), ==, 1);
  g_assert_cmpuint (fixture_n_cached (fixture), ==, 1);
}

static void
test_describes_dictionaries (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;
  const LibraryInfo *info;

  fixture_add (fixture, "a",
               WORDS "P\t0\tA title\nP\t1\ten\nP\t2\tzh\nP\t3\tfree\nP\t4\tline 1\\nline 2\n");
  fixture_add (fixture, "b", "E\tone\tx\n");
  library = fixture_load (fixture);

  g_assert_cmpuint (library_n_dictionaries (library), ==, 2);
  info = library_info (library, 0);
  g_assert_cmpstr (info->name, ==, "a");
  g_assert_cmpstr (info->title, ==, "A title");
  g_assert_cmpstr (info->source, ==, "en");
  g_assert_cmpstr (info->target, ==, "zh");
  g_assert_cmpstr (info->license, ==, "free");
  g_assert_cmpstr (info->info, ==, "line 1\nline 2");
  g_assert_cmpstr (info->format, ==, "fake");
  g_assert_cmpuint (info->n_entries, ==, 2);
  info = library_info (library, 1);
  g_assert_cmpstr (info->title, ==, "b");
  g_assert_cmpstr (info->source, ==, "");
  g_assert_cmpint (library_find (library, "b", 1), ==, 1);
  g_assert_cmpint (library_find (library, "bb", 2), ==, -1);
}

static void
assert_report (Fixture *fixture, guint index, const char *part)
{
  g_assert_cmpuint (fixture->reports->len, >, index);
  g_assert_nonnull (strstr (fixture->reports->pdata[index], part));
}

static void
test_cuts_long_properties_at_a_character (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;
  g_autoptr (GString) title = g_string_new ("x");
  g_autofree char *license = g_strnfill (LIBRARY_MAX_LICENSE, 'l');
  g_autofree char *about = g_strnfill (LIBRARY_MAX_INFO + 1, 'i');
  g_autofree char *lines = NULL;
  const LibraryInfo *info;

  while (title->len <= LIBRARY_MAX_TITLE)
    g_string_append (title, "é");
  lines = g_strdup_printf (WORDS "P\t0\t%s\nP\t3\t%s\nP\t4\t%s\n", title->str, license, about);
  fixture_add (fixture, "a", lines);
  library = fixture_load (fixture);

  info = library_info (library, 0);
  g_string_truncate (title, LIBRARY_MAX_TITLE - 1);
  g_assert_cmpstr (info->title, ==, title->str);
  g_assert_cmpstr (info->license, ==, license);
  g_assert_cmpuint (strlen (info->info), ==, LIBRARY_MAX_INFO);
  g_assert_cmpuint (fixture->reports->len, ==, 2);
  assert_report (fixture, 0, "a: its title is cut: it is over 512 bytes");
  assert_report (fixture, 1, "a: its description is cut: it is over 1048576 bytes");
}

static void
test_refuses_damaged_sources_and_serves_the_rest (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;

  fixture_add (fixture, "broken", WORDS "X\tbroken.fake: line 3: no reason\n");
  fixture_add (fixture, "empty", "P\t0\tA title\n");
  fixture_add (fixture, "good", WORDS "W\tgood.fake: odd\n");
  library = fixture_load (fixture);

  g_assert_cmpuint (library_n_dictionaries (library), ==, 1);
  g_assert_cmpstr (library_info (library, 0)->name, ==, "good");
  g_assert_cmpuint (fixture->reports->len, ==, 3);
  assert_report (fixture, 0, "broken.fake: line 3: no reason");
  assert_report (fixture, 1, "holds no entries");
  assert_report (fixture, 2, "good.fake: odd");
  /* Neither what was begun nor what failed is left. */
  g_assert_cmpuint (fixture_n_cached (fixture), ==, 1);
}

static void
test_refuses_more_than_16_million_entries (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;

  fixture_add (fixture, "most", "E\tone\tx\nR\t15999999\n");
  fixture_add (fixture, "more", "E\tone\tx\nR\t16000000\n");
  library = fixture_load (fixture);
  g_assert_cmpuint (library_n_dictionaries (library), ==, 1);
  g_assert_cmpint (library_find (library, "most", 4), ==, 0);
  assert_report (fixture, 1, "more.fake: it has more than 16000000 entries");
}

static void
test_keeps_what_works_when_its_source_is_damaged (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;
  g_autofree char *answer = NULL;
  Library *first;

  fixture_add (fixture, "a", "E\tone\tx\nP\t0\tThe old one\n");
  fixture_add (fixture, "b", "E\tone\ty\n");
  first = fixture_load (fixture);
  fixture_add (fixture, "a", WORDS "X\ta.fake: line 3: cut short\n");
  fixture->previous = first;
  library = fixture_load (fixture);
  library_unref (first);

  g_assert_cmpuint (library_n_dictionaries (library), ==, 2);
  g_assert_cmpstr (library_info (library, 0)->name, ==, "a");
  g_assert_cmpstr (library_info (library, 0)->title, ==, "The old one");
  answer = ask_define (library, "one", "", 9);
  g_assert_cmpstr (answer, ==, "0:one 1:one");
  g_assert_cmpuint (fixture->reports->len, ==, 1);
  assert_report (fixture, 0, "a.fake: line 3: cut short; what was read from ");
  assert_report (fixture, 0, " before is kept");

  /* And on through one load more; what the source is again is read. */
  first = g_steal_pointer (&library);
  fixture->previous = first;
  library = fixture_load (fixture);
  g_assert_cmpstr (library_info (library, 0)->title, ==, "The old one");
  library_unref (first);
  first = g_steal_pointer (&library);
  fixture->previous = first;
  fixture_add (fixture, "a", "E\tone\tx\nP\t0\tMended\n");
  library = fixture_load (fixture);
  library_unref (first);
  g_assert_cmpstr (library_info (library, 0)->title, ==, "Mended");
}

static void
test_gives_up_a_previous_dictionary_whose_source_is_gone (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) first = NULL, library = NULL;

  fixture->is_optional = TRUE;
  fixture_add (fixture, "a", WORDS);
  first = fixture_load (fixture);
  fixture->previous = first;
  g_assert_cmpint (g_remove (fixture->paths->pdata[0]), ==, 0);
  library = fixture_load (fixture);
  g_assert_cmpuint (library_n_dictionaries (library), ==, 0);
}

static void
test_a_name_is_taken_once (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  LibraryOptions options = { .cache_dir = fixture->cache_dir };
  LibrarySource sources[2] = { { .name = (char[]){ "same" } }, { .name = (char[]){ "same" } } };
  g_autoptr (Library) library = NULL;
  g_autofree char *answer = NULL;

  fixture_add (fixture, "a", "E\tone\tx\n");
  fixture_add (fixture, "b", "E\ttwo\tx\n");
  sources[0].path = fixture->paths->pdata[0];
  sources[1].path = fixture->paths->pdata[1];
  library = library_load (sources, 2, &options, NULL);
  g_assert_nonnull (library);
  g_assert_cmpuint (library_n_dictionaries (library), ==, 1);
  g_assert_cmpint (library_find (library, "same", 4), ==, 0);
  answer = ask_define (library, "one", "", 9);
  g_assert_cmpstr (answer, ==, "0:one");
}

static void
test_required_sources_must_be_there (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  LibraryOptions options = { .cache_dir = fixture->cache_dir };
  g_autofree char *missing = g_build_filename (fixture->dir, "missing.fake", NULL);
  LibrarySource source = { .path = missing, .required = TRUE };
  g_autoptr (GError) error = NULL;
  g_autoptr (Library) library = library_load (&source, 1, &options, &error);

  g_assert_error (error, SOURCE_ERROR, SOURCE_ERROR_IO);
  g_assert_null (library);

  g_clear_error (&error);
  source.path = fixture->dir;
  g_assert_null (library_load (&source, 1, &options, &error));
  g_assert_error (error, SOURCE_ERROR, SOURCE_ERROR_FORMAT);

  source.required = FALSE;
  library = library_load (&source, 1, &options, NULL);
  g_assert_nonnull (library);
  g_assert_cmpuint (library_n_dictionaries (library), ==, 0);
}

static void
test_a_missing_one_is_told_before_others_are_compiled (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autofree char *missing = g_build_filename (fixture->dir, "missing.fake", NULL);
  LibraryOptions options = { .cache_dir = fixture->cache_dir };
  g_autoptr (GError) error = NULL;

  fixture_add (fixture, "a", WORDS);
  const LibrarySource sources[] = {
    { .path = fixture->paths->pdata[0], .required = TRUE },
    { .path = missing, .required = TRUE },
  };

  g_assert_null (library_load (sources, G_N_ELEMENTS (sources), &options, &error));
  g_assert_error (error, SOURCE_ERROR, SOURCE_ERROR_IO);
  g_assert_cmpuint (fixture_n_reads (), ==, 0);
}

static void
test_a_load_can_be_given_up (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (GError) error = NULL;

  fixture_add (fixture, "a", WORDS);
  fixture->gives_up = TRUE;
  g_assert_null (fixture_try (fixture, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_INTR);
  g_assert_cmpuint (fixture_n_cached (fixture), ==, 0);
}

static void
test_leaves_out_what_cannot_be_asked_for (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;
  g_autofree char *fits = g_strnfill (DICTIONARY_MAX_HEADWORD, 'a');
  g_autofree char *longer = g_strnfill (DICTIONARY_MAX_HEADWORD + 1, 'b');
  g_autofree char *text = g_strnfill (DICTIONARY_MAX_TEXT, 'x');
  g_autofree char *lines =
      g_strdup_printf ("E\t%s\tx\nE\t%s\tx\nE\t%s\tx\nE\t \tx\nE\tblank\t \\n\n"
                       "E\tbad \xef\xbf\xbd\tx\n"
                       "E\tfull\t%s\nE\tover\t%sx\n",
                       fits, longer, longer, text, text);
  g_autofree char *answer = NULL;

  fixture_add (fixture, "a", lines);
  library = fixture_load (fixture);

  g_assert_cmpuint (library_info (library, 0)->n_entries, ==, 2);
  answer = ask_define (library, "full", "", 9);
  g_assert_cmpstr (answer, ==, "0:full");
  g_assert_cmpuint (fixture->reports->len, ==, 5);
  assert_report (fixture, 0, "a: 1 left out: entries without a headword");
  assert_report (fixture, 1, "a: 2 left out: entries whose headword is over 256 bytes");
}

static void
test_says_when_the_cache_cannot_be_made (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (GError) error = NULL;

  fixture_add (fixture, "a", WORDS);
  g_assert_true (g_file_set_contents (fixture->cache_dir, "a file", -1, NULL));
  g_assert_null (fixture_try (fixture, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, fixture->cache_dir));
}

/* A source of more than 64 KiB, and no file may have them: the limit on a file's size stands for a
 * full disk, both fail in write(). For the rest of the process. */
static void
add_large_and_fill_the_disk (Fixture *fixture)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  struct rlimit limit = { 64 * 1024, 64 * 1024 };

  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (lines, "E\tword %u\tsome text\n", i);
  fixture_add (fixture, "large", lines->str);
  (void)signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

static gboolean
pass_to_subprocess (void)
{
  if (g_test_subprocess ())
    return FALSE;
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
  return TRUE;
}

static void
test_leaves_nothing_when_the_disk_is_full (void)
{
  g_autoptr (Fixture) fixture = NULL;
  g_autoptr (GError) error = NULL;

  if (pass_to_subprocess ())
    return;
  fixture = fixture_new ();
  add_large_and_fill_the_disk (fixture);
  g_assert_null (fixture_try (fixture, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, fixture->cache_dir));
  g_assert_nonnull (strstr (error->message, g_strerror (EFBIG)));
  g_assert_cmpuint (fixture_n_cached (fixture), ==, 0);
}

static void
test_serves_the_rest_when_one_cannot_be_written (void)
{
  g_autoptr (Fixture) fixture = NULL;
  g_autoptr (Library) library = NULL;

  if (pass_to_subprocess ())
    return;
  fixture = fixture_new ();
  fixture->is_optional = TRUE;
  add_large_and_fill_the_disk (fixture);
  fixture_add (fixture, "small", WORDS);
  library = fixture_load (fixture);
  g_assert_cmpuint (library_n_dictionaries (library), ==, 1);
  g_assert_cmpstr (library_info (library, 0)->name, ==, "small");
  g_assert_cmpuint (fixture->reports->len, ==, 1);
  assert_report (fixture, 0, "large.fake is left out: cannot write ");
  assert_report (fixture, 0, g_strerror (EFBIG));
  g_assert_cmpuint (fixture_n_cached (fixture), ==, 1);
}

static void
test_strategies_have_names (void)
{
  LibraryStrategy strategy;

  for (guint i = 0; i < LIBRARY_N_STRATEGIES; i++)
    {
      const char *name = library_strategy_name ((LibraryStrategy)i);

      g_assert_true (library_strategy_from_name (name, &strategy));
      g_assert_cmpuint (strategy, ==, i);
      g_assert_cmpuint (strlen (library_strategy_description (strategy)), >, 0);
    }
  g_assert_false (library_strategy_from_name ("telepathy", &strategy));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dictionary/library/compiles-once", test_compiles_once);
  g_test_add_func ("/dictionary/library/compiles-again-when-the-source-changes",
                   test_compiles_again_when_the_source_changes);
  g_test_add_func ("/dictionary/library/compiles-again-what-is-no-compiled-form",
                   test_compiles_again_what_is_no_compiled_form);
  g_test_add_func ("/dictionary/library/takes-over-what-a-killed-process-left",
                   test_takes_over_what_a_killed_process_left);
  g_test_add_func ("/dictionary/library/one-compiles-and-the-others-wait",
                   test_one_compiles_and_the_others_wait);
  g_test_add_func ("/dictionary/library/describes-dictionaries", test_describes_dictionaries);
  g_test_add_func ("/dictionary/library/cuts-long-properties-at-a-character",
                   test_cuts_long_properties_at_a_character);
  g_test_add_func ("/dictionary/library/refuses-damaged-sources-and-serves-the-rest",
                   test_refuses_damaged_sources_and_serves_the_rest);
  g_test_add_func ("/dictionary/library/refuses-more-than-16-million-entries",
                   test_refuses_more_than_16_million_entries);
  g_test_add_func ("/dictionary/library/keeps-what-works-when-its-source-is-damaged",
                   test_keeps_what_works_when_its_source_is_damaged);
  g_test_add_func ("/dictionary/library/gives-up-a-previous-dictionary-whose-source-is-gone",
                   test_gives_up_a_previous_dictionary_whose_source_is_gone);
  g_test_add_func ("/dictionary/library/a-name-is-taken-once", test_a_name_is_taken_once);
  g_test_add_func ("/dictionary/library/required-sources-must-be-there",
                   test_required_sources_must_be_there);
  g_test_add_func ("/dictionary/library/a-missing-one-is-told-before-others-are-compiled",
                   test_a_missing_one_is_told_before_others_are_compiled);
  g_test_add_func ("/dictionary/library/a-load-can-be-given-up", test_a_load_can_be_given_up);
  g_test_add_func ("/dictionary/library/leaves-out-what-cannot-be-asked-for",
                   test_leaves_out_what_cannot_be_asked_for);
  g_test_add_func ("/dictionary/library/says-when-the-cache-cannot-be-made",
                   test_says_when_the_cache_cannot_be_made);
  g_test_add_func ("/dictionary/library/leaves-nothing-when-the-disk-is-full",
                   test_leaves_nothing_when_the_disk_is_full);
  g_test_add_func ("/dictionary/library/serves-the-rest-when-one-cannot-be-written",
                   test_serves_the_rest_when_one_cannot_be_written);
  g_test_add_func ("/dictionary/library/strategies-have-names", test_strategies_have_names);
  return g_test_run ();
}
