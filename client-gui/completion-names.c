/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whom one answers is likelier to have spoken just now than to come first in the alphabet.
 */
#include "client-gui/completion-names.h"

#define MOST_MESSAGES 50 /* that are looked at for who spoke */
#define MOST_MEMBERS 500 /* of a room that are offered */

static void
add_nick (GPtrArray *nicks, const char *nick)
{
  if (!g_ptr_array_find_with_equal_func (nicks, nick, g_str_equal, NULL))
    g_ptr_array_add (nicks, g_strdup (nick));
}

GPtrArray *
parlance_completion_nicks (ParlanceRoom *room)
{
  g_return_val_if_fail (PARLANCE_IS_ROOM (room), NULL);

  ParlanceMessageList *messages = parlance_room_get_messages (room);
  ParlanceMemberList *members = parlance_room_get_members (room);
  GPtrArray *nicks = g_ptr_array_new_with_free_func (g_free);
  guint n = parlance_message_list_get_n (messages);

  for (guint i = 0; i < MIN (n, MOST_MESSAGES); i++)
    {
      ParlanceMessage *message = parlance_message_list_get (messages, n - 1 - i);
      if (!parlance_message_get_is_own (message) &&
          parlance_member_list_contains (members, parlance_message_get_from (message)))
        add_nick (nicks, parlance_message_get_from (message));
    }
  for (guint i = 0; i < MIN (parlance_member_list_get_n (members), MOST_MEMBERS); i++)
    add_nick (nicks, parlance_member_list_get_nick (members, i));
  return nicks;
}

GPtrArray *
parlance_completion_rooms (ParlanceClient *client)
{
  g_return_val_if_fail (PARLANCE_IS_CLIENT (client), NULL);

  GListModel *conversations = parlance_client_get_conversations (client);
  GPtrArray *rooms = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < g_list_model_get_n_items (conversations); i++)
    {
      g_autoptr (ParlanceConversation) conversation = g_list_model_get_item (conversations, i);
      ParlanceRoom *room = parlance_conversation_get_room (conversation);
      g_ptr_array_add (rooms, g_strdup (parlance_room_get_name (room)));
    }
  return rooms;
}
