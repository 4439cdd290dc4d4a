/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether a message is for us in particular. Pure.
 */
#pragma once

#include "client-gui/conversation.h"

typedef enum
{
  PARLANCE_CALL_NONE,
  PARLANCE_CALL_MENTION,  /* it has our nick in it */
  PARLANCE_CALL_REPLY,    /* it answers a message of ours */
  PARLANCE_CALL_QUESTION, /* it asks, and nobody else is there to be asked */
} ParlanceCall;

/**
 * parlance_message_call:
 * @message: of the room of @conversation
 *
 * A message that is ours, or older than this run, calls nobody. What a message answers is known as
 * long as that message is loaded.
 */
ParlanceCall parlance_message_call (ParlanceConversation *conversation, ParlanceMessage *message);
