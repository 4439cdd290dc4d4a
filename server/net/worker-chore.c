/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A thread that is woken on a core that another one uses may wait for the scheduler's next tick,
 * which is some milliseconds: a lookup would wait as long for a chore that has no hurry. So a chore
 * lets others go first from time to time, and always while somebody asks
 * (docs/decisions/0010-who-hands-out-gives-way.md, 0012-one-core-is-for-who-asks.md).
 */
#include "server/net/worker.h"

#include "server/net/worker-chore.h"

#include <sched.h>

#define WORKER_STINT_US 400 /* of a chore, until other threads may go on */
#define WORKER_MEMBERS 4    /* of crowds, a turn: 20 to 40 µs until it looks for requests again */
#define WORKER_ASKED_MEMBERS 1
/* What has waited so long goes out as if nobody asked: on a machine with other work those who talk
 * would fall behind for those who ask. */
#define WORKER_LATE_US (50 * 1000)

void
worker_set_chore (Worker *self, gboolean (*chore) (void *context))
{
  worker_own_chore (self)->run = chore;
}

void
worker_want_chore (Worker *self)
{
  worker_own_chore (self)->is_due = TRUE;
}

void
worker_note_asked (Worker *self)
{
  WorkerChore *own = worker_own_chore (self);

  if (own->hand_out != NULL)
    hand_out_note_asked (own->hand_out, loop_now_ms (worker_loop (self)));
}

static gboolean
worker_is_asked (Worker *self)
{
  WorkerChore *own = worker_own_chore (self);

  return own->hand_out != NULL &&
         hand_out_is_asked (own->hand_out, loop_now_ms (worker_loop (self)));
}

guint
worker_hand_out_budget (Worker *self, gint64 since_us)
{
  WorkerChore *own = worker_own_chore (self);
  gint64 left_us = since_us + WORKER_LATE_US - g_get_monotonic_time ();

  if (worker_is_stopping (self))
    return G_MAXUINT;
  own->is_late = left_us <= 0;
  if (own->is_late || !worker_is_asked (self))
    return WORKER_MEMBERS;
  if (hand_out_take (own->hand_out, &own->turn))
    return WORKER_ASKED_MEMBERS;
  own->late_at_ms = loop_now_ms (worker_loop (self)) + left_us / 1000 + 1;
  return 0;
}

void
worker_keep_turn (Worker *self)
{
  worker_own_chore (self)->keeps_turn = TRUE;
}

static void
called_deliver (MailboxMessage *message, void *receiver)
{
  hand_out_begin (&worker_own_chore (receiver)->turn);
}

/* It is a part of the worker. */
static void
called_discard (MailboxMessage *message)
{
}

/* On the thread of a worker that has handed out. */
static void
call_worker (gpointer owner)
{
  worker_post (owner, &worker_own_chore (owner)->called);
}

void
worker_set_hand_out (Worker *self, HandOut *hand_out)
{
  WorkerChore *own = worker_own_chore (self);

  own->hand_out = hand_out;
  own->turn.call = call_worker;
  own->turn.owner = self;
  own->called.deliver = called_deliver;
  own->called.discard = called_discard;
}

void
worker_do_chore (Worker *self)
{
  WorkerChore *own = worker_own_chore (self);

  if (own->run == NULL)
    return;
  own->late_at_ms = 0;
  own->is_late = FALSE;
  own->keeps_turn = FALSE;
  own->is_due = own->run (worker_context (self));
  if (own->hand_out == NULL)
    return;
  hand_out_end_step (own->hand_out, &own->turn, own->keeps_turn);
  if (own->late_at_ms == 0 && !own->keeps_turn)
    hand_out_withdraw (own->hand_out, &own->turn);
}

void
worker_give_way (Worker *self)
{
  WorkerChore *own = worker_own_chore (self);
  gint64 now_us = g_get_monotonic_time ();

  if (own->stint_us == 0)
    own->stint_us = now_us;
  else if (now_us - own->stint_us >= WORKER_STINT_US ||
           (!own->is_late && !own->is_crowded && worker_is_asked (self)))
    {
      (void)sched_yield ();
      own->stint_us = g_get_monotonic_time ();
      own->is_crowded = own->stint_us - now_us >= WORKER_STINT_US;
    }
}

void
worker_end_chores (Worker *self)
{
  WorkerChore *own = worker_own_chore (self);

  if (own->hand_out != NULL)
    hand_out_leave (own->hand_out, &own->turn);
}
