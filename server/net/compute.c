/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each pool thread has a mailbox of its own and an atomic depth; a job goes to the thread with the
 * least before it, so that no lock is shared. A job belongs to whoever has it in a mailbox or in
 * hand: worker, pool thread, worker again. Its place in its connection's list is the worker's all
 * the time.
 */
#include "server/net/compute.h"

#include "server/net/loop.h"
#include "server/net/worker.h"

#include <errno.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/resource.h>

/* When a full pool may be worth another try: most of its jobs take a few milliseconds each. */
#define COMPUTE_RETRY_MS 100
#define COMPUTE_NICENESS 10 /* lookups and chat come first on a machine with few cores */

typedef struct
{
  LoopSource wakeup; /* first */
  Loop *loop;
  Mailbox *mailbox;
  _Atomic guint n_waiting;
  pthread_t thread;
  gboolean started;
  gboolean stopping; /* the pool thread's own */
} ComputeThread;

struct ComputePool
{
  guint n_threads;
  guint queue_limit;          /* of all threads together */
  _Atomic guint n_jobs;       /* submitted and not yet done, by any worker */
  _Atomic gboolean cancelled; /* jobs that wait go back without being run */
  ComputeThread threads[];
};

static void
compute_woken (LoopSource *source, uint32_t events)
{
  ComputeThread *self = (ComputeThread *)source;

  mailbox_drain (self->mailbox, self);
}

static void *
compute_run (void *data)
{
  ComputeThread *self = data;

  /* Linux keeps a niceness for each thread, and takes 0 for the one that asks. Without the right to
   * it the pool works all the same. */
  (void)setpriority (PRIO_PROCESS, 0, COMPUTE_NICENESS);
  while (!self->stopping)
    loop_turn (self->loop, -1);
  return NULL;
}

static gboolean
compute_thread_start (ComputeThread *self, GError **error)
{
  self->loop = loop_new (error);
  if (self->loop == NULL)
    return FALSE;
  self->mailbox = mailbox_new (error);
  if (self->mailbox == NULL)
    return FALSE;
  self->wakeup.fd = mailbox_fd (self->mailbox);
  self->wakeup.ready = compute_woken;

  int code = 0;
  if (!loop_add (self->loop, &self->wakeup, EPOLLIN | EPOLLET))
    code = errno;
  else
    code = pthread_create (&self->thread, NULL, compute_run, self);
  if (code != 0)
    g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (code),
                 "cannot start a compute thread: %s", g_strerror (code));
  self->started = code == 0;
  return self->started;
}

ComputePool *
compute_pool_new (guint n_threads, guint queue_limit, GError **error)
{
  ComputePool *self = g_malloc0 (sizeof *self + n_threads * sizeof self->threads[0]);

  self->n_threads = n_threads;
  self->queue_limit = n_threads * queue_limit;
  for (guint i = 0; i < n_threads; i++)
    {
      if (!compute_thread_start (&self->threads[i], error))
        {
          compute_pool_stop (self);
          compute_pool_free (self);
          return NULL;
        }
    }
  return self;
}

static void
stop_deliver (MailboxMessage *message, void *receiver)
{
  ComputeThread *thread = receiver;

  thread->stopping = TRUE;
  g_free (message);
}

static void
stop_discard (MailboxMessage *message)
{
  g_free (message);
}

void
compute_pool_stop (ComputePool *self)
{
  atomic_store (&self->cancelled, TRUE);
  for (guint i = 0; i < self->n_threads; i++)
    {
      ComputeThread *thread = &self->threads[i];
      if (!thread->started)
        continue;
      MailboxMessage *message = g_new0 (MailboxMessage, 1);
      message->deliver = stop_deliver;
      message->discard = stop_discard;
      mailbox_post (thread->mailbox, message);
      if (pthread_join (thread->thread, NULL) != 0)
        g_assert_not_reached ();
      thread->started = FALSE;
    }
}

void
compute_pool_free (ComputePool *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n_threads; i++)
    {
      mailbox_free (self->threads[i].mailbox);
      loop_free (self->threads[i].loop);
    }
  g_free (self);
}

/* --- jobs ------------------------------------------------------------------------------------- */

static void job_deliver (MailboxMessage *message, void *receiver);
static void job_back_deliver (MailboxMessage *message, void *receiver);
static void job_back_discard (MailboxMessage *message);

static void
job_begin (ComputeJob *self)
{
  ComputePool *pool = self->pool;
  ComputeThread *best = &pool->threads[0];
  guint best_waiting = G_MAXUINT;

  for (guint i = 0; i < pool->n_threads; i++)
    {
      ComputeThread *thread = &pool->threads[i];
      guint n_waiting = atomic_load_explicit (&thread->n_waiting, memory_order_relaxed);

      if (n_waiting < best_waiting)
        {
          best = thread;
          best_waiting = n_waiting;
        }
    }
  atomic_fetch_add_explicit (&best->n_waiting, 1, memory_order_relaxed);
  self->is_begun = TRUE;
  self->message.deliver = job_deliver;
  self->message.discard = job_back_discard;
  mailbox_post (best->mailbox, &self->message);
}

