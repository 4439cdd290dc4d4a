/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In a flood the notification of a room is renewed every LEAST_GAP_MS, with how many messages there
 * were.
 */
#include "client-gui/notifier.h"

#include <glib/gi18n.h>

#include "client-gui/message-call.h"
#include "client-gui/notification-markup.h"
#include "client-gui/plain-text.h"

#define LEAST_GAP_MS 2000
#define MOST_SHOWN 200 /* [characters] of a message */

/* What a room has to tell. */
typedef struct
{
  ParlanceNotifier *notifier;
  ParlanceConversation *conversation;
  char *id;
  ParlanceMessage *message; /* the last one */
  ParlanceCall call;
  guint n_messages;
  gint64 begun_us; /* 0: not yet */
  gboolean was_sent;
  guint timer_id;
  GCancellable *cancellable;
} Notice;

struct _ParlanceNotifier
{
  GObject parent_instance;
  GApplication *application; /* not owned */
  ParlanceClient *client;
  gboolean watched;
  GHashTable *notices; /* ParlanceConversation → Notice */
};

G_DEFINE_FINAL_TYPE (ParlanceNotifier, parlance_notifier, G_TYPE_OBJECT)

/* --- what it says ----------------------------------------------------------------------------- */

static char *
dup_title (const Notice *self)
{
  ParlanceRoom *room = parlance_conversation_get_room (self->conversation);
  g_autofree char *from = parlance_plain_isolate (parlance_message_get_from (self->message));
  g_autofree char *where = parlance_plain_isolate (parlance_room_get_name (room));

  if (self->n_messages > 1)
    return g_strdup_printf (
        ngettext ("%u message for you in %s", "%u messages for you in %s", self->n_messages),
        self->n_messages, where);
  switch (self->call)
    {
    case PARLANCE_CALL_REPLY:
      /* Translators: a nick, and a room */
      return g_strdup_printf (_ ("%s answered you in %s"), from, where);
    case PARLANCE_CALL_QUESTION:
      /* Translators: a nick, and a room */
      return g_strdup_printf (_ ("%s asked you in %s"), from, where);
    default:
      /* Translators: a nick, and a room */
      return g_strdup_printf (_ ("%s mentioned you in %s"), from, where);
    }
}

static char *
dup_body (const Notice *self)
{
  g_autofree char *said =
      parlance_plain_excerpt (parlance_message_get_text (self->message), MOST_SHOWN);
  g_autofree char *from = parlance_plain_isolate (parlance_message_get_from (self->message));

  if (self->n_messages > 1 || parlance_message_get_kind (self->message) == PARLANCE_MESSAGE_ACTION)
    return g_strdup_printf (_ ("%s: %s"), from, said);
  return g_steal_pointer (&said);
}

/* @is_markup: whether the body will be read as markup */
static void
send_notice (Notice *self, gboolean is_markup)
{
  ParlanceRoom *room = parlance_conversation_get_room (self->conversation);
  g_autofree char *title = dup_title (self);
  g_autofree char *plain = dup_body (self);
  g_autofree char *escaped = g_markup_escape_text (plain, -1);
  g_autoptr (GNotification) notification = g_notification_new (title);

  g_notification_set_body (notification, is_markup ? escaped : plain);
  g_notification_set_category (notification, "im.received");
  g_notification_set_default_action_and_target (notification, "app.show-message", "(sx)",
                                                parlance_room_get_name (room),
                                                parlance_message_get_seq (self->message));
  g_application_send_notification (self->notifier->application, self->id, notification);
  self->was_sent = TRUE;
}

static void
on_markup (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean is_markup;

  /* @user_data may be gone when it was cancelled. Where nobody shows notifications, nothing can be
   * done. */
  if (parlance_notification_markup_finish (result, &is_markup, &error))
    send_notice (user_data, is_markup);
}

static void
begin_notice (Notice *self)
{
  GDBusConnection *bus = g_application_get_dbus_connection (self->notifier->application);

  self->begun_us = g_get_monotonic_time ();
  if (bus != NULL)
    parlance_notification_markup_async (bus, self->cancellable, on_markup, self);
}

static gboolean
on_timer (gpointer user_data)
{
  Notice *self = user_data;

  self->timer_id = 0;
  begin_notice (self);
  return G_SOURCE_REMOVE;
}

/* --- notices ---------------------------------------------------------------------------------- */

