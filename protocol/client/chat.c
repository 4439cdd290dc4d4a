/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceChat: puts a link, rooms and an outbox together. The link says when there is a
 * connection; then every room joins anew, behind the last message it has; a room that is joined
 * wakes the outbox. When the connection goes, all of them pause. Calls that change none of this are
 * in chat-calls.c.
 */
#include "protocol/client/chat.h"

#include <string.h>

#include "protocol/client/chat-answers.h"
#include "protocol/client/chat-private.h"
#include "protocol/client/fields.h"
#include "protocol/client/message-list-private.h"
#include "protocol/client/message-private.h"
#include "protocol/client/outbox.h"
#include "protocol/client/room-private.h"
#include "protocol/wire/chat-append.h"
#include "protocol/wire/limits.h"
#include "protocol/wire/names.h"

struct _ParlanceChat
{
  GObject parent_instance;
  ParlanceLink *link;
  ParlanceServerInfo *info; /* (nullable) */
  GListStore *rooms;        /* of ParlanceRoom */
  ParlanceOutbox *outbox;
  guint n_unsent; /* as it was last told */
  gboolean renaming;
  GTask *rename; /* (nullable): waits for the answer to what was sent under the nick before */
};

enum
{
  PROP_0,
  PROP_NICK,
  PROP_TOKEN,
  PROP_STATE,
  PROP_ERROR,
  PROP_RETRY_S,
  PROP_SERVER_INFO,
  PROP_SESSION,
  PROP_ROOMS,
  PROP_N_UNSENT,
  N_PROPS
};

enum
{
  SIGNAL_MESSAGE,
  SIGNAL_RENAMED,
  SIGNAL_NOTICE,
  SIGNAL_RIGHTS,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ParlanceChat, parlance_chat, G_TYPE_OBJECT)

static void
notify (ParlanceChat *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/* Returns: (transfer full): the rooms as they are, whatever becomes of the list */
static GPtrArray *
copy_rooms (ParlanceChat *self)
{
  GListModel *model = G_LIST_MODEL (self->rooms);
  guint n_rooms = g_list_model_get_n_items (model);
  GPtrArray *rooms = g_ptr_array_new_full (n_rooms, g_object_unref);

  for (guint i = 0; i < n_rooms; i++)
    g_ptr_array_add (rooms, g_list_model_get_item (model, i));
  return rooms;
}

static void
outbox_changed (GObject *owner)
{
  ParlanceChat *self = PARLANCE_CHAT (owner);
  guint n_unsent = parlance_outbox_get_n (self->outbox);

  if (self->rename != NULL && !parlance_outbox_is_out (self->outbox))
    parlance_chat_rename_now (self, g_steal_pointer (&self->rename));
  if (n_unsent == self->n_unsent)
    return;
  self->n_unsent = n_unsent;
  notify (self, PROP_N_UNSENT);
}

/* --- What the link says ----------------------------------------------------------------------- */

/* The seqs and keys of one server mean nothing to another. */
static void
change_server (ParlanceChat *self)
{
  g_autoptr (GPtrArray) rooms = copy_rooms (self);
  g_autoptr (GError) error =
      g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED,
                           "another server has answered than the one this was written to");

  for (guint i = 0; i < rooms->len; i++)
    parlance_room_forget (g_ptr_array_index (rooms, i));
  parlance_outbox_fail (self->outbox, NULL, error);
}

static void
on_online (ParlanceLink *link, ParlanceServerInfo *info, ParlanceChat *self)
{
  gboolean changed = self->info != NULL && strcmp (parlance_server_info_get_id (self->info),
                                                   parlance_server_info_get_id (info)) != 0;

  g_clear_pointer (&self->info, parlance_server_info_unref);
  self->info = parlance_server_info_ref (info);
  notify (self, PROP_SERVER_INFO);
  if (changed)
    change_server (self);

  g_autoptr (GPtrArray) rooms = copy_rooms (self);
  for (guint i = 0; i < rooms->len; i++)
    parlance_room_join (g_ptr_array_index (rooms, i));
}

