/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A session is in 64 rooms at most, so each has a row of its own. Where the keyboard goes in the
 * list, that room is shown; what is clicked is gone to, which where there is little width means
 * another page: win.show-room.
 */
#include "client-gui/room-list.h"

#include <glib/gi18n.h>

#include "client-gui/connection-banner.h"
#include "client-gui/focus-children.h"
#include "client-gui/notice-bar.h"
#include "client-gui/room-row.h"
#include "client-gui/server-dialog.h"

struct _ParlanceRoomList
{
  GtkWidget parent_instance;
  ParlanceClient *client;
  ParlanceChat *chat; /* (nullable): that is listened to */
  gboolean show_end_title_buttons;
  gboolean scroll_wanted; /* to the row that is selected */
  guint scroll_id;

  GtkWidget *box;
  AdwWindowTitle *title;
  GtkWidget *lock_button;
  GtkMenuButton *menu_button;
  ParlanceConnectionBanner *banner;
  ParlanceNoticeBar *notice_bar;
  GtkListBox *list;
};

enum
{
  PROP_0,
  PROP_SHOW_END_TITLE_BUTTONS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ParlanceRoomList, parlance_room_list, GTK_TYPE_WIDGET)

/* --- the server ------------------------------------------------------------------------------- */

static const char *
state_words (ParlanceChat *chat)
{
  switch (parlance_chat_get_state (chat))
    {
    case PARLANCE_CHAT_ONLINE:
      return parlance_chat_get_nick (chat);
    case PARLANCE_CHAT_CONNECTING:
      return _ ("Connecting…");
    default:
      return _ ("Offline");
    }
}

/* It is always there: what comes and goes would move what is beside it. */
static void
show_lock (ParlanceRoomList *self)
{
  const char *icon = "network-offline-symbolic";
  const char *words = _ ("Not Connected");

  if (self->chat != NULL && parlance_server_dialog_is_encrypted (self->chat))
    {
      icon = "channel-secure-symbolic";
      words = _ ("Encrypted Connection");
    }
  else if (self->chat != NULL && parlance_chat_get_state (self->chat) == PARLANCE_CHAT_ONLINE)
    {
      icon = "channel-insecure-symbolic";
      words = _ ("Connection Is Not Encrypted");
    }
  gtk_button_set_icon_name (GTK_BUTTON (self->lock_button), icon);
  gtk_widget_set_tooltip_text (self->lock_button, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->lock_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  words, -1);
}

static void
show_server (ParlanceRoomList *self)
{
  show_lock (self);
  adw_window_title_set_title (self->title, parlance_client_get_server_name (self->client));
  adw_window_title_set_subtitle (self->title, self->chat != NULL ? state_words (self->chat) : "");
}

static void
on_chat (ParlanceRoomList *self)
{
  if (self->chat != NULL)
    g_signal_handlers_disconnect_by_data (self->chat, self);
  g_set_object (&self->chat, parlance_client_get_chat (self->client));
  if (self->chat != NULL)
    {
      g_signal_connect_swapped (self->chat, "notify::state", G_CALLBACK (show_server), self);
      g_signal_connect_swapped (self->chat, "notify::nick", G_CALLBACK (show_server), self);
    }
  show_server (self);
}

/* --- the rooms -------------------------------------------------------------------------------- */

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  return parlance_room_row_new (item);
}

static gboolean
on_scroll (gpointer user_data)
{
  ParlanceRoomList *self = user_data;
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  graphene_rect_t bounds;

  self->scroll_id = 0;
  if (row == NULL ||
      !gtk_widget_compute_bounds (GTK_WIDGET (row), GTK_WIDGET (self->list), &bounds) ||
      bounds.size.height == 0)
    return G_SOURCE_REMOVE;
  self->scroll_wanted = FALSE;
  gtk_adjustment_clamp_page (gtk_list_box_get_adjustment (self->list), bounds.origin.y,
                             bounds.origin.y + bounds.size.height);
  return G_SOURCE_REMOVE;
}

/* A row that was just made has a place when the list has been laid out: then the adjustment
 * changes. */
static void
queue_scroll (ParlanceRoomList *self)
{
  if (self->scroll_wanted && self->scroll_id == 0)
    self->scroll_id = g_idle_add_full (G_PRIORITY_LOW, on_scroll, self, NULL);
}

