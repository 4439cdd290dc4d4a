/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceRoomChoice: a room of the server that one may go to, for lists. It never changes.
 */
#pragma once

#include "protocol/client/room-info.h"

#define PARLANCE_TYPE_ROOM_CHOICE (parlance_room_choice_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceRoomChoice, parlance_room_choice, PARLANCE, ROOM_CHOICE, GObject)

ParlanceRoomChoice *parlance_room_choice_new (ParlanceRoomInfo *info);

ParlanceRoomInfo *parlance_room_choice_get_info (ParlanceRoomChoice *self);

/**
 * parlance_room_choice_contains:
 * @folded: of g_utf8_casefold()
 *
 * Returns: whether @folded stands in the name or the topic
 */
gboolean parlance_room_choice_contains (ParlanceRoomChoice *self, const char *folded);

/** parlance_room_choice_is_called: @name_folded: of parlance_name_fold(): whether it is its name */
gboolean parlance_room_choice_is_called (ParlanceRoomChoice *self, const char *name_folded);

/** parlance_room_choice_compare: those with more people first, then by name; a GCompareDataFunc */
int parlance_room_choice_compare (gconstpointer a, gconstpointer b, gpointer unused);