static void
on_offline (ParlanceLink *link, ParlanceChat *self)
{
  g_autoptr (GPtrArray) rooms = copy_rooms (self);

  parlance_outbox_pause (self->outbox);
  for (guint i = 0; i < rooms->len; i++)
    parlance_room_pause (g_ptr_array_index (rooms, i));
}

void
parlance_chat_take_rename (ParlanceChat *self, const char *from, const char *to)
{
  g_autoptr (GPtrArray) rooms = copy_rooms (self);
  gboolean changed = g_strcmp0 (parlance_link_get_nick (self->link), to) != 0;

  for (guint i = 0; i < rooms->len; i++)
    changed |= parlance_room_rename (g_ptr_array_index (rooms, i), from, to);
  if (g_strcmp0 (parlance_link_get_nick (self->link), from) == 0)
    parlance_link_set_nick (self->link, to);
  /* Of our own, we may know already. */
  if (changed)
    g_signal_emit (self, signals[SIGNAL_RENAMED], 0, from, to);
}

static void
take_message (ParlanceChat *self, const ParlanceJsonValue *params)
{
  g_autoptr (ParlanceMessage) message = parlance_message_new_from_value (params, NULL);
  if (message == NULL)
    return;

  ParlanceRoom *room = parlance_chat_get_room (self, parlance_message_get_room (message));
  if (room != NULL)
    parlance_room_take_message (room, message);
}

static void
take_rights (ParlanceChat *self, const ParlanceJsonValue *params)
{
  g_auto (ParlanceChatRights) rights = { 0 };

  if (parlance_chat_rights_read (params, &rights))
    g_signal_emit (self, signals[SIGNAL_RIGHTS], 0, rights.is_operator, rights.by);
}

static void
on_notification (ParlanceLink *link, const char *method, const char *params, ParlanceChat *self)
{
  ParlanceJsonValue value;
  if (!parlance_fields_parse (params, &value, NULL))
    return;
  if (g_str_equal (method, "message"))
    {
      take_message (self, &value);
      return;
    }
  if (g_str_equal (method, "rights"))
    {
      take_rights (self, &value);
      return;
    }

  g_auto (ParlanceChatEvent) event = { 0 };
  if (!parlance_chat_event_read (&value, &event))
    return;
  if (g_str_equal (method, "renamed"))
    {
      if (event.from != NULL && event.to != NULL)
        parlance_chat_take_rename (self, event.from, event.to);
    }
  else if (g_str_equal (method, "notice"))
    {
      if (event.text != NULL)
        g_signal_emit (self, signals[SIGNAL_NOTICE], 0, event.text);
    }
  else if (event.room != NULL)
    {
      ParlanceRoom *room = parlance_chat_get_room (self, event.room);
      /* Asked once more, the server says why it is closed, or lets an operator in. */
      if (room != NULL && g_str_equal (method, "closed"))
        {
          parlance_room_pause (room);
          parlance_room_join (room);
        }
      else if (room != NULL)
        parlance_room_take_event (room, method, &event);
    }
}

static void
on_link_notify (ParlanceLink *link, GParamSpec *pspec, ParlanceChat *self)
{
  g_object_freeze_notify (G_OBJECT (self));
  if (g_str_equal (pspec->name, "state"))
    notify (self, PROP_SESSION);
  g_object_notify (G_OBJECT (self), pspec->name);
  g_object_thaw_notify (G_OBJECT (self));
}

/* --- Rooms ------------------------------------------------------------------------------------ */

static void
on_room_message (ParlanceRoom *room, ParlanceMessage *message, ParlanceChat *self)
{
  g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, room, message);
}