static void
show_current (ParlanceRoomList *self)
{
  ParlanceConversation *current = parlance_client_get_current (self->client);
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    if (parlance_room_row_get_conversation (PARLANCE_ROOM_ROW (row)) == current)
      {
        gtk_list_box_select_row (self->list, row);
        self->scroll_wanted = TRUE;
        queue_scroll (self);
        return;
      }
  gtk_list_box_unselect_all (self->list);
}

static void
on_row_selected (GtkListBox *list, GtkListBoxRow *row, gpointer user_data)
{
  ParlanceRoomList *self = user_data;

  if (row != NULL && self->client != NULL)
    parlance_client_set_current (self->client,
                                 parlance_room_row_get_conversation (PARLANCE_ROOM_ROW (row)));
}

static void
on_row_activated (GtkListBox *list, GtkListBoxRow *row, gpointer user_data)
{
  ParlanceConversation *conversation = parlance_room_row_get_conversation (PARLANCE_ROOM_ROW (row));

  gtk_widget_activate_action (
      GTK_WIDGET (list), "win.show-room", "s",
      parlance_room_get_name (parlance_conversation_get_room (conversation)));
}

GtkWidget *
parlance_room_list_get_banner (ParlanceRoomList *self)
{
  g_return_val_if_fail (PARLANCE_IS_ROOM_LIST (self), NULL);

  return GTK_WIDGET (self->banner);
}

void
parlance_room_list_show_menu (ParlanceRoomList *self)
{
  g_return_if_fail (PARLANCE_IS_ROOM_LIST (self));

  gtk_menu_button_popup (self->menu_button);
}

void
parlance_room_list_set_client (ParlanceRoomList *self, ParlanceClient *client)
{
  g_return_if_fail (PARLANCE_IS_ROOM_LIST (self));
  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
  parlance_connection_banner_set_client (self->banner, client);
  parlance_notice_bar_set_client (self->notice_bar, client);
  gtk_list_box_bind_model (self->list, parlance_client_get_conversations (client), make_row, NULL,
                           NULL);
  g_signal_connect_object (client, "notify::chat", G_CALLBACK (on_chat), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "notify::server-name", G_CALLBACK (show_server), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "notify::current", G_CALLBACK (show_current), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_list_box_get_adjustment (self->list), "changed",
                           G_CALLBACK (queue_scroll), self, G_CONNECT_SWAPPED);
  on_chat (self);
  show_current (self);
}

/* --- the object ------------------------------------------------------------------------------- */

static gboolean
parlance_room_list_grab_focus (GtkWidget *widget)
{
  ParlanceRoomList *self = PARLANCE_ROOM_LIST (widget);
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);

  return row != NULL ? gtk_widget_grab_focus (GTK_WIDGET (row))
                     : gtk_widget_child_focus (self->box, GTK_DIR_TAB_FORWARD);
}

static void
parlance_room_list_dispose (GObject *object)
{
  ParlanceRoomList *self = PARLANCE_ROOM_LIST (object);

  g_clear_handle_id (&self->scroll_id, g_source_remove);
  if (self->chat != NULL)
    g_signal_handlers_disconnect_by_data (self->chat, self);
  g_clear_object (&self->chat);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_room_list_parent_class)->dispose (object);
}

static void
parlance_room_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SHOW_END_TITLE_BUTTONS)
    g_value_set_boolean (value, PARLANCE_ROOM_LIST (object)->show_end_title_buttons);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
parlance_room_list_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SHOW_END_TITLE_BUTTONS)
    PARLANCE_ROOM_LIST (object)->show_end_title_buttons = g_value_get_boolean (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
parlance_room_list_class_init (ParlanceRoomListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = parlance_room_list_dispose;
  widget_class->grab_focus = parlance_room_list_grab_focus;
  widget_class->focus = parlance_focus_children;
  object_class->get_property = parlance_room_list_get_property;
  object_class->set_property = parlance_room_list_set_property;
  properties[PROP_SHOW_END_TITLE_BUTTONS] = g_param_spec_boolean (
      "show-end-title-buttons", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  g_type_ensure (PARLANCE_TYPE_CONNECTION_BANNER);
  g_type_ensure (PARLANCE_TYPE_NOTICE_BAR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/room-list.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomList, box);
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomList, title);
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomList, lock_button);
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomList, menu_button);
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomList, banner);
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomList, notice_bar);
  gtk_widget_class_bind_template_child (widget_class, ParlanceRoomList, list);
  gtk_widget_class_bind_template_callback (widget_class, on_row_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
}

static void
parlance_room_list_init (ParlanceRoomList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
