/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The window is made when the application is activated the first time, and shown again afterwards;
 * a second start speaks to the first process by D-Bus and ends.
 */
#include "client-gui/application.h"

#include <glib/gi18n.h>

#ifdef GDK_WINDOWING_X11
#include <gdk/x11/gdkx.h>
#endif

#include "client-gui/appearance.h"
#include "client-gui/notifier.h"
#include "client-gui/preferences-window.h"
#include "client-gui/settings.h"
#include "client-gui/window.h"
#include "protocol/client/nick.h"

struct _ParlanceApplication
{
  AdwApplication parent_instance;
  GSettings *settings;
  ParlanceClient *client;
  ParlanceAppearance *appearance;
  ParlanceNotifier *notifier;
};

G_DEFINE_FINAL_TYPE (ParlanceApplication, parlance_application, ADW_TYPE_APPLICATION)

ParlanceApplication *
parlance_application_new (void)
{
  return g_object_new (PARLANCE_TYPE_APPLICATION, "application-id", PARLANCE_APPLICATION_ID,
                       "flags", G_APPLICATION_HANDLES_COMMAND_LINE, "resource-base-path",
                       "/io/github/parlance/Parlance", NULL);
}

ParlanceClient *
parlance_application_get_client (ParlanceApplication *self)
{
  g_return_val_if_fail (PARLANCE_IS_APPLICATION (self), NULL);

  return self->client;
}

/* --- actions ---------------------------------------------------------------------------------- */

/* Returns: (nullable): the main window, whichever of its dialogs is active */
static GtkWindow *
get_window (ParlanceApplication *self)
{
  for (GList *all = gtk_application_get_windows (GTK_APPLICATION (self)); all != NULL;
       all = all->next)
    if (PARLANCE_IS_WINDOW (all->data))
      return all->data;
  return NULL;
}

static void
on_quit (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window = get_window (user_data);

  if (window != NULL)
    gtk_window_close (window);
  else
    g_application_quit (G_APPLICATION (user_data));
}

static void
on_about (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  adw_show_about_window (
      get_window (user_data), "application-name", _ ("Parlance"), "application-icon",
      PARLANCE_APPLICATION_ID, "version", PARLANCE_VERSION, "comments",
      _ ("Chat on the local network, with the dictionary inside the conversation."), "license-type",
      GTK_LICENSE_GPL_3_0, "developer-name", _ ("The Parlance developers"), "translator-credits",
      /* Translators: your names, one a line; they are shown in the About window */
      _ ("translator-credits"), NULL);
}

static void
on_show_message (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_application_activate (G_APPLICATION (user_data));
  gtk_widget_activate_action_variant (GTK_WIDGET (get_window (user_data)), "win.show-message",
                                      parameter);
}

static void
on_preferences (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ParlanceApplication *self = user_data;

  parlance_preferences_window_show (get_window (self), self->client);
}

static const GActionEntry actions[] = {
  { .name = "preferences", .activate = on_preferences },
  { .name = "quit", .activate = on_quit },
  { .name = "about", .activate = on_about },
  { .name = "show-message", .parameter_type = "(sx)", .activate = on_show_message },
};

/* Ctrl+? is GTK's own, for gtk/help-overlay.ui. */
static const struct
{
  const char *action;
  const char *keys[3];
} accelerators[] = {
  { "app.quit", { "<Control>q" } },
  { "app.preferences", { "<Control>comma" } },
  { "window.close", { "<Control>w" } },
  { "win.show-menu", { "F10" } },
  { "win.join-room", { "<Control>n" } },
  { "win.find", { "<Control>f" } },
  { "win.look-up('')", { "<Control>l" } },
  { "win.show-word-book", { "<Control>b" } },
  { "win.define-selection", { "<Control>d" } },
  { "win.previous-word", { "<Alt>Left" } },
  { "win.next-word", { "<Alt>Right" } },
  { "win.show-dictionary", { "F9" } },
  { "win.previous-room", { "<Control>Page_Up" } },
  { "win.next-room", { "<Control>Page_Down" } },
  { "win.previous-unread-room", { "<Alt><Shift>Up" } },
  { "win.next-unread-room", { "<Alt><Shift>Down" } },
};

/* A popover keeps keys from the window that it belongs to. */
static void
let_popovers_quit (void)
{
  GtkWidgetClass *klass = g_type_class_ref (GTK_TYPE_POPOVER);

  gtk_widget_class_add_binding_action (klass, GDK_KEY_q, GDK_CONTROL_MASK, "app.quit", NULL);
  g_type_class_unref (klass);
}

static void
set_keys (GtkApplication *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (accelerators); i++)
    gtk_application_set_accels_for_action (self, accelerators[i].action, accelerators[i].keys);
  for (int place = 1; place <= 9; place++)
    {
      g_autofree char *action = g_strdup_printf ("win.go-to-room(%d)", place);
      g_autofree char *key = g_strdup_printf ("<Alt>%d", place);
      g_autofree char *on_pad = g_strdup_printf ("<Alt>KP_%d", place);
      const char *const keys[] = { key, on_pad, NULL };

      gtk_application_set_accels_for_action (self, action, keys);
    }
}

