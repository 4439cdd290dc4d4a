/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceRoomHeader: the header bar of a conversation: the room and its topic, which a click
 * changes, and what can be opened beside the messages. Its buttons ask by `win.show-rooms`,
 * `room.show-people`, `win.find` and `win.show-dictionary`.
 *
 * Properties: "show-back" (boolean): whether the list of rooms is on another page;
 * "show-end-title-buttons" (boolean): whether the window ends at this header bar.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"

#define PARLANCE_TYPE_ROOM_HEADER (parlance_room_header_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceRoomHeader, parlance_room_header, PARLANCE, ROOM_HEADER, GtkWidget)

/** parlance_room_header_set_client: once, before it is shown */
void parlance_room_header_set_client (ParlanceRoomHeader *self, ParlanceClient *client);