static void
on_read (ParlanceConversation *conversation, GParamSpec *property, gpointer user_data)
{
  Notice *self = user_data;

  if (parlance_conversation_get_n_unread (conversation) == 0)
    g_hash_table_remove (self->notifier->notices, conversation);
}

static Notice *
notice_new (ParlanceNotifier *notifier, ParlanceConversation *conversation)
{
  Notice *self = g_new0 (Notice, 1);
  ParlanceRoom *room = parlance_conversation_get_room (conversation);

  self->notifier = notifier;
  self->cancellable = g_cancellable_new ();
  self->conversation = g_object_ref (conversation);
  self->id = g_strdup_printf ("room:%s", parlance_room_get_name (room));
  g_signal_connect (conversation, "notify::n-unread", G_CALLBACK (on_read), self);
  return self;
}

/* It is withdrawn. */
static void
notice_free (gpointer data)
{
  Notice *self = data;

  g_signal_handlers_disconnect_by_data (self->conversation, self);
  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  if (self->was_sent && self->notifier->application != NULL)
    g_application_withdraw_notification (self->notifier->application, self->id);
  g_clear_object (&self->message);
  g_object_unref (self->conversation);
  g_free (self->id);
  g_free (self);
}

static void
tell (ParlanceNotifier *self,
      ParlanceConversation *conversation,
      ParlanceMessage *message,
      ParlanceCall call)
{
  Notice *notice = g_hash_table_lookup (self->notices, conversation);

  if (notice == NULL)
    {
      notice = notice_new (self, conversation);
      g_hash_table_insert (self->notices, conversation, notice);
    }
  g_set_object (&notice->message, message);
  notice->call = call;
  notice->n_messages++;
  if (notice->timer_id != 0)
    return;
  gint64 due_us = notice->begun_us + LEAST_GAP_MS * G_GINT64_CONSTANT (1000);
  gint64 now_us = g_get_monotonic_time ();
  if (notice->begun_us == 0 || now_us >= due_us)
    begin_notice (notice);
  else
    notice->timer_id = g_timeout_add ((guint)((due_us - now_us) / 1000) + 1, on_timer, notice);
}

static void
on_message (ParlanceClient *client,
            ParlanceConversation *conversation,
            ParlanceMessage *message,
            gpointer user_data)
{
  ParlanceNotifier *self = user_data;
  gboolean is_looked_at = self->watched && parlance_client_get_current (client) == conversation;

  if (is_looked_at ||
      !g_settings_get_boolean (parlance_client_get_settings (client), "notifications"))
    return;
  ParlanceCall call = parlance_message_call (conversation, message);
  if (call != PARLANCE_CALL_NONE)
    tell (self, conversation, message, call);
}

static void
on_chat (ParlanceNotifier *self)
{
  g_hash_table_remove_all (self->notices);
}

/* --- the object ------------------------------------------------------------------------------- */

ParlanceNotifier *
parlance_notifier_new (GApplication *application, ParlanceClient *client)
{
  ParlanceNotifier *self = g_object_new (PARLANCE_TYPE_NOTIFIER, NULL);

  self->application = application;
  g_object_add_weak_pointer (G_OBJECT (application), (gpointer *)&self->application);
  self->client = g_object_ref (client);
  g_signal_connect_object (client, "message", G_CALLBACK (on_message), self, 0);
  g_signal_connect_object (client, "notify::chat", G_CALLBACK (on_chat), self, G_CONNECT_SWAPPED);
  return self;
}

void
parlance_notifier_set_watched (ParlanceNotifier *self, gboolean watched)
{
  g_return_if_fail (PARLANCE_IS_NOTIFIER (self));

  self->watched = watched;
}

static void
parlance_notifier_dispose (GObject *object)
{
  ParlanceNotifier *self = PARLANCE_NOTIFIER (object);

  g_hash_table_remove_all (self->notices);
  g_clear_weak_pointer (&self->application);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_notifier_parent_class)->dispose (object);
}

static void
parlance_notifier_finalize (GObject *object)
{
  ParlanceNotifier *self = PARLANCE_NOTIFIER (object);

  g_hash_table_unref (self->notices);
  G_OBJECT_CLASS (parlance_notifier_parent_class)->finalize (object);
}

static void
parlance_notifier_class_init (ParlanceNotifierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = parlance_notifier_dispose;
  object_class->finalize = parlance_notifier_finalize;
}

static void
parlance_notifier_init (ParlanceNotifier *self)
{
  self->notices = g_hash_table_new_full (NULL, NULL, NULL, notice_free);
}
