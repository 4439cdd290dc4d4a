/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who quits right after the Enter key is not asked: closing waits for the acknowledgements, and is
 * begun anew when the last one has come. Where one was a refusal the window stays, and shows it.
 */
#include "client-gui/unsent-guard.h"

#include <glib/gi18n.h>

#include "client-gui/close-later.h"

#define WAIT_MS 5000 /* for acknowledgements, until there is a question */

typedef struct
{
  GtkWindow *window;
  ParlanceClient *client;
  ParlanceChat *chat; /* (nullable): what was last to be closed with something unsent */
  gulong n_unsent_id; /* of @chat; 0: none */
  gulong chat_id;     /* of @client */
  GtkWindow *dialog;  /* (nullable): the question */
  guint n_failed;     /* messages when it was last to be closed */
  guint n_given_up;   /* of @chat's, at most, need not be waited for: that was the answer */
  guint wait_source;  /* 0: none */
} Guard;

static void
let_go (Guard *guard)
{
  g_clear_handle_id (&guard->wait_source, g_source_remove);
  g_clear_pointer (&guard->dialog, gtk_window_destroy);
  g_clear_signal_handler (&guard->n_unsent_id, guard->chat);
  g_clear_object (&guard->chat);
  guard->n_given_up = 0;
}

static void
guard_free (gpointer data)
{
  Guard *guard = data;

  /* It goes with the window that it belongs to. */
  guard->dialog = NULL;
  let_go (guard);
  g_clear_signal_handler (&guard->chat_id, guard->client);
  g_object_unref (guard->client);
  g_free (guard);
}

static guint
count_failed_in (ParlanceMessageList *messages)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (messages));
  guint n_failed = 0;

  for (guint i = n_items - parlance_message_list_get_n_unsent (messages); i < n_items; i++)
    {
      g_autoptr (ParlanceMessage) message = g_list_model_get_item (G_LIST_MODEL (messages), i);

      n_failed += parlance_message_get_state (message) == PARLANCE_MESSAGE_FAILED;
    }
  return n_failed;
}

static guint
count_failed (const Guard *guard)
{
  GListModel *rooms = parlance_chat_get_rooms (guard->chat);
  guint n_failed = 0;

  for (guint i = 0; i < g_list_model_get_n_items (rooms); i++)
    {
      g_autoptr (ParlanceRoom) room = g_list_model_get_item (rooms, i);

      n_failed += count_failed_in (parlance_room_get_messages (room));
    }
  return n_failed;
}

static void
on_response (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  Guard *guard = user_data;

  guard->dialog = NULL;
  if (!g_str_equal (response, "quit"))
    return;
  guard->n_given_up = parlance_chat_get_n_unsent (guard->chat);
  parlance_close_later (guard->window);
}

static void
ask (Guard *guard, guint n_unsent)
{
  AdwMessageDialog *dialog =
      ADW_MESSAGE_DIALOG (adw_message_dialog_new (guard->window, _ ("Quit Parlance?"), NULL));

  adw_message_dialog_format_body (
      dialog,
      ngettext ("%u message that you wrote has not been sent yet. It will be where you write when "
                "you come back.",
                "%u messages that you wrote have not been sent yet. They will be where you write "
                "when you come back.",
                n_unsent),
      n_unsent);
  adw_message_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "quit", _ ("_Quit Anyway"),
                                    NULL);
  adw_message_dialog_set_response_appearance (dialog, "quit", ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), guard);
  guard->dialog = GTK_WINDOW (dialog);
  gtk_window_present (guard->dialog);
}

/* There is nothing to wait for, or to ask about, any more. */
static void
end_wait (Guard *guard)
{
  g_clear_handle_id (&guard->wait_source, g_source_remove);
  g_clear_pointer (&guard->dialog, gtk_window_destroy);
  if (count_failed (guard) <= guard->n_failed)
    parlance_close_later (guard->window);
}

static gboolean
on_waited (gpointer user_data)
{
  Guard *guard = user_data;
  guint n_unsent = parlance_chat_get_n_unsent (guard->chat);

  guard->wait_source = 0;
  if (n_unsent > 0)
    ask (guard, n_unsent);
  else
    end_wait (guard);
  return G_SOURCE_REMOVE;
}

static void
on_n_unsent (ParlanceChat *chat, GParamSpec *property, gpointer user_data)
{
  Guard *guard = user_data;
  guint n_unsent = parlance_chat_get_n_unsent (chat);

  guard->n_given_up = MIN (guard->n_given_up, n_unsent);
  if (n_unsent == 0 && (guard->wait_source != 0 || guard->dialog != NULL))
    end_wait (guard);
}

static void
on_chat (ParlanceClient *client, GParamSpec *property, gpointer user_data)
{
  let_go (user_data);
}

static void
take_up (Guard *guard, ParlanceChat *chat)
{
  if (guard->chat == chat)
    return;
  let_go (guard);
  guard->chat = g_object_ref (chat);
  guard->n_unsent_id = g_signal_connect (chat, "notify::n-unsent", G_CALLBACK (on_n_unsent), guard);
}

static gboolean
on_close_request (GtkWindow *window, gpointer user_data)
{
  Guard *guard = user_data;
  ParlanceChat *chat = parlance_client_get_chat (guard->client);
  guint n_unsent = chat != NULL ? parlance_chat_get_n_unsent (chat) : 0;

  if (n_unsent == 0)
    return GDK_EVENT_PROPAGATE;
  take_up (guard, chat);
  if (n_unsent <= guard->n_given_up)
    return GDK_EVENT_PROPAGATE;
  if (guard->wait_source != 0)
    return GDK_EVENT_STOP;
  guard->n_failed = count_failed (guard);
  if (guard->dialog != NULL)
    gtk_window_present (guard->dialog);
  else if (parlance_chat_get_state (chat) == PARLANCE_CHAT_ONLINE)
    guard->wait_source = g_timeout_add (WAIT_MS, on_waited, guard);
  else
    ask (guard, n_unsent);
  return GDK_EVENT_STOP;
}

void
parlance_unsent_guard_attach (GtkWindow *window, ParlanceClient *client)
{
  Guard *guard = g_new0 (Guard, 1);

  guard->window = window;
  guard->client = g_object_ref (client);
  guard->chat_id = g_signal_connect (client, "notify::chat", G_CALLBACK (on_chat), guard);
  g_object_set_data_full (G_OBJECT (window), "parlance-unsent-guard", guard, guard_free);
  g_signal_connect (window, "close-request", G_CALLBACK (on_close_request), guard);
}
