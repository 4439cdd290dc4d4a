/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The system's time and chance, and timers that know where they are kept.
 */
#include "protocol/client/clock.h"

static gint64
system_now_ms (gpointer data)
{
  return g_get_monotonic_time () / 1000;
}

static double
system_random (gpointer data)
{
  return g_random_double ();
}

static GSource *
system_timer_new (gpointer data, guint delay_ms)
{
  return g_timeout_source_new (delay_ms);
}

const ParlanceClock *
parlance_clock_system (void)
{
  static const ParlanceClock clock = {
    .now_ms = system_now_ms,
    .random = system_random,
    .timer_new = system_timer_new,
  };

  return &clock;
}

gint64
parlance_clock_now_ms (const ParlanceClock *self)
{
  return self->now_ms (self->data);
}

double
parlance_clock_random (const ParlanceClock *self)
{
  return self->random (self->data);
}

void
parlance_clock_start_timer (const ParlanceClock *self,
                            GSource **timer,
                            GMainContext *context,
                            guint delay_ms,
                            GSourceFunc function,
                            gpointer data)
{
  parlance_clock_stop_timer (timer);
  *timer = self->timer_new (self->data, delay_ms);
  g_source_set_callback (*timer, function, data, NULL);
  g_source_attach (*timer, context);
}

void
parlance_clock_stop_timer (GSource **timer)
{
  if (*timer != NULL)
    g_source_destroy (*timer);
  g_clear_pointer (timer, g_source_unref);
}
