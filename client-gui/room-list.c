/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The rooms of the server, which of them has something unread, and the menu.
 */
#include "client-gui/room-list.h"

struct _ParlanceRoomList
{
  GtkWidget parent_instance;
  ParlanceClient *client;
};

G_DEFINE_FINAL_TYPE (ParlanceRoomList, parlance_room_list, GTK_TYPE_WIDGET)

void
parlance_room_list_set_client (ParlanceRoomList *self, ParlanceClient *client)
{
  g_return_if_fail (PARLANCE_IS_ROOM_LIST (self));
  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
}

static void
parlance_room_list_dispose (GObject *object)
{
  ParlanceRoomList *self = PARLANCE_ROOM_LIST (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_room_list_parent_class)->dispose (object);
}

static void
parlance_room_list_class_init (ParlanceRoomListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_room_list_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/room-list.ui");
}

static void
parlance_room_list_init (ParlanceRoomList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
