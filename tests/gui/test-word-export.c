/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What other programs get of the word book, and what is emphasised in a sentence.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "client-gui/word-emphasis.h"
#include "client-gui/word-export.h"
#include "tests/gui/word-fixture.h"

/* Returns: (transfer full): the rows of one word, without the column names */
static char *
export_one (ParlanceWordExportFormat format,
            const char *headword,
            const char *text,
            const char *members,
            const char *sentence)
{
  g_autoptr (GListStore) words = g_list_store_new (PARLANCE_TYPE_SAVED_WORD);
  g_autoptr (ParlanceEntry) entry = word_fixture_entry (headword, text, members);
  const ParlanceWordContext context = {
    .sentence = sentence, .room = "lobby", .from = "bob", .time_ms = G_GINT64_CONSTANT (86400000)
  };
  g_autoptr (ParlanceSavedWord) word =
      parlance_saved_word_new (entry, &context, NULL, G_GINT64_CONSTANT (2 * 86400000));
  g_autoptr (GString) out = g_string_new (NULL);

  g_list_store_append (words, word);
  parlance_word_export_append (G_LIST_MODEL (words), format, out);
  const char *head =
      format == PARLANCE_WORD_EXPORT_CSV
          ? "headword,phonetic,definition,dictionary,sentence,room,from,met,saved\r\n"
          : "#separator:tab\n#html:false\n#columns:Front\tBack\tSentence\n";
  g_assert_true (g_str_has_prefix (out->str, head));
  return g_strdup (out->str + strlen (head));
}

static void
csv_is_as_rfc_4180_has_it (void)
{
  g_autofree char *plain =
      export_one (PARLANCE_WORD_EXPORT_CSV, "学习", "to learn", ",\"phonetic\":\"xué\"", "我学习");
  g_autofree char *quoted =
      export_one (PARLANCE_WORD_EXPORT_CSV, "a \"b\"", "one,\ntwo\r\nthree", "", NULL);

  g_assert_cmpstr (plain, ==,
                   "学习,xué,to learn,test,我学习,lobby,bob,1970-01-02T00:00:00+00:00,"
                   "1970-01-03T00:00:00+00:00\r\n");
  g_assert_cmpstr (quoted, ==,
                   "\"a \"\"b\"\"\",,\"one,\ntwo\nthree\",test,,lobby,bob,"
                   "1970-01-02T00:00:00+00:00,1970-01-03T00:00:00+00:00\r\n");
}

static void
csv_has_no_formulas (void)
{
  static const char *const formulas[] = { "=1+1", "+1", "-1", "@A1", "\t=1", NULL };

  for (gsize i = 0; formulas[i] != NULL; i++)
    {
      g_autofree char *row =
          export_one (PARLANCE_WORD_EXPORT_CSV, formulas[i], "=HYPERLINK(\"x\")", "", formulas[i]);
      g_autofree char *expected = g_strdup_printf (
          "'%s,,\"'=HYPERLINK(\"\"x\"\")\",test,'%s,lobby,bob,", formulas[i], formulas[i]);

      g_assert_true (g_str_has_prefix (row, expected));
    }
}

static void
anki_gets_a_note_a_word (void)
{
  g_autofree char *plain =
      export_one (PARLANCE_WORD_EXPORT_ANKI, "run", "to go", "", "They\trun fast.");
  g_autofree char *quoted = export_one (PARLANCE_WORD_EXPORT_ANKI, "#tag", "v. \"go\"\r\nn. <i>",
                                        ",\"phonetic\":\"rʌn\"", "one\ntwo");

  g_assert_cmpstr (plain, ==, "run\tto go\tThey run fast.\n");
  g_assert_cmpstr (quoted, ==, "\"#tag\"\t\"/rʌn/\nv. \"\"go\"\"\nn. <i>\"\t\"one\ntwo\"\n");
}

static void
on_exported (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

static void
writes_a_file_or_says_why_not (void)
{
  g_autofree char *folder = g_dir_make_tmp ("parlance-export-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "words.csv", NULL);
  g_autoptr (GListStore) words = g_list_store_new (PARLANCE_TYPE_SAVED_WORD);
  g_autoptr (ParlanceEntry) entry = word_fixture_entry ("run", "to go", "");
  g_autoptr (ParlanceSavedWord) word = parlance_saved_word_new (entry, NULL, NULL, 1);

  g_list_store_append (words, word);
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GFile) file =
          i == 0 ? g_file_new_for_path (path) : g_file_new_build_filename (path, "below", NULL);
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *text = NULL;
      guint n = 0;

      parlance_word_export_async (G_LIST_MODEL (words), PARLANCE_WORD_EXPORT_CSV, file, NULL,
                                  on_exported, &result);
      while (result == NULL)
        g_main_context_iteration (NULL, TRUE);
      g_assert_true (parlance_word_export_finish (result, &n, &error) == (i == 0));
      g_assert_true ((error != NULL) == (i == 1));
      g_assert_cmpuint (n, ==, i == 0 ? 1 : 0);
      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      g_assert_nonnull (strstr (text, "\r\nrun,"));
    }
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
finds_the_word_in_its_sentence (void)
{
  static const struct
  {
    const char *headword;
    const char *sentence;
    const char *found; /* (nullable) */
  } cases[] = {
    { "run", "They Run fast", "Run" },  { "run", "running, unrun, rerun", NULL },
    { "run", "He ran.", "ran" },        { "学习", "我们学习吧", "学习" },
    { "café", "un CAFÉ noir", "CAFÉ" }, { "run", "", NULL },
    { "C++", "I like C++!", "C++" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ParlanceEntry) entry =
          word_fixture_entry (cases[i].headword, "t", ",\"forms\":{\"past\":\"ran\"}");
      gsize start = 0;
      gsize end = 0;
      gboolean is_found = parlance_word_emphasis_find (cases[i].sentence, entry, &start, &end);
      g_autofree char *found = is_found ? g_strndup (cases[i].sentence + start, end - start) : NULL;

      g_assert_cmpstr (found, ==, cases[i].found);
    }
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/word-export/csv-is-as-rfc-4180-has-it", csv_is_as_rfc_4180_has_it);
  g_test_add_func ("/word-export/csv-has-no-formulas", csv_has_no_formulas);
  g_test_add_func ("/word-export/anki-gets-a-note-a-word", anki_gets_a_note_a_word);
  g_test_add_func ("/word-export/writes-a-file-or-says-why-not", writes_a_file_or_says_why_not);
  g_test_add_func ("/word-emphasis/finds-the-word-in-its-sentence", finds_the_word_in_its_sentence);
  return g_test_run ();
}
