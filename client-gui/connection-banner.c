/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A thin line over a page that says how the chat stands with its server while there is
 * something to say.
 */
#include "client-gui/connection-banner.h"

struct _ParlanceConnectionBanner
{
  GtkWidget parent_instance;
  ParlanceClient *client;
};

G_DEFINE_FINAL_TYPE (ParlanceConnectionBanner, parlance_connection_banner, GTK_TYPE_WIDGET)

void
parlance_connection_banner_set_client (ParlanceConnectionBanner *self, ParlanceClient *client)
{
  g_return_if_fail (PARLANCE_IS_CONNECTION_BANNER (self));
  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
}

static void
parlance_connection_banner_dispose (GObject *object)
{
  ParlanceConnectionBanner *self = PARLANCE_CONNECTION_BANNER (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_connection_banner_parent_class)->dispose (object);
}

static void
parlance_connection_banner_class_init (ParlanceConnectionBannerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_connection_banner_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/connection-banner.ui");
}

static void
parlance_connection_banner_init (ParlanceConnectionBanner *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
