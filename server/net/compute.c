/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each pool thread has a mailbox of its own and an atomic depth; a job goes to the thread with the
 * least before it, so that no lock is shared. A job belongs to whoever has it in a mailbox or in
 * hand: worker, pool thread, worker again.
 */
#include "server/net/compute.h"

#include "server/net/loop.h"
#include "server/net/worker.h"

#include <errno.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

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
  guint queue_limit;
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

  /* Linux keeps a niceness for each thread. Without the right to it the pool works all the same. */
  (void)setpriority (PRIO_PROCESS, (id_t)syscall (SYS_gettid), COMPUTE_NICENESS);
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
  self->queue_limit = queue_limit;
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

/* Back on the worker's thread, or in the mailbox of a worker that has ended. */
static void
job_finish (ComputeJob *job, gboolean is_delivered)
{
  Connection *connection = job->connection;

  if (is_delivered)
    job->done (job, connection);
  job->dispose (job);
  connection_release (connection);
}

static void
job_back_deliver (MailboxMessage *message, void *receiver)
{
  job_finish ((ComputeJob *)message, TRUE);
}

static void
job_back_discard (MailboxMessage *message)
{
  job_finish ((ComputeJob *)message, FALSE);
}

static void
job_deliver (MailboxMessage *message, void *receiver)
{
  ComputeJob *job = (ComputeJob *)message;
  ComputeThread *thread = receiver;

  if (!atomic_load_explicit (&job->pool->cancelled, memory_order_relaxed))
    job->run (job);
  atomic_fetch_sub_explicit (&thread->n_waiting, 1, memory_order_relaxed);
  message->deliver = job_back_deliver;
  message->discard = job_back_discard;
  worker_post (connection_worker (job->connection), message);
}

gboolean
compute_pool_submit (ComputePool *self, ComputeJob *job, Connection *connection)
{
  ComputeThread *best = NULL;
  guint best_waiting = self->queue_limit;

  for (guint i = 0; i < self->n_threads; i++)
    {
      guint n_waiting = atomic_load_explicit (&self->threads[i].n_waiting, memory_order_relaxed);
      if (n_waiting < best_waiting)
        {
          best = &self->threads[i];
          best_waiting = n_waiting;
        }
    }
  if (best == NULL)
    return FALSE;

  atomic_fetch_add_explicit (&best->n_waiting, 1, memory_order_relaxed);
  job->pool = self;
  job->connection = connection;
  job->message.deliver = job_deliver;
  job->message.discard = job_back_discard;
  connection_hold (connection);
  mailbox_post (best->mailbox, &job->message);
  return TRUE;
}