static gboolean
job_is_cancelled (const ComputeJob *self)
{
  return atomic_load_explicit (&self->cancelled, memory_order_relaxed);
}

static void
list_append (ComputeJob **list, ComputeJob *job)
{
  while (*list != NULL)
    list = &(*list)->next;
  *list = job;
}

static void
list_remove (ComputeJob **list, ComputeJob *job)
{
  while (*list != job)
    list = &(*list)->next;
  *list = job->next;
}

/* The first one that no pool thread was given, or NULL. */
static ComputeJob *
list_first_idle (ComputeJob *list)
{
  while (list != NULL && list->is_begun)
    list = list->next;
  return list;
}

static void
job_forget (ComputeJob *self)
{
  Connection *connection = self->connection;

  list_remove (connection_jobs (connection), self);
  if (connection_peer (connection) != NULL)
    peer_end_job (connection_peer (connection));
  self->dispose (self);
  connection_release (connection, COMPUTE_JOB_WEIGHT);
}

/* On the worker's thread: its place with the pool goes to the next of its connection. */
static void
job_back_deliver (MailboxMessage *message, void *receiver)
{
  ComputeJob *self = (ComputeJob *)message;
  ComputePool *pool = self->pool;
  ComputeJob *next = list_first_idle (*connection_jobs (self->connection));

  for (; next != NULL && job_is_cancelled (next);
       next = list_first_idle (*connection_jobs (self->connection)))
    {
      atomic_fetch_sub_explicit (&pool->n_jobs, 1, memory_order_relaxed);
      job_forget (next);
    }
  if (next != NULL)
    job_begin (next);
  if (!job_is_cancelled (self))
    self->done (self, self->connection);
  atomic_fetch_sub_explicit (&pool->n_jobs, 1, memory_order_relaxed);
  job_forget (self);
}

/* In the mailbox of a worker or of a pool that has ended: nothing is begun any more. */
static void
job_back_discard (MailboxMessage *message)
{
  ComputeJob *self = (ComputeJob *)message;
  ComputeJob *next;

  while ((next = list_first_idle (*connection_jobs (self->connection))) != NULL)
    job_forget (next);
  job_forget (self);
}

static void
job_deliver (MailboxMessage *message, void *receiver)
{
  ComputeJob *job = (ComputeJob *)message;
  ComputeThread *thread = receiver;

  if (!job_is_cancelled (job) &&
      !atomic_load_explicit (&job->pool->cancelled, memory_order_relaxed))
    job->run (job);
  atomic_fetch_sub_explicit (&thread->n_waiting, 1, memory_order_relaxed);
  message->deliver = job_back_deliver;
  message->discard = job_back_discard;
  worker_post (connection_worker (job->connection), message);
}

/* Returns: 0, and it is counted; or how long to wait [ms] */
static gint64
take_share (const ComputePool *self, Connection *connection)
{
  Peer *peer = connection_peer (connection);
  guint share = MAX (self->queue_limit / COMPUTE_ADDRESS_SHARE, 1);
  gint64 wait_ms;

  if (peer == NULL)
    return connection_take (connection, PEER_HEAVY);
  if (peer_begin_job (peer) >= share)
    {
      peer_end_job (peer);
      peer_count_refused (peer, PEER_HEAVY);
      return COMPUTE_RETRY_MS;
    }
  wait_ms = connection_take (connection, PEER_HEAVY);
  if (wait_ms > 0)
    peer_end_job (peer);
  return wait_ms;
}

gint64
compute_pool_submit (ComputePool *self, ComputeJob *job, Connection *connection)
{
  ComputeJob **jobs = connection_jobs (connection);
  guint room = *jobs == NULL ? self->queue_limit : self->queue_limit / 2;
  guint n_begun = 0;
  gint64 wait_ms;

  /* Workers that ask at the same time may all be let in: the limit is not that sharp. */
  if (atomic_load_explicit (&self->n_jobs, memory_order_relaxed) >= room)
    return COMPUTE_RETRY_MS;
  wait_ms = take_share (self, connection);
  if (wait_ms > 0)
    return wait_ms;
  atomic_fetch_add_explicit (&self->n_jobs, 1, memory_order_relaxed);

  for (const ComputeJob *other = *jobs; other != NULL; other = other->next)
    n_begun += other->is_begun != FALSE;
  job->pool = self;
  job->connection = connection;
  job->next = NULL;
  job->is_begun = FALSE;
  atomic_init (&job->cancelled, FALSE);
  list_append (jobs, job);
  connection_hold (connection, COMPUTE_JOB_WEIGHT);
  if (n_begun < COMPUTE_JOBS_AT_ONCE)
    job_begin (job);
  return 0;
}

void
compute_jobs_cancel (ComputeJob *jobs)
{
  for (; jobs != NULL; jobs = jobs->next)
    atomic_store_explicit (&jobs->cancelled, TRUE, memory_order_relaxed);
}
