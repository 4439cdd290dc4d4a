/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The window is made when the application is activated the first time, and shown again afterwards.
 */
#include "client-gui/application.h"

#include "client-gui/settings.h"
#include "client-gui/window.h"

struct _ParlanceApplication
{
  AdwApplication parent_instance;
  GSettings *settings;
  ParlanceClient *client;
};

G_DEFINE_FINAL_TYPE (ParlanceApplication, parlance_application, ADW_TYPE_APPLICATION)

ParlanceApplication *
parlance_application_new (void)
{
  return g_object_new (PARLANCE_TYPE_APPLICATION, "application-id", PARLANCE_APPLICATION_ID,
                       "resource-base-path", "/io/github/parlance/Parlance", NULL);
}

ParlanceClient *
parlance_application_get_client (ParlanceApplication *self)
{
  g_return_val_if_fail (PARLANCE_IS_APPLICATION (self), NULL);

  return self->client;
}

static void
on_quit (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (user_data));

  if (window != NULL)
    gtk_window_close (window);
  else
    g_application_quit (G_APPLICATION (user_data));
}

static const GActionEntry actions[] = {
  { .name = "quit", .activate = on_quit },
};

static void
parlance_application_startup (GApplication *application)
{
  ParlanceApplication *self = PARLANCE_APPLICATION (application);
  static const char *const quit_keys[] = { "<Control>q", NULL };
  static const char *const word_book_keys[] = { "<Control>b", NULL };

  G_APPLICATION_CLASS (parlance_application_parent_class)->startup (application);
  self->settings = parlance_settings_new ();
  self->client = parlance_client_new (self->settings);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "app.quit", quit_keys);
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "win.show-word-book",
                                         word_book_keys);
}

static void
parlance_application_activate (GApplication *application)
{
  ParlanceApplication *self = PARLANCE_APPLICATION (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (window == NULL)
    {
      (void)parlance_client_return (self->client);
      window = GTK_WINDOW (parlance_window_new (self, self->client));
    }
  gtk_window_present (window);
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
  application_class->shutdown = parlance_application_shutdown;
  application_class->startup = parlance_application_startup;
  application_class->activate = parlance_application_activate;
}

static void
parlance_application_init (ParlanceApplication *self)
{
}
