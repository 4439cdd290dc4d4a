/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cells are strangers' text: whatever they hold, they stay one cell.
 */
#include "client-gui/word-export.h"

#include <string.h>

#define TYPICAL_ROW_BYTES 512

/* Appends @text in quotes, those inside doubled; carriage returns are left out. */
static void
append_quoted (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (; *text != '\0'; text++)
    {
      if (*text == '"')
        g_string_append_c (out, '"');
      if (*text != '\r')
        g_string_append_c (out, *text);
    }
  g_string_append_c (out, '"');
}

/* Returns: (transfer full): as ISO 8601 has it */
static char *
format_time (gint64 time_ms)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_ms / 1000);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;

  return local != NULL ? g_date_time_format (local, "%Y-%m-%dT%H:%M:%S%:z") : g_strdup ("");
}

/* --- CSV -------------------------------------------------------------------------------------- */

/* Tab and CR too begin a formula for some spreadsheets. */
static gboolean
is_formula (const char *text)
{
  return text[0] != '\0' && strchr ("=+-@\t\r", text[0]) != NULL;
}

static void
append_cell (GString *out, const char *text, char end)
{
  if (text == NULL)
    text = "";
  g_autofree char *harmless = is_formula (text) ? g_strconcat ("'", text, NULL) : NULL;
  if (harmless != NULL)
    text = harmless;
  if (strpbrk (text, "\",\r\n") != NULL)
    append_quoted (out, text);
  else
    g_string_append (out, text);
  if (end == '\n')
    g_string_append_c (out, '\r');
  g_string_append_c (out, end);
}

static void
append_csv (GString *out, ParlanceSavedWord *word)
{
  g_autofree char *met = format_time (parlance_saved_word_get_met (word));
  g_autofree char *saved = format_time (parlance_saved_word_get_saved (word));

  append_cell (out, parlance_saved_word_get_headword (word), ',');
  append_cell (out, parlance_saved_word_get_phonetic (word), ',');
  append_cell (out, parlance_saved_word_get_text (word), ',');
  append_cell (out, parlance_saved_word_get_dictionary (word), ',');
  append_cell (out, parlance_saved_word_get_sentence (word), ',');
  append_cell (out, parlance_saved_word_get_room (word), ',');
  append_cell (out, parlance_saved_word_get_from (word), ',');
  append_cell (out, met, ',');
  append_cell (out, saved, '\n');
}

/* --- Anki ------------------------------------------------------------------------------------- */

static void
append_field (GString *out, const char *text, char end)
{
  g_autofree char *plain = g_strdelimit (g_strdup (text != NULL ? text : ""), "\t", ' ');

  /* A line that begins with # is none of Anki's notes. */
  if (strpbrk (plain, "\"\r\n") != NULL || plain[0] == '#')
    append_quoted (out, plain);
  else
    g_string_append (out, plain);
  g_string_append_c (out, end);
}

static void
append_anki (GString *out, ParlanceSavedWord *word)
{
  const char *phonetic = parlance_saved_word_get_phonetic (word);
  const char *text = parlance_saved_word_get_text (word);
  g_autofree char *back =
      phonetic != NULL ? g_strconcat ("/", phonetic, "/\n", text, NULL) : g_strdup (text);

  append_field (out, parlance_saved_word_get_headword (word), '\t');
  append_field (out, back, '\t');
  append_field (out, parlance_saved_word_get_sentence (word), '\n');
}

/* --- all -------------------------------------------------------------------------------------- */

void
parlance_word_export_append (GListModel *words, ParlanceWordExportFormat format, GString *out)
{
  g_return_if_fail (G_IS_LIST_MODEL (words));

  guint n = g_list_model_get_n_items (words);
  const gboolean is_csv = format == PARLANCE_WORD_EXPORT_CSV;

  if (is_csv)
    g_string_append (out, "headword,phonetic,definition,dictionary,sentence,room,from,met,saved"
                          "\r\n");
  else
    g_string_append (out, "#separator:tab\n#html:false\n#columns:Front\tBack\tSentence\n");
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ParlanceSavedWord) word = g_list_model_get_item (words, i);

      if (is_csv)
        append_csv (out, word);
      else
        append_anki (out, word);
    }
}

static void
on_replaced (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_file_replace_contents_finish (G_FILE (object), result, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
parlance_word_export_async (GListModel *words,
                            ParlanceWordExportFormat format,
                            GFile *file,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail (G_IS_LIST_MODEL (words));
  g_return_if_fail (G_IS_FILE (file));

  guint n = g_list_model_get_n_items (words);
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  GString *text = g_string_sized_new (((gsize)n + 1) * TYPICAL_ROW_BYTES);

  g_task_set_task_data (task, GUINT_TO_POINTER (n), NULL);
  parlance_word_export_append (words, format, text);
  g_autoptr (GBytes) bytes = g_string_free_to_bytes (text);
  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, cancellable,
                                       on_replaced, task);
}

gboolean
parlance_word_export_finish (GAsyncResult *result, guint *ret_n_words, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  if (ret_n_words != NULL)
    *ret_n_words = GPOINTER_TO_UINT (g_task_get_task_data (G_TASK (result)));
  return TRUE;
}
