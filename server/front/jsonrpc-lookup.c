/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * define, dictionaries. A definition is copied together from text that was made ready when
 * its dictionary was compiled; only suggestions for a word that was not found leave the worker's
 * thread.
 *
 * Source: docs/protocol.md, section 3
 */
#include "protocol/wire/json-writer.h"
#include "protocol/wire/lookup.h"
#include "server/front/jsonrpc-job.h"
#include "server/front/lookup-parts.h"

#include <string.h>

/* What a reply holds besides its entries fits in this: id, word, punctuation. */
#define REPLY_MARGIN_BYTES 4096

static void
append_entry (GString *reply, const FrontLabel *label, const LibraryEntry *entry)
{
  parlance_append (reply, label->json, label->n_json);
  parlance_append (reply, entry->headword, entry->n_headword);
  if (entry->is_lemma)
    PARLANCE_APPEND_LITERAL (reply, "\",\"via\":\"lemma\"");
  else
    PARLANCE_APPEND_LITERAL (reply, "\",\"via\":\"exact\"");
  parlance_append (reply, entry->rest, entry->n_rest);
}

static void
append_entries (GString *reply, const FrontContext *context, guint n_entries)
{
  guint n_written = 0;

  for (guint i = 0; i < n_entries; i++)
    {
      const LibraryEntry *entry = &context->entries[i];

      /* A reply is one line, and a line has a limit: what does not fit is left out. */
      if (reply->len + entry->n_headword + entry->n_rest + REPLY_MARGIN_BYTES >
          PARLANCE_MAX_REPLY_LINE)
        continue;
      if (n_written++ > 0)
        g_string_append_c (reply, ',');
      append_entry (reply, &context->labels[entry->dictionary], entry);
    }
}

/* --- suggestions ------------------------------------------------------------------------------ */

typedef struct
{
  JsonrpcJob job; /* first */
  LibraryKey key;
  ParlanceLookup lookup; /* its dictionaries are borrowed and not looked at again */
  LibraryMatch matches[PARLANCE_MAX_SUGGESTIONS];
  int n_matches;
} SuggestJob;

static void
suggest_run (JsonrpcJob *job)
{
  SuggestJob *self = (SuggestJob *)job;

  self->n_matches = library_suggest (job->library, &self->key, &job->selection,
                                     PARLANCE_MAX_SUGGESTIONS, &job->job.cancelled, self->matches);
}

static void
suggest_answer (JsonrpcJob *job, Connection *connection)
{
  const SuggestJob *self = (const SuggestJob *)job;
  GString *reply = jsonrpc_begin (connection, &job->request);

  lookup_append_word (reply, &self->lookup);
  PARLANCE_APPEND_LITERAL (reply, ",\"entries\":[],\"suggestions\":[");
  for (int i = 0; i < self->n_matches; i++)
    {
      g_string_append (reply, i > 0 ? ",\"" : "\"");
      g_string_append_len (reply, self->matches[i].headword, self->matches[i].n_headword);
      g_string_append_c (reply, '"');
    }
  PARLANCE_APPEND_LITERAL (reply, "]}");
  jsonrpc_send (connection, &job->request);
}

static void
define_not_found (Connection *connection,
                  const ParlanceRequest *request,
                  const ParlanceLookup *lookup,
                  const LibraryKey *key)
{
  static const JsonrpcJobSteps steps = { .run = suggest_run, .answer = suggest_answer };
  SuggestJob *job = (SuggestJob *)jsonrpc_job_new (connection, request, &steps, sizeof *job);

  job->key = *key;
  job->lookup = *lookup;
  jsonrpc_job_submit (&job->job, connection);
}

/* --- methods ---------------------------------------------------------------------------------- */

void
jsonrpc_define (Connection *connection, const ParlanceRequest *request)
{
  FrontContext *context = front_context (connection);
  ParlanceLookup lookup;
  ParlanceFault fault;
  LibraryKey key;

  if (!parlance_define_parse (&request->params, &lookup, &fault) ||
      !lookup_fold (&lookup, &key, &fault) || !lookup_select (connection, &lookup, &fault))
    {
      jsonrpc_send_fault (connection, request, &fault);
      return;
    }
  front_note_lookup (context);

  int n_entries = library_define (context->library, lookup.word, lookup.n_word, &key,
                                  &context->selection, lookup.limit, context->entries);
  if (n_entries < 0)
    {
      lookup_damaged (&fault);
      jsonrpc_send_fault (connection, request, &fault);
      return;
    }
  if (n_entries == 0)
    {
      define_not_found (connection, request, &lookup, &key);
      return;
    }

  GString *reply = jsonrpc_begin (connection, request);
  lookup_append_word (reply, &lookup);
  PARLANCE_APPEND_LITERAL (reply, ",\"entries\":[");
  append_entries (reply, context, (guint)n_entries);
  PARLANCE_APPEND_LITERAL (reply, "],\"suggestions\":[]}");
  jsonrpc_send (connection, request);
}

/* What every dictionary says of itself, each byte of it escaped as six, fits into a line; a format
 * and the punctuation take less than a title. */
G_STATIC_ASSERT (LIBRARY_MAX_DICTIONARIES * 6 *
                         (LIBRARY_MAX_NAME + 2 * LIBRARY_MAX_TITLE + 2 * LIBRARY_MAX_LANGUAGE +
                          LIBRARY_MAX_LICENSE) +
                     REPLY_MARGIN_BYTES <=
                 PARLANCE_MAX_REPLY_LINE);

static void
append_property (GString *reply, const char *name, const char *value)
{
  g_string_append (reply, name);
  parlance_json_append_string (reply, value, strlen (value));
}

void
jsonrpc_dictionaries (Connection *connection, const ParlanceRequest *request)
{
  const Library *library = front_context (connection)->library;
  GString *reply = jsonrpc_begin (connection, request);

  PARLANCE_APPEND_LITERAL (reply, "{\"dictionaries\":[");
  for (guint i = 0; i < library_n_dictionaries (library); i++)
    {
      const LibraryInfo *info = library_info (library, i);

      append_property (reply, i > 0 ? ",{\"name\":" : "{\"name\":", info->name);
      append_property (reply, ",\"title\":", info->title);
      PARLANCE_APPEND_LITERAL (reply, ",\"entries\":");
      parlance_json_append_int64 (reply, (gint64)info->n_entries);
      append_property (reply, ",\"source\":", info->source);
      append_property (reply, ",\"target\":", info->target);
      append_property (reply, ",\"format\":", info->format);
      append_property (reply, ",\"license\":", info->license);
      g_string_append_c (reply, '}');
    }
  PARLANCE_APPEND_LITERAL (reply, "]}");
  jsonrpc_send (connection, request);
}
