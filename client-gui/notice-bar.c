/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shows the "notice" of the client; there may be several bars, which come and go together.
 */
#include "client-gui/notice-bar.h"

struct _ParlanceNoticeBar
{
  GtkWidget parent_instance;
  ParlanceClient *client;

  GtkRevealer *revealer;
  GtkLabel *words;
};

G_DEFINE_FINAL_TYPE (ParlanceNoticeBar, parlance_notice_bar, GTK_TYPE_WIDGET)

static void
update (ParlanceNoticeBar *self)
{
  const char *notice = parlance_client_get_notice (self->client);

  if (notice != NULL)
    {
      gtk_label_set_text (self->words, notice);
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->words), notice);
    }
  gtk_revealer_set_reveal_child (self->revealer, notice != NULL);
}

static void
dismiss (ParlanceNoticeBar *self)
{
  parlance_client_dismiss_notice (self->client);
}

void
parlance_notice_bar_set_client (ParlanceNoticeBar *self, ParlanceClient *client)
{
  g_return_if_fail (PARLANCE_IS_NOTICE_BAR (self));
  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
  g_signal_connect_object (client, "notify::notice", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
parlance_notice_bar_dispose (GObject *object)
{
  ParlanceNoticeBar *self = PARLANCE_NOTICE_BAR (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_notice_bar_parent_class)->dispose (object);
}

static void
parlance_notice_bar_class_init (ParlanceNoticeBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_notice_bar_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/notice-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceNoticeBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, ParlanceNoticeBar, words);
  gtk_widget_class_bind_template_callback (widget_class, dismiss);
}

static void
parlance_notice_bar_init (ParlanceNoticeBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
