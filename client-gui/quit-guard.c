/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Closing is put off until there is an answer, and then begun anew, so that whoever else has a say
 * in it is asked too.
 */
#include "client-gui/quit-guard.h"

#include <glib/gi18n.h>

#include "client-gui/close-later.h"

typedef struct
{
  GtkWindow *window;
  ParlanceClient *client;
  gboolean is_answered;
  gboolean is_asking;
} Guard;

static void
guard_free (gpointer data)
{
  Guard *guard = data;

  g_object_unref (guard->client);
  g_free (guard);
}

static void
on_response (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  Guard *guard = user_data;

  guard->is_asking = FALSE;
  if (g_str_equal (response, "cancel"))
    return;
  if (g_str_equal (response, "stop"))
    parlance_local_server_stop (parlance_client_get_local_server (guard->client));
  guard->is_answered = TRUE;
  parlance_close_later (guard->window);
}

static gboolean
on_close_request (GtkWindow *window, gpointer user_data)
{
  Guard *guard = user_data;
  ParlanceLocalServer *server = parlance_client_get_local_server (guard->client);

  if (guard->is_answered || !parlance_local_server_is_running (server))
    return GDK_EVENT_PROPAGATE;
  if (guard->is_asking)
    return GDK_EVENT_STOP;
  guard->is_asking = TRUE;
  GtkWidget *dialog = adw_message_dialog_new (window, _ ("Stop the Server?"),
                                              _ ("The server on this computer is running, and "
                                                 "others on the network may be using it. It can "
                                                 "go on running without this app."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "keep",
                                    _ ("_Keep Running"), "stop", _ ("_Stop Server"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "stop",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), guard);
  gtk_window_present (GTK_WINDOW (dialog));
  return GDK_EVENT_STOP;
}

void
parlance_quit_guard_attach (GtkWindow *window, ParlanceClient *client)
{
  Guard *guard = g_new0 (Guard, 1);

  guard->window = window;
  guard->client = g_object_ref (client);
  g_object_set_data_full (G_OBJECT (window), "parlance-quit-guard", guard, guard_free);
  g_signal_connect (window, "close-request", G_CALLBACK (on_close_request), guard);
}
