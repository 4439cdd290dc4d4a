/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A request that the compute pool answers: what of it and of its worker has to outlive its line.
 * The job belongs to the worker, then to a pool thread, then to the worker again.
 */
#pragma once

#include "server/front/jsonrpc-methods.h"

typedef struct JsonrpcJob JsonrpcJob;

typedef struct
{
  /* Pool thread: asks the job's library, and leaves the result in the job. */
  void (*run) (JsonrpcJob *self);
  /* The worker's thread, afterwards: jsonrpc_begin() and jsonrpc_send(), or a fault, with the job's
   * own request. What it sends to a connection that has closed goes nowhere. */
  void (*answer) (JsonrpcJob *self, Connection *connection);
  /* (nullable) Frees what the method's own struct holds. Any thread. */
  void (*clear) (JsonrpcJob *self);
} JsonrpcJobSteps;

/* Embedded first in the method's own struct. */
struct JsonrpcJob
{
  ComputeJob job; /* first */
  const JsonrpcJobSteps *steps;
  Library *library;                 /* (owned): what the worker had when the request came */
  LibrarySelection selection;       /* the one in the worker's context then */
  ParlanceRequest request;          /* without method and params, which went with the line */
  char id[6 * PARLANCE_MAX_ID + 2]; /* what @request's id borrows, escapes and quotes included */
  FrontLabel *labels;               /* (owned) (nullable): jsonrpc_job_labels() */
};

/**
 * jsonrpc_job_new:
 * @n_bytes: of the method's own struct
 *
 * Copies what the job needs: library and selection of the worker's context, and the request's id.
 * What else the method wants from the line it copies itself.
 *
 * Returns: (transfer full): zeroed behind the JsonrpcJob; for jsonrpc_job_submit()
 * Thread: the worker's
 */
JsonrpcJob *jsonrpc_job_new (Connection *connection,
                             const ParlanceRequest *request,
                             const JsonrpcJobSteps *steps,
                             gsize n_bytes);

/**
 * jsonrpc_job_submit:
 * @self: (transfer full)
 *
 * Has the job run and answered. Instead, a full pool is answered with `busy`, and a notification,
 * which nobody waits for, is dropped.
 *
 * Thread: the worker's
 */
void jsonrpc_job_submit (JsonrpcJob *self, Connection *connection);

/**
 * jsonrpc_job_labels:
 *
 * Returns: (transfer none): the labels of the job's own library, which may have been replaced in
 *   the worker's context since
 * Thread: the worker's, in @answer
 */
const FrontLabel *jsonrpc_job_labels (JsonrpcJob *self, Connection *connection);
