/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Carrying a request to the compute pool and back.
 *
 * Source: docs/protocol.md, section 2, `busy`
 */
#include "server/front/jsonrpc-job.h"

#include <string.h>

static void
job_run (ComputeJob *job)
{
  JsonrpcJob *self = (JsonrpcJob *)job;

  self->steps->run (self);
}

static void
job_done (ComputeJob *job, Connection *connection)
{
  JsonrpcJob *self = (JsonrpcJob *)job;

  self->steps->answer (self, connection);
}

static void
job_dispose (ComputeJob *job)
{
  JsonrpcJob *self = (JsonrpcJob *)job;

  if (self->steps->clear != NULL)
    self->steps->clear (self);
  if (self->labels != NULL)
    front_labels_free (self->labels, library_n_dictionaries (self->library));
  library_unref (self->library);
  g_free (self);
}

JsonrpcJob *
jsonrpc_job_new (Connection *connection,
                 const ParlanceRequest *request,
                 const JsonrpcJobSteps *steps,
                 gsize n_bytes)
{
  FrontContext *context = front_context (connection);
  JsonrpcJob *self = g_malloc0 (n_bytes);

  self->job.run = job_run;
  self->job.done = job_done;
  self->job.dispose = job_dispose;
  self->steps = steps;
  self->library = library_ref (context->library);
  self->selection = context->selection;
  self->request.is_notification = request->is_notification;
  self->request.id = request->id;
  if (request->id.text != NULL)
    {
      memcpy (self->id, request->id.text, request->id.n_bytes);
      self->request.id.text = self->id;
    }
  return self;
}

void
jsonrpc_job_submit (JsonrpcJob *self, Connection *connection)
{
  ComputePool *pool = front_context (connection)->server->pool;
  ParlanceFault busy = { .reason = PARLANCE_REASON_BUSY };

  if (!self->request.is_notification)
    {
      busy.retry_after_ms = compute_pool_submit (pool, &self->job, connection);
      if (busy.retry_after_ms == 0)
        return;
    }
  jsonrpc_send_fault (connection, &self->request, &busy);
  job_dispose (&self->job);
}

const FrontLabel *
jsonrpc_job_labels (JsonrpcJob *self, Connection *connection)
{
  const FrontContext *context = front_context (connection);

  if (self->library == context->library)
    return context->labels;
  if (self->labels == NULL)
    self->labels = front_labels_new (self->library);
  return self->labels;
}
