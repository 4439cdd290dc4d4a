/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceRoomChoiceRow: a ParlanceRoomChoice in a list.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/room-choice.h"

#define PARLANCE_TYPE_ROOM_CHOICE_ROW (parlance_room_choice_row_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceRoomChoiceRow, parlance_room_choice_row, PARLANCE, ROOM_CHOICE_ROW, GtkWidget)

GtkWidget *parlance_room_choice_row_new (void);

/** parlance_room_choice_row_set: @joined: whether one is in the room already */
void parlance_room_choice_row_set (ParlanceRoomChoiceRow *self,
                                   ParlanceRoomChoice *choice,
                                   gboolean joined);
