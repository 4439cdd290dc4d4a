/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A source that looks at the test's time whenever the main loop turns.
 */
#include "tests/client/fake-timer.h"

typedef struct
{
  GSource source;
  const gint64 *now_ms;
  gint64 due_ms;
  guint delay_ms;
} FakeTimer;

static gboolean
timer_prepare (GSource *source, int *timeout)
{
  const FakeTimer *timer = (FakeTimer *)source;

  *timeout = -1;
  return *timer->now_ms >= timer->due_ms;
}

static gboolean
timer_check (GSource *source)
{
  int timeout;

  return timer_prepare (source, &timeout);
}

static gboolean
timer_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  FakeTimer *timer = (FakeTimer *)source;

  timer->due_ms += timer->delay_ms;
  return callback (user_data);
}

static GSourceFuncs timer_funcs = {
  .prepare = timer_prepare,
  .check = timer_check,
  .dispatch = timer_dispatch,
};

GSource *
fake_timer_new (const gint64 *now_ms, guint delay_ms)
{
  GSource *source = g_source_new (&timer_funcs, sizeof (FakeTimer));
  FakeTimer *timer = (FakeTimer *)source;

  timer->now_ms = now_ms;
  timer->due_ms = *now_ms + delay_ms;
  timer->delay_ms = delay_ms;
  return source;
}
