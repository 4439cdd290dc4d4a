/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceRoom: a room that this chat is in, wants to be in, or was in. Made by
 * parlance_chat_join(); the same object for as long as it is in parlance_chat_get_rooms(), over any
 * number of connections. One thread, that of the chat.
 *
 * Properties, all readable, "notify" when they change: "name", "topic" (strings), "state" (enum),
 * "error" (boxed GError), "last-seq" (int64), "members-live" (boolean), "typing" (boxed GStrv),
 * "messages" and "members" (objects, constant).
 */
#pragma once

#include "protocol/client/member-list.h"
#include "protocol/client/message-list.h"

typedef enum
{
  PARLANCE_ROOM_JOINING, /* wanted; the server of this connection has not confirmed it (yet) */
  PARLANCE_ROOM_JOINED,
  PARLANCE_ROOM_FAILED, /* the server refuses it: see parlance_room_get_error() */
  PARLANCE_ROOM_LEFT,   /* no longer part of the chat */
} ParlanceRoomState;

#define PARLANCE_TYPE_ROOM_STATE (parlance_room_state_get_type ())
GType parlance_room_state_get_type (void);

#define PARLANCE_TYPE_ROOM (parlance_room_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceRoom, parlance_room, PARLANCE, ROOM, GObject)

/**
 * ParlanceRoom::message:
 * @message: (type ParlanceMessage)
 *
 * A message was said: live, or while we were away. In seq order, each once, and already in the
 * list. One of our own comes when the server passes it on, as everybody gets it. Not emitted for
 * what parlance_room_load_older_async() brings.
 */

/**
 * ParlanceRoom::joined:
 * @nick: who came
 */

/**
 * ParlanceRoom::left:
 * @nick: who went
 */

/**
 * ParlanceRoom::topic-changed:
 * @topic: may be empty
 * @by: who changed it
 *
 * Not emitted for the topic a room has when we come in; "notify::topic" is.
 */

/** parlance_room_get_name: as the server writes it; until it has been joined, as it was asked for.
 */
const char *parlance_room_get_name (ParlanceRoom *self);

/** parlance_room_get_topic: Returns: (transfer none): "" when there is none */
const char *parlance_room_get_topic (ParlanceRoom *self);

ParlanceRoomState parlance_room_get_state (ParlanceRoom *self);

/** parlance_room_get_error: Returns: (transfer none) (nullable): why it could not be joined */
const GError *parlance_room_get_error (ParlanceRoom *self);

/** parlance_room_get_messages: Returns: (transfer none): lives as long as @self */
ParlanceMessageList *parlance_room_get_messages (ParlanceRoom *self);

/**
 * parlance_room_get_members:
 *
 * As of the last connection while there is none. Where parlance_room_get_members_live() says
 * %FALSE, as of when they were last fetched.
 *
 * Returns: (transfer none): lives as long as @self
 */
ParlanceMemberList *parlance_room_get_members (ParlanceRoom *self);

/**
 * parlance_room_get_members_live:
 *
 * Returns: whether the server tells who comes and goes. It does not in rooms over
 *   PARLANCE_QUIET_MEMBERS: there parlance_room_refresh_members_async() asks
 */
gboolean parlance_room_get_members_live (ParlanceRoom *self);

/** parlance_room_get_last_seq: the newest message that was delivered; 0: none is known */
gint64 parlance_room_get_last_seq (ParlanceRoom *self);

/**
 * parlance_room_get_n_missed:
 *
 * Returns: how many messages were said while we were away, when the room was last joined. They come
 *   as ParlanceRoom::message from then on
 */
gint64 parlance_room_get_n_missed (ParlanceRoom *self);

/**
 * parlance_room_get_typing:
 *
 * Returns: (transfer none) (array zero-terminated=1): the nicks of others who write just now,
 * sorted; a nick goes after 6 s without a sign, or when its message comes. Valid until it changes
 */
const char *const *parlance_room_get_typing (ParlanceRoom *self);

/**
 * parlance_room_load_older_async:
 * @n_messages: at most how many, 1 to PARLANCE_MAX_HISTORY
 *
 * Puts the messages before the first one of the list in front of it; into an empty list, the newest
 * of the room. A call while another is under way ends with %G_IO_ERROR_PENDING.
 */
void parlance_room_load_older_async (ParlanceRoom *self,
                                     guint n_messages,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);

/**
 * parlance_room_load_older_finish:
 * @ret_n_loaded: (out) (optional): how many were added, 0 when there are no older ones
 * @error: %G_IO_ERROR_NOT_CONNECTED and what else parlance_session_call_finish() says
 */
gboolean parlance_room_load_older_finish (ParlanceRoom *self,
                                          GAsyncResult *result,
                                          guint *ret_n_loaded,
                                          GError **error);

/** parlance_room_refresh_members_async: asks the server who is there, for rooms that are not live.
 */
void parlance_room_refresh_members_async (ParlanceRoom *self,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);

gboolean
parlance_room_refresh_members_finish (ParlanceRoom *self, GAsyncResult *result, GError **error);
