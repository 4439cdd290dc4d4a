/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where a message is written: what is typed, as text or as a command.
 */
#include "client-gui/composer.h"

struct _ParlanceComposer
{
  GtkWidget parent_instance;
  ParlanceClient *client;
};

G_DEFINE_FINAL_TYPE (ParlanceComposer, parlance_composer, GTK_TYPE_WIDGET)

void
parlance_composer_set_client (ParlanceComposer *self, ParlanceClient *client)
{
  g_return_if_fail (PARLANCE_IS_COMPOSER (self));
  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
}

static void
parlance_composer_dispose (GObject *object)
{
  ParlanceComposer *self = PARLANCE_COMPOSER (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_composer_parent_class)->dispose (object);
}

static void
parlance_composer_class_init (ParlanceComposerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_composer_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/composer.ui");
}

static void
parlance_composer_init (ParlanceComposer *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
