/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One throttle for addresses and accounts: their names differ, for no address is a number alone.
 */
#include "server/chat/room-makers.h"

#include "server/chat/throttle.h"

#define MS_PER_MIN 60000
#define MAX_NAMES 8192

struct RoomMakers
{
  guint rate;
  Throttle *throttle; /* (nullable): %NULL: @rate is 0 */
};

RoomMakers *
room_makers_new (void)
{
  return g_new0 (RoomMakers, 1);
}

void
room_makers_free (RoomMakers *self)
{
  if (self == NULL)
    return;
  throttle_free (self->throttle);
  g_free (self);
}

gint64
room_makers_take (RoomMakers *self, guint rate, const char *address, gint64 account, gint64 now_us)
{
  gint64 wait_ms = 0;

  if (rate != self->rate)
    {
      g_clear_pointer (&self->throttle, throttle_free);
      self->rate = rate;
      if (rate > 0)
        self->throttle =
            throttle_new (rate * ROOM_MAKERS_BURST_MIN, MAX (MS_PER_MIN / rate, 1), MAX_NAMES);
    }
  if (self->throttle == NULL)
    return 0;
  if (address != NULL)
    wait_ms = throttle_take (self->throttle, address, now_us);
  if (wait_ms == 0 && account != 0)
    {
      g_autofree char *name = g_strdup_printf ("%" G_GINT64_FORMAT, account);

      wait_ms = throttle_take (self->throttle, name, now_us);
    }
  return wait_ms;
}
