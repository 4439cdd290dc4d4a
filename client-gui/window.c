/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The welcome page while no server is visited, else rooms, the conversation and the dictionary.
 */
#include "client-gui/window.h"

#include "client-gui/dictionary-pane.h"
#include "client-gui/room-list.h"
#include "client-gui/room-page.h"
#include "client-gui/welcome-page.h"
#include "client-gui/word-book-window.h"

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

/* --- actions ---------------------------------------------------------------------------------- */

static void
show_room (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);

  parlance_client_join (self->client, g_variant_get_string (parameter, NULL));
  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_FORWARD);
}

static void
show_message (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);
  const char *room;
  gint64 seq;

  g_variant_get (parameter, "(&sx)", &room, &seq);
  parlance_client_join (self->client, room);
  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_FORWARD);
  parlance_room_page_show_message (self->room_page, seq);
}

static void
look_up (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);

  adw_flap_set_reveal_flap (self->dictionary_flap, TRUE);
  parlance_dictionary_pane_look_up (self->dictionary_pane, g_variant_get_string (parameter, NULL));
}

static void
show_word_book (GtkWidget *widget, const char *name, GVariant *parameter)
{
  parlance_word_book_window_present (GTK_WINDOW (widget), PARLANCE_WINDOW (widget)->client);
}

static void
toast (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);

  AdwToast *said = adw_toast_new ("");
  /* A title is markup, and what it is about may be a stranger's text. */
  g_autofree char *title = g_markup_escape_text (g_variant_get_string (parameter, NULL), -1);
  adw_toast_set_title (said, title);
  adw_toast_overlay_add_toast (self->toasts, said);
}

/* --- the object ------------------------------------------------------------------------------- */

static void
leave_server (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ParlanceWindow *self = PARLANCE_WINDOW (widget);

  parlance_client_leave (self->client);
}

static void
on_chat (ParlanceClient *client, GParamSpec *property, gpointer user_data)
{
  ParlanceWindow *self = user_data;

  gboolean is_visiting = parlance_client_get_chat (client) != NULL;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.leave-server", is_visiting);
  gtk_stack_set_visible_child_name (self->pages, is_visiting ? "main" : "welcome");
  if (!is_visiting)
    gtk_widget_grab_focus (GTK_WIDGET (self->welcome_page));
}

static void
parlance_window_constructed (GObject *object)
{
  ParlanceWindow *self = PARLANCE_WINDOW (object);

  G_OBJECT_CLASS (parlance_window_parent_class)->constructed (object);
  parlance_welcome_page_set_client (self->welcome_page, self->client);
  parlance_room_list_set_client (self->room_list, self->client);
  parlance_room_page_set_client (self->room_page, self->client);
  parlance_dictionary_pane_set_client (self->dictionary_pane, self->client);
  g_signal_connect_object (self->client, "notify::chat", G_CALLBACK (on_chat), self, 0);
  on_chat (self->client, NULL, self);
}

static void
parlance_window_dispose (GObject *object)
{
  ParlanceWindow *self = PARLANCE_WINDOW (object);

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
parlance_window_class_init (ParlanceWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = parlance_window_constructed;
  object_class->dispose = parlance_window_dispose;
  object_class->set_property = parlance_window_set_property;
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
  gtk_widget_class_install_action (widget_class, "win.show-room", "s", show_room);
  gtk_widget_class_install_action (widget_class, "win.show-message", "(sx)", show_message);
  gtk_widget_class_install_action (widget_class, "win.look-up", "s", look_up);
  gtk_widget_class_install_action (widget_class, "win.show-word-book", NULL, show_word_book);
  gtk_widget_class_install_action (widget_class, "win.leave-server", NULL, leave_server);
  gtk_widget_class_install_action (widget_class, "win.toast", "s", toast);
}

static void
parlance_window_init (ParlanceWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
