/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The welcome page while no server is visited, else rooms, the conversation and the dictionary.
 */
#include "client-gui/window.h"

#include <string.h>

#include "client-gui/close-later.h"
#include "client-gui/conversation-walk.h"
#include "client-gui/dictionary-pane.h"
#include "client-gui/lookup-popover.h"
#include "client-gui/message-text.h"
#include "client-gui/flap-memory.h"
#include "client-gui/join-dialog.h"
#include "client-gui/leave-room.h"
#include "client-gui/nick-dialog.h"
#include "client-gui/operator-actions.h"
#include "client-gui/quit-guard.h"
#include "client-gui/room-list.h"
#include "client-gui/room-page.h"
#include "client-gui/selection.h"
#include "client-gui/server-dialog.h"
#include "client-gui/toast.h"
#include "client-gui/trust-guard.h"
#include "client-gui/unsent-guard.h"
#include "client-gui/welcome-page.h"
#include "client-gui/word-book-window.h"

/* The dictionary, and beside it a conversation of still 80 characters a line. */
#define WIDE_PX 1200

struct _ParlanceWindow
{
  AdwApplicationWindow parent_instance;
  ParlanceClient *client;

  AdwToastOverlay *toasts;
  GtkStack *pages;
  ParlanceWelcomePage *welcome_page;
  AdwFlap *dictionary_flap;
  AdwLeaflet *leaflet;
  ParlanceRoomList *room_list;
  ParlanceRoomPage *room_page;
  ParlanceDictionaryPane *dictionary_pane;
  GtkWidget *lookup_popover; /* (nullable): for words outside of messages */
};

enum
{
  PROP_0,
  PROP_CLIENT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ParlanceWindow, parlance_window, ADW_TYPE_APPLICATION_WINDOW)

ParlanceWindow *
parlance_window_new (ParlanceApplication *application, ParlanceClient *client)
{
  return g_object_new (PARLANCE_TYPE_WINDOW, "application", application, "client", client, NULL);
}

/* --- rooms ------------------------------------------------------------------------------------ */

static void
go_to (ParlanceWindow *self, ParlanceConversation *conversation)
{
  if (conversation == NULL)
    return;
  parlance_client_set_current (self->client, conversation);
  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->room_page));
  gtk_widget_grab_focus (GTK_WIDGET (self->room_page));
}

static void
show_room (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);

  go_to (self, parlance_client_join (self->client, g_variant_get_string (parameter, NULL)));
}

static void
show_message (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);
  const char *room;
  gint64 seq;

  g_variant_get (parameter, "(&sx)", &room, &seq);
  go_to (self, parlance_client_join (self->client, room));
  if (seq > 0)
    parlance_room_page_show_message (self->room_page, seq);
}

static void
show_rooms (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);

  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->room_list));
  gtk_widget_grab_focus (GTK_WIDGET (self->room_list));
}

static void
walk_rooms (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);
  int step = strstr (name, "previous") != NULL ? -1 : 1;

  go_to (self, parlance_conversation_walk (parlance_client_get_conversations (self->client),
                                           parlance_client_get_current (self->client), step,
                                           strstr (name, "unread") != NULL));
}

static void
go_to_room (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);
  guint place = (guint)g_variant_get_int32 (parameter);
  g_autoptr (ParlanceConversation) conversation =
      g_list_model_get_item (parlance_client_get_conversations (self->client), place - 1);

  go_to (self, conversation);
}

static void
join_room (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);

  if (parlance_client_get_chat (self->client) != NULL)
    gtk_window_present (GTK_WINDOW (parlance_join_dialog_new (GTK_WINDOW (self), self->client)));
}

static void
leave_room (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);
  ParlanceConversation *conversation =
      parameter != NULL
          ? parlance_client_get_conversation (self->client, g_variant_get_string (parameter, NULL))
          : parlance_client_get_current (self->client);

  if (conversation != NULL)
    parlance_leave_room (self->client, conversation, self->toasts);
}

