/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The compute pool: a few threads of lower priority for what may take milliseconds. A worker
 * submits a job, a pool thread runs it, and the job comes back to the worker through its mailbox.
 * The queue is bounded: a full pool says so at once.
 */
#pragma once

#include "server/net/connection.h"
#include "server/net/mailbox.h"

#include <stdatomic.h>

typedef struct ComputePool ComputePool;
typedef struct ComputeJob ComputeJob;

/* Embedded first in the job's own struct. */
struct ComputeJob
{
  MailboxMessage message; /* the pool's own */
  /* Pool thread: must not touch the connection. */
  void (*run) (ComputeJob *self);
  /* The worker's thread, afterwards: may send to the connection (nothing arrives on a closed one).
   */
  void (*done) (ComputeJob *self, Connection *connection);
  /* Frees the job, after @done or without it. Any thread that holds the job then. */
  void (*dispose) (ComputeJob *self);
  Connection *connection;
  ComputePool *pool;
};

/** compute_pool_new: @n_threads threads, started; each has room for @queue_limit waiting jobs */
ComputePool *compute_pool_new (guint n_threads, guint queue_limit, GError **error);

/**
 * compute_pool_stop:
 *
 * Drops what waits, lets what runs end, and joins the threads. The workers must still be there.
 */
void compute_pool_stop (ComputePool *self);
void compute_pool_free (ComputePool *self);

/**
 * compute_pool_submit:
 * @job: (transfer full): on success
 *
 * Holds @connection until the job is done. The worker's thread.
 *
 * Returns: %FALSE when the queue is full; the job is then still the caller's
 */
gboolean compute_pool_submit (ComputePool *self, ComputeJob *job, Connection *connection);
