/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How many rooms an address, and an account, may make: some at once, and then one after the other.
 * One thread.
 */
#pragma once

#include <glib.h>

#define ROOM_MAKERS_BURST_MIN 10 /* at once: as many as come back in so many minutes */

typedef struct RoomMakers RoomMakers;

RoomMakers *room_makers_new (void);
/** room_makers_free: takes %NULL */
void room_makers_free (RoomMakers *self);

/**
 * room_makers_take:
 * @rate: [rooms/min]; 0: any number. When it is another one than before, all begin anew
 * @address: (nullable): network_address_to_name(); %NULL: it does not count
 * @account: 0: none
 *
 * Returns: 0, and it is counted; or how long to wait [ms]
 */
gint64
room_makers_take (RoomMakers *self, guint rate, const char *address, gint64 account, gint64 now_us);
