/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A worker's turn is its own thread's, but while it is in the queue, which the lock guards. A turn
 * that ends is given to who has waited longest, so that nobody else can take it before.
 */
#include "server/net/hand-out.h"

#include <pthread.h>
#include <stdatomic.h>

/* What is noted more often than that is written once: workers share a line of the cache for it. */
#define NOTE_MS 50

struct HandOut
{
  _Atomic gint64 asked_ms;
  pthread_mutex_t lock; /* guards what follows */
  guint n_free;
  HandOutTurn *first; /* that wait */
  HandOutTurn **end;
};

HandOut *
hand_out_new (guint n_at_once)
{
  HandOut *self = g_new0 (HandOut, 1);

  g_assert (n_at_once > 0);
  atomic_init (&self->asked_ms, G_MININT64 / 2);
  if (pthread_mutex_init (&self->lock, NULL) != 0)
    g_assert_not_reached ();
  self->n_free = n_at_once;
  self->end = &self->first;
  return self;
}

void
hand_out_free (HandOut *self)
{
  if (self == NULL)
    return;
  (void)pthread_mutex_destroy (&self->lock);
  g_free (self);
}

static void
lock (HandOut *self)
{
  if (pthread_mutex_lock (&self->lock) != 0)
    g_assert_not_reached ();
}

static void
unlock (HandOut *self)
{
  if (pthread_mutex_unlock (&self->lock) != 0)
    g_assert_not_reached ();
}

void
hand_out_note_asked (HandOut *self, gint64 now_ms)
{
  if (now_ms - atomic_load_explicit (&self->asked_ms, memory_order_relaxed) >= NOTE_MS)
    atomic_store_explicit (&self->asked_ms, now_ms, memory_order_relaxed);
}

gboolean
hand_out_is_asked (const HandOut *self, gint64 now_ms)
{
  return now_ms - atomic_load_explicit (&self->asked_ms, memory_order_relaxed) < HAND_OUT_ASKED_MS;
}

void
hand_out_begin (HandOutTurn *turn)
{
  turn->is_waiting = FALSE;
  turn->has_begun = TRUE;
  turn->n_steps = 0;
  turn->since_us = g_get_monotonic_time ();
}

gboolean
hand_out_take (HandOut *self, HandOutTurn *turn)
{
  gboolean is_free;

  if (turn->is_waiting || turn->has_begun)
    return turn->has_begun;
  lock (self);
  is_free = self->n_free > 0;
  if (is_free)
    self->n_free--;
  else
    {
      turn->next = NULL;
      *self->end = turn;
      self->end = &turn->next;
    }
  unlock (self);
  if (is_free)
    hand_out_begin (turn);
  else
    turn->is_waiting = TRUE;
  return is_free;
}

/* With the lock held. */
static void
pass_on (HandOut *self)
{
  HandOutTurn *next = self->first;

  if (next == NULL)
    {
      self->n_free++;
      return;
    }
  self->first = next->next;
  if (self->first == NULL)
    self->end = &self->first;
  next->call (next->owner);
}

void
hand_out_end_step (HandOut *self, HandOutTurn *turn, gboolean has_more)
{
  if (!turn->has_begun)
    return;
  turn->n_steps++;
  if (has_more && (turn->n_steps < HAND_OUT_TURN_STEPS ||
                   g_get_monotonic_time () - turn->since_us < HAND_OUT_TURN_US))
    return;
  turn->has_begun = FALSE;
  lock (self);
  pass_on (self);
  unlock (self);
}

/* With the lock held. Returns: whether it was among those that wait */
static gboolean
take_out (HandOut *self, HandOutTurn *turn)
{
  for (HandOutTurn **link = &self->first; *link != NULL; link = &(*link)->next)
    {
      if (*link != turn)
        continue;
      *link = turn->next;
      if (*link == NULL)
        self->end = link;
      return TRUE;
    }
  return FALSE;
}

void
hand_out_withdraw (HandOut *self, HandOutTurn *turn)
{
  if (!turn->is_waiting)
    return;
  lock (self);
  if (take_out (self, turn))
    turn->is_waiting = FALSE;
  unlock (self);
}

void
hand_out_leave (HandOut *self, HandOutTurn *turn)
{
  if (!turn->is_waiting && !turn->has_begun)
    return;
  lock (self);
  /* It may have been called, and not know it yet. */
  if (turn->has_begun || !take_out (self, turn))
    pass_on (self);
  unlock (self);
  turn->is_waiting = FALSE;
  turn->has_begun = FALSE;
}
