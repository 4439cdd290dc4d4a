/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The surest sign is looked for first.
 */
#include "client-gui/message-call.h"

#include <string.h>

#include "protocol/client/mention.h"

/* The marks that end a question: Latin, full-width (Chinese), Arabic, Greek, Armenian, interrobang.
 * One inside a web address asks nothing. */
static gboolean
asks (const char *text)
{
  static const char *const marks[] = { "?", "？", "؟", "\u037E", "՞", "‽" };

  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++)
    for (const char *at = text; (at = strstr (at, marks[i])) != NULL; at += strlen (marks[i]))
      {
        gunichar next = g_utf8_get_char (at + strlen (marks[i]));
        if (next == 0 || !g_unichar_isalnum (next) || next > 0x7F)
          return TRUE;
      }
  return FALSE;
}

ParlanceCall
parlance_message_call (ParlanceConversation *conversation, ParlanceMessage *message)
{
  g_return_val_if_fail (PARLANCE_IS_CONVERSATION (conversation), PARLANCE_CALL_NONE);
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (message), PARLANCE_CALL_NONE);

  ParlanceRoom *room = parlance_conversation_get_room (conversation);
  ParlanceChat *chat = parlance_conversation_get_chat (conversation);
  const char *text = parlance_message_get_text (message);
  ParlanceMessage *answered = parlance_message_list_find (
      parlance_room_get_messages (room), parlance_message_get_reply_to (message), NULL);

  if (parlance_message_get_is_own (message))
    return PARLANCE_CALL_NONE;
  if (parlance_text_mentions (text, parlance_chat_get_nick (chat)))
    return PARLANCE_CALL_MENTION;
  if (answered != NULL && parlance_message_get_is_own (answered))
    return PARLANCE_CALL_REPLY;
  if (parlance_member_list_get_n (parlance_room_get_members (room)) == 2 && asks (text))
    return PARLANCE_CALL_QUESTION;
  return PARLANCE_CALL_NONE;
}
