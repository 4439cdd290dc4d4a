/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceConversation: a room as one person has it before them: what of it has been read, what has
 * been written and not sent. As long-lived as the ParlanceRoom.
 *
 * Properties: "chat" (ParlanceChat, constant), "room" (ParlanceRoom, constant), "n-unread" (uint),
 * "has-mention" (boolean: one of the unread names us), "read-seq" (int64: the last message that was
 * read; -1: unknown as yet), "draft" (string, writable).
 */
#pragma once

#include "protocol/client/chat.h"

#define PARLANCE_TYPE_CONVERSATION (parlance_conversation_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceConversation, parlance_conversation, PARLANCE, CONVERSATION, GObject)

/** parlance_conversation_new: @room: of @chat */
ParlanceConversation *parlance_conversation_new (ParlanceChat *chat, ParlanceRoom *room);

ParlanceChat *parlance_conversation_get_chat (ParlanceConversation *self);
ParlanceRoom *parlance_conversation_get_room (ParlanceConversation *self);

/**
 * parlance_conversation_get_n_unread:
 *
 * Returns: how many messages of others came after the one that was read last. Of what was said
 *   before this run only the newest have been looked at: those before them count as others'
 */
guint parlance_conversation_get_n_unread (ParlanceConversation *self);
gboolean parlance_conversation_get_has_mention (ParlanceConversation *self);
gint64 parlance_conversation_get_read_seq (ParlanceConversation *self);

/**
 * parlance_conversation_restore_read_seq:
 * @seq: up to where it was read in an earlier run; -1: unknown
 *
 * Once, when the conversation has just been made.
 */
void parlance_conversation_restore_read_seq (ParlanceConversation *self, gint64 seq);

/** parlance_conversation_mark_read: all that has come is read: the newest is in view and looked at
 */
void parlance_conversation_mark_read (ParlanceConversation *self);

const char *parlance_conversation_get_draft (ParlanceConversation *self);
void parlance_conversation_set_draft (ParlanceConversation *self, const char *draft);
