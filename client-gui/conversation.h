/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceConversation: a room as one person has it before them: what of it has been read, what has
 * been written and not sent. As long-lived as the ParlanceRoom.
 *
 * Properties: "room" (ParlanceRoom, constant), "n-unread" (uint), "has-mention" (boolean: one of
 * the unread names us), "read-seq" (int64: the last message that was read; -1: unknown as yet),
 * "draft" (string, writable).
 */
#pragma once

#include "protocol/client/room.h"

#define PARLANCE_TYPE_CONVERSATION (parlance_conversation_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceConversation, parlance_conversation, PARLANCE, CONVERSATION, GObject)

ParlanceConversation *parlance_conversation_new (ParlanceRoom *room);

ParlanceRoom *parlance_conversation_get_room (ParlanceConversation *self);

guint parlance_conversation_get_n_unread (ParlanceConversation *self);
gboolean parlance_conversation_get_has_mention (ParlanceConversation *self);
gint64 parlance_conversation_get_read_seq (ParlanceConversation *self);

/** parlance_conversation_restore_read_seq: as it was when the program ended; -1: unknown */
void parlance_conversation_restore_read_seq (ParlanceConversation *self, gint64 seq);

/** parlance_conversation_mark_read: all that has come is read: the newest is in view and looked at
 */
void parlance_conversation_mark_read (ParlanceConversation *self);

const char *parlance_conversation_get_draft (ParlanceConversation *self);
void parlance_conversation_set_draft (ParlanceConversation *self, const char *draft);
