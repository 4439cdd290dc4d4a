/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * annotate. One place in a text is answered by the worker at once, a whole text by the compute
 * pool.
 *
 * Source: docs/protocol.md, section 3
 */
#include "protocol/wire/json-writer.h"
#include "protocol/wire/lookup.h"
#include "server/front/jsonrpc-job.h"
#include "server/front/selection.h"

#include <string.h>

/* Between two words that stand in a text there is one byte at least, and a character of a script
 * without spaces has three. */
#define MAX_SPANS (PARLANCE_MAX_TEXT / 2 + 1)
#define MAX_SPANS_AT 256 /* that cover one place */

/* What a span needs besides its headword, and what closes the reply. */
#define SPAN_MARGIN_BYTES 256

typedef struct
{
  JsonrpcJob job; /* first */
  char *text;     /* (owned) */
  guint32 n_text;
  LibrarySpan *spans; /* (owned) (nullable) */
  int n_spans;        /* -1: a compiled file is damaged */
} AnnotateJob;

static void
send_spans (Connection *connection,
            const ParlanceRequest *request,
            const LibrarySpan *spans,
            int n_spans)
{
  GString *reply;

  if (n_spans < 0)
    {
      const ParlanceFault fault = {
        .reason = PARLANCE_REASON_INTERNAL,
        .detail = "a compiled dictionary is damaged: its server has to compile it again",
      };
      jsonrpc_send_fault (connection, request, &fault);
      return;
    }

  reply = jsonrpc_begin (connection, request);
  PARLANCE_APPEND_LITERAL (reply, "{\"spans\":[");
  for (int i = 0; i < n_spans; i++)
    {
      const LibrarySpan *span = &spans[i];

      /* A reply is one line, and a line has a limit: the text's end is left out. */
      if (reply->len + span->n_headword + SPAN_MARGIN_BYTES > PARLANCE_MAX_REPLY_LINE)
        break;
      g_string_append (reply, i > 0 ? ",{\"start\":" : "{\"start\":");
      parlance_json_append_int64 (reply, span->start);
      PARLANCE_APPEND_LITERAL (reply, ",\"end\":");
      parlance_json_append_int64 (reply, span->end);
      PARLANCE_APPEND_LITERAL (reply, ",\"headword\":\"");
      parlance_append (reply, span->headword, span->n_headword);
      g_string_append (reply, span->is_lemma ? "\",\"via\":\"lemma\"}" : "\",\"via\":\"exact\"}");
    }
  PARLANCE_APPEND_LITERAL (reply, "]}");
  jsonrpc_send (connection, request);
}

static void
annotate_run (JsonrpcJob *job)
{
  AnnotateJob *self = (AnnotateJob *)job;

  self->spans = g_new (LibrarySpan, MAX_SPANS);
  self->n_spans = library_annotate (job->library, self->text, self->n_text, LIBRARY_WHOLE_TEXT,
                                    &job->selection, MAX_SPANS, self->spans);
}

static void
annotate_answer (JsonrpcJob *job, Connection *connection)
{
  const AnnotateJob *self = (const AnnotateJob *)job;

  send_spans (connection, &job->request, self->spans, self->n_spans);
}

static void
annotate_clear (JsonrpcJob *job)
{
  AnnotateJob *self = (AnnotateJob *)job;

  g_free (self->text);
  g_free (self->spans);
}

static void
annotate_whole (Connection *connection,
                const ParlanceRequest *request,
                const ParlanceAnnotate *annotate)
{
  static const JsonrpcJobSteps steps = { annotate_run, annotate_answer, annotate_clear };
  JsonrpcJob *job = jsonrpc_job_new (connection, request, &steps, sizeof (AnnotateJob));
  AnnotateJob *self = (AnnotateJob *)job;

  self->text = g_memdup2 (annotate->text, annotate->n_text + 1);
  self->n_text = annotate->n_text;
  jsonrpc_job_submit (job, connection);
}

static void
annotate_at (Connection *connection,
             const ParlanceRequest *request,
             const ParlanceAnnotate *annotate)
{
  FrontContext *context = front_context (connection);
  LibrarySpan spans[MAX_SPANS_AT];
  int n_spans = library_annotate (context->library, annotate->text, annotate->n_text, annotate->at,
                                  &context->selection, MAX_SPANS_AT, spans);

  /* It takes as long as tens of other lookups: such a line takes that much more of its connection's
   * turn. */
  connection_charge (connection, CONNECTION_LINES_PER_TURN);
  send_spans (connection, request, spans, n_spans);
}

void
jsonrpc_annotate (Connection *connection, const ParlanceRequest *request)
{
  FrontContext *context = front_context (connection);
  ParlanceAnnotate annotate;
  ParlanceFault fault;

  if (!parlance_annotate_parse (&request->params, &annotate, &fault) ||
      !selection_from_json (context->library, &annotate.dictionaries, context->names,
                            &context->selection, &fault))
    {
      jsonrpc_send_fault (connection, request, &fault);
      return;
    }
  front_note_lookup (context);
  if (annotate.at < 0)
    annotate_whole (connection, request, &annotate);
  else
    annotate_at (connection, request, &annotate);
}
