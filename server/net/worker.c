/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A turn: wait, receive from ready sockets, deliver the mailbox, handle what was received, go on
 * with kept-back input, flush what was touched, expire deadlines, free the dead. Connections gather
 * in GPtrArrays that keep their room, so that a turn allocates nothing.
 */
#include "server/net/worker.h"

#include "server/net/linger.h"
#include "server/net/worker-chore.h"
#include "server/net/worker-memory.h"

#include <errno.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <unistd.h>

#define WORKER_WITHOUT_END_MS (G_MAXINT64 / 4) /* added to any time, it is still one */

const WorkerTimeouts worker_default_timeouts = {
  .line_timeout_ms = 30 * 1000,
  .idle_timeout_ms = 10 * 60 * 1000,
  .linger_timeout_ms = 2 * 1000,
  .stop_timeout_ms = 3 * 1000,
};

struct Worker
{
  LoopSource wakeup; /* the mailbox's descriptor; first, so that it leads back to the worker */
  Loop *loop;
  Mailbox *mailbox;
  void *context;
  OutputPool pool;
  DeadlineList deadlines[WORKER_N_DEADLINES];
  GPtrArray *touched;
  GPtrArray *ready;
  GPtrArray *throttled; /* to become @ready at @throttled_until_ms */
  int64_t throttled_until_ms;
  GPtrArray *resuming; /* last turn's @ready, while it is gone through */
  GPtrArray *dead;
  WorkerTimeouts timeouts;
  WorkerChore chore;
  Linger linger;
  TlsContext *tls;         /* (nullable): for those that come */
  TlsScratch *tls_scratch; /* (nullable): made for the first that speaks TLS */
  guint n_handshakes;      /* in this turn */
  gboolean is_resuming;    /* worker_resume_ready() is at it */
  gboolean stopping;
  int64_t stop_at_ms;
  pthread_t thread;
  gboolean started;
  WorkerCounters counters;
  WorkerMemory memory;
  Intake intake;
};

static void
worker_woken (LoopSource *source, uint32_t events)
{
  Worker *self = (Worker *)source;

  mailbox_drain (self->mailbox, self);
}

static void
worker_free_dead (Worker *self)
{
  for (guint i = 0; i < self->dead->len; i++)
    connection_free (g_ptr_array_index (self->dead, i));
  g_ptr_array_set_size (self->dead, 0);
}

void
worker_free (Worker *self)
{
  if (self == NULL)
    return;
  mailbox_free (self->mailbox);
  /* Answers that were discarded with the mailbox were the last to hold their connections. */
  worker_free_dead (self);
  loop_free (self->loop);
  output_pool_clear (&self->pool);
  tls_scratch_free (self->tls_scratch);
  tls_context_unref (self->tls);
  g_ptr_array_unref (self->touched);
  g_ptr_array_unref (self->ready);
  g_ptr_array_unref (self->throttled);
  g_ptr_array_unref (self->resuming);
  g_ptr_array_unref (self->dead);
  g_free (self);
}

Worker *
worker_new (const WorkerTimeouts *timeouts, void *context, GError **error)
{
  Worker *self = g_new0 (Worker, 1);

  self->timeouts = *timeouts;
  self->context = context;
  self->touched = g_ptr_array_new ();
  self->ready = g_ptr_array_new ();
  self->throttled = g_ptr_array_new ();
  self->resuming = g_ptr_array_new ();
  self->dead = g_ptr_array_new ();
  deadlines_init (&self->deadlines[WORKER_DEADLINE_IDLE], timeouts->idle_timeout_ms);
  deadlines_init (&self->deadlines[WORKER_DEADLINE_LINE], timeouts->line_timeout_ms);
  deadlines_init (&self->deadlines[WORKER_DEADLINE_LINGER], timeouts->linger_timeout_ms);
  deadlines_init (&self->deadlines[WORKER_DEADLINE_NEVER], WORKER_WITHOUT_END_MS);

  self->loop = loop_new (error);
  if (self->loop != NULL)
    self->mailbox = mailbox_new (error);
  if (self->mailbox == NULL)
    {
      worker_free (self);
      return NULL;
    }
  self->wakeup.fd = mailbox_fd (self->mailbox);
  self->wakeup.ready = worker_woken;
  if (!loop_add (self->loop, &self->wakeup, EPOLLIN | EPOLLET))
    {
      g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (errno),
                   "cannot watch a worker's mailbox: %s", g_strerror (errno));
      worker_free (self);
      return NULL;
    }
  return self;
}

