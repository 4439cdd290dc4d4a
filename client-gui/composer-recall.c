/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Looks back from the end of the list, where what one said is.
 */
#include "client-gui/composer-recall.h"

static gboolean
is_typed (ParlanceMessage *message)
{
  ParlanceMessageKind kind = parlance_message_get_kind (message);

  return parlance_message_get_is_own (message) &&
         (kind == PARLANCE_MESSAGE_TEXT || kind == PARLANCE_MESSAGE_ACTION);
}

ParlanceMessage *
parlance_recall_step (ParlanceMessageList *messages, ParlanceMessage *at, int by)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE_LIST (messages), NULL);
  g_return_val_if_fail (by == 1 || by == -1, NULL);

  guint n = parlance_message_list_get_n (messages);
  ParlanceMessage *later = NULL;
  gboolean passed = at == NULL;
  for (guint i = 0; i < MIN (n, PARLANCE_RECALL_MOST); i++)
    {
      ParlanceMessage *message = parlance_message_list_get (messages, n - 1 - i);
      if (!is_typed (message))
        continue;
      if (passed)
        return by < 0 ? message : NULL;
      if (message == at && by > 0)
        return later;
      passed = message == at;
      later = message;
    }
  return NULL;
}

char *
parlance_recall_text (ParlanceMessage *message)
{
  g_return_val_if_fail (PARLANCE_IS_MESSAGE (message), NULL);

  const char *text = parlance_message_get_text (message);
  if (parlance_message_get_kind (message) == PARLANCE_MESSAGE_ACTION)
    return g_strconcat ("/me ", text, NULL);
  return *text == '/' ? g_strconcat ("/", text, NULL) : g_strdup (text);
}
