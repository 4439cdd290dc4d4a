/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What one said before, to say it again. Pure.
 */
#pragma once

#include "protocol/client/message-list.h"

#define PARLANCE_RECALL_MOST 2000 /* messages that are looked through */

/**
 * parlance_recall_step:
 * @at: (nullable): the message that was recalled last; %NULL: none
 * @by: -1: an earlier one, 1: a later one
 *
 * Returns: (transfer none) (nullable): one of our own that can be typed; %NULL when there is none
 */
ParlanceMessage *parlance_recall_step (ParlanceMessageList *messages, ParlanceMessage *at, int by);

/** parlance_recall_text: Returns: (transfer full): what one types to say it */
char *parlance_recall_text (ParlanceMessage *message);
