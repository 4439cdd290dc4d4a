/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The compute pool: a few threads of lower priority for what may take milliseconds. A worker
 * submits a job, a pool thread runs it, and the job comes back to the worker through its mailbox.
 * The queue is bounded: a full pool says so at once. It is fair between connections: of each only
 * a few jobs are with the pool at a time, the others wait with the worker until one comes back.
 */
#pragma once

#include "server/net/connection.h"
#include "server/net/mailbox.h"

#include <stdatomic.h>

typedef struct ComputePool ComputePool;

#define COMPUTE_JOBS_AT_ONCE 2  /* of one connection that are with the pool */
#define COMPUTE_MAX_JOBS 16     /* of one connection, those that wait included */
#define COMPUTE_ADDRESS_SHARE 8 /* of the queue one address has one part of so many */
#define COMPUTE_JOB_WEIGHT (CONNECTION_MAX_WAITING / COMPUTE_MAX_JOBS) /* connection_hold() */

/* Embedded first in the job's own struct. */
struct ComputeJob
{
  MailboxMessage message; /* this and all below the functions are the pool's own */
  /* Pool thread: must not touch the connection. Long ones look at @cancelled now and then. */
  void (*run) (ComputeJob *self);
  /* The worker's thread, afterwards: may send to the connection (nothing arrives on a closed one).
   */
  void (*done) (ComputeJob *self, Connection *connection);
  /* Frees the job, after @done or without it. Any thread that holds the job then. */
  void (*dispose) (ComputeJob *self);
  Connection *connection;
  ComputePool *pool;
  ComputeJob *next;           /* of the same connection, in the order of submission */
  gboolean is_begun;          /* it was given to a pool thread */
  _Atomic gboolean cancelled; /* set by the worker: the connection is gone */
};

/** compute_pool_new: @n_threads threads, started; all jobs together are at most @queue_limit each
 */
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
 * Holds @connection until the job is done. The second half of the queue is kept for connections
 * that have nothing in it, and an address has an eighth of it at most. The worker's thread.
 *
 * Returns: 0; or how long to wait [ms] when the queue is full, or the address has had its share;
 *   the job is then still the caller's
 */
gint64 compute_pool_submit (ComputePool *self, ComputeJob *job, Connection *connection);

/**
 * compute_jobs_cancel:
 * @jobs: (nullable): connection_jobs()
 *
 * Nobody waits for them any more: what runs ends as soon as it looks, the rest is not run, and none
 * is done. They are disposed of all the same, one after the other. The worker's thread.
 */
void compute_jobs_cancel (ComputeJob *jobs);
