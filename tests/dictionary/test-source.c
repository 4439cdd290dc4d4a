/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How a source is recognised by what a person names, and what is said when it is not.
 */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/dictionary/source.h"
#include "tests/dictionary/recording-sink.h"

static void
check_detected (const TestFolder *folder,
                const char *named,
                const char *format_name,
                const char *file,
                const char *name)
{
  g_autofree char *path = g_build_filename (folder->path, named, NULL);
  g_autofree char *expected = g_build_filename (folder->path, file, NULL);
  g_autofree char *found_path = NULL;
  g_autofree char *found_name = NULL;
  g_autoptr (GError) error = NULL;
  const SourceFormat *format = source_format_detect (path, &found_path, &found_name, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (format->format, ==, format_name);
  g_assert_cmpstr (found_path, ==, expected);
  g_assert_cmpstr (found_name, ==, name);
}

static void
check_not_detected (const char *path, SourceErrorCode code, const char *part)
{
  g_autofree char *found_path = NULL;
  g_autofree char *found_name = NULL;
  g_autoptr (GError) error = NULL;
  g_assert_null (source_format_detect (path, &found_path, &found_name, &error));
  g_assert_error (error, SOURCE_ERROR, (int)code);
  g_assert_null (found_path);
  g_assert_null (found_name);
  if (strstr (error->message, part) == NULL || strchr (error->message, '\n') != NULL)
    g_error ("expected one line with '%s', got '%s'", part, error->message);
}

static void
check_not_detected_in (const TestFolder *folder,
                       const char *named,
                       SourceErrorCode code,
                       const char *part)
{
  g_autofree char *path = g_build_filename (folder->path, named, NULL);
  check_not_detected (path, code, part);
}

static void
knows_a_format_by_its_ending (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  test_folder_add (&folder, "pocket.tsv", "a\t\tb\n", -1);
  test_folder_add (&folder, "my words.tab", "a\t\tb\n", -1);
  check_detected (&folder, "pocket.tsv", "tsv", "pocket.tsv", "pocket");
  check_detected (&folder, "pocket", "tsv", "pocket.tsv", "pocket");
  check_detected (&folder, "my words", "tsv", "my words.tab", "my_words");
}

static void
knows_the_files_of_each_format (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  test_folder_add (&folder, "ecdict.csv", "word,translation\n", -1);
  check_detected (&folder, "ecdict.csv", "ecdict", "ecdict.csv", "ecdict");
  check_detected (&folder, "ecdict", "ecdict", "ecdict.csv", "ecdict");

  test_folder_add (&folder, "cedict_ts.u8", "", -1);
  check_detected (&folder, "cedict_ts.u8", "cedict", "cedict_ts.u8", "cedict_ts");
  test_folder_add (&folder, "cedict.json", "[{\"traditional\":\"a\",\"simplified\":\"b\"}]", -1);
  check_detected (&folder, "cedict", "cedict", "cedict.json", "cedict");

  test_folder_add (&folder, "wn.index", "", -1);
  test_folder_add (&folder, "wn.dict", "", -1);
  static const char *const named[] = { "wn", "wn.index", "wn.dict", "wn.dict.dz" };
  for (gsize i = 0; i < G_N_ELEMENTS (named); i++)
    check_detected (&folder, named[i], "dictd", "wn.index", "wn");
}

static void
wants_ecdicts_columns_in_a_csv (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autofree char *path = test_folder_write (&folder, "sales.csv", "year,sales\n", -1);
  check_not_detected (path, SOURCE_ERROR_FORMAT, "no column 'word'; a .csv must be ECDICT's");
}

static void
wants_cedicts_records_in_a_json (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autofree char *path = test_folder_write (&folder, "package.json", "{\"name\": \"x\"}\n", -1);
  check_not_detected (path, SOURCE_ERROR_FORMAT, "a .json must be CC-CEDICT's");
  g_autofree char *other = test_folder_write (&folder, "other.json", "[{\"name\": \"x\"}]\n", -1);
  check_not_detected (other, SOURCE_ERROR_FORMAT, "no member 'traditional'");
}

static void
wants_both_files_of_dictd (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autofree char *index = test_folder_write (&folder, "a.index", "", -1);
  check_not_detected (index, SOURCE_ERROR_IO, "a.index: its texts are missing");
  check_not_detected (index, SOURCE_ERROR_IO, "a.dict.dz is there");
  check_not_detected_in (&folder, "a", SOURCE_ERROR_IO, "its texts are missing");
  g_autofree char *body = test_folder_write (&folder, "b.dict.dz", "", -1);
  check_not_detected (body, SOURCE_ERROR_IO, "b.index or ");
  check_not_detected_in (&folder, "c.dict", SOURCE_ERROR_IO, "No such file");
}

static void
finds_stardict_by_any_of_its_files (void)
{
  static const char *const named[] = { "d",         "d.ifo",  "d.idx", "d.idx.gz",
                                       "d.dict.dz", "d.dict", "d.syn" };
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  test_folder_add (&folder, "d.ifo",
                   "StarDict's dict ifo file\nversion=2.4.2\nwordcount=1\nidxfilesize=10\n", -1);
  test_folder_add (&folder, "d.idx.gz", "", 0);
  test_folder_add (&folder, "d.dict.dz", "", 0);
  for (gsize i = 0; i < G_N_ELEMENTS (named); i++)
    check_detected (&folder, named[i], "stardict", "d.ifo", "d");

  test_folder_add (&folder, "d.index", "", 0);
  check_detected (&folder, "d.dict.dz", "dictd", "d.index", "d");
  check_detected (&folder, "d.ifo", "stardict", "d.ifo", "d");
}

static void
wants_all_files_of_stardict (void)
{
  static const char info[] =
      "StarDict's dict ifo file\nversion=3.0.0\nwordcount=1\nidxfilesize=10\n";
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  test_folder_add (&folder, "a.ifo", info, -1);
  check_not_detected_in (&folder, "a.ifo", SOURCE_ERROR_IO, "a.ifo: there is no .idx");
  test_folder_add (&folder, "a.idx", "", 0);
  check_not_detected_in (&folder, "a", SOURCE_ERROR_IO, "a.ifo: there is no .dict");
  test_folder_add (&folder, "b.syn", "", 0);
  check_not_detected_in (&folder, "b.syn", SOURCE_ERROR_IO, "b.ifo, which tells");
  test_folder_add (&folder, "c.dict.dz", "", 0);
  check_not_detected_in (&folder, "c.dict.dz", SOURCE_ERROR_IO, "c.index or ");
  check_not_detected_in (&folder, "c.dict.dz", SOURCE_ERROR_IO, "c.ifo, which tells");
  test_folder_add (&folder, "tree.ifo", "StarDict's treedict ifo file\nversion=2.4.2\n", -1);
  check_not_detected_in (&folder, "tree", SOURCE_ERROR_FORMAT, "tree.ifo: line 1: it belongs");
}

/* Makes a directory of the companion's name, which is refused, and takes it away again. */
static void
check_companion (const TestFolder *folder, const char *named, const char *companion)
{
  g_autofree char *path = g_build_filename (folder->path, companion, NULL);
  g_autofree char *part = g_strconcat (companion, ": it is a directory", NULL);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  check_not_detected_in (folder, named, SOURCE_ERROR_IO, part);
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

static void
wants_to_read_what_goes_with_a_file (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  test_folder_add (&folder, "a.ifo",
                   "StarDict's dict ifo file\nversion=3.0.0\nwordcount=1\nidxfilesize=10\n", -1);
  test_folder_add (&folder, "a.dict.dz", "", 0);
  check_companion (&folder, "a.ifo", "a.idx");
  test_folder_add (&folder, "a.idx.gz", "", 0);
  check_companion (&folder, "a.ifo", "a.dict");
  check_companion (&folder, "a", "a.syn");
  check_detected (&folder, "a", "stardict", "a.ifo", "a");

  test_folder_add (&folder, "e.csv", "word,translation\n", -1);
  check_companion (&folder, "e.csv", "lemma.en.txt");
  check_detected (&folder, "e.csv", "ecdict", "e.csv", "e");

  test_folder_add (&folder, "w.index", "", 0);
  check_companion (&folder, "w.index", "w.dict");
}

static void
follows_links (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  test_folder_add (&folder, "a.tsv", "a\t\tb\n", -1);
  g_autofree char *link_path = g_build_filename (folder.path, "b.tsv", NULL);
  g_assert_cmpint (symlink ("a.tsv", link_path), ==, 0);
  check_detected (&folder, "b.tsv", "tsv", "b.tsv", "b");
}

static void
says_what_cannot_be_read (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  check_not_detected_in (&folder, "none", SOURCE_ERROR_IO, "none: No such file");
  check_not_detected_in (&folder, "none.tsv", SOURCE_ERROR_IO, "none.tsv: No such file");
  check_not_detected_in (&folder, "none.dict.dz", SOURCE_ERROR_IO, "none.dict.dz: No such file");
  check_not_detected (folder.path, SOURCE_ERROR_IO, "it is a directory");
  check_not_detected_in (&folder, "", SOURCE_ERROR_IO, "it is a directory");
  check_not_detected ("", SOURCE_ERROR_IO, "No such file");

  g_autofree char *fifo = g_build_filename (folder.path, "fifo.tsv", NULL);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  check_not_detected (fifo, SOURCE_ERROR_IO, "not a regular file");

  g_autofree char *sub = g_build_filename (folder.path, "folder.tsv", NULL);
  g_assert_cmpint (g_mkdir (sub, 0700), ==, 0);
  check_not_detected (sub, SOURCE_ERROR_IO, "it is a directory");
  g_assert_cmpint (g_rmdir (sub), ==, 0);

  g_autofree char *dangling = g_build_filename (folder.path, "dangling.tsv", NULL);
  g_assert_cmpint (symlink ("nowhere", dangling), ==, 0);
  check_not_detected (dangling, SOURCE_ERROR_IO, "No such file");
  check_not_detected ("/dev/null", SOURCE_ERROR_IO, "not a regular file");

  g_autofree char *closed = test_folder_write (&folder, "closed.tsv", "a\t\tb\n", -1);
  g_assert_cmpint (g_chmod (closed, 0), ==, 0);
  if (geteuid () != 0) /* root may read everything */
    check_not_detected (closed, SOURCE_ERROR_IO, "Permission denied");
}

static void
names_the_known_endings (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autofree char *path = test_folder_write (&folder, "notes.txt", "a\t\tb\n", -1);
  check_not_detected (path, SOURCE_ERROR_FORMAT, ".tsv, .tab");
}

static void
refuses_names_that_cannot_be_shown (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  static const char *const names[] = { "a\nb.tsv", "\x1B[2J.tsv", "a\xC2\x9B.tsv" };
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = test_folder_write (&folder, names[i], "a\t\tb\n", -1);
      check_not_detected (path, SOURCE_ERROR_FORMAT, "control character");
    }
  g_autofree char *bad = test_folder_write (&folder, "\xFFx.tsv", "a\t\tb\n", -1);
  check_not_detected (bad, SOURCE_ERROR_FORMAT, "not UTF-8");
  g_autofree char *empty = test_folder_write (&folder, ".tsv", "a\t\tb\n", -1);
  check_not_detected (empty, SOURCE_ERROR_FORMAT, "nothing stands before its ending");
}

static void
splits_names (void)
{
  static const struct
  {
    const char *name;
    gsize n_stem;
    gboolean is_main;
  } cases[] = {
    { "wn.index", 2, TRUE },    { "wn.dict.dz", 2, FALSE }, { "a.b.csv", 3, TRUE },
    { "cedict.json", 6, TRUE }, { "cedict.u8", 6, TRUE },   { "x.ifo", 1, TRUE },
    { "x.idx.gz", 1, FALSE },   { "x.syn", 1, FALSE },      { "notes.txt", 9, FALSE },
    { "tsv", 3, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize n_stem;

      g_assert_cmpint (source_split_name (cases[i].name, &n_stem), ==, cases[i].is_main);
      g_assert_cmpuint (n_stem, ==, cases[i].n_stem);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dictionary/source/knows-a-format-by-its-ending", knows_a_format_by_its_ending);
  g_test_add_func ("/dictionary/source/knows-the-files-of-each-format",
                   knows_the_files_of_each_format);
  g_test_add_func ("/dictionary/source/wants-ecdicts-columns-in-a-csv",
                   wants_ecdicts_columns_in_a_csv);
  g_test_add_func ("/dictionary/source/wants-cedicts-records-in-a-json",
                   wants_cedicts_records_in_a_json);
  g_test_add_func ("/dictionary/source/wants-both-files-of-dictd", wants_both_files_of_dictd);
  g_test_add_func ("/dictionary/source/finds-stardict-by-any-of-its-files",
                   finds_stardict_by_any_of_its_files);
  g_test_add_func ("/dictionary/source/wants-all-files-of-stardict", wants_all_files_of_stardict);
  g_test_add_func ("/dictionary/source/wants-to-read-what-goes-with-a-file",
                   wants_to_read_what_goes_with_a_file);
  g_test_add_func ("/dictionary/source/follows-links", follows_links);
  g_test_add_func ("/dictionary/source/says-what-cannot-be-read", says_what_cannot_be_read);
  g_test_add_func ("/dictionary/source/names-the-known-endings", names_the_known_endings);
  g_test_add_func ("/dictionary/source/refuses-names-that-cannot-be-shown",
                   refuses_names_that_cannot_be_shown);
  g_test_add_func ("/dictionary/source/splits-names", splits_names);
  return g_test_run ();
}
