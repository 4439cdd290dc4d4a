/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How much somebody may still say: a session, or all sessions of an account together. Pure.
 */
#pragma once

#include <glib.h>

/* Zeroed is full. */
typedef struct
{
  double left;  /* messages that may be sent at @at_us */
  gint64 at_us; /* monotonic */
} SendBudget;

/**
 * send_budget_take:
 * @rate: [messages/s]; after a silence twice as many at once; 0: no limit
 *
 * Returns: 0, and one is taken off; or how long to wait [ms]
 */
static inline gint64
send_budget_take (SendBudget *self, guint rate, gint64 now_us)
{
  if (rate == 0)
    return 0;

  double earned = (double)(now_us - self->at_us) * rate / G_USEC_PER_SEC;
  self->left = self->at_us == 0 ? 2.0 * rate : MIN (self->left + earned, 2.0 * rate);
  self->at_us = now_us;
  if (self->left < 1.0)
    return (gint64)((1.0 - self->left) * 1000.0 / rate) + 1;
  self->left -= 1.0;
  return 0;
}
