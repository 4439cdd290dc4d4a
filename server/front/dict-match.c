/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * MATCH. What an index answers is answered at once; the rest goes through the compute pool, and the
 * connection's next command waits for it. Source: RFC 2229, 3.3
 */
#include "server/front/dict-commands.h"
#include "server/front/dict-strategies.h"

#include "protocol/wire/json-writer.h"

#include <string.h>

/* One MATCH, with everything that it needs on another thread. Zeroed, and the job unused, where it
 * stays in the worker. */
typedef struct
{
  ComputeJob job;   /* first */
  Library *library; /* (owned) */
  LibrarySelection selection;
  DictStrategy strategy;
  gboolean only_first; /* the dictionaries are asked until one has something */
  char word[DICT_MAX_LINE];
  LibraryKey key;
  LibraryMatch *matches; /* (owned): room for PARLANCE_MAX_MATCHES */
  int n_matches;         /* -1: @error */
  GError *error;
} DictMatch;

gboolean
dict_select_database (const Library *library, const char *name, LibrarySelection *ret_selection)
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

/* --- asking the library ----------------------------------------------------------------------- */

static int
fail_damaged (DictMatch *self)
{
  g_set_error (&self->error, LIBRARY_ERROR, LIBRARY_ERROR_DAMAGED,
               "A dictionary of this server is damaged");
  return -1;
}

/* For the strategy ".", which is for words that may be misspelled: the word if it is there, and
 * what is near. */
static int
match_near (DictMatch *self, const LibrarySelection *one, guint room, LibraryMatch *matches)
{
  gboolean more;
  int n_exact, n_near;

  room = MIN (room, PARLANCE_MAX_SUGGESTIONS);
  n_exact =
      library_match (self->library, &self->key, LIBRARY_STRATEGY_EXACT, one, room, matches, &more);
  if (n_exact < 0)
    return fail_damaged (self);
  n_near = library_suggest (self->library, &self->key, one, room - (guint)n_exact,
                            &self->job.cancelled, matches + n_exact);
  return n_near < 0 ? fail_damaged (self) : n_exact + n_near;
}

static int
match_one (DictMatch *self, const LibrarySelection *one, guint room, LibraryMatch *matches)
{
  const LibraryScan scan = {
    .strategy = self->strategy.strategy,
    .word = self->word,
    .n_word = strlen (self->word),
    .key = &self->key,
    .selection = one,
    .limit = room,
    .cancelled = &self->job.cancelled,
  };
  gboolean more;
  int n;

  if (self->strategy.is_near)
    return match_near (self, one, room, matches);
  if (library_strategy_scans (scan.strategy))
    return library_scan (self->library, &scan, matches, &more, &self->error);
  n = library_match (self->library, &self->key, scan.strategy, one, room, matches, &more);
  return n < 0 ? fail_damaged (self) : n;
}

/* Matches of one dictionary after the other, as DICT clients show them. */
static void
match_all (DictMatch *self)
{
  for (guint i = 0; i < self->selection.n_indexes && self->n_matches < PARLANCE_MAX_MATCHES; i++)
    {
      LibrarySelection one = { .indexes = { self->selection.indexes[i] }, .n_indexes = 1 };
      int n = match_one (self, &one, (guint)(PARLANCE_MAX_MATCHES - self->n_matches),
                         self->matches + self->n_matches);

      self->n_matches = n < 0 ? n : self->n_matches + n;
      if (n < 0 || (self->only_first && n > 0))
        break;
    }
}

/* --- answering -------------------------------------------------------------------------------- */

static void
append_answer (Connection *connection, const DictMatch *self, GString *reply)
{
  if (self->n_matches < 0)
    {
      gboolean is_pattern = g_error_matches (self->error, LIBRARY_ERROR, LIBRARY_ERROR_PATTERN);

      g_string_append (reply, is_pattern ? "501 Syntax error: " : "420 ");
      g_string_append (reply, self->error->message);
      g_string_append (reply, "\r\n");
      return;
    }
  if (self->n_matches == 0)
    {
      g_string_append (reply, "552 No match\r\n");
      return;
    }
  g_string_append_printf (reply, "152 %d matches found\r\n", self->n_matches);
  dict_begin_text (connection, reply);
  for (int i = 0; i < self->n_matches; i++)
    {
      const LibraryMatch *match = &self->matches[i];
      const char *name = library_info (self->library, match->dictionary)->name;

      /* A name is an atom and needs no dot doubled. */
      parlance_append (reply, name, strlen (name));
      PARLANCE_APPEND_LITERAL (reply, " ");
      dict_append_quoted (reply, match->headword, match->n_headword);
      PARLANCE_APPEND_LITERAL (reply, "\r\n");
    }
  dict_end_text (reply);
}

static void
match_run (ComputeJob *job)
{
  match_all ((DictMatch *)job);
}

static void
match_done (ComputeJob *job, Connection *connection)
{
  g_autoptr (GString) reply = g_string_new (NULL);

  append_answer (connection, (const DictMatch *)job, reply);
  connection_send (connection, reply->str, reply->len);
}

static void
match_dispose (ComputeJob *job)
{
  DictMatch *self = (DictMatch *)job;

  library_unref (self->library);
  g_free (self->matches);
  g_clear_error (&self->error);
  g_free (self);
}

static DictMatch *
match_new (FrontContext *context, const DictCommand *command, const DictStrategy *strategy)
{
  DictMatch *self = g_new0 (DictMatch, 1);

  self->job.run = match_run;
  self->job.done = match_done;
  self->job.dispose = match_dispose;
  self->library = library_ref (context->library);
  self->selection = context->selection;
  self->strategy = *strategy;
  self->only_first = command->words[1][0] == '!';
  self->matches = g_new (LibraryMatch, PARLANCE_MAX_MATCHES);
  g_strlcpy (self->word, command->words[3], sizeof self->word);
  library_fold (self->word, strlen (self->word), &self->key);
  return self;
}

/* Nothing matches nothing; a regular expression is not folded and may well be a space. */
static gboolean
is_empty (const DictMatch *self)
{
  if (!self->strategy.is_near && self->strategy.strategy == LIBRARY_STRATEGY_REGEXP)
    return self->word[0] == '\0';
  return self->key.n_bytes == 0;
}

void
dict_match (Connection *connection, const DictCommand *command, GString *reply)
{
  FrontContext *context = front_context (connection);
  DictStrategy strategy;
  DictMatch *match;

  if (command->n_words != 4)
    {
      g_string_append (reply, "501 Syntax error: MATCH database strategy word\r\n");
      return;
    }
  if (!dict_select_database (context->library, command->words[1], &context->selection))
    {
      g_string_append (reply, "550 Invalid database, use \"SHOW DB\" for a list\r\n");
      return;
    }
  if (!dict_strategy_from_word (command->words[2], &strategy))
    {
      g_string_append (reply, "551 Invalid strategy, use \"SHOW STRAT\" for a list\r\n");
      return;
    }
  front_note_lookup (context);
  match = match_new (context, command, &strategy);
  if (!is_empty (match) && (strategy.is_near || library_strategy_scans (strategy.strategy)))
    {
      if (compute_pool_submit (context->server->pool, &match->job, connection) == 0)
        return;
      g_string_append (reply, "420 Server temporarily unavailable: it has too much to compute\r\n");
    }
  else
    {
      if (!is_empty (match))
        {
          front_charge_match (connection, strategy.strategy);
          match_all (match);
        }
      append_answer (connection, match, reply);
    }
  match_dispose (&match->job);
}