static void
on_room_state (ParlanceRoom *room, GParamSpec *pspec, ParlanceChat *self)
{
  if (parlance_room_get_state (room) == PARLANCE_ROOM_JOINED)
    parlance_outbox_wake (self->outbox);
  else if (parlance_room_get_state (room) == PARLANCE_ROOM_FAILED)
    parlance_outbox_fail (self->outbox, room, parlance_room_get_error (room));
}

ParlanceRoom *
parlance_chat_get_room (ParlanceChat *self, const char *name)
{
  g_return_val_if_fail (PARLANCE_IS_CHAT (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  g_autofree char *folded = parlance_name_fold (name, strlen (name));
  GListModel *model = G_LIST_MODEL (self->rooms);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      /* The list keeps it. */
      g_autoptr (ParlanceRoom) room = g_list_model_get_item (model, i);
      if (parlance_room_has_name (room, folded))
        return room;
    }
  return NULL;
}

ParlanceRoom *
parlance_chat_join (ParlanceChat *self, const char *name)
{
  return parlance_chat_join_after (self, name, -1);
}

ParlanceRoom *
parlance_chat_join_after (ParlanceChat *self, const char *name, gint64 after_seq)
{
  g_return_val_if_fail (PARLANCE_IS_CHAT (self), NULL);
  g_return_val_if_fail (name != NULL && g_utf8_validate (name, -1, NULL), NULL);

  ParlanceRoom *known = parlance_chat_get_room (self, name);
  if (known != NULL)
    {
      if (parlance_room_get_state (known) == PARLANCE_ROOM_FAILED)
        parlance_room_join (known);
      return known;
    }

  g_autoptr (ParlanceRoom) room = parlance_room_new (self->link, name);
  g_signal_connect_object (room, "message", G_CALLBACK (on_room_message), self, 0);
  g_signal_connect_object (room, "notify::state", G_CALLBACK (on_room_state), self, 0);
  if (after_seq >= 0)
    parlance_delivery_begin_after (parlance_room_get_delivery (room), after_seq);
  g_list_store_append (self->rooms, room);
  parlance_room_join (room);
  return room;
}

void
parlance_chat_drop_room (ParlanceChat *self, ParlanceRoom *room)
{
  g_autoptr (ParlanceRoom) alive = g_object_ref (room);
  g_autoptr (GError) error =
      g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "the room was left");
  guint position;

  if (g_list_store_find (self->rooms, room, &position))
    g_list_store_remove (self->rooms, position);
  if (parlance_room_get_state (room) != PARLANCE_ROOM_FAILED)
    parlance_room_leave (room);
  parlance_outbox_fail (self->outbox, room, error);
}

GListModel *
parlance_chat_get_rooms (ParlanceChat *self)
{
  g_return_val_if_fail (PARLANCE_IS_CHAT (self), NULL);

  return G_LIST_MODEL (self->rooms);
}

/* --- Messages --------------------------------------------------------------------------------- */

ParlanceMessage *
parlance_chat_send (ParlanceChat *self,
                    ParlanceRoom *room,
                    const char *text,
                    const ParlanceSendOptions *options)
{
  static const ParlanceSendOptions no_options = { 0 };

  g_return_val_if_fail (PARLANCE_IS_CHAT (self), NULL);
  g_return_val_if_fail (PARLANCE_IS_ROOM (room), NULL);
  g_return_val_if_fail (text != NULL && g_utf8_validate (text, -1, NULL), NULL);

  if (options == NULL)
    options = &no_options;
  g_autoptr (ParlanceMessage) message = parlance_message_new_own (
      parlance_room_get_name (room), parlance_link_get_nick (self->link), options->kind, text,
      options->reply_to, options->entry, options->key);
  parlance_message_list_add_own (parlance_room_get_messages (room), message);
  if (g_list_store_find (self->rooms, room, NULL))
    parlance_outbox_add (self->outbox, room, message);
  else
    {
      g_autoptr (GError) error = g_error_new_literal (PARLANCE_ERROR, PARLANCE_REASON_NOT_IN_ROOM,
                                                      "you are not in that room any more");
      parlance_message_set_failed (message, error);
    }
  return message; /* the room's list keeps it */
}

