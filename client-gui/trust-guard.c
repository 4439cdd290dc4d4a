/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The chat has given up by then. A question about a connection that is being tried again, or that
 * nobody wants any more, is withdrawn.
 */
#include "client-gui/trust-guard.h"

#include "client-gui/trust-dialog.h"

typedef struct
{
  GtkWindow *window;
  ParlanceClient *client;
  ParlanceChat *chat;  /* (nullable): whose state is followed */
  GtkWindow *question; /* (nullable) (not owned): that is being asked */
} Guard;

static void
withdraw (Guard *guard)
{
  GtkWindow *question = guard->question;

  g_clear_weak_pointer (&guard->question);
  if (question != NULL)
    gtk_window_destroy (question);
}

static void
on_trusted (ParlanceTrustDialog *question, gpointer user_data)
{
  Guard *guard = user_data;

  g_clear_weak_pointer (&guard->question); /* it closes by itself */
  parlance_chat_connect (guard->chat);
}

static void
on_state (ParlanceChat *chat, GParamSpec *property, gpointer user_data)
{
  Guard *guard = user_data;
  const GError *error = parlance_chat_get_error (chat);

  withdraw (guard);
  if (parlance_chat_get_state (chat) != PARLANCE_CHAT_FAILED ||
      !parlance_trust_dialog_is_about (error))
    return;
  g_set_weak_pointer (&guard->question, parlance_trust_dialog_new (
                                            guard->window, parlance_chat_get_trust (chat), error,
                                            parlance_client_get_server_name (guard->client)));
  g_signal_connect (guard->question, "trusted", G_CALLBACK (on_trusted), guard);
  gtk_window_present (guard->question);
}

static void
set_chat (Guard *guard, ParlanceChat *chat)
{
  withdraw (guard);
  if (guard->chat != NULL)
    g_signal_handlers_disconnect_by_data (guard->chat, guard);
  g_set_object (&guard->chat, chat);
  if (chat == NULL)
    return;
  g_signal_connect (chat, "notify::state", G_CALLBACK (on_state), guard);
  on_state (chat, NULL, guard);
}

static void
on_chat (ParlanceClient *client, GParamSpec *property, gpointer user_data)
{
  set_chat (user_data, parlance_client_get_chat (client));
}

static void
guard_free (gpointer data)
{
  Guard *guard = data;

  g_signal_handlers_disconnect_by_data (guard->client, guard);
  set_chat (guard, NULL);
  g_object_unref (guard->client);
  g_free (guard);
}

void
parlance_trust_guard_attach (GtkWindow *window, ParlanceClient *client)
{
  Guard *guard = g_new0 (Guard, 1);

  guard->window = window;
  guard->client = g_object_ref (client);
  g_object_set_data_full (G_OBJECT (window), "parlance-trust-guard", guard, guard_free);
  g_signal_connect (client, "notify::chat", G_CALLBACK (on_chat), guard);
  on_chat (client, NULL, guard);
}
