/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Part of the row below it: a list of GTK 4.8 has no headers.
 */
#include "client-gui/message-divider.h"

struct _ParlanceMessageDivider
{
  GtkWidget parent_instance;

  GtkLabel *label;
};

G_DEFINE_FINAL_TYPE (ParlanceMessageDivider, parlance_message_divider, GTK_TYPE_WIDGET)

GtkWidget *
parlance_message_divider_new (const char *style_class)
{
  GtkWidget *self = g_object_new (PARLANCE_TYPE_MESSAGE_DIVIDER, NULL);

  gtk_widget_add_css_class (self, style_class);
  return self;
}

void
parlance_message_divider_set_text (ParlanceMessageDivider *self, const char *text)
{
  g_return_if_fail (PARLANCE_IS_MESSAGE_DIVIDER (self));

  gtk_label_set_text (self->label, text);
}

static void
parlance_message_divider_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (parlance_message_divider_parent_class)->dispose (object);
}

static void
parlance_message_divider_class_init (ParlanceMessageDividerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_message_divider_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/message-divider.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceMessageDivider, label);
}

static void
parlance_message_divider_init (ParlanceMessageDivider *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