static Connection *
worker_first_of (Worker *self, WorkerDeadline which, gboolean only_expired)
{
  DeadlineList *list = &self->deadlines[which];
  DeadlineLink *link =
      only_expired ? deadlines_expired (list, loop_now_ms (self->loop)) : deadlines_first (list);

  return link != NULL ? connection_from_deadline (link) : NULL;
}

static int
worker_wait_ms (Worker *self)
{
  int64_t now_ms = loop_now_ms (self->loop);
  int wait_ms = self->ready->len > 0 ? 0 : -1;

  for (int i = 0; i < WORKER_N_DEADLINES; i++)
    wait_ms = deadlines_wait_ms (&self->deadlines[i], now_ms, wait_ms);
  if (self->throttled->len > 0)
    wait_ms = deadlines_wait_until_ms (self->throttled_until_ms, now_ms, wait_ms);
  if (self->chore.late_at_ms > 0)
    wait_ms = deadlines_wait_until_ms (self->chore.late_at_ms, now_ms, wait_ms);
  if (self->memory.is_called)
    wait_ms = deadlines_wait_until_ms (self->memory.rest_until_ms, now_ms, wait_ms);
  if (self->stopping)
    wait_ms = deadlines_wait_until_ms (self->stop_at_ms, now_ms, wait_ms);
  return wait_ms;
}

static void
worker_resume_ready (Worker *self)
{
  GPtrArray *resuming = self->ready;

  if (self->throttled->len > 0 &&
      (self->stopping || loop_now_ms (self->loop) >= self->throttled_until_ms))
    {
      g_ptr_array_extend (self->ready, self->throttled, NULL, NULL);
      g_ptr_array_set_size (self->throttled, 0);
    }
  self->ready = self->resuming;
  self->resuming = resuming;
  self->is_resuming = TRUE;
  for (guint i = 0; i < resuming->len; i++)
    connection_resume (g_ptr_array_index (resuming, i));
  self->is_resuming = FALSE;
  g_ptr_array_set_size (resuming, 0);
}

void
worker_finish_touched (Worker *self)
{
  for (guint i = 0; i < self->touched->len; i++)
    connection_finish_step (g_ptr_array_index (self->touched, i));
  g_ptr_array_set_size (self->touched, 0);
}

static void
worker_linger_for (Worker *self, gint64 time_us)
{
  linger_begin (&self->linger, time_us);
  mailbox_set_watched (self->mailbox);
}

void
worker_linger (Worker *self)
{
  worker_linger_for (self, WORKER_LINGER_US);
}

/* Returns: whether the turn is not to wait */
static gboolean
worker_lingers (Worker *self)
{
  if (!linger_is_on (&self->linger))
    return FALSE;
  return linger_goes_on (&self->linger) || !mailbox_set_asleep (self->mailbox);
}

/* Returns: how long the turn is to wait [ms]; -1: without end */
static int
worker_begin_turn (Worker *self)
{
  if (self->chore.is_due)
    {
      worker_give_way (self);
      return 0;
    }
  self->chore.stint_us = 0;
  self->chore.is_crowded = FALSE;
  return worker_lingers (self) ? 0 : worker_wait_ms (self);
}

