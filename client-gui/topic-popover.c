/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * It stays open, with what was typed, until the server has taken the topic.
 */
#include "client-gui/topic-popover.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client-gui/plain-text.h"
#include "client-gui/send-problem.h"
#include "protocol/wire/limits.h"

struct _ParlanceTopicPopover
{
  GtkPopover parent_instance;
  ParlanceClient *client;
  ParlanceRoom *room; /* (nullable): whose topic is edited */
  GCancellable *cancellable;

  GtkLabel *heading;
  GtkEntry *entry;
  GtkLabel *problem;
  GtkWidget *button;
};

G_DEFINE_FINAL_TYPE (ParlanceTopicPopover, parlance_topic_popover, GTK_TYPE_POPOVER)

void
parlance_topic_popover_set_client (ParlanceTopicPopover *self, ParlanceClient *client)
{
  g_return_if_fail (PARLANCE_IS_TOPIC_POPOVER (self));
  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
}

/* @problem: "": there is none */
static void
show_problem (ParlanceTopicPopover *self, const char *problem)
{
  gtk_label_set_text (self->problem, problem);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), *problem != '\0');
}

static void
check (ParlanceTopicPopover *self)
{
  gsize n = strlen (gtk_editable_get_text (GTK_EDITABLE (self->entry)));
  g_autofree char *problem = NULL;

  if (n > PARLANCE_MAX_TOPIC)
    problem = g_strdup_printf (_ ("A topic has at most %d bytes; this one has %d too many."),
                               PARLANCE_MAX_TOPIC, (int)(n - PARLANCE_MAX_TOPIC));
  show_problem (self, problem != NULL ? problem : "");
  gtk_widget_set_sensitive (self->button, problem == NULL);
}

static void
on_show (GtkWidget *widget, gpointer user_data)
{
  ParlanceTopicPopover *self = PARLANCE_TOPIC_POPOVER (widget);
  ParlanceConversation *current = parlance_client_get_current (self->client);

  if (current == NULL)
    return;
  g_set_object (&self->room, parlance_conversation_get_room (current));
  g_autofree char *name = parlance_plain_isolate (parlance_room_get_name (self->room));
  g_autofree char *heading = g_strdup_printf (_ ("Topic of %s"), name);
  gtk_label_set_text (self->heading, heading);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), parlance_room_get_topic (self->room));
  check (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

static void
on_topic_set (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  (void)parlance_chat_set_topic_finish (PARLANCE_CHAT (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* and @user_data may be gone */

  ParlanceTopicPopover *self = user_data;
  if (error == NULL)
    gtk_popover_popdown (GTK_POPOVER (self));
  else
    {
      g_autofree char *problem = parlance_send_problem (error);
      show_problem (self, problem);
    }
  gtk_widget_set_sensitive (self->button, TRUE);
}

static void
set_topic (ParlanceTopicPopover *self)
{
  ParlanceChat *chat = parlance_client_get_chat (self->client);

  if (chat == NULL || self->room == NULL)
    return;
  gtk_widget_set_sensitive (self->button, FALSE);
  parlance_chat_set_topic_async (chat, self->room,
                                 gtk_editable_get_text (GTK_EDITABLE (self->entry)),
                                 self->cancellable, on_topic_set, self);
}

static void
parlance_topic_popover_dispose (GObject *object)
{
  ParlanceTopicPopover *self = PARLANCE_TOPIC_POPOVER (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->room);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_topic_popover_parent_class)->dispose (object);
}

static void
parlance_topic_popover_finalize (GObject *object)
{
  g_object_unref (PARLANCE_TOPIC_POPOVER (object)->cancellable);
  G_OBJECT_CLASS (parlance_topic_popover_parent_class)->finalize (object);
}

static void
parlance_topic_popover_class_init (ParlanceTopicPopoverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = parlance_topic_popover_dispose;
  object_class->finalize = parlance_topic_popover_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/topic-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceTopicPopover, heading);
  gtk_widget_class_bind_template_child (widget_class, ParlanceTopicPopover, entry);
  gtk_widget_class_bind_template_child (widget_class, ParlanceTopicPopover, problem);
  gtk_widget_class_bind_template_child (widget_class, ParlanceTopicPopover, button);
  gtk_widget_class_bind_template_callback (widget_class, check);
  gtk_widget_class_bind_template_callback (widget_class, set_topic);
  gtk_widget_class_bind_template_callback (widget_class, on_show);
}

static void
parlance_topic_popover_init (ParlanceTopicPopover *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}
