/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceMessageList: a GListModel of the ParlanceMessages of one room, to bind a view to. First
 * the messages that the server has, by seq; then our own that it has not confirmed yet, in the
 * order in which they were written. A message appears once. When one of our own is confirmed, the
 * object that was pending is the one that stays; where its place does not change, "items-changed"
 * is not emitted.
 *
 * It starts empty: parlance_room_load_older_async() brings what was said before. One thread, that
 * of the chat it belongs to.
 *
 * Properties: "has-older" (boolean) and "n-unsent" (uint), both readable with "notify".
 */
#pragma once

#include "protocol/client/message.h"

#define PARLANCE_TYPE_MESSAGE_LIST (parlance_message_list_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceMessageList, parlance_message_list, PARLANCE, MESSAGE_LIST, GObject)

/** parlance_message_list_get_n: the number of messages, as g_list_model_get_n_items(). */
guint parlance_message_list_get_n (ParlanceMessageList *self);

/** parlance_message_list_get: Returns: (transfer none) (nullable): the one at @position */
ParlanceMessage *parlance_message_list_get (ParlanceMessageList *self, guint position);

/**
 * parlance_message_list_find:
 * @seq: what a reply_to or a search result says
 * @ret_position: (out) (optional)
 *
 * Takes O(log n).
 *
 * Returns: (transfer none) (nullable): %NULL when that message is not loaded
 */
ParlanceMessage *
parlance_message_list_find (ParlanceMessageList *self, gint64 seq, guint *ret_position);

/** parlance_message_list_get_first_seq: of the oldest that is loaded; 0: none is */
gint64 parlance_message_list_get_first_seq (ParlanceMessageList *self);

/** parlance_message_list_get_has_older: whether the server has messages before the first. */
gboolean parlance_message_list_get_has_older (ParlanceMessageList *self);

/** parlance_message_list_get_n_unsent: how many at the end are pending or failed. */
guint parlance_message_list_get_n_unsent (ParlanceMessageList *self);

/**
 * parlance_message_list_set_limit:
 * @n_messages: at least 1; 100 000 unless set
 *
 * When a message arrives and there are more than this, or very many bytes of them, the oldest are
 * let go; they can be loaded again.
 */
void parlance_message_list_set_limit (ParlanceMessageList *self, guint n_messages);
guint parlance_message_list_get_limit (ParlanceMessageList *self);
