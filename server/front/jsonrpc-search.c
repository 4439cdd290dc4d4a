/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * search: full text, in the compute pool.
 *
 * Source: docs/protocol.md, section 3
 */
#include "protocol/wire/json-writer.h"
#include "protocol/wire/lookup.h"
#include "server/front/jsonrpc-job.h"
#include "server/front/selection.h"

#include <string.h>

/* When an index that is being built may be there: the largest takes some seconds. */
#define BUILDING_RETRY_MS 2000

typedef struct
{
  JsonrpcJob job; /* first */
  char text[PARLANCE_MAX_WORD];
  guint32 n_text;
  guint32 limit;
  LibrarySearchEnd end;
  LibraryHit *hits; /* (owned): @limit of them */
  guint n_hits;
  gboolean more;
} SearchJob;

static void
search_run (JsonrpcJob *job)
{
  SearchJob *self = (SearchJob *)job;
  const LibrarySearch search = {
    .text = self->text,
    .n_text = self->n_text,
    .selection = &job->selection,
    .limit = self->limit,
    .cancelled = &job->job.cancelled,
  };

  self->hits = g_new (LibraryHit, self->limit);
  self->end = library_search (job->library, &search, self->hits, &self->n_hits, &self->more);
}

static void
search_fault (LibrarySearchEnd end, ParlanceFault *ret_fault)
{
  *ret_fault = (ParlanceFault){ .reason = PARLANCE_REASON_INTERNAL };
  if (end == LIBRARY_SEARCH_EMPTY)
    {
      *ret_fault = parlance_fault_field (PARLANCE_REASON_INVALID_PARAMS, "text");
      ret_fault->detail = "there is no word in \"text\"";
    }
  else if (end == LIBRARY_SEARCH_BUILDING)
    *ret_fault = (ParlanceFault){
      .reason = PARLANCE_REASON_BUSY,
      .retry_after_ms = BUILDING_RETRY_MS,
      .detail = "the full-text index is still being built",
    };
  else if (end == LIBRARY_SEARCH_UNAVAILABLE)
    ret_fault->detail = "no dictionary asked has a full-text index: the server's log says why";
  else
    ret_fault->detail = "a full-text index is damaged: its server has to build it again";
}

static void
append_hit (GString *reply, const FrontLabel *label, const LibraryHit *hit)
{
  parlance_append (reply, label->json, label->n_json);
  parlance_append (reply, hit->headword, hit->n_headword);
  PARLANCE_APPEND_LITERAL (reply, "\",\"snippet\":\"");
  parlance_append (reply, hit->snippet, hit->n_snippet);
  PARLANCE_APPEND_LITERAL (reply, "\"}");
}

static void
search_answer (JsonrpcJob *job, Connection *connection)
{
  const SearchJob *self = (const SearchJob *)job;
  const FrontLabel *labels = jsonrpc_job_labels (job, connection);
  ParlanceFault fault;

  if (self->end != LIBRARY_SEARCH_DONE)
    {
      search_fault (self->end, &fault);
      jsonrpc_send_fault (connection, &job->request, &fault);
      return;
    }
  GString *reply = jsonrpc_begin (connection, &job->request);
  PARLANCE_APPEND_LITERAL (reply, "{\"text\":");
  parlance_json_append_string (reply, self->text, self->n_text);
  PARLANCE_APPEND_LITERAL (reply, ",\"hits\":[");
  for (guint i = 0; i < self->n_hits; i++)
    {
      if (i > 0)
        g_string_append_c (reply, ',');
      append_hit (reply, &labels[self->hits[i].dictionary], &self->hits[i]);
    }
  g_string_append (reply, self->more ? "],\"more\":true}" : "],\"more\":false}");
  jsonrpc_send (connection, &job->request);
}

static void
search_clear (JsonrpcJob *job)
{
  g_free (((SearchJob *)job)->hits);
}

void
jsonrpc_search (Connection *connection, const ParlanceRequest *request)
{
  static const JsonrpcJobSteps steps = {
    .run = search_run,
    .answer = search_answer,
    .clear = search_clear,
  };
  FrontContext *context = front_context (connection);
  ParlanceLookup lookup;
  ParlanceFault fault;

  if (!parlance_search_parse (&request->params, &lookup, &fault) ||
      !selection_from_json (context->library, &lookup.dictionaries, context->names,
                            &context->selection, &fault))
    {
      jsonrpc_send_fault (connection, request, &fault);
      return;
    }
  front_note_lookup (context);

  SearchJob *job = (SearchJob *)jsonrpc_job_new (connection, request, &steps, sizeof *job);
  memcpy (job->text, lookup.word, lookup.n_word);
  job->n_text = lookup.n_word;
  job->limit = lookup.limit;
  jsonrpc_job_submit (&job->job, connection);
}
