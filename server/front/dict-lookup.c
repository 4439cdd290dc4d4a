/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * DEFINE. Source: RFC 2229, 3.2
 */
#include "server/front/dict-commands.h"

#include "protocol/wire/json-writer.h"

#include <string.h>

static void
append_definition (Connection *connection, GString *reply, const LibraryEntry *entry)
{
  const FrontLabel *label = &front_context (connection)->labels[entry->dictionary];

  PARLANCE_APPEND_LITERAL (reply, "151 ");
  dict_append_quoted (reply, entry->headword, entry->n_headword);
  parlance_append (reply, label->dict, label->n_dict);
  dict_begin_text (connection, reply);

  /* Entries that do not begin with their headword get a line with it, as DICT's clients expect. */
  if (!label->has_headline)
    {
      g_autoptr (GString) line = g_string_new_len (entry->headword, entry->n_headword);
      if (entry->n_phonetic > 0)
        {
          g_string_append (line, " [");
          g_string_append_len (line, entry->phonetic, entry->n_phonetic);
          g_string_append_c (line, ']');
        }
      dict_append_text (reply, line->str, line->len);
    }
  dict_append_text (reply, entry->text, entry->n_text);
  PARLANCE_APPEND_LITERAL (reply, ".\r\n");
}

/* With @only_first the dictionaries are asked one by one until one of them answers. */
static int
define_in (FrontContext *context, const char *word, const LibraryKey *key, gboolean only_first)
{
  const LibrarySelection all = context->selection;
  gsize n_word = strlen (word);
  int n_entries = 0;

  if (!only_first)
    return library_define (context->library, word, n_word, key, &all, PARLANCE_MAX_ENTRIES,
                           context->entries);
  for (guint i = 0; i < all.n_indexes && n_entries == 0; i++)
    {
      context->selection.indexes[0] = all.indexes[i];
      context->selection.n_indexes = 1;
      n_entries = library_define (context->library, word, n_word, key, &context->selection,
                                  PARLANCE_MAX_ENTRIES, context->entries);
    }
  return n_entries;
}

/* How many of the first entries fit into one answer: what is over a connection's limit of unsent
 * output would look like a client that does not read. */
static int
count_fitting (const LibraryEntry *entries, int n_entries)
{
  gsize n_bytes = 0;

  for (int i = 0; i < n_entries; i++)
    {
      n_bytes += entries[i].n_headword + entries[i].n_rest;
      if (n_bytes > PARLANCE_MAX_REPLY_LINE)
        return i;
    }
  return n_entries;
}

void
dict_define (Connection *connection, const DictCommand *command, GString *reply)
{
  FrontContext *context = front_context (connection);
  LibraryKey key;

  if (command->n_words != 3)
    {
      g_string_append (reply, "501 Syntax error: DEFINE database word\r\n");
      return;
    }
  if (!dict_select_database (context->library, command->words[1], &context->selection))
    {
      g_string_append (reply, "550 Invalid database, use \"SHOW DB\" for a list\r\n");
      return;
    }
  front_note_lookup (context);
  library_fold (command->words[2], strlen (command->words[2]), &key);

  int n_entries = 0;
  /* An empty selection would mean all dictionaries; here there are none. */
  if (key.n_bytes > 0 && context->selection.n_indexes > 0)
    n_entries = define_in (context, command->words[2], &key, command->words[1][0] == '!');
  if (n_entries < 0)
    {
      g_string_append (reply, "420 A dictionary of this server is damaged\r\n");
      return;
    }
  if (n_entries == 0)
    {
      g_string_append (reply, "552 No match\r\n");
      return;
    }
  n_entries = count_fitting (context->entries, n_entries);
  PARLANCE_APPEND_LITERAL (reply, "150 ");
  parlance_json_append_int64 (reply, n_entries);
  PARLANCE_APPEND_LITERAL (reply, " definitions retrieved\r\n");
  for (int i = 0; i < n_entries; i++)
    append_definition (connection, reply, &context->entries[i]);
  PARLANCE_APPEND_LITERAL (reply, "250 ok\r\n");
}
