/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Timers of a clock that a test turns.
 */
#pragma once

#include <glib.h>

/**
 * fake_timer_new:
 * @now_ms: borrowed for as long as the timer lives: the time, which is the test's to change
 *
 * Returns: (transfer full): one for timer_new() of ParlanceClock
 */
GSource *fake_timer_new (const gint64 *now_ms, guint delay_ms);