static void
mark_read (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);
  ParlanceConversation *conversation =
      parlance_client_get_conversation (self->client, g_variant_get_string (parameter, NULL));

  if (conversation != NULL)
    parlance_conversation_mark_read (conversation);
}

static void
change_nick (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);

  if (parlance_client_get_chat (self->client) != NULL)
    gtk_window_present (GTK_WINDOW (parlance_nick_dialog_new (GTK_WINDOW (self), self->client)));
}

static void
show_server (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);

  if (parlance_client_get_chat (self->client) != NULL)
    gtk_window_present (parlance_server_dialog_new (GTK_WINDOW (self), self->client));
}

static void
leave_server (GtkWidget *widget, const char *name, GVariant *parameter)
{
  parlance_client_leave (PARLANCE_WINDOW (widget)->client);
}

/* --- other actions ---------------------------------------------------------------------------- */

static void
look_up (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);

  adw_flap_set_reveal_flap (self->dictionary_flap, TRUE);
  parlance_dictionary_pane_look_up (self->dictionary_pane, g_variant_get_string (parameter, NULL));
}

/* Text of a message or of a definition knows itself what is done with its words. */
static void
define_selection (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));
  GtkWidget *of_message =
      focus != NULL ? gtk_widget_get_ancestor (focus, PARLANCE_TYPE_MESSAGE_TEXT) : NULL;
  GdkRectangle where;
  gint64 at;

  if (of_message != NULL)
    {
      parlance_message_text_look_up (PARLANCE_MESSAGE_TEXT_WIDGET (of_message));
      return;
    }
  g_autofree char *text = parlance_selection_get (focus, &at, &where);
  if (text == NULL)
    gtk_widget_activate_action (widget, "win.look-up", "s", "");
  else if (gtk_widget_is_ancestor (focus, GTK_WIDGET (self->dictionary_pane)))
    parlance_dictionary_pane_look_up_at (self->dictionary_pane, text, at);
  else
    {
      if (self->lookup_popover == NULL)
        {
          self->lookup_popover = parlance_lookup_popover_new (self->client);
          gtk_widget_set_parent (self->lookup_popover, GTK_WIDGET (self->room_page));
        }
      parlance_lookup_popover_show_at (PARLANCE_LOOKUP_POPOVER (self->lookup_popover), focus,
                                       &where, text, at, NULL);
    }
}

static void
go_back (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);

  if (adw_flap_get_reveal_flap (self->dictionary_flap))
    parlance_dictionary_pane_go_back (self->dictionary_pane);
}

static void
go_forward (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);

  if (adw_flap_get_reveal_flap (self->dictionary_flap))
    parlance_dictionary_pane_go_forward (self->dictionary_pane);
}

static void
show_word_book (GtkWidget *widget, const char *name, GVariant *parameter)
{
  parlance_word_book_window_present (GTK_WINDOW (widget), PARLANCE_WINDOW (widget)->client);
}

static void
show_menu (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);

  if (parlance_client_get_chat (self->client) == NULL)
    {
      parlance_welcome_page_show_menu (self->welcome_page);
      return;
    }
  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->room_list));
  parlance_room_list_show_menu (self->room_list);
}

static void
find (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);

  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_FORWARD);
  parlance_room_page_find (self->room_page);
}

static void
toast (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);

  parlance_toast (self->toasts, g_variant_get_string (parameter, NULL));
}

/* --- closing ---------------------------------------------------------------------------------- */

static void
save_size (ParlanceWindow *self)
{
  GSettings *settings = parlance_client_get_settings (self->client);
  int width;
  int height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_int (settings, "window-width", width);
  g_settings_set_int (settings, "window-height", height);
  g_settings_set_boolean (settings, "window-maximized",
                          gtk_window_is_maximized (GTK_WINDOW (self)));
}