void
worker_add_all (Worker *self, WorkerDeadline which, GPtrArray *connections)
{
  DeadlineLink *ring = &self->deadlines[which].ring;

  for (DeadlineLink *link = ring->next; link != ring; link = link->next)
    g_ptr_array_add (connections, connection_from_deadline (link));
}

static void
worker_turn (Worker *self)
{
  Connection *connection;

  self->n_handshakes = 0;
  loop_turn (self->loop, worker_begin_turn (self));
  if (!mailbox_is_empty (self->mailbox))
    mailbox_drain (self->mailbox, self);
  intake_handle (&self->intake);
  worker_resume_ready (self);
  worker_do_chore (self);
  worker_finish_touched (self);
  for (int i = 0; i < WORKER_N_DEADLINES; i++)
    {
      while ((connection = worker_first_of (self, (WorkerDeadline)i, TRUE)) != NULL)
        connection_expired (connection);
    }
  worker_finish_touched (self);
  if (!worker_memory_is_quiet (&self->memory, self->pool.n_bytes))
    worker_relieve (self);
  worker_free_dead (self);
}

static gboolean
worker_is_empty (Worker *self)
{
  for (int i = 0; i < WORKER_N_DEADLINES; i++)
    {
      if (deadlines_first (&self->deadlines[i]) != NULL)
        return FALSE;
    }
  return TRUE;
}

static void
worker_close_all (Worker *self)
{
  for (int i = 0; i < WORKER_N_DEADLINES; i++)
    {
      Connection *connection;
      while ((connection = worker_first_of (self, (WorkerDeadline)i, FALSE)) != NULL)
        connection_close (connection);
    }
}

static void *
worker_run (void *data)
{
  Worker *self = data;

  while (!self->stopping ||
         (!worker_is_empty (self) && loop_now_ms (self->loop) < self->stop_at_ms))
    worker_turn (self);
  worker_close_all (self);
  worker_resume_ready (self);
  worker_do_chore (self);
  worker_end_chores (self);
  worker_finish_touched (self);
  worker_free_dead (self);
  return NULL;
}

gboolean
worker_start (Worker *self, GError **error)
{
  int code = pthread_create (&self->thread, NULL, worker_run, self);

  if (code != 0)
    {
      g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (code),
                   "cannot start a worker thread: %s", g_strerror (code));
      return FALSE;
    }
  self->started = TRUE;
  return TRUE;
}

void
worker_join (Worker *self)
{
  if (!self->started)
    return;
  if (pthread_join (self->thread, NULL) != 0)
    g_assert_not_reached ();
  self->started = FALSE;
}

void
worker_post (Worker *self, MailboxMessage *message)
{
  mailbox_post (self->mailbox, message);
}

typedef struct
{
  MailboxMessage message;
  ConnectionSeed seed;
} Adoption;

static void
adoption_deliver (MailboxMessage *message, void *receiver)
{
  Adoption *adoption = (Adoption *)message;

  connection_open (receiver, &adoption->seed);
  /* Its request, its end, or the next connection follows soon. */
  worker_linger_for (receiver, WORKER_ADOPTED_LINGER_US);
  g_free (adoption);
}

static void
adoption_discard (MailboxMessage *message)
{
  Adoption *adoption = (Adoption *)message;

  close (adoption->seed.fd);
  peer_disconnected (adoption->seed.peer);
  peer_unref (adoption->seed.peer);
  g_free (adoption);
}

void
worker_adopt (Worker *self, const ConnectionSeed *seed)
{
  Adoption *adoption = g_new0 (Adoption, 1);

  adoption->message.deliver = adoption_deliver;
  adoption->message.discard = adoption_discard;
  adoption->seed = *seed;
  mailbox_post (self->mailbox, &adoption->message);
}

typedef struct
{
  MailboxMessage message;
  TlsContext *context;
} TlsExchange;

static void
tls_exchange_discard (MailboxMessage *message)
{
  TlsExchange *exchange = (TlsExchange *)message;

  tls_context_unref (exchange->context);
  g_free (exchange);
}

