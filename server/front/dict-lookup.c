/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * DEFINE and MATCH. Source: RFC 2229, 3.2 and 3.3
 */
#include "server/front/dict-commands.h"

#include "protocol/wire/json-writer.h"

#include <string.h>

/* Which dictionaries a database word names: "*" all, "!" all until one has something. */
static gboolean
select_database (const Library *library, const char *name, LibrarySelection *ret_selection)
{
  guint n = library_n_dictionaries (library);

  ret_selection->n_indexes = 0;
  /* Inflections are a help for a word that has no entry of its own. */
  ret_selection->exact_suffices = TRUE;
  if (strcmp (name, "*") == 0 || strcmp (name, "!") == 0)
    {
      for (guint i = 0; i < n; i++)
        ret_selection->indexes[ret_selection->n_indexes++] = (guint8)i;
      return TRUE;
    }
  int index = library_find (library, name, strlen (name));
  if (index < 0)
    return FALSE;
  ret_selection->indexes[ret_selection->n_indexes++] = (guint8)index;
  return TRUE;
}

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
  if (!select_database (context->library, command->words[1], &context->selection))
    {
      g_string_append (reply, "550 Invalid database, use \"SHOW DB\" for a list\r\n");
      return;
    }
  worker_count (&context->n_lookups, 1);
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

/* Matches of one dictionary after the other, as DICT clients show them. */
static int
match_in (FrontContext *context,
          const LibraryKey *key,
          LibraryStrategy strategy,
          gboolean only_first)
{
  int n_matches = 0;

  for (guint i = 0; i < context->selection.n_indexes && n_matches < PARLANCE_MAX_MATCHES; i++)
    {
      LibrarySelection one = { .indexes = { context->selection.indexes[i] }, .n_indexes = 1 };
      gboolean more;
      int n = library_match (context->library, key, strategy, &one,
                             (guint)(PARLANCE_MAX_MATCHES - n_matches),
                             context->matches + n_matches, &more);
      if (n < 0)
        return n;
      n_matches += n;
      if (only_first && n_matches > 0)
        break;
    }
  return n_matches;
}

/* For the strategy ".", which is for words that may be misspelled: the word if it is there, and
 * what is near. */
static int
near_in (FrontContext *context, const LibraryKey *key, gboolean only_first)
{
  int n_matches = 0;

  for (guint i = 0; i < context->selection.n_indexes && n_matches < PARLANCE_MAX_MATCHES; i++)
    {
      LibrarySelection one = { .indexes = { context->selection.indexes[i] }, .n_indexes = 1 };
      LibraryMatch *matches = context->matches + n_matches;
      guint room = MIN (PARLANCE_MAX_SUGGESTIONS, (guint)(PARLANCE_MAX_MATCHES - n_matches));
      gboolean more;
      int n_exact =
          library_match (context->library, key, LIBRARY_STRATEGY_EXACT, &one, room, matches, &more);
      int n_near = n_exact < 0 ? n_exact
                               : library_suggest (context->library, key, &one,
                                                  room - (guint)n_exact, matches + n_exact);
      if (n_near < 0)
        return n_near;
      n_matches += n_exact + n_near;
      if (only_first && n_matches > 0)
        break;
    }
  return n_matches;
}

typedef struct
{
  gboolean is_near; /* the strategy "." */
  LibraryStrategy strategy;
} MatchStrategy;

static gboolean
strategy_from_word (const char *word, MatchStrategy *ret_strategy)
{
  g_autofree char *name = g_ascii_strdown (word, -1);

  ret_strategy->is_near = strcmp (word, ".") == 0;
  return ret_strategy->is_near || library_strategy_from_name (name, &ret_strategy->strategy);
}

static int
match_asked (Connection *connection,
             const LibraryKey *key,
             const MatchStrategy *strategy,
             gboolean only_first)
{
  FrontContext *context = front_context (connection);

  if (key->n_bytes == 0)
    return 0;
  if (strategy->is_near)
    {
      /* A millisecond: the connection has had its turn. */
      connection_charge (connection, CONNECTION_LINES_PER_TURN);
      return near_in (context, key, only_first);
    }
  front_charge_match (connection, strategy->strategy);
  return match_in (context, key, strategy->strategy, only_first);
}

void
dict_match (Connection *connection, const DictCommand *command, GString *reply)
{
  FrontContext *context = front_context (connection);
  MatchStrategy strategy;
  LibraryKey key;

  if (command->n_words != 4)
    {
      g_string_append (reply, "501 Syntax error: MATCH database strategy word\r\n");
      return;
    }
  if (!select_database (context->library, command->words[1], &context->selection))
    {
      g_string_append (reply, "550 Invalid database, use \"SHOW DB\" for a list\r\n");
      return;
    }
  if (!strategy_from_word (command->words[2], &strategy))
    {
      g_string_append (reply, "551 Invalid strategy, use \"SHOW STRAT\" for a list\r\n");
      return;
    }
  worker_count (&context->n_lookups, 1);
  library_fold (command->words[3], strlen (command->words[3]), &key);

  int n_matches = match_asked (connection, &key, &strategy, command->words[1][0] == '!');
  if (n_matches < 0)
    {
      g_string_append (reply, "420 A dictionary of this server is damaged\r\n");
      return;
    }
  if (n_matches == 0)
    {
      g_string_append (reply, "552 No match\r\n");
      return;
    }
  g_string_append_printf (reply, "152 %d matches found\r\n", n_matches);
  dict_begin_text (connection, reply);
  for (int i = 0; i < n_matches; i++)
    {
      const LibraryMatch *match = &context->matches[i];
      const char *name = library_info (context->library, match->dictionary)->name;

      /* A name is an atom and needs no dot doubled. */
      parlance_append (reply, name, strlen (name));
      PARLANCE_APPEND_LITERAL (reply, " ");
      dict_append_quoted (reply, match->headword, match->n_headword);
      PARLANCE_APPEND_LITERAL (reply, "\r\n");
    }
  dict_end_text (reply);
}
