/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The tab-separated form: what is read, and each way in which a line can be wrong.
 */
#include <string.h>

#include "server/dictionary/formats/formats.h"
#include "tests/dictionary/recording-sink.h"

static void
check (const char *contents, gssize n_contents, const char *expected)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autofree char *path = test_folder_write (&folder, "list.tsv", contents, n_contents);
  check_read (&tsv_format, path, expected);
}

static void
check_damaged (const char *contents, gssize n_contents, const char *part)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autofree char *path = test_folder_write (&folder, "list.tsv", contents, n_contents);
  check_refused (&tsv_format, path, SOURCE_ERROR_DAMAGED, part);
}

static void
reads_properties_and_entries (void)
{
  check ("# title: Pocket list\n#source:en\n# target: zh\n# license: CC0-1.0\n# by hand\n"
         "\n"
         "tea\ttiː\tn. 茶\n"
         "# a comment\n# title: too late\n"
         "  green tea \t\tn. 绿茶\\nn. 绿色\\t\\\\x\n"
         "last\t\twithout line end",
         -1,
         "title Pocket list\nlanguage en\ntarget zh\nlicense CC0-1.0\n"
         "entry tea [tiː]: n. 茶\n"
         "entry green tea: n. 绿茶\\nn. 绿色\\t\\x\n"
         "entry last: without line end\n");
}

static void
reads_windows_files (void)
{
  check ("\xEF\xBB\xBF# title: T\r\na\t\tb\r\n\r\n", -1, "title T\nentry a: b\n");
}

static void
reads_an_empty_file (void)
{
  check ("", 0, "");
}

static void
replaces_control_characters (void)
{
  check ("a\x1B[31m\tp\x7F\tx\x07y\xC2\x9Bz\n", -1,
         "entry a\uFFFD[31m [p\uFFFD]: x\uFFFDy\uFFFDz\n");
}

static void
leaves_out_what_is_too_long (void)
{
  g_autofree char *word = g_strnfill (DICTIONARY_MAX_HEADWORD, 'w');
  g_autofree char *text = g_strnfill (DICTIONARY_MAX_TEXT, 't');
  g_autofree char *contents = g_strdup_printf ("%s\t\tfits\n%sx\t\tlong\nfits\t\t%s\nlong\t\t%sx\n",
                                               word, word, text, text);
  g_autofree char *expected = g_strdup_printf (
      "entry %s: fits\nentry fits: %s\n"
      "warning list.tsv: 1 entry was left out: the headword is longer than 256 bytes\n"
      "warning list.tsv: 1 entry was left out: the text is longer than 1 MiB\n",
      word, text);
  check (contents, -1, expected);
}

static void
reads_lines_longer_than_a_block (void)
{
  GString *contents = g_string_new (NULL);
  GString *expected = g_string_new (NULL);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *text = g_strnfill ((gsize)300 * 1024 + i, (char)('a' + i));
      g_string_append_printf (contents, "w%u\t\t%s\n", i, text);
      g_string_append_printf (expected, "entry w%u: %s\n", i, text);
    }
  check (contents->str, (gssize)contents->len, expected->str);
  g_string_free (contents, TRUE);
  g_string_free (expected, TRUE);
}

static void
refuses_wrong_lines (void)
{
  static const struct
  {
    const char *contents;
    gssize n_bytes;
    const char *part;
  } wrong[] = {
    { "a\t\tb\nlonely\n", -1, "line 2: expected three columns" },
    { "a\tb\n", -1, "line 1: expected three columns" },
    { "a\t\tb\tc\n", -1, "line 1: more than three columns" },
    { "# x\n\n\t\ttext\n", -1, "line 3: the headword is empty" },
    { "a\t\t\n", -1, "line 1: the text is empty" },
    { "a\t\t\\n \n", -1, "line 1: the text is empty" },
    { "a\t\tb\\c\n", -1, "line 1: a backslash" },
    { "a\t\tb\\\n", -1, "line 1: a backslash" },
    { "a\t\tb\nc\t\t\xC3(\n", -1, "line 2: not UTF-8 at byte 4" },
    { "# \xFF\n", -1, "line 1: not UTF-8 at byte 3" },
    { "a\t\tb\0c\n", 7, "line 1: a NUL at byte 5" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    check_damaged (wrong[i].contents, wrong[i].n_bytes, wrong[i].part);
}

static void
refuses_a_line_without_end (void)
{
  gsize n_bytes = (gsize)6 * 1024 * 1024;
  g_autofree char *contents = g_strnfill (n_bytes, 'x');
  contents[0] = '\n';
  check_damaged (contents, (gssize)n_bytes,
                 "line 2: a line or record is longer than 4194304 bytes");
}

static void
passes_the_sinks_errors_on (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  g_autofree char *path = test_folder_write (&folder, "list.tsv", "a\t\tb\n", -1);

  g_auto (RecordingSink) full;
  recording_sink_init (&full);
  full.refuses_entries = TRUE;
  g_autoptr (GError) error = NULL;
  g_assert_false (tsv_format.read (path, &full.sink, &error));
  g_assert_cmpstr (error->message, ==, "the disk is full");

  g_auto (RecordingSink) cancelled;
  recording_sink_init (&cancelled);
  cancelled.is_cancelled = TRUE;
  g_clear_error (&error);
  g_assert_false (tsv_format.read (path, &cancelled.sink, &error));
  g_assert_cmpstr (error->message, ==, "cancelled");
}

static void
tells_of_its_progress (void)
{
  g_auto (TestFolder) folder;
  test_folder_init (&folder);
  gsize n_bytes = (gsize)4 * 1024 * 1024;
  g_autofree char *contents = g_strnfill (n_bytes, '\n');
  g_autofree char *path = test_folder_write (&folder, "list.tsv", contents, (gssize)n_bytes);
  g_auto (RecordingSink) sink;
  recording_sink_init (&sink);
  g_autoptr (GError) error = NULL;
  g_assert_true (tsv_format.read (path, &sink.sink, &error));
  g_assert_cmpuint (sink.n_progress, >=, 4);
  g_assert_cmpuint (sink.n_progress, <=, 8);
  g_assert_cmpuint (sink.done, ==, n_bytes);
  g_assert_cmpuint (sink.total, ==, n_bytes);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dictionary/tsv/reads-properties-and-entries", reads_properties_and_entries);
  g_test_add_func ("/dictionary/tsv/reads-windows-files", reads_windows_files);
  g_test_add_func ("/dictionary/tsv/reads-an-empty-file", reads_an_empty_file);
  g_test_add_func ("/dictionary/tsv/replaces-control-characters", replaces_control_characters);
  g_test_add_func ("/dictionary/tsv/leaves-out-what-is-too-long", leaves_out_what_is_too_long);
  g_test_add_func ("/dictionary/tsv/reads-lines-longer-than-a-block",
                   reads_lines_longer_than_a_block);
  g_test_add_func ("/dictionary/tsv/refuses-wrong-lines", refuses_wrong_lines);
  g_test_add_func ("/dictionary/tsv/refuses-a-line-without-end", refuses_a_line_without_end);
  g_test_add_func ("/dictionary/tsv/passes-the-sinks-errors-on", passes_the_sinks_errors_on);
  g_test_add_func ("/dictionary/tsv/tells-of-its-progress", tells_of_its_progress);
  return g_test_run ();
}
