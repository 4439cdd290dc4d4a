/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Handing out to crowds, and not being in the way of who asks: what the workers of a server share
 * for that (docs/decisions/0012-one-core-is-for-who-asks.md).
 *
 * As long as nobody asks, each worker hands out as it likes. While somebody does, workers take
 * turns: so few at once that a core is left.
 */
#pragma once

#include <glib.h>

typedef struct HandOut HandOut;
typedef struct HandOutTurn HandOutTurn;

#define HAND_OUT_ASKED_MS 1000 /* since somebody has asked last */
#define HAND_OUT_TURN_US 2000  /* after which others go first */
#define HAND_OUT_TURN_STEPS 32 /* but not before so many, where others take the time away */

/* A worker's, for its thread. */
struct HandOutTurn
{
  /* Set before any worker starts. On another worker's thread, with a lock held: that of @owner is
   * to call hand_out_begin(). Once for each time that it has begun to wait, unless it leaves. */
  void (*call) (gpointer owner);
  gpointer owner;
  HandOutTurn *next; /* HandOut's own */
  gboolean is_waiting;
  gboolean has_begun;
  guint n_steps;
  gint64 since_us; /* monotonic: when it began */
};

/** hand_out_new: @n_at_once: workers that hand out at once while somebody asks, at least 1 */
HandOut *hand_out_new (guint n_at_once);
/** hand_out_free: takes %NULL; the workers have gone */
void hand_out_free (HandOut *self);

/** hand_out_note_asked: somebody asks, and waits for the answer. @now_ms: monotonic. Any thread */
void hand_out_note_asked (HandOut *self, gint64 now_ms);
/** hand_out_is_asked: whether somebody did within HAND_OUT_ASKED_MS. Any thread */
gboolean hand_out_is_asked (const HandOut *self, gint64 now_ms);

/* On the thread of the worker whose turn it is: */

/** hand_out_take: Returns: whether it is @turn's; otherwise it will be called when it is */
gboolean hand_out_take (HandOut *self, HandOutTurn *turn);
/** hand_out_begin: it was called */
void hand_out_begin (HandOutTurn *turn);
/** hand_out_end_step: it has handed something out. @has_more: it wants to go on, for which it may
 * have to take another turn */
void hand_out_end_step (HandOut *self, HandOutTurn *turn, gboolean has_more);
/** hand_out_withdraw: it has done without the turn that it waits for. It may have been called all
 * the same, and waits on then */
void hand_out_withdraw (HandOut *self, HandOutTurn *turn);
/** hand_out_leave: it will not hand out any more, and need not be called */
void hand_out_leave (HandOut *self, HandOutTurn *turn);
