/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What protocol/client itself does to messages.
 */
#pragma once

#include "protocol/client/message.h"
#include "protocol/wire/limits.h"

#define PARLANCE_MESSAGE_MAX_FROM (4 * PARLANCE_MAX_NICK) /* [bytes] */

/** parlance_message_get_n_bytes: [bytes] about how much memory what it says takes */
guint32 parlance_message_get_n_bytes (ParlanceMessage *self);

/**
 * parlance_message_new_from_value:
 * @value: a message object as a server sends it; copied
 * @error: %G_IO_ERROR_INVALID_DATA
 *
 * Returns: (transfer full) (nullable): a message that is sent
 */
ParlanceMessage *parlance_message_new_from_value (const ParlanceJsonValue *value, GError **error);

/**
 * parlance_messages_from_json:
 * @json: the JSON text of a result of `history` or `search_messages`
 * @ret_more: (out) (optional): its `more`
 * @error: %G_IO_ERROR_INVALID_DATA when @json as a whole makes no sense. Messages that make none
 * are left out
 *
 * Returns: (transfer full) (nullable) (element-type ParlanceMessage): in the server's order
 */
GPtrArray *parlance_messages_from_json (const char *json, gboolean *ret_more, GError **error);

/**
 * parlance_message_new_own:
 * @entry: (nullable)
 * @key: (nullable): %NULL: one is made up
 *
 * Returns: (transfer full): a message that is pending
 */
ParlanceMessage *parlance_message_new_own (const char *room,
                                           const char *from,
                                           ParlanceMessageKind kind,
                                           const char *text,
                                           gint64 reply_to,
                                           ParlanceEntry *entry,
                                           const char *key);

/** parlance_message_set_own: says that a received message is from ourselves; before others see it
 */
void parlance_message_set_own (ParlanceMessage *self);

/** parlance_message_set_sent: the server has it. */
void parlance_message_set_sent (ParlanceMessage *self, gint64 seq, gint64 time_ms);

/** parlance_message_set_failed: the server does not take it. */
void parlance_message_set_failed (ParlanceMessage *self, const GError *error);

/** parlance_message_set_pending: it is to be sent again. */
void parlance_message_set_pending (ParlanceMessage *self);
