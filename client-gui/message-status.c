/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The buttons' actions are those of the row around it.
 */
#include "client-gui/message-status.h"

#include <glib/gi18n.h>

#include "client-gui/send-problem.h"

struct _ParlanceMessageStatus
{
  GtkWidget parent_instance;

  GtkWidget *icon;
  GtkLabel *words;
  GtkWidget *buttons;
};

G_DEFINE_FINAL_TYPE (ParlanceMessageStatus, parlance_message_status, GTK_TYPE_WIDGET)

GtkWidget *
parlance_message_status_new (void)
{
  return g_object_new (PARLANCE_TYPE_MESSAGE_STATUS, NULL);
}

void
parlance_message_status_set (ParlanceMessageStatus *self, ParlanceMessage *message)
{
  g_return_if_fail (PARLANCE_IS_MESSAGE_STATUS (self));

  gboolean failed = parlance_message_get_state (message) == PARLANCE_MESSAGE_FAILED;
  gtk_widget_set_visible (self->icon, failed);
  gtk_widget_set_visible (self->buttons, failed);
  if (failed)
    {
      g_autofree char *problem = parlance_send_problem (parlance_message_get_error (message));
      g_autofree char *words = g_strdup_printf (_ ("Not sent. %s"), problem);
      gtk_label_set_text (self->words, words);
      gtk_widget_add_css_class (GTK_WIDGET (self->words), "error");
      gtk_widget_remove_css_class (GTK_WIDGET (self->words), "dim-label");
      return;
    }
  gtk_label_set_text (self->words, _ ("Sending…"));
  gtk_widget_remove_css_class (GTK_WIDGET (self->words), "error");
  gtk_widget_add_css_class (GTK_WIDGET (self->words), "dim-label");
}

static void
parlance_message_status_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (parlance_message_status_parent_class)->dispose (object);
}

static void
parlance_message_status_class_init (ParlanceMessageStatusClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_message_status_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/message-status.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceMessageStatus, icon);
  gtk_widget_class_bind_template_child (widget_class, ParlanceMessageStatus, words);
  gtk_widget_class_bind_template_child (widget_class, ParlanceMessageStatus, buttons);
}

static void
parlance_message_status_init (ParlanceMessageStatus *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
