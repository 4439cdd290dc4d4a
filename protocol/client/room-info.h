/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A room as a server lists it. Immutable and reference-counted. Strings are strangers' text.
 * Source: docs/protocol.md, section 5, `rooms`.
 */
#pragma once

#include <glib-object.h>

typedef struct _ParlanceRoomInfo ParlanceRoomInfo;

#define PARLANCE_TYPE_ROOM_INFO (parlance_room_info_get_type ())
GType parlance_room_info_get_type (void);

/**
 * parlance_room_info_list_from_json:
 * @json: the JSON text of a result of `rooms`
 * @error: %G_IO_ERROR_INVALID_DATA
 *
 * Returns: (transfer full) (nullable) (element-type ParlanceRoomInfo): in the server's order
 */
GPtrArray *parlance_room_info_list_from_json (const char *json, GError **error);

ParlanceRoomInfo *parlance_room_info_ref (ParlanceRoomInfo *self);
void parlance_room_info_unref (ParlanceRoomInfo *self);

const char *parlance_room_info_get_name (const ParlanceRoomInfo *self);

/** parlance_room_info_get_topic: "" when there is none */
const char *parlance_room_info_get_topic (const ParlanceRoomInfo *self);

gint64 parlance_room_info_get_n_members (const ParlanceRoomInfo *self);

/** parlance_room_info_get_last_seq: seq of the newest message; 0: there is none */
gint64 parlance_room_info_get_last_seq (const ParlanceRoomInfo *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParlanceRoomInfo, parlance_room_info_unref)
