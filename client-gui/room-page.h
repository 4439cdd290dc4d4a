/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceRoomPage: one conversation: header, messages, composer, people. Actions, besides
 * `room.show-people`:
 *
 *   room.reply(x)         what is sent next answers the message of that seq
 *   room.scroll(i)        by so many pages, downwards
 *   room.show-message(x)  scrolls to the message of that seq
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"
#include "client-gui/room-header.h"

#define PARLANCE_TYPE_ROOM_PAGE (parlance_room_page_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceRoomPage, parlance_room_page, PARLANCE, ROOM_PAGE, GtkWidget)

/** parlance_room_page_set_client: once, before it is shown */
void parlance_room_page_set_client (ParlanceRoomPage *self, ParlanceClient *client);

/** parlance_room_page_get_header: Returns: (transfer none): how it fits into the window */
ParlanceRoomHeader *parlance_room_page_get_header (ParlanceRoomPage *self);

/** parlance_room_page_show_message: scrolls to the message of that number, and marks it for a
 * moment; it is loaded if need be */
void parlance_room_page_show_message (ParlanceRoomPage *self, gint64 seq);

/** parlance_room_page_find: opens the search in the conversation */
void parlance_room_page_find (ParlanceRoomPage *self);