/* --- the command line ------------------------------------------------------------------------- */

static const GOptionEntry options[] = {
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version and exit"), NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, NULL, NULL, N_ ("[ADDRESS]") },
  { 0 },
};

static int
parlance_application_handle_local_options (GApplication *application, GVariantDict *given)
{
  if (!g_variant_dict_contains (given, "version"))
    return -1;
  g_print ("parlance-gtk %s\n", PARLANCE_VERSION);
  return 0;
}

static int
parlance_application_command_line (GApplication *application, GApplicationCommandLine *line)
{
  ParlanceApplication *self = PARLANCE_APPLICATION (application);
  GVariantDict *given = g_application_command_line_get_options_dict (line);
  g_autofree const char **addresses = NULL;

  if (g_variant_dict_lookup (given, G_OPTION_REMAINING, "^a&s", &addresses) && addresses[0] != NULL)
    {
      if (addresses[1] != NULL)
        {
          g_application_command_line_printerr (line, "%s\n",
                                               _ ("Give one address: a server’s, as host:port."));
          return 2;
        }
      g_autofree char *nick = g_settings_get_string (self->settings, "nick");
      g_autofree char *usual = parlance_nick_default ();
      parlance_client_visit (self->client, NULL, addresses, *nick != '\0' ? nick : usual);
    }
  g_application_activate (application);
  return 0;
}

/* --- windows ---------------------------------------------------------------------------------- */

static void
on_is_active (ParlanceApplication *self)
{
  gboolean watched = FALSE;

  for (GList *all = gtk_application_get_windows (GTK_APPLICATION (self)); all != NULL;
       all = all->next)
    watched = watched || gtk_window_is_active (all->data);
  if (self->notifier != NULL)
    parlance_notifier_set_watched (self->notifier, watched);
}

static void
parlance_application_window_added (GtkApplication *application, GtkWindow *window)
{
  GTK_APPLICATION_CLASS (parlance_application_parent_class)->window_added (application, window);
  g_signal_connect_object (window, "notify::is-active", G_CALLBACK (on_is_active), application,
                           G_CONNECT_SWAPPED);
}

static void
parlance_application_window_removed (GtkApplication *application, GtkWindow *window)
{
  GTK_APPLICATION_CLASS (parlance_application_parent_class)->window_removed (application, window);
  on_is_active (PARLANCE_APPLICATION (application));
}

/* --- the object ------------------------------------------------------------------------------- */

static void
parlance_application_startup (GApplication *application)
{
  ParlanceApplication *self = PARLANCE_APPLICATION (application);

  G_APPLICATION_CLASS (parlance_application_parent_class)->startup (application);
  self->settings = parlance_settings_new ();
  self->client = parlance_client_new (self->settings);
  self->appearance = parlance_appearance_new (self->settings);
  self->notifier = parlance_notifier_new (application, self->client);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  set_keys (GTK_APPLICATION (self));
  let_popovers_quit ();
}

/* Who asks is a person, at another program: the time of their last key here is too old for window
 * managers that keep windows from taking the focus by themselves. */
static void
present (GtkWindow *window)
{
  guint32 time = GDK_CURRENT_TIME;

#ifdef GDK_WINDOWING_X11
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (window));
  if (surface != NULL && GDK_IS_X11_SURFACE (surface))
    time = gdk_x11_get_server_time (surface);
#endif
  gtk_window_present_with_time (window, time);
}

static void
parlance_application_activate (GApplication *application)
{
  ParlanceApplication *self = PARLANCE_APPLICATION (application);
  GtkWindow *window = get_window (self);

  if (window == NULL)
    {
      if (parlance_client_get_chat (self->client) == NULL)
        parlance_client_return (self->client);
      window = GTK_WINDOW (parlance_window_new (self, self->client));
    }
  present (window);
}

static void
parlance_application_shutdown (GApplication *application)
{
  ParlanceApplication *self = PARLANCE_APPLICATION (application);

  parlance_client_save (self->client);
  parlance_word_book_flush (parlance_client_get_word_book (self->client));
  G_APPLICATION_CLASS (parlance_application_parent_class)->shutdown (application);
}

static void
parlance_application_dispose (GObject *object)
{
  ParlanceApplication *self = PARLANCE_APPLICATION (object);

  g_clear_object (&self->notifier);
  g_clear_object (&self->appearance);
  g_clear_object (&self->client);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (parlance_application_parent_class)->dispose (object);
}

static void
parlance_application_class_init (ParlanceApplicationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  object_class->dispose = parlance_application_dispose;
  GTK_APPLICATION_CLASS (klass)->window_added = parlance_application_window_added;
  GTK_APPLICATION_CLASS (klass)->window_removed = parlance_application_window_removed;
  application_class->startup = parlance_application_startup;
  application_class->activate = parlance_application_activate;
  application_class->handle_local_options = parlance_application_handle_local_options;
  application_class->command_line = parlance_application_command_line;
  application_class->shutdown = parlance_application_shutdown;
}

static void
parlance_application_init (ParlanceApplication *self)
{
  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_summary (
      G_APPLICATION (self), _ ("Chat on the local network, with dictionaries. ADDRESS is that of a "
                               "server to go to, host or host:port."));
}
