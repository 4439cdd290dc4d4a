/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Back-off against guessing: how many attempts somebody has left. An attempt is taken off before it
 * is made, so that many at once gain nothing, and given back when it was none: the password was
 * right. One thread.
 */
#pragma once

#include <glib.h>

typedef struct Throttle Throttle;

/**
 * throttle_new:
 * @burst: attempts that somebody new has
 * @period_ms: until one comes back
 * @max_names: of whom something is remembered. Who still waits for an attempt to come back is not
 *   forgotten for others; when there are only such, somebody new waits as well
 */
Throttle *throttle_new (guint burst, gint64 period_ms, guint max_names);
/** throttle_free: takes %NULL */
void throttle_free (Throttle *self);

/**
 * throttle_take:
 * @name: who attempts
 *
 * Returns: 0, and one is taken off; or how long to wait for one [ms]
 */
gint64 throttle_take (Throttle *self, const char *name, gint64 now_us);

/** throttle_give_back: the last one was none */
void throttle_give_back (Throttle *self, const char *name);
