/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The messages of the current conversation, and following them.
 */
#include "client-gui/message-view.h"

struct _ParlanceMessageView
{
  GtkWidget parent_instance;
  ParlanceClient *client;
};

G_DEFINE_FINAL_TYPE (ParlanceMessageView, parlance_message_view, GTK_TYPE_WIDGET)

void
parlance_message_view_set_client (ParlanceMessageView *self, ParlanceClient *client)
{
  g_return_if_fail (PARLANCE_IS_MESSAGE_VIEW (self));
  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
}

void
parlance_message_view_show_message (ParlanceMessageView *self, gint64 seq)
{
  g_return_if_fail (PARLANCE_IS_MESSAGE_VIEW (self));
}

static void
parlance_message_view_dispose (GObject *object)
{
  ParlanceMessageView *self = PARLANCE_MESSAGE_VIEW (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_message_view_parent_class)->dispose (object);
}

static void
parlance_message_view_class_init (ParlanceMessageViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_message_view_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/message-view.ui");
}

static void
parlance_message_view_init (ParlanceMessageView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
