/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The clock and the giving way.
 */
#include "server/net/linger.h"

#include <sched.h>

void
linger_begin (Linger *self, gint64 time_us)
{
  gint64 until_us = g_get_monotonic_time () + time_us;

  self->until_us = MAX (self->until_us, until_us);
}

gboolean
linger_goes_on (Linger *self)
{
  if (self->until_us == 0)
    return FALSE;
  if (g_get_monotonic_time () < self->until_us)
    {
      (void)sched_yield ();
      return TRUE;
    }
  self->until_us = 0;
  return FALSE;
}
