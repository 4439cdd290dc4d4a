/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How long to wait between attempts to connect: twice as long at the most after each one, and each
 * time a random part of that ("full jitter"), so that a thousand clients that lost the same server
 * do not come back at the same moment. Pure. Source: M. Brooker, "Exponential Backoff And Jitter",
 * AWS Architecture Blog, 2015.
 */
#pragma once

#include <glib.h>

#define PARLANCE_BACKOFF_LEAST_MS 250    /* [ms] the most for the first attempt */
#define PARLANCE_BACKOFF_MOST_MS 30000   /* [ms] the most for any */
#define PARLANCE_BACKOFF_STABLE_MS 10000 /* [ms] a connection that held so long was a good one */

typedef struct
{
  guint n_attempts; /* since the last connection that was stable */
} ParlanceBackoff;

/**
 * parlance_backoff_next_ms:
 * @random: 0 to below 1
 *
 * Returns: [ms] to wait for the next attempt, which is counted
 */
guint parlance_backoff_next_ms (ParlanceBackoff *self, double random);

/**
 * parlance_backoff_note_connection:
 * @held_ms: how long a connection stood that ended
 *
 * A server that accepts and hangs up at once is no reason to come back at once.
 */
void parlance_backoff_note_connection (ParlanceBackoff *self, gint64 held_ms);

/** parlance_backoff_reset: the next attempt is the first one */
void parlance_backoff_reset (ParlanceBackoff *self);
