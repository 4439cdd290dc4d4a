/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The servers on the network, as they are heard of, to choose one from.
 */
#include "client-gui/welcome-page.h"

struct _ParlanceWelcomePage
{
  GtkWidget parent_instance;
  ParlanceClient *client;
};

G_DEFINE_FINAL_TYPE (ParlanceWelcomePage, parlance_welcome_page, GTK_TYPE_WIDGET)

void
parlance_welcome_page_set_client (ParlanceWelcomePage *self, ParlanceClient *client)
{
  g_return_if_fail (PARLANCE_IS_WELCOME_PAGE (self));
  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
}

static void
parlance_welcome_page_dispose (GObject *object)
{
  ParlanceWelcomePage *self = PARLANCE_WELCOME_PAGE (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_welcome_page_parent_class)->dispose (object);
}

static void
parlance_welcome_page_class_init (ParlanceWelcomePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_welcome_page_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/welcome-page.ui");
}

static void
parlance_welcome_page_init (ParlanceWelcomePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
