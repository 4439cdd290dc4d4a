/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a room asks of the server because somebody wants to see more of it.
 */
#include "protocol/client/message-list-private.h"
#include "protocol/client/message-private.h"
#include "protocol/client/room-private.h"
#include "protocol/wire/chat-append.h"
#include "protocol/wire/limits.h"

gint64
parlance_room_get_n_missed (ParlanceRoom *self)
{
  g_return_val_if_fail (PARLANCE_IS_ROOM (self), 0);

  return parlance_delivery_get_n_missed (parlance_room_get_delivery (self));
}

static void
return_not_connected (GTask *task)
{
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                           "there is no connection to the server");
}

/* Before which seq messages are wanted. */
static gint64
older_than (ParlanceMessageList *list)
{
  gint64 first_seq = parlance_message_list_get_first_seq (list);

  return first_seq > 0 ? first_seq : parlance_message_list_get_last_seq (list) + 1;
}

/* The first message may have become another one while the page was on its way. */
static guint
take_older (ParlanceRoom *self, GPtrArray *page, gboolean more, gint64 before_seq)
{
  ParlanceMessageList *list = parlance_room_get_messages (self);
  if (older_than (list) != before_seq)
    return 0;

  for (guint i = 0; i < page->len; i++)
    {
      ParlanceMessage *message = g_ptr_array_index (page, i);
      if (parlance_link_is_own_nick (parlance_room_get_link (self),
                                     parlance_message_get_from (message)))
        parlance_message_set_own (message);
    }
  guint n_added = parlance_message_list_prepend (list, page);
  /* A server that says there is more and gives nothing would be asked for ever. */
  parlance_message_list_set_has_older (list, more && n_added > 0);
  return n_added;
}

static void
on_older (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ParlanceRoom *self = g_task_get_source_object (task);
  const gint64 *before_seq = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *json = parlance_session_call_finish (PARLANCE_SESSION (source), result, &error);
  gboolean more = FALSE;
  g_autoptr (GPtrArray) page =
      json != NULL ? parlance_messages_from_json (json, &more, &error) : NULL;

  (void)parlance_room_set_loading_older (self, FALSE);
  if (page == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_int (task, take_older (self, page, more, *before_seq));
}

void
parlance_room_load_older_async (ParlanceRoom *self,
                                guint n_messages,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_return_if_fail (PARLANCE_IS_ROOM (self));
  g_return_if_fail (n_messages > 0);

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  ParlanceSession *session = parlance_link_get_session (parlance_room_get_link (self));
  if (session == NULL || !parlance_room_is_begun (self))
    {
      return_not_connected (task);
      return;
    }

  gint64 before_seq = older_than (parlance_room_get_messages (self));
  if (before_seq <= 1)
    {
      g_task_return_int (task, 0);
      return;
    }
  if (!parlance_room_set_loading_older (self, TRUE))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING,
                               "older messages are being loaded already");
      return;
    }

  g_autoptr (GString) params = g_string_new (NULL);
  parlance_history_append (params, parlance_room_get_name (self), before_seq, -1,
                           MIN (n_messages, PARLANCE_MAX_HISTORY));
  g_task_set_task_data (task, g_memdup2 (&before_seq, sizeof before_seq), g_free);
  parlance_session_call_async (session, "history", params->str, cancellable, on_older,
                               g_steal_pointer (&task));
}

gboolean
parlance_room_load_older_finish (ParlanceRoom *self,
                                 GAsyncResult *result,
                                 guint *ret_n_loaded,
                                 GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  gssize n_loaded = g_task_propagate_int (G_TASK (result), error);
  if (n_loaded < 0)
    return FALSE;
  if (ret_n_loaded != NULL)
    *ret_n_loaded = (guint)n_loaded;
  return TRUE;
}

static void
on_members (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *json = parlance_session_call_finish (PARLANCE_SESSION (source), result, &error);
  g_auto (GStrv) nicks = json != NULL ? parlance_members_answer_parse (json, &error) : NULL;

  if (nicks == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  parlance_room_set_members (g_task_get_source_object (task), (const char *const *)nicks);
  g_task_return_boolean (task, TRUE);
}

void
parlance_room_refresh_members_async (ParlanceRoom *self,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_return_if_fail (PARLANCE_IS_ROOM (self));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  ParlanceSession *session = parlance_link_get_session (parlance_room_get_link (self));
  if (session == NULL)
    {
      return_not_connected (task);
      return;
    }

  g_autoptr (GString) params = g_string_new (NULL);
  parlance_room_append (params, parlance_room_get_name (self));
  parlance_session_call_async (session, "members", params->str, cancellable, on_members,
                               g_steal_pointer (&task));
}

gboolean
parlance_room_refresh_members_finish (ParlanceRoom *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