static void
restore_size (ParlanceWindow *self)
{
  GSettings *settings = parlance_client_get_settings (self->client);

  gtk_window_set_default_size (GTK_WINDOW (self), g_settings_get_int (settings, "window-width"),
                               g_settings_get_int (settings, "window-height"));
  if (g_settings_get_boolean (settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
}

/* Returns: whether one was open */
static gboolean
close_popovers (GtkWidget *widget)
{
  gboolean was_open = GTK_IS_POPOVER (widget) && gtk_widget_get_visible (widget);

  if (was_open)
    gtk_popover_popdown (GTK_POPOVER (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    was_open = close_popovers (child) || was_open;
  return was_open;
}

static gboolean
parlance_window_close_request (GtkWindow *window)
{
  ParlanceWindow *self = PARLANCE_WINDOW (window);

  /* What is still to be done for a popover, GTK does without looking whether its surface is there.
   */
  if (close_popovers (GTK_WIDGET (self)))
    {
      parlance_close_later (window);
      return GDK_EVENT_STOP;
    }
  save_size (self);
  return GTK_WINDOW_CLASS (parlance_window_parent_class)->close_request (window);
}

/* --- the object ------------------------------------------------------------------------------- */

static void
on_chat (ParlanceClient *client, GParamSpec *property, gpointer user_data)
{
  ParlanceWindow *self = user_data;
  gboolean visiting = parlance_client_get_chat (client) != NULL;

  /* The other page is hidden as well: accessibility would tell of it as if it were seen. */
  gtk_widget_set_visible (GTK_WIDGET (self->dictionary_flap), visiting);
  gtk_widget_set_visible (GTK_WIDGET (self->welcome_page), !visiting);
  gtk_stack_set_visible_child_name (self->pages, visiting ? "main" : "welcome");
  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->room_page));
  gtk_widget_grab_focus (visiting ? GTK_WIDGET (self->room_page) : GTK_WIDGET (self->welcome_page));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.join-room", visiting);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.look-up", visiting);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.find", visiting);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.change-nick", visiting);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.show-server", visiting);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.leave-server", visiting);
}

/* Which header bar the window ends at. */
static void
on_flap (ParlanceWindow *self)
{
  gboolean beside = adw_flap_get_reveal_flap (self->dictionary_flap) &&
                    !adw_flap_get_folded (self->dictionary_flap);

  g_object_set (parlance_room_page_get_header (self->room_page), "show-end-title-buttons", !beside,
                NULL);
  g_object_set (self->room_list, "show-end-title-buttons",
                !beside && adw_leaflet_get_folded (self->leaflet), NULL);
}

static void
wire_panes (ParlanceWindow *self)
{
  g_autoptr (GPropertyAction) show_dictionary =
      g_property_action_new ("show-dictionary", self->dictionary_flap, "reveal-flap");

  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (show_dictionary));
  parlance_flap_remember (self->dictionary_flap, parlance_client_get_settings (self->client),
                          "show-dictionary", WIDE_PX);
  g_object_bind_property (self->leaflet, "folded", parlance_room_page_get_header (self->room_page),
                          "show-back", G_BINDING_SYNC_CREATE);
  /* Beside each other, that of the conversation is seen. */
  g_object_bind_property (self->leaflet, "folded", parlance_room_list_get_banner (self->room_list),
                          "visible", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (self->dictionary_flap, "notify::reveal-flap", G_CALLBACK (on_flap), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->dictionary_flap, "notify::folded", G_CALLBACK (on_flap), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->leaflet, "notify::folded", G_CALLBACK (on_flap), self,
                           G_CONNECT_SWAPPED);
  on_flap (self);
}

