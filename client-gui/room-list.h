/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceRoomList: the rooms of the server, which of them has something unread, and the menu.
 *
 * Property: "show-end-title-buttons" (boolean): whether the window ends at this header bar.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"

#define PARLANCE_TYPE_ROOM_LIST (parlance_room_list_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceRoomList, parlance_room_list, PARLANCE, ROOM_LIST, GtkWidget)

/** parlance_room_list_set_client: once, before it is shown */
void parlance_room_list_set_client (ParlanceRoomList *self, ParlanceClient *client);

/** parlance_room_list_show_menu: opens the primary menu */
void parlance_room_list_show_menu (ParlanceRoomList *self);

/** parlance_room_list_get_banner: Returns: (transfer none): says how the connection is; hidden
 * unless somebody shows it */
GtkWidget *parlance_room_list_get_banner (ParlanceRoomList *self);
