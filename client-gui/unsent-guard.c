/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who quits right after the Enter key is not asked: closing waits for the acknowledgements, and is
 * begun anew when the last one has come. Where one was a refusal the window stays, and shows it.
 */
#include "client-gui/unsent-guard.h"

#include <glib/gi18n.h>

#define WAIT_MS 2000 /* for acknowledgements, until there is a question */

typedef struct
{
  GtkWindow *window;
  ParlanceClient *client;
  ParlanceChat *chat; /* (nullable): whose acknowledgements closing waits for */
  GtkWindow *dialog;  /* (nullable): the question */
  guint n_failed;     /* messages when the wait began */
  gboolean is_answered;
  gulong n_unsent_id; /* 0: none */
  guint wait_source;  /* 0: none */
  guint close_source; /* 0: none */
} Guard;

static void
stop_waiting (Guard *guard)
{
  g_clear_handle_id (&guard->wait_source, g_source_remove);
  g_clear_signal_handler (&guard->n_unsent_id, guard->chat);
  g_clear_object (&guard->chat);
}

static void
guard_free (gpointer data)
{
  Guard *guard = data;

  stop_waiting (guard);
  g_clear_handle_id (&guard->close_source, g_source_remove);
  g_object_unref (guard->client);
  g_free (guard);
}

static guint
get_n_unsent (const Guard *guard)
{
  ParlanceChat *chat = parlance_client_get_chat (guard->client);

  return chat != NULL ? parlance_chat_get_n_unsent (chat) : 0;
}

static guint
count_failed (const Guard *guard)
{
  ParlanceChat *chat = parlance_client_get_chat (guard->client);
  GListModel *rooms = chat != NULL ? parlance_chat_get_rooms (chat) : NULL;
  guint n_rooms = rooms != NULL ? g_list_model_get_n_items (rooms) : 0;
  guint n = 0;

  for (guint i = 0; i < n_rooms; i++)
    {
      g_autoptr (ParlanceRoom) room = g_list_model_get_item (rooms, i);

      n += parlance_message_list_get_n_unsent (parlance_room_get_messages (room));
    }
  return n - get_n_unsent (guard);
}

static gboolean
on_close (gpointer user_data)
{
  Guard *guard = user_data;

  guard->close_source = 0;
  gtk_window_close (guard->window);
  return G_SOURCE_REMOVE;
}

/* Later: whoever calls is still at work, and would outlive the window that it belongs to. */
static void
close_later (Guard *guard)
{
  if (guard->close_source == 0)
    guard->close_source = g_idle_add (on_close, guard);
}

static void
on_response (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  Guard *guard = user_data;

  guard->dialog = NULL;
  guard->is_answered = g_str_equal (response, "quit");
  if (guard->is_answered)
    close_later (guard);
}

static void
ask (Guard *guard)
{
  guint n_unsent = get_n_unsent (guard);
  AdwMessageDialog *dialog =
      ADW_MESSAGE_DIALOG (adw_message_dialog_new (guard->window, _ ("Quit Parlance?"), NULL));

  adw_message_dialog_format_body (
      dialog,
      ngettext ("%u message that you wrote has not been sent yet and would be lost.",
                "%u messages that you wrote have not been sent yet and would be lost.", n_unsent),
      n_unsent);
  adw_message_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "quit", _ ("_Quit Anyway"),
                                    NULL);
  adw_message_dialog_set_response_appearance (dialog, "quit", ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), guard);
  guard->dialog = GTK_WINDOW (dialog);
  gtk_window_present (guard->dialog);
}

static gboolean
on_waited (gpointer user_data)
{
  Guard *guard = user_data;

  guard->wait_source = 0;
  stop_waiting (guard);
  /* None: it has gone with the server that was left meanwhile. */
  if (get_n_unsent (guard) > 0)
    ask (guard);
  return G_SOURCE_REMOVE;
}

static void
on_n_unsent (ParlanceChat *chat, GParamSpec *property, gpointer user_data)
{
  Guard *guard = user_data;

  if (parlance_chat_get_n_unsent (chat) > 0)
    return;
  stop_waiting (guard);
  if (count_failed (guard) <= guard->n_failed)
    close_later (guard);
}

static void
wait_for_acknowledgements (Guard *guard, ParlanceChat *chat)
{
  guard->chat = g_object_ref (chat);
  guard->n_failed = count_failed (guard);
  guard->n_unsent_id = g_signal_connect (chat, "notify::n-unsent", G_CALLBACK (on_n_unsent), guard);
  guard->wait_source = g_timeout_add (WAIT_MS, on_waited, guard);
}

static gboolean
on_close_request (GtkWindow *window, gpointer user_data)
{
  Guard *guard = user_data;
  ParlanceChat *chat = parlance_client_get_chat (guard->client);

  if (guard->is_answered || get_n_unsent (guard) == 0)
    return GDK_EVENT_PROPAGATE;
  if (guard->dialog != NULL)
    gtk_window_present (guard->dialog);
  else if (guard->wait_source != 0)
    return GDK_EVENT_STOP;
  else if (parlance_chat_get_state (chat) == PARLANCE_CHAT_ONLINE)
    wait_for_acknowledgements (guard, chat);
  else
    ask (guard);
  return GDK_EVENT_STOP;
}

void
parlance_unsent_guard_attach (GtkWindow *window, ParlanceClient *client)
{
  Guard *guard = g_new0 (Guard, 1);

  guard->window = window;
  guard->client = g_object_ref (client);
  g_object_set_data_full (G_OBJECT (window), "parlance-unsent-guard", guard, guard_free);
  g_signal_connect (window, "close-request", G_CALLBACK (on_close_request), guard);
}