static void
tls_exchange_deliver (MailboxMessage *message, void *receiver)
{
  TlsExchange *exchange = (TlsExchange *)message;
  Worker *self = receiver;
  TlsContext *old = self->tls;

  self->tls = exchange->context;
  exchange->context = old;
  tls_exchange_discard (message);
}

void
worker_set_tls (Worker *self, TlsContext *context)
{
  TlsExchange *exchange = g_new0 (TlsExchange, 1);

  exchange->message.deliver = tls_exchange_deliver;
  exchange->message.discard = tls_exchange_discard;
  exchange->context = context;
  mailbox_post (self->mailbox, &exchange->message);
}

static void
stop_discard (MailboxMessage *message)
{
  g_free (message);
}

static void
stop_deliver (MailboxMessage *message, void *receiver)
{
  Worker *self = receiver;

  g_free (message);
  self->stopping = TRUE;
  self->stop_at_ms = loop_now_ms (self->loop) + self->timeouts.stop_timeout_ms;

  /* Draining moves a connection to the end of a list or to another one: take the ends first. */
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  for (int i = 0; i < WORKER_N_DEADLINES; i++)
    worker_add_all (self, (WorkerDeadline)i, all);
  for (guint i = 0; i < all->len; i++)
    connection_drain (g_ptr_array_index (all, i));
}

void
worker_stop (Worker *self)
{
  MailboxMessage *message = g_new0 (MailboxMessage, 1);

  message->deliver = stop_deliver;
  message->discard = stop_discard;
  mailbox_post (self->mailbox, message);
}

void *
worker_context (const Worker *self)
{
  return self->context;
}

const WorkerCounters *
worker_counters (const Worker *self)
{
  return &self->counters;
}

Loop *
worker_loop (Worker *self)
{
  return self->loop;
}

OutputPool *
worker_pool (Worker *self)
{
  return &self->pool;
}

Intake *
worker_intake (Worker *self)
{
  return &self->intake;
}

WorkerCounters *
worker_own_counters (Worker *self)
{
  return &self->counters;
}

WorkerChore *
worker_own_chore (Worker *self)
{
  return &self->chore;
}

WorkerMemory *
worker_own_memory (Worker *self)
{
  return &self->memory;
}

gboolean
worker_is_stopping (const Worker *self)
{
  return self->stopping;
}

TlsContext *
worker_tls (Worker *self)
{
  return self->tls;
}

TlsScratch *
worker_tls_scratch (Worker *self)
{
  if (self->tls_scratch == NULL)
    self->tls_scratch = tls_scratch_new ();
  return self->tls_scratch;
}

gboolean
worker_may_shake_hands (Worker *self)
{
  /* Where some are kept back, who comes queues up behind them: a steady stream would take all
   * places of each turn, for it is heard first. */
  if (self->n_handshakes == WORKER_HANDSHAKES_PER_TURN ||
      (self->ready->len > 0 && !self->is_resuming))
    return FALSE;
  self->n_handshakes++;
  return TRUE;
}

void
worker_set_deadline (Worker *self, DeadlineLink *link, WorkerDeadline deadline)
{
  deadlines_set (&self->deadlines[deadline], link, loop_now_ms (self->loop));
}

void
worker_add_touched (Worker *self, Connection *connection)
{
  g_ptr_array_add (self->touched, connection);
}

void
worker_add_ready (Worker *self, Connection *connection)
{
  g_ptr_array_add (self->ready, connection);
}

void
worker_add_throttled (Worker *self, Connection *connection)
{
  if (self->throttled->len == 0)
    self->throttled_until_ms = loop_now_ms (self->loop) + WORKER_THROTTLE_MS;
  g_ptr_array_add (self->throttled, connection);
}

void
worker_bury (Worker *self, Connection *connection)
{
  g_ptr_array_add (self->dead, connection);
}
