/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a worker does when it has looked after all input, and how it stays out of the way of who
 * asks meanwhile. The worker's own; nobody else includes it.
 */
#pragma once

#include "server/net/hand-out.h"
#include "server/net/mailbox.h"

typedef struct Worker Worker;

/* Zeroed is none. */
typedef struct
{
  gboolean (*run) (void *context); /* (nullable) */
  gboolean is_due;                 /* it asked for another turn, or was asked for */
  gboolean is_late;                /* what it has handed out last had waited for long */
  gboolean keeps_turn;             /* there is more for it */
  gboolean is_crowded;             /* whoever was given way to last has taken long */
  gint64 late_at_ms;               /* when what waits for a turn is late; 0: nothing does */
  gint64 stint_us;   /* monotonic: since when the worker did not give way; 0: it has rested */
  HandOut *hand_out; /* (nullable): nobody is to be given way to */
  HandOutTurn turn;
  MailboxMessage called; /* the word that the turn has come */
} WorkerChore;

void worker_do_chore (Worker *self);
/** worker_give_way: before a turn of the worker that goes on with a chore */
void worker_give_way (Worker *self);
/** worker_end_chores: there will be none; others need not wait for it */
void worker_end_chores (Worker *self);

/* In worker.c. */

WorkerChore *worker_own_chore (Worker *self);
