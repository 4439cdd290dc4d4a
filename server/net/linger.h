/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For a thread that expects more at once: it looks again for a moment instead of going to sleep and
 * being woken, which costs whoever wakes it more than the work does. Between two looks it gives way
 * to every other thread, so that it takes only what nobody else wants
 * (docs/decisions/0007-who-talks-is-not-put-to-sleep.md).
 */
#pragma once

#include <glib.h>

/* All zeros: does not linger. */
typedef struct
{
  gint64 until_us; /* monotonic; 0: does not */
} Linger;

/**
 * linger_begin:
 * @time_us: [us] from now on; never shortens what was begun before
 */
void linger_begin (Linger *self, gint64 time_us);

/**
 * linger_goes_on:
 *
 * To be asked before each wait. Gives way to other threads while it goes on.
 *
 * Returns: whether to look again instead of waiting
 */
gboolean linger_goes_on (Linger *self);

/** linger_is_on: whether linger_goes_on() has not said yet that it is over */
static inline gboolean
linger_is_on (const Linger *self)
{
  return self->until_us != 0;
}