void
parlance_chat_retry_message (ParlanceChat *self, ParlanceMessage *message)
{
  g_return_if_fail (PARLANCE_IS_CHAT (self));
  g_return_if_fail (PARLANCE_IS_MESSAGE (message));

  ParlanceRoom *room = parlance_chat_get_room (self, parlance_message_get_room (message));
  if (room == NULL || parlance_message_get_state (message) != PARLANCE_MESSAGE_FAILED)
    return;
  parlance_message_set_pending (message);
  parlance_message_list_move_to_end (parlance_room_get_messages (room), message);
  parlance_outbox_add (self->outbox, room, message);
}

void
parlance_chat_discard_message (ParlanceChat *self, ParlanceMessage *message)
{
  g_return_if_fail (PARLANCE_IS_CHAT (self));
  g_return_if_fail (PARLANCE_IS_MESSAGE (message));

  ParlanceRoom *room = parlance_chat_get_room (self, parlance_message_get_room (message));
  if (room != NULL && parlance_message_get_state (message) == PARLANCE_MESSAGE_FAILED)
    parlance_message_list_remove_own (parlance_room_get_messages (room), message);
}

guint
parlance_chat_get_n_unsent (ParlanceChat *self)
{
  g_return_val_if_fail (PARLANCE_IS_CHAT (self), 0);

  return parlance_outbox_get_n (self->outbox);
}

gboolean
parlance_chat_begin_rename (ParlanceChat *self, GTask *task)
{
  if (self->renaming)
    return FALSE;
  self->renaming = TRUE;
  self->rename = g_object_ref (task);
  parlance_outbox_hold (self->outbox, TRUE);
  outbox_changed (G_OBJECT (self));
  return TRUE;
}

void
parlance_chat_end_rename (ParlanceChat *self)
{
  self->renaming = FALSE;
  parlance_outbox_hold (self->outbox, FALSE);
}

void
parlance_chat_send_typing (ParlanceChat *self, ParlanceRoom *room)
{
  g_return_if_fail (PARLANCE_IS_CHAT (self));
  g_return_if_fail (PARLANCE_IS_ROOM (room));

  ParlanceSession *session = parlance_link_get_session (self->link);
  if (session == NULL || !parlance_room_may_type (room))
    return;
  g_autoptr (GString) params = g_string_new (NULL);
  parlance_room_append (params, parlance_room_get_name (room));
  parlance_session_notify (session, "typing", params->str);
}

ParlanceServerInfo *
parlance_chat_get_server_info (ParlanceChat *self)
{
  g_return_val_if_fail (PARLANCE_IS_CHAT (self), NULL);

  return self->info;
}

ParlanceLink *
parlance_chat_get_link (ParlanceChat *self)
{
  return self->link;
}

/* --- The object ------------------------------------------------------------------------------- */

ParlanceChat *
parlance_chat_new (const char *client, const char *host_and_port, const char *nick)
{
  g_return_val_if_fail (client != NULL, NULL);
  g_return_val_if_fail (nick != NULL && g_utf8_validate (nick, -1, NULL), NULL);

  ParlanceChat *self = g_object_new (PARLANCE_TYPE_CHAT, NULL);
  self->link = parlance_link_new (client, nick);
  if (host_and_port != NULL)
    parlance_chat_set_address (self, host_and_port);
  self->outbox = parlance_outbox_new (G_OBJECT (self), self->link, outbox_changed);
  g_signal_connect_object (self->link, "online", G_CALLBACK (on_online), self, 0);
  g_signal_connect_object (self->link, "offline", G_CALLBACK (on_offline), self, 0);
  g_signal_connect_object (self->link, "notification", G_CALLBACK (on_notification), self, 0);
  g_signal_connect_object (self->link, "notify", G_CALLBACK (on_link_notify), self, 0);
  return self;
}

