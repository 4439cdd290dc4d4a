/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where the chat has its time and its chance from, so that tests decide both. Constant.
 */
#pragma once

#include <glib.h>

typedef struct
{
  /* [ms] monotonic, from an arbitrary start */
  gint64 (*now_ms) (gpointer data);

  /* 0 to below 1 */
  double (*random) (gpointer data);

  /* (transfer full): dispatched once @delay_ms have passed, and again after as long */
  GSource *(*timer_new) (gpointer data, guint delay_ms);

  gpointer data;
} ParlanceClock;

/** parlance_clock_system: Returns: (transfer none): the monotonic clock and GLib's random numbers
 */
const ParlanceClock *parlance_clock_system (void);

gint64 parlance_clock_now_ms (const ParlanceClock *self);
double parlance_clock_random (const ParlanceClock *self);

/**
 * parlance_clock_start_timer:
 * @timer: (inout): the place of the timer; one that stands there is stopped
 * @context: where it is dispatched
 * @function: returns %G_SOURCE_CONTINUE to be called again after as long
 */
void parlance_clock_start_timer (const ParlanceClock *self,
                                 GSource **timer,
                                 GMainContext *context,
                                 guint delay_ms,
                                 GSourceFunc function,
                                 gpointer data);

/** parlance_clock_stop_timer: @timer: (inout): may stand on %NULL */
void parlance_clock_stop_timer (GSource **timer);
