/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One conversation: header, messages, composer, people.
 */
#include "client-gui/room-page.h"

#include "client-gui/composer.h"
#include "client-gui/connection-banner.h"
#include "client-gui/find-bar.h"
#include "client-gui/flap-memory.h"
#include "client-gui/focus-children.h"
#include "client-gui/message-view.h"
#include "client-gui/notice-bar.h"
#include "client-gui/people-pane.h"

struct _ParlanceRoomPage
{
  GtkWidget parent_instance;
  ParlanceClient *client;

  ParlanceRoomHeader *header;
  AdwFlap *people_flap;
  ParlancePeoplePane *people_pane;
  ParlanceConnectionBanner *banner;
  ParlanceNoticeBar *notice_bar;
  ParlanceFindBar *find_bar;
  ParlanceMessageView *message_view;
  ParlanceComposer *composer;
};

G_DEFINE_FINAL_TYPE (ParlanceRoomPage, parlance_room_page, GTK_TYPE_WIDGET)

void
parlance_room_page_set_client (ParlanceRoomPage *self, ParlanceClient *client)
{
  g_return_if_fail (PARLANCE_IS_ROOM_PAGE (self));
  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
  parlance_room_header_set_client (self->header, client);
  parlance_people_pane_set_client (self->people_pane, client);
  parlance_flap_remember (self->people_flap, parlance_client_get_settings (client), "show-people",
                          G_MAXINT);
  parlance_connection_banner_set_client (self->banner, client);
  parlance_notice_bar_set_client (self->notice_bar, client);
  parlance_find_bar_set_client (self->find_bar, client);
  parlance_message_view_set_client (self->message_view, client);
  parlance_composer_set_client (self->composer, client);
}

ParlanceRoomHeader *
parlance_room_page_get_header (ParlanceRoomPage *self)
{
  g_return_val_if_fail (PARLANCE_IS_ROOM_PAGE (self), NULL);

  return self->header;
}

void
parlance_room_page_show_message (ParlanceRoomPage *self, gint64 seq)
{
  g_return_if_fail (PARLANCE_IS_ROOM_PAGE (self));

  parlance_message_view_show_message (self->message_view, seq);
}

void
parlance_room_page_find (ParlanceRoomPage *self)
{
  g_return_if_fail (PARLANCE_IS_ROOM_PAGE (self));

  parlance_find_bar_open (self->find_bar);
}

static void
on_find_closed (ParlanceFindBar *find_bar, ParlanceRoomPage *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->composer));
}

/* Who comes to a room is going to write. */
static gboolean
parlance_room_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (PARLANCE_ROOM_PAGE (widget)->composer));
}

static void
on_reply (GSimpleAction *action, GVariant *seq, gpointer user_data)
{
  parlance_composer_reply_to (PARLANCE_ROOM_PAGE (user_data)->composer, g_variant_get_int64 (seq));
}

static void
on_show_message (GSimpleAction *action, GVariant *seq, gpointer user_data)
{
  parlance_room_page_show_message (user_data, g_variant_get_int64 (seq));
}

static void
on_scroll (GSimpleAction *action, GVariant *n_pages, gpointer user_data)
{
  parlance_message_view_scroll_pages (PARLANCE_ROOM_PAGE (user_data)->message_view,
                                      g_variant_get_int32 (n_pages));
}

static const GActionEntry actions[] = {
  { .name = "reply", .activate = on_reply, .parameter_type = "x" },
  { .name = "scroll", .activate = on_scroll, .parameter_type = "i" },
  { .name = "show-message", .activate = on_show_message, .parameter_type = "x" },
};

static void
parlance_room_page_dispose (GObject *object)
{
  ParlanceRoomPage *self = PARLANCE_ROOM_PAGE (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_room_page_parent_class)->dispose (object);
}

static void
parlance_room_page_class_init (ParlanceRoomPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_room_page_dispose;
  widget_class->grab_focus = parlance_room_page_grab_focus;
  widget_class->focus = parlance_focus_children;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  g_type_ensure (PARLANCE_TYPE_ROOM_HEADER);
  g_type_ensure (PARLANCE_TYPE_PEOPLE_PANE);
  g_type_ensure (PARLANCE_TYPE_CONNECTION_BANNER);
  g_type_ensure (PARLANCE_TYPE_NOTICE_BAR);
  g_type_ensure (PARLANCE_TYPE_FIND_BAR);
  g_type_ensure (PARLANCE_TYPE_MESSAGE_VIEW);
  g_type_ensure (PARLANCE_TYPE_COMPOSER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/room-page.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomPage, header);
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomPage, people_flap);
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomPage, people_pane);
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomPage, banner);
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomPage, notice_bar);
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomPage, find_bar);
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomPage, message_view);
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomPage, composer);
  gtk_widget_class_bind_template_callback (widget_class, on_find_closed);
}

static void
parlance_room_page_init (ParlanceRoomPage *self)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_autoptr (GPropertyAction) show_people =
      g_property_action_new ("show-people", self->people_flap, "reveal-flap");
  g_action_map_add_action_entries (G_ACTION_MAP (group), actions, G_N_ELEMENTS (actions), self);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (show_people));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "room", G_ACTION_GROUP (group));
}
