/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The conversation that was left is kept as long as the toast: it has what was typed and how far
 * was read, which go into the one that takes its place.
 */
#include "client-gui/leave-room.h"

#include <glib/gi18n.h>

#include "client-gui/plain-text.h"

typedef struct
{
  ParlanceClient *client;
  ParlanceConversation *conversation;
  AdwToastOverlay *toasts;
} Leaving;

static Leaving *
leaving_new (ParlanceClient *client, ParlanceConversation *conversation, AdwToastOverlay *toasts)
{
  Leaving *self = g_new (Leaving, 1);

  *self = (Leaving){ g_object_ref (client), g_object_ref (conversation), g_object_ref (toasts) };
  return self;
}

static void
leaving_free (gpointer data, GClosure *closure)
{
  Leaving *self = data;

  g_object_unref (self->client);
  g_object_unref (self->conversation);
  g_object_unref (self->toasts);
  g_free (self);
}

static const char *
name_of (const Leaving *self)
{
  return parlance_room_get_name (parlance_conversation_get_room (self->conversation));
}

/* What was typed has to be there before the conversation is shown. */
static void
on_undo (AdwToast *toast, gpointer user_data)
{
  const Leaving *self = user_data;
  ParlanceChat *chat = parlance_client_get_chat (self->client);

  if (chat == NULL)
    return;
  ParlanceRoom *room = parlance_chat_join (chat, name_of (self));
  ParlanceConversation *back =
      parlance_client_get_conversation (self->client, parlance_room_get_name (room));
  parlance_conversation_restore_read_seq (back,
                                          parlance_conversation_get_read_seq (self->conversation));
  if (*parlance_conversation_get_draft (back) == '\0')
    parlance_conversation_set_draft (back, parlance_conversation_get_draft (self->conversation));
  parlance_client_set_current (self->client, back);
}

static void
leave (ParlanceClient *client, ParlanceConversation *conversation, AdwToastOverlay *toasts)
{
  ParlanceChat *chat = parlance_client_get_chat (client);
  Leaving *leaving = leaving_new (client, conversation, toasts);
  g_autofree char *name = parlance_plain_isolate (name_of (leaving));
  g_autofree char *said = g_strdup_printf (_ ("You left %s"), name);
  g_autofree char *title = g_markup_escape_text (said, -1);
  AdwToast *toast = adw_toast_new (title);

  adw_toast_set_button_label (toast, _ ("_Undo"));
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (on_undo), leaving, leaving_free, 0);
  parlance_chat_leave_async (chat, parlance_conversation_get_room (conversation), NULL, NULL, NULL);
  adw_toast_overlay_add_toast (toasts, toast);
}

static void
on_response (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  const Leaving *self = user_data;

  if (g_str_equal (response, "leave") && parlance_client_get_chat (self->client) != NULL)
    leave (self->client, self->conversation, self->toasts);
}

void
parlance_leave_room (ParlanceClient *client,
                     ParlanceConversation *conversation,
                     AdwToastOverlay *toasts)
{
  g_return_if_fail (PARLANCE_IS_CLIENT (client));
  g_return_if_fail (PARLANCE_IS_CONVERSATION (conversation));

  ParlanceRoom *room = parlance_conversation_get_room (conversation);
  guint n_unsent = parlance_message_list_get_n_unsent (parlance_room_get_messages (room));
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (toasts));

  if (n_unsent == 0)
    {
      leave (client, conversation, toasts);
      return;
    }
  AdwMessageDialog *dialog =
      ADW_MESSAGE_DIALOG (adw_message_dialog_new (GTK_WINDOW (root), _ ("Leave the Room?"), NULL));
  adw_message_dialog_format_body (
      dialog,
      ngettext ("%u message that you wrote there has not been sent and would be lost.",
                "%u messages that you wrote there have not been sent and would be lost.", n_unsent),
      n_unsent);
  adw_message_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "leave", _ ("_Leave"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "leave", ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_response),
                         leaving_new (client, conversation, toasts), leaving_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
