/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A session is in 64 rooms at most, so looking at each of them costs nothing.
 */
#include "client-gui/conversation-walk.h"

/* Returns: its place, or -1 */
static int
find_place (GListModel *conversations, ParlanceConversation *wanted)
{
  guint n = g_list_model_get_n_items (conversations);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ParlanceConversation) conversation = g_list_model_get_item (conversations, i);

      if (conversation == wanted)
        return (int)i;
    }
  return -1;
}

ParlanceConversation *
parlance_conversation_walk (GListModel *conversations,
                            ParlanceConversation *from,
                            int step,
                            gboolean only_unread)
{
  g_return_val_if_fail (G_IS_LIST_MODEL (conversations), NULL);
  g_return_val_if_fail (step == 1 || step == -1, NULL);

  int n = (int)g_list_model_get_n_items (conversations);
  int place = find_place (conversations, from);

  if (place < 0)
    place = step > 0 ? -1 : n;
  for (int i = 1; i <= n; i++)
    {
      g_autoptr (ParlanceConversation) conversation =
          g_list_model_get_item (conversations, (guint)((place + step * i + 2 * n) % n));

      if (conversation != from &&
          (!only_unread || parlance_conversation_get_n_unread (conversation) > 0))
        return conversation;
    }
  return NULL;
}
