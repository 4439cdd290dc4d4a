/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Going from one conversation to another along the list of them. Pure.
 */
#pragma once

#include "client-gui/conversation.h"

/**
 * parlance_conversation_walk:
 * @conversations: of ParlanceConversation
 * @from: (nullable): where one is; %NULL: before the first
 * @step: 1: forward; -1: backward; round the ends
 * @only_unread: whether those in which there is nothing unread are passed over
 *
 * Returns: (transfer none) (nullable): another one than @from, or %NULL when there is none
 */
ParlanceConversation *parlance_conversation_walk (GListModel *conversations,
                                                  ParlanceConversation *from,
                                                  int step,
                                                  gboolean only_unread);
