/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The GType of the states of a chat.
 */
#include "protocol/client/chat-state.h"

G_DEFINE_ENUM_TYPE (ParlanceChatState,
                    parlance_chat_state,
                    G_DEFINE_ENUM_VALUE (PARLANCE_CHAT_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (PARLANCE_CHAT_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (PARLANCE_CHAT_ONLINE, "online"),
                    G_DEFINE_ENUM_VALUE (PARLANCE_CHAT_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (PARLANCE_CHAT_FAILED, "failed"))
