/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The typed methods of ParlanceChat: one request and what is made of its answer.
 */
#include "protocol/client/chat.h"

#include <string.h>

#include "protocol/client/account.h"
#include "protocol/client/chat-answers.h"
#include "protocol/client/chat-private.h"
#include "protocol/client/lookup.h"
#include "protocol/client/message-private.h"
#include "protocol/client/room-private.h"
#include "protocol/client/wait-state.h"
#include "protocol/wire/chat-append.h"

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char *json = parlance_session_call_finish (PARLANCE_SESSION (source), result, &error);

  if (json != NULL)
    g_task_return_pointer (task, json, g_free);
  else
    g_task_return_error (task, error);
}

/* Calls @method and ends @task, which it takes, with the result's JSON text. */
static void
call (GTask *task, const char *method, const char *params)
{
  ParlanceChat *self = g_task_get_source_object (task);
  ParlanceSession *session = parlance_chat_get_session (self);

  if (session != NULL)
    {
      parlance_session_call_async (session, method, params, g_task_get_cancellable (task),
                                   on_answer, task);
      return;
    }
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                           "there is no connection to the server");
  g_object_unref (task);
}

/* Returns: (transfer full) (nullable) */
static char *
call_finish (ParlanceChat *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* For methods whose result says nothing. */
static gboolean
empty_call_finish (ParlanceChat *self, GAsyncResult *result, GError **error)
{
  g_autofree char *json = call_finish (self, result, error);

  return json != NULL;
}

/* --- Nick ------------------------------------------------------------------------------------- */

static void
on_renamed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ParlanceChat *self = g_task_get_source_object (task);
  ParlanceLink *link = parlance_chat_get_link (self);
  GError *error = NULL;
  g_autoptr (ParlanceServerInfo) info =
      parlance_session_hello_finish (PARLANCE_SESSION (source), result, &error);

  if (info != NULL && parlance_server_info_get_nick (info) != NULL)
    {
      g_autofree char *from = g_strdup (parlance_link_get_nick (link));
      parlance_chat_take_rename (self, from, parlance_server_info_get_nick (info));
      parlance_link_set_token (link, parlance_server_info_get_token (info),
                               parlance_session_get_voucher (PARLANCE_SESSION (source)));
    }
  parlance_chat_end_rename (self);
  if (info != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
parlance_chat_rename_now (ParlanceChat *self, GTask *task)
{
  ParlanceSession *session = parlance_chat_get_session (self);
  if (session == NULL)
    {
      parlance_chat_end_rename (self);
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                               "the connection to the server was lost");
      g_object_unref (task);
      return;
    }

  g_autoptr (GString) params = g_string_new (NULL);
  parlance_hello_append (params, &(ParlanceHelloParams){ .client = parlance_chat_get_client (self),
                                                         .nick = g_task_get_task_data (task) });
  parlance_session_call_async (session, "hello", params->str, NULL, on_renamed, task);
}

void
parlance_chat_set_nick_async (ParlanceChat *self,
                              const char *nick,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_return_if_fail (PARLANCE_IS_CHAT (self));
  g_return_if_fail (nick != NULL && g_utf8_validate (nick, -1, NULL));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (parlance_chat_get_session (self) == NULL)
    {
      parlance_link_set_nick (parlance_chat_get_link (self), nick);
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_task_set_task_data (task, g_strdup (nick), g_free);
  if (!parlance_chat_begin_rename (self, task))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING,
                             "another nick is being asked for already");
}

gboolean
parlance_chat_set_nick_finish (ParlanceChat *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- Rooms ------------------------------------------------------------------------------------ */

static gboolean
return_joined (GTask *task, gpointer object)
{
  ParlanceRoom *room = object;
  g_autoptr (GError) error = NULL;

  switch (parlance_room_get_state (room))
    {
    case PARLANCE_ROOM_JOINED:
      g_task_return_pointer (task, g_object_ref (room), g_object_unref);
      return TRUE;
    case PARLANCE_ROOM_FAILED:
      error = g_error_copy (parlance_room_get_error (room));
      parlance_chat_drop_room (g_task_get_source_object (task), room);
      g_task_return_error (task, g_steal_pointer (&error));
      return TRUE;
    case PARLANCE_ROOM_LEFT:
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "the room was left");
      return TRUE;
    case PARLANCE_ROOM_JOINING:
    default:
      return FALSE;
    }
}

void
parlance_chat_join_async (ParlanceChat *self,
                          const char *name,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  ParlanceRoom *room = parlance_chat_join (self, name);
  g_return_if_fail (room != NULL);

  parlance_wait_state (g_task_new (self, cancellable, callback, user_data), room, return_joined);
}

ParlanceRoom *
parlance_chat_join_finish (ParlanceChat *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
parlance_chat_leave_async (ParlanceChat *self,
                           ParlanceRoom *room,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_return_if_fail (PARLANCE_IS_CHAT (self));
  g_return_if_fail (PARLANCE_IS_ROOM (room));

  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GString) params = g_string_new (NULL);
  gboolean is_in = parlance_room_get_state (room) == PARLANCE_ROOM_JOINED ||
                   parlance_room_get_state (room) == PARLANCE_ROOM_JOINING;
  parlance_room_append (params, parlance_room_get_name (room));
  parlance_chat_drop_room (self, room);
  if (is_in && parlance_chat_get_session (self) != NULL)
    call (task, "leave", params->str);
  else
    {
      g_task_return_pointer (task, g_strdup ("{}"), g_free);
      g_object_unref (task);
    }
}

gboolean
parlance_chat_leave_finish (ParlanceChat *self, GAsyncResult *result, GError **error)
{
  return empty_call_finish (self, result, error);
}

void
parlance_chat_set_topic_async (ParlanceChat *self,
                               ParlanceRoom *room,
                               const char *topic,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_return_if_fail (PARLANCE_IS_CHAT (self));
  g_return_if_fail (PARLANCE_IS_ROOM (room));
  g_return_if_fail (topic != NULL && g_utf8_validate (topic, -1, NULL));

  g_autoptr (GString) params = g_string_new (NULL);
  parlance_topic_append (params, parlance_room_get_name (room), topic);
  call (g_task_new (self, cancellable, callback, user_data), "topic", params->str);
}

gboolean
parlance_chat_set_topic_finish (ParlanceChat *self, GAsyncResult *result, GError **error)
{
  return empty_call_finish (self, result, error);
}

void
parlance_chat_list_rooms_async (ParlanceChat *self,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_return_if_fail (PARLANCE_IS_CHAT (self));

  call (g_task_new (self, cancellable, callback, user_data), "rooms", "{}");
}

GPtrArray *
parlance_chat_list_rooms_finish (ParlanceChat *self, GAsyncResult *result, GError **error)
{
  g_autofree char *json = call_finish (self, result, error);

  return json != NULL ? parlance_room_info_list_from_json (json, error) : NULL;
}

void
parlance_chat_list_members_async (ParlanceChat *self,
                                  const char *room,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_return_if_fail (PARLANCE_IS_CHAT (self));
  g_return_if_fail (room != NULL && g_utf8_validate (room, -1, NULL));

  g_autoptr (GString) params = g_string_new (NULL);
  parlance_room_append (params, room);
  call (g_task_new (self, cancellable, callback, user_data), "members", params->str);
}

char **
parlance_chat_list_members_finish (ParlanceChat *self, GAsyncResult *result, GError **error)
{
  g_autofree char *json = call_finish (self, result, error);

  return json != NULL ? parlance_members_answer_parse (json, error) : NULL;
}

/* --- Messages --------------------------------------------------------------------------------- */

/* Three of its parameters are those of every asynchronous call. */
void /* NOLINTNEXTLINE(readability-function-size) */
parlance_chat_history_async (ParlanceChat *self,
                             const char *room,
                             gint64 before_seq,
                             gint64 after_seq,
                             guint limit,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_return_if_fail (PARLANCE_IS_CHAT (self));
  g_return_if_fail (room != NULL && g_utf8_validate (room, -1, NULL));

  g_autoptr (GString) params = g_string_new (NULL);
  parlance_history_append (params, room, before_seq, after_seq, limit);
  call (g_task_new (self, cancellable, callback, user_data), "history", params->str);
}

/* The messages of a page, with those that are our own marked. */
static GPtrArray *
page_finish (ParlanceChat *self, GAsyncResult *result, gboolean *ret_more, GError **error)
{
  g_autofree char *json = call_finish (self, result, error);
  GPtrArray *page = json != NULL ? parlance_messages_from_json (json, ret_more, error) : NULL;

  for (guint i = 0; page != NULL && i < page->len; i++)
    {
      ParlanceMessage *message = g_ptr_array_index (page, i);
      if (parlance_link_is_own_nick (parlance_chat_get_link (self),
                                     parlance_message_get_from (message)))
        parlance_message_set_own (message);
    }
  return page;
}

GPtrArray *
parlance_chat_history_finish (ParlanceChat *self,
                              GAsyncResult *result,
                              gboolean *ret_more,
                              GError **error)
{
  return page_finish (self, result, ret_more, error);
}

void
parlance_chat_search_messages_async (ParlanceChat *self,
                                     const char *room,
                                     const char *text,
                                     guint limit,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_return_if_fail (PARLANCE_IS_CHAT (self));
  g_return_if_fail (room == NULL || g_utf8_validate (room, -1, NULL));
  g_return_if_fail (text != NULL && g_utf8_validate (text, -1, NULL));

  g_autoptr (GString) params = g_string_new (NULL);
  parlance_search_messages_append (params, room, text, limit);
  call (g_task_new (self, cancellable, callback, user_data), "search_messages", params->str);
}

GPtrArray *
parlance_chat_search_messages_finish (ParlanceChat *self,
                                      GAsyncResult *result,
                                      gboolean *ret_more,
                                      GError **error)
{
  return page_finish (self, result, ret_more, error);
}

/* --- Sending ---------------------------------------------------------------------------------- */

static gboolean
return_sent (GTask *task, gpointer object)
{
  ParlanceMessage *message = object;

  switch (parlance_message_get_state (message))
    {
    case PARLANCE_MESSAGE_SENT:
      g_task_return_pointer (task, g_object_ref (message), g_object_unref);
      return TRUE;
    case PARLANCE_MESSAGE_FAILED:
      g_task_return_error (task, g_error_copy (parlance_message_get_error (message)));
      return TRUE;
    case PARLANCE_MESSAGE_PENDING:
    default:
      return FALSE;
    }
}

void
parlance_chat_send_async (ParlanceChat *self,
                          ParlanceRoom *room,
                          const char *text,
                          const ParlanceSendOptions *options,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  parlance_wait_state (task, parlance_chat_send (self, room, text, options), return_sent);
}

ParlanceMessage *
parlance_chat_send_finish (ParlanceChat *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
