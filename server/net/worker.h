/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A worker: one thread, one epoll loop, and the connections it owns for their whole life. Others
 * reach it through its mailbox only.
 */
#pragma once

#include "server/net/connection.h"
#include "server/net/deadlines.h"
#include "server/net/hand-out.h"
#include "server/net/intake.h"
#include "server/net/loop.h"
#include "server/net/mailbox.h"
#include "server/net/memory.h"
#include "server/net/output.h"
#include "server/net/transport-tls.h"

#include <stdatomic.h>

typedef struct
{
  int64_t line_timeout_ms;   /* a request line that stays unfinished */
  int64_t idle_timeout_ms;   /* a peer that sends nothing */
  int64_t linger_timeout_ms; /* a peer that does not close after our last words */
  int64_t stop_timeout_ms;   /* what is not answered by then is dropped */
} WorkerTimeouts;

extern const WorkerTimeouts worker_default_timeouts;

/* Written by the worker, read by anyone; relaxed, each for itself. */
typedef struct
{
  _Atomic guint64 n_opened; /* connections that are served */
  _Atomic guint64 n_closed;
  _Atomic guint64 n_refused_closed; /* those that were told that the server is full */
  _Atomic guint64 n_bytes_in;
  _Atomic guint64 n_bytes_out;
} WorkerCounters;

/** worker_count: adds to a counter of the calling worker's own */
static inline void
worker_count (_Atomic guint64 *counter, guint64 n)
{
  /* One writer: a load and a store, no locked instruction. */
  atomic_store_explicit (counter, atomic_load_explicit (counter, memory_order_relaxed) + n,
                         memory_order_relaxed);
}

/**
 * worker_new:
 * @context: what the front doors keep for this thread; not owned
 */
Worker *worker_new (const WorkerTimeouts *timeouts, void *context, GError **error);

/**
 * worker_set_chore:
 * @chore: called once a turn on the worker's thread, after all input of the turn was handled and
 *   before output is sent. Returns: whether it has more to do, so that the next turn must not wait
 */
void worker_set_chore (Worker *self, gboolean (*chore) (void *context));

/** worker_want_chore: there is something for the chore to do, which may have been called already in
 * this turn */
void worker_want_chore (Worker *self);

/** worker_set_hand_out: (transfer none): who else hands out, and whether somebody asks. Before
 * worker_start(); without it nobody does */
void worker_set_hand_out (Worker *self, HandOut *hand_out);

/** worker_note_asked: somebody asks, and waits for the answer: what has no hurry is to give way.
 * The worker's thread */
void worker_note_asked (Worker *self);

/** worker_hand_out_budget: @since_us: monotonic: since when the first of it waits
 * Returns: to how many of a crowd the chore may hand something now; 0: it is others' turn, and the
 * chore will be called when it is the worker's; %G_MAXUINT: there will be no other time. The
 * worker's thread, in its chore */
guint worker_hand_out_budget (Worker *self, gint64 since_us);

/** worker_keep_turn: there is more for a crowd, now or when it is the worker's turn. The worker's
 * thread, in its chore */
void worker_keep_turn (Worker *self);

/**
 * worker_linger:
 *
 * More is likely to come at once, from a peer or from another thread: the worker looks for it for a
 * moment (WORKER_LINGER_US) instead of going to sleep and being woken, and gives way to every other
 * thread meanwhile. The worker's thread.
 */
void worker_linger (Worker *self);

/** worker_set_memory: (transfer none): the ceiling over what its connections take. Before
 * worker_start(); without it there is none */
void worker_set_memory (Worker *self, Memory *memory);

/** worker_start: begins the thread */
gboolean worker_start (Worker *self, GError **error);

/**
 * worker_adopt:
 *
 * Hands a socket over. Any thread, until worker_stop().
 */
void worker_adopt (Worker *self, const ConnectionSeed *seed);

/**
 * worker_set_tls:
 * @context: (transfer full): what connections that speak TLS are greeted with from now on
 *
 * Before worker_start(), or any thread until worker_stop(). Connections that have begun keep
 * theirs.
 */
void worker_set_tls (Worker *self, TlsContext *context);

/** worker_post: (transfer full) of @message; its receiver is the worker. Any thread. */
void worker_post (Worker *self, MailboxMessage *message);

/** worker_stop: answers what was received, closes everything, ends the thread. Does not wait. */
void worker_stop (Worker *self);

/** worker_join: waits for the thread to end */
void worker_join (Worker *self);

/** worker_free: joined, or never started */
void worker_free (Worker *self);

void *worker_context (const Worker *self);
const WorkerCounters *worker_counters (const Worker *self);

/* For its connections, on its own thread. */

#define WORKER_LINGER_US 60
#define WORKER_ADOPTED_LINGER_US 30 /* after a connection was adopted */
#define WORKER_THROTTLE_MS 20
#define WORKER_HANDSHAKES_PER_TURN 8 /* a full one takes a quarter of a millisecond */

#define WORKER_N_DEADLINES (WORKER_DEADLINE_NEVER + 1)

typedef enum
{
  WORKER_DEADLINE_IDLE,
  WORKER_DEADLINE_LINE,
  WORKER_DEADLINE_LINGER,
  WORKER_DEADLINE_NEVER, /* those that may wait without end are to be found too */
} WorkerDeadline;

Loop *worker_loop (Worker *self);
OutputPool *worker_pool (Worker *self);
WorkerCounters *worker_own_counters (Worker *self);
gboolean worker_is_stopping (const Worker *self);
/** worker_tls: (transfer none) (nullable): %NULL: there is no TLS */
TlsContext *worker_tls (Worker *self);
TlsScratch *worker_tls_scratch (Worker *self);
/** worker_call: it is to look at the end of this turn what it can give up, even if it has just done
 * so */
void worker_call (Worker *self);
/** worker_look_at_peers: the same for those who do not read, and whose address has to */
void worker_look_at_peers (Worker *self);
/** worker_account: its connections take @n_bytes more (or less) than before, output aside */
void worker_account (Worker *self, gint64 n_bytes);
/** worker_call_for_peers: an address has to read: all workers are to look who of theirs does not,
 * at the end of a turn. Its thread */
void worker_call_for_peers (Worker *self);
/** worker_is_short_of_memory: whether nothing is to be begun that can be left */
gboolean worker_is_short_of_memory (Worker *self);
/** worker_add_all: adds all that are in that list to @connections, from the next to expire on */
void worker_add_all (Worker *self, WorkerDeadline which, GPtrArray *connections);
/** worker_may_shake_hands: whether a part of a handshake fits into this turn, and counts it. What
 * was kept back (worker_add_ready()) goes before what has just come */
gboolean worker_may_shake_hands (Worker *self);
void worker_set_deadline (Worker *self, DeadlineLink *link, WorkerDeadline deadline);
/** worker_intake: what the turn has received */
Intake *worker_intake (Worker *self);
/** worker_add_touched: connection_finish_step() is called at the end of this turn */
void worker_add_touched (Worker *self, Connection *connection);
/** worker_add_ready: connection_resume() is called in the next turn, without waiting */
void worker_add_ready (Worker *self, Connection *connection);
/** worker_add_throttled: the same after WORKER_THROTTLE_MS */
void worker_add_throttled (Worker *self, Connection *connection);
/** worker_bury: connection_free() is called when nothing of this turn can name it any more */
void worker_bury (Worker *self, Connection *connection);
