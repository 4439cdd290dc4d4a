/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Entries are read as from a server.
 */
#include "tests/gui/word-fixture.h"

#include <string.h>

#include "protocol/wire/json-writer.h"

ParlanceEntry *
word_fixture_entry (const char *headword, const char *text, const char *members)
{
  g_autoptr (GString) json =
      g_string_new ("{\"dictionary\":\"test\",\"via\":\"exact\",\"headword\":");
  g_autoptr (GError) error = NULL;
  ParlanceJsonValue value;

  parlance_json_append_string (json, headword, strlen (headword));
  g_string_append (json, ",\"text\":");
  parlance_json_append_string (json, text, strlen (text));
  g_string_append_printf (json, "%s}", members);
  g_assert_true (parlance_json_parse (json->str, json->len, PARLANCE_JSON_DEEPEST, &value));
  ParlanceEntry *entry = parlance_entry_new_from_value (&value, &error);
  g_assert_no_error (error);
  return entry;
}

ParlanceWordBook *
word_fixture_open (const char *path)
{
  ParlanceWordBook *book = parlance_word_book_new (path);

  while (!parlance_word_book_get_loaded (book))
    g_main_context_iteration (NULL, TRUE);
  return book;
}

char *
word_fixture_headwords (ParlanceWordBook *book)
{
  g_autoptr (GPtrArray) headwords = g_ptr_array_new ();
  guint n = g_list_model_get_n_items (G_LIST_MODEL (book));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ParlanceSavedWord) word = g_list_model_get_item (G_LIST_MODEL (book), i);
      /* It outlives the reference: the book holds the word. */
      g_ptr_array_add (headwords, (gpointer)(guintptr)parlance_saved_word_get_headword (word));
    }
  g_ptr_array_add (headwords, NULL);
  return g_strjoinv (" ", (char **)headwords->pdata);
}
