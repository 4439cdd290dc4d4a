/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How a chat stands with its server.
 */
#pragma once

#include <glib-object.h>

typedef enum
{
  PARLANCE_CHAT_OFFLINE, /* nothing is wanted: before parlance_chat_connect(), after _disconnect()
                          */
  PARLANCE_CHAT_CONNECTING, /* an attempt is under way */
  PARLANCE_CHAT_ONLINE,     /* the server knows our nick */
  PARLANCE_CHAT_WAITING,    /* there is no connection; the next attempt comes by itself */
  PARLANCE_CHAT_FAILED, /* trying again would not help: see parlance_chat_get_error(), change what
                           is wrong, and parlance_chat_connect() again */
} ParlanceChatState;

#define PARLANCE_TYPE_CHAT_STATE (parlance_chat_state_get_type ())
GType parlance_chat_state_get_type (void);
