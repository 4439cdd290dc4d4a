/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceRoomRow: one conversation in the list of rooms: its name, what was said last, what is
 * unread. Its menu asks by `win.mark-read` and `win.leave-room`.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/conversation.h"

#define PARLANCE_TYPE_ROOM_ROW (parlance_room_row_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceRoomRow, parlance_room_row, PARLANCE, ROOM_ROW, GtkListBoxRow)

GtkWidget *parlance_room_row_new (ParlanceConversation *conversation);

ParlanceConversation *parlance_room_row_get_conversation (ParlanceRoomRow *self);