static void
parlance_chat_dispose (GObject *object)
{
  ParlanceChat *self = PARLANCE_CHAT (object);

  /* Rooms and messages may live on with others; nothing happens to them any more. */
  if (self->link != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->link, self);
      parlance_link_stop (self->link);
      on_offline (self->link, self);
    }
  G_OBJECT_CLASS (parlance_chat_parent_class)->dispose (object);
}

static void
parlance_chat_finalize (GObject *object)
{
  ParlanceChat *self = PARLANCE_CHAT (object);

  g_clear_pointer (&self->outbox, parlance_outbox_free);
  g_clear_object (&self->link);
  g_clear_pointer (&self->info, parlance_server_info_unref);
  g_object_unref (self->rooms);
  G_OBJECT_CLASS (parlance_chat_parent_class)->finalize (object);
}

static void
parlance_chat_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ParlanceChat *self = PARLANCE_CHAT (object);

  switch (id)
    {
    case PROP_NICK:
      g_value_set_string (value, parlance_link_get_nick (self->link));
      break;
    case PROP_TOKEN:
      g_value_set_string (value, parlance_link_get_token (self->link));
      break;
    case PROP_STATE:
      g_value_set_enum (value, parlance_link_get_state (self->link));
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, parlance_link_get_error (self->link));
      break;
    case PROP_RETRY_S:
      g_value_set_uint (value, parlance_link_get_retry_s (self->link));
      break;
    case PROP_SERVER_INFO:
      g_value_set_boxed (value, self->info);
      break;
    case PROP_SESSION:
      g_value_set_object (value, parlance_link_get_session (self->link));
      break;
    case PROP_ROOMS:
      g_value_set_object (value, self->rooms);
      break;
    case PROP_N_UNSENT:
      g_value_set_uint (value, parlance_outbox_get_n (self->outbox));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
parlance_chat_class_init (ParlanceChatClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GType text = G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE;

  object_class->dispose = parlance_chat_dispose;
  object_class->finalize = parlance_chat_finalize;
  object_class->get_property = parlance_chat_get_property;
  properties[PROP_NICK] = g_param_spec_string ("nick", NULL, NULL, NULL, flags);
  properties[PROP_TOKEN] = g_param_spec_string ("token", NULL, NULL, NULL, flags);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, PARLANCE_TYPE_CHAT_STATE,
                                              PARLANCE_CHAT_OFFLINE, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  properties[PROP_RETRY_S] = g_param_spec_uint ("retry-s", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_SERVER_INFO] =
      g_param_spec_boxed ("server-info", NULL, NULL, PARLANCE_TYPE_SERVER_INFO, flags);
  properties[PROP_SESSION] =
      g_param_spec_object ("session", NULL, NULL, PARLANCE_TYPE_SESSION, flags);
  properties[PROP_ROOMS] = g_param_spec_object ("rooms", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_N_UNSENT] = g_param_spec_uint ("n-unsent", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_MESSAGE] =
      g_signal_new ("message", PARLANCE_TYPE_CHAT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, PARLANCE_TYPE_ROOM, PARLANCE_TYPE_MESSAGE);
  signals[SIGNAL_RENAMED] = g_signal_new ("renamed", PARLANCE_TYPE_CHAT, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 2, text, text);
  signals[SIGNAL_NOTICE] = g_signal_new ("notice", PARLANCE_TYPE_CHAT, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, text);
  signals[SIGNAL_RIGHTS] = g_signal_new ("rights", PARLANCE_TYPE_CHAT, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 2, G_TYPE_BOOLEAN, text);
}

static void
parlance_chat_init (ParlanceChat *self)
{
  self->rooms = g_list_store_new (PARLANCE_TYPE_ROOM);
}