static void
parlance_window_constructed (GObject *object)
{
  ParlanceWindow *self = PARLANCE_WINDOW (object);

  G_OBJECT_CLASS (parlance_window_parent_class)->constructed (object);
  restore_size (self);
  parlance_welcome_page_set_client (self->welcome_page, self->client);
  parlance_room_list_set_client (self->room_list, self->client);
  parlance_room_page_set_client (self->room_page, self->client);
  parlance_dictionary_pane_set_client (self->dictionary_pane, self->client);
  wire_panes (self);
  parlance_operator_actions_attach (GTK_APPLICATION_WINDOW (self), self->client, self->toasts);
  parlance_unsent_guard_attach (GTK_WINDOW (self), self->client);
  parlance_quit_guard_attach (GTK_WINDOW (self), self->client);
  parlance_trust_guard_attach (GTK_WINDOW (self), self->client);
  g_signal_connect_object (self->client, "notify::chat", G_CALLBACK (on_chat), self, 0);
  on_chat (self->client, NULL, self);
}

static void
parlance_window_dispose (GObject *object)
{
  ParlanceWindow *self = PARLANCE_WINDOW (object);

  g_clear_pointer (&self->lookup_popover, gtk_widget_unparent);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_window_parent_class)->dispose (object);
}

static void
parlance_window_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CLIENT)
    PARLANCE_WINDOW (object)->client = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.show-room", "s", show_room);
  gtk_widget_class_install_action (widget_class, "win.show-message", "(sx)", show_message);
  gtk_widget_class_install_action (widget_class, "win.show-rooms", NULL, show_rooms);
  gtk_widget_class_install_action (widget_class, "win.next-room", NULL, walk_rooms);
  gtk_widget_class_install_action (widget_class, "win.previous-room", NULL, walk_rooms);
  gtk_widget_class_install_action (widget_class, "win.next-unread-room", NULL, walk_rooms);
  gtk_widget_class_install_action (widget_class, "win.previous-unread-room", NULL, walk_rooms);
  gtk_widget_class_install_action (widget_class, "win.go-to-room", "i", go_to_room);
  gtk_widget_class_install_action (widget_class, "win.join-room", NULL, join_room);
  gtk_widget_class_install_action (widget_class, "win.leave-room", "s", leave_room);
  gtk_widget_class_install_action (widget_class, "win.leave-current-room", NULL, leave_room);
  gtk_widget_class_install_action (widget_class, "win.mark-read", "s", mark_read);
  gtk_widget_class_install_action (widget_class, "win.change-nick", NULL, change_nick);
  gtk_widget_class_install_action (widget_class, "win.show-server", NULL, show_server);
  gtk_widget_class_install_action (widget_class, "win.leave-server", NULL, leave_server);
  gtk_widget_class_install_action (widget_class, "win.look-up", "s", look_up);
  gtk_widget_class_install_action (widget_class, "win.define-selection", NULL, define_selection);
  gtk_widget_class_install_action (widget_class, "win.previous-word", NULL, go_back);
  gtk_widget_class_install_action (widget_class, "win.next-word", NULL, go_forward);
  gtk_widget_class_install_action (widget_class, "win.show-word-book", NULL, show_word_book);
  gtk_widget_class_install_action (widget_class, "win.show-menu", NULL, show_menu);
  gtk_widget_class_install_action (widget_class, "win.find", NULL, find);
  gtk_widget_class_install_action (widget_class, "win.toast", "s", toast);
}

static void
parlance_window_class_init (ParlanceWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = parlance_window_constructed;
  object_class->dispose = parlance_window_dispose;
  object_class->set_property = parlance_window_set_property;
  GTK_WINDOW_CLASS (klass)->close_request = parlance_window_close_request;
  properties[PROP_CLIENT] =
      g_param_spec_object ("client", NULL, NULL, PARLANCE_TYPE_CLIENT,
                           G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (PARLANCE_TYPE_WELCOME_PAGE);
  g_type_ensure (PARLANCE_TYPE_ROOM_LIST);
  g_type_ensure (PARLANCE_TYPE_ROOM_PAGE);
  g_type_ensure (PARLANCE_TYPE_DICTIONARY_PANE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/window.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWindow, welcome_page);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWindow, dictionary_flap);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWindow, room_list);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWindow, room_page);
  gtk_widget_class_bind_template_child (widget_class, ParlanceWindow, dictionary_pane);
  install_actions (widget_class);
}

static void
parlance_window_init (ParlanceWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
