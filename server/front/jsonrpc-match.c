/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * match. Strategies that an index answers are answered at once, the others from the compute pool.
 *
 * Source: docs/protocol.md, section 3
 */
#include "protocol/wire/json-writer.h"
#include "protocol/wire/lookup.h"
#include "server/front/jsonrpc-job.h"
#include "server/front/lookup-parts.h"

#include <string.h>

typedef struct
{
  LibraryMatch *matches;
  int n_matches; /* -1: not known */
  gboolean more;
} MatchList;

static void
send_matches (Connection *connection,
              const ParlanceRequest *request,
              const ParlanceLookup *lookup,
              const FrontLabel *labels,
              const MatchList *list)
{
  GString *reply = jsonrpc_begin (connection, request);

  lookup_append_word (reply, lookup);
  PARLANCE_APPEND_LITERAL (reply, ",\"strategy\":");
  parlance_json_append_string (reply, lookup->strategy, strlen (lookup->strategy));
  PARLANCE_APPEND_LITERAL (reply, ",\"matches\":[");
  for (int i = 0; i < list->n_matches; i++)
    {
      const LibraryMatch *match = &list->matches[i];
      const FrontLabel *label = &labels[match->dictionary];

      if (i > 0)
        PARLANCE_APPEND_LITERAL (reply, ",");
      parlance_append (reply, label->json, label->n_json);
      parlance_append (reply, match->headword, match->n_headword);
      PARLANCE_APPEND_LITERAL (reply, "\"}");
    }
  g_string_append (reply, list->more ? "],\"more\":true}" : "],\"more\":false}");
  jsonrpc_send (connection, request);
}

typedef struct
{
  JsonrpcJob job; /* first */
  LibraryStrategy strategy;
  ParlanceLookup lookup; /* its dictionaries are borrowed and not looked at again */
  LibraryKey key;
  MatchList list;
  GError *error; /* (nullable) */
} ScanJob;

static void
scan_run (JsonrpcJob *job)
{
  ScanJob *self = (ScanJob *)job;
  const LibraryScan scan = {
    .strategy = self->strategy,
    .word = self->lookup.word,
    .n_word = self->lookup.n_word,
    .key = &self->key,
    .selection = &job->selection,
    .limit = self->lookup.limit,
    .cancelled = &job->job.cancelled,
  };

  self->list.matches = g_new (LibraryMatch, self->lookup.limit);
  self->list.n_matches =
      library_scan (job->library, &scan, self->list.matches, &self->list.more, &self->error);
}

static void
scan_answer (JsonrpcJob *job, Connection *connection)
{
  const ScanJob *self = (const ScanJob *)job;
  ParlanceFault fault;

  if (self->error == NULL)
    {
      send_matches (connection, &job->request, &self->lookup, jsonrpc_job_labels (job, connection),
                    &self->list);
      return;
    }
  if (g_error_matches (self->error, LIBRARY_ERROR, LIBRARY_ERROR_PATTERN))
    {
      fault = parlance_fault_field (PARLANCE_REASON_INVALID_PARAMS, "word");
      fault.detail = self->error->message;
    }
  else
    lookup_damaged (&fault);
  jsonrpc_send_fault (connection, &job->request, &fault);
}

static void
scan_clear (JsonrpcJob *job)
{
  ScanJob *self = (ScanJob *)job;

  g_free (self->list.matches);
  g_clear_error (&self->error);
}

static void
match_by_scan (Connection *connection,
               const ParlanceRequest *request,
               LibraryStrategy strategy,
               const ParlanceLookup *lookup,
               const LibraryKey *key)
{
  static const JsonrpcJobSteps steps = {
    .run = scan_run,
    .answer = scan_answer,
    .clear = scan_clear,
  };
  ScanJob *job = (ScanJob *)jsonrpc_job_new (connection, request, &steps, sizeof *job);

  job->strategy = strategy;
  job->lookup = *lookup;
  job->key = *key;
  jsonrpc_job_submit (&job->job, connection);
}

/* What match has to know before it asks. */
static gboolean
match_prepare (Connection *connection,
               const ParlanceRequest *request,
               ParlanceLookup *lookup,
               LibraryStrategy *ret_strategy,
               LibraryKey *ret_key,
               ParlanceFault *ret_fault)
{
  if (!parlance_match_parse (&request->params, lookup, ret_fault))
    return FALSE;
  if (!library_strategy_from_name (lookup->strategy, ret_strategy))
    {
      *ret_fault = (ParlanceFault){ .reason = PARLANCE_REASON_NO_SUCH_STRATEGY,
                                    .member = "strategy",
                                    .value = lookup->strategy,
                                    .n_value = strlen (lookup->strategy) };
      return FALSE;
    }
  /* Folding would make other expressions of regular expressions: of \S, \s. */
  ret_key->n_bytes = 0;
  if (*ret_strategy != LIBRARY_STRATEGY_REGEXP && !lookup_fold (lookup, ret_key, ret_fault))
    return FALSE;
  return lookup_select (connection, lookup, ret_fault);
}

void
jsonrpc_match (Connection *connection, const ParlanceRequest *request)
{
  FrontContext *context = front_context (connection);
  MatchList list = { .matches = context->matches };
  LibraryStrategy strategy;
  ParlanceLookup lookup;
  ParlanceFault fault;
  LibraryKey key;

  if (!match_prepare (connection, request, &lookup, &strategy, &key, &fault))
    {
      jsonrpc_send_fault (connection, request, &fault);
      return;
    }
  front_note_lookup (context);
  if (library_strategy_scans (strategy))
    {
      match_by_scan (connection, request, strategy, &lookup, &key);
      return;
    }
  front_charge_match (connection, strategy);
  list.n_matches = library_match (context->library, &key, strategy, &context->selection,
                                  lookup.limit, list.matches, &list.more);
  if (list.n_matches < 0)
    {
      lookup_damaged (&fault);
      jsonrpc_send_fault (connection, request, &fault);
      return;
    }
  send_matches (connection, request, &lookup, context->labels, &list);
}
