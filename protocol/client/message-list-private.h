/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What protocol/client itself does to the list of a room's messages. The list knows up to which seq
 * everything has been delivered: delivered messages come above that, older ones at or below it.
 */
#pragma once

#include "protocol/client/message-list.h"

ParlanceMessageList *parlance_message_list_new (void);

/** parlance_message_list_get_last_seq: everything up to it was delivered, or was before our time */
gint64 parlance_message_list_get_last_seq (ParlanceMessageList *self);

/**
 * parlance_message_list_restart:
 * @last_seq: where the room's log stands
 *
 * Forgets all messages that the server has, and starts after @last_seq.
 */
void parlance_message_list_restart (ParlanceMessageList *self, gint64 last_seq);

/** parlance_message_list_set_has_older: whether the server has messages before the first */
void parlance_message_list_set_has_older (ParlanceMessageList *self, gboolean has_older);

/**
 * parlance_message_list_deliver:
 * @message: with a seq above parlance_message_list_get_last_seq()
 *
 * Appends what the server passed on. When it is one of our own at the end of the list, that object
 * takes its place.
 *
 * Returns: (transfer none): the object that is in the list; valid until the list changes
 */
ParlanceMessage *
parlance_message_list_deliver (ParlanceMessageList *self, ParlanceMessage *message);

/**
 * parlance_message_list_prepend:
 * @messages: (element-type ParlanceMessage): a page of history before the first message
 *
 * What is not in ascending order, or not before the first message, is left out.
 *
 * Returns: how many were added
 */
guint parlance_message_list_prepend (ParlanceMessageList *self, GPtrArray *messages);

/** parlance_message_list_add_own: appends a message that is pending */
void parlance_message_list_add_own (ParlanceMessageList *self, ParlanceMessage *message);

/**
 * parlance_message_list_acknowledge:
 * @message: one of our own
 *
 * The server has said which seq and time @message has, before or after passing it on.
 */
void parlance_message_list_acknowledge (ParlanceMessageList *self,
                                        ParlanceMessage *message,
                                        gint64 seq,
                                        gint64 time_ms);

/** parlance_message_list_move_to_end: of one of our own that is to be sent again */
void parlance_message_list_move_to_end (ParlanceMessageList *self, ParlanceMessage *message);

/** parlance_message_list_remove_own: of one that is not sent */
void parlance_message_list_remove_own (ParlanceMessageList *self, ParlanceMessage *message);
