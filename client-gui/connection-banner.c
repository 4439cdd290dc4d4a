/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Everything shown follows from the chat's state and error. A first attempt that succeeds at once,
 * as on a LAN, is not worth a word: it is only said when it takes a while.
 */
#include "client-gui/connection-banner.h"

#include <glib/gi18n.h>

#include "client-gui/ask-dialog.h"
#include "client-gui/connection-error.h"
#include "client-gui/plain-text.h"
#include "protocol/client/nick.h"

#define PATIENCE_MS 700 /* [ms] for the first attempt, before anything is said */

typedef enum
{
  REMEDY_NONE,
  REMEDY_NOW,
  REMEDY_AGAIN,
  REMEDY_NICK,
  REMEDY_PASSWORD,
} Remedy;

struct _ParlanceConnectionBanner
{
  GtkWidget parent_instance;
  ParlanceClient *client;
  ParlanceChat *chat;    /* (nullable): whose state is shown */
  guint patience_source; /* 0: not waiting with what is to be said */
  Remedy remedy;         /* what the button does */

  GtkRevealer *revealer;
  GtkBox *box;
  GtkSpinner *spinner;
  GtkLabel *words;
  GtkButton *button;
  GtkWidget *leave_button;
};

G_DEFINE_FINAL_TYPE (ParlanceConnectionBanner, parlance_connection_banner, GTK_TYPE_WIDGET)

/* --- what is shown ---------------------------------------------------------------------------- */

static void
set_remedy (ParlanceConnectionBanner *self, Remedy remedy, gboolean is_stuck)
{
  static const char *const labels[] = {
    [REMEDY_NONE] = "",
    [REMEDY_NOW] = N_ ("Now"),
    [REMEDY_AGAIN] = N_ ("Try Again"),
    [REMEDY_NICK] = N_ ("Change Nick…"),
    [REMEDY_PASSWORD] = N_ ("Enter Password…"),
  };

  self->remedy = remedy;
  gtk_widget_set_visible (GTK_WIDGET (self->button), remedy != REMEDY_NONE);
  if (remedy != REMEDY_NONE)
    gtk_button_set_label (self->button, _ (labels[remedy]));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->button),
                               remedy == REMEDY_NOW ? _ ("Reconnect now") : NULL);
  gtk_widget_set_visible (self->leave_button, is_stuck);
  /* There are sentences to be read then, and two buttons do not fit beside them. */
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->box),
                                  is_stuck ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
}

static void
say (ParlanceConnectionBanner *self,
     const char *words,
     gboolean is_working,
     Remedy remedy,
     gboolean is_stuck)
{
  gtk_label_set_text (self->words, words);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), is_working);
  gtk_spinner_set_spinning (self->spinner, is_working);
  set_remedy (self, remedy, is_stuck);
}

static void
reveal (ParlanceConnectionBanner *self, gboolean is_revealed)
{
  g_clear_handle_id (&self->patience_source, g_source_remove);
  gtk_revealer_set_reveal_child (self->revealer, is_revealed);
}

static gboolean
on_patience (gpointer user_data)
{
  ParlanceConnectionBanner *self = user_data;

  self->patience_source = 0;
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
  return G_SOURCE_REMOVE;
}

static void
say_connecting (ParlanceConnectionBanner *self, gboolean is_stuck)
{
  g_autofree char *name = parlance_plain_isolate (parlance_client_get_server_name (self->client));
  /* Translators: %s is the name of a server. */
  g_autofree char *words = g_strdup_printf (_ ("Connecting to %s…"), name);

  say (self, words, TRUE, REMEDY_NONE, is_stuck);
}

static void
show_first_attempt (ParlanceConnectionBanner *self)
{
  say_connecting (self, FALSE);
  if (self->patience_source == 0)
    self->patience_source = g_timeout_add (PATIENCE_MS, on_patience, self);
}

static gboolean
has_been_there (ParlanceConnectionBanner *self)
{
  return parlance_chat_get_server_info (self->chat) != NULL;
}

/* The address may be wrong, or the server gone for good. */
static void
show_waiting_for_first (ParlanceConnectionBanner *self, const GError *error)
{
  guint wait_s = parlance_chat_get_retry_s (self->chat);
  g_autofree char *why = parlance_connection_error_describe (error);
  g_autofree char *when =
      g_strdup_printf (ngettext ("Trying again in %u s", "Trying again in %u s", wait_s), wait_s);
  g_autofree char *words = g_strdup_printf ("%s\n%s", why, when);

  say (self, words, FALSE, REMEDY_NOW, TRUE);
  reveal (self, TRUE);
}

static void
show_waiting (ParlanceConnectionBanner *self)
{
  guint wait_s = parlance_chat_get_retry_s (self->chat);
  g_autofree char *words =
      g_strdup_printf (ngettext ("Reconnecting… in %u s", "Reconnecting… in %u s", wait_s), wait_s);

  say (self, words, FALSE, REMEDY_NOW, FALSE);
  reveal (self, TRUE);
}

static void
show_failure (ParlanceConnectionBanner *self, const GError *error)
{
  g_autofree char *words = parlance_connection_error_describe (error);
  Remedy remedy = REMEDY_AGAIN;

  if (parlance_connection_error_is_nick (error) || parlance_connection_error_is_secret (error))
    remedy = REMEDY_NICK;
  else if (parlance_connection_error_is_password (error))
    remedy = REMEDY_PASSWORD;
  say (self, words, FALSE, remedy, TRUE);
  reveal (self, TRUE);
}

static void
update (ParlanceConnectionBanner *self)
{
  const GError *error = self->chat != NULL ? parlance_chat_get_error (self->chat) : NULL;

  switch (self->chat != NULL ? parlance_chat_get_state (self->chat) : PARLANCE_CHAT_ONLINE)
    {
    case PARLANCE_CHAT_WAITING:
      if (error != NULL && !has_been_there (self))
        show_waiting_for_first (self, error);
      else
        show_waiting (self);
      break;
    case PARLANCE_CHAT_FAILED:
      show_failure (self, error);
      break;
    case PARLANCE_CHAT_CONNECTING:
      if (gtk_revealer_get_reveal_child (self->revealer) && !has_been_there (self))
        say_connecting (self, TRUE);
      else if (gtk_revealer_get_reveal_child (self->revealer))
        say (self, _ ("Reconnecting…"), TRUE, REMEDY_NONE, FALSE);
      else
        show_first_attempt (self);
      break;
    case PARLANCE_CHAT_OFFLINE:
      show_first_attempt (self);
      break;
    default:
      reveal (self, FALSE);
    }
  /* Why is of no use to most; who wonders points at it. */
  g_autofree char *why = error != NULL ? parlance_connection_error_describe (error) : NULL;
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->words), why);
}

/* --- what can be done ------------------------------------------------------------------------- */

static void
on_renamed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  /* Without a connection it is for the next attempt, and cannot fail. */
  (void)parlance_chat_set_nick_finish (PARLANCE_CHAT (source), result, NULL);
}

static void
on_nick (ParlanceAskDialog *dialog, const char *nick, gpointer user_data)
{
  ParlanceConnectionBanner *self = user_data;

  if (self->chat == NULL || parlance_chat_get_state (self->chat) != PARLANCE_CHAT_FAILED)
    return;
  parlance_chat_set_nick_async (self->chat, nick, NULL, on_renamed, NULL);
  parlance_chat_connect (self->chat);
}

static void
on_password (ParlanceAskDialog *dialog, const char *password, gpointer user_data)
{
  ParlanceConnectionBanner *self = user_data;

  if (self->chat == NULL)
    return;
  parlance_chat_set_password (self->chat, password);
  parlance_chat_connect (self->chat);
}

static void
ask (ParlanceConnectionBanner *self)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  g_autofree char *why = parlance_connection_error_describe (parlance_chat_get_error (self->chat));
  g_autofree char *nick = parlance_nick_alternative (parlance_chat_get_nick (self->chat), 1);
  gboolean asks_nick = self->remedy == REMEDY_NICK;
  GtkWindow *dialog = asks_nick ? parlance_ask_dialog_new_nick (window, why, nick)
                                : parlance_ask_dialog_new_password (window, why);

  g_signal_connect_object (dialog, "answered",
                           asks_nick ? G_CALLBACK (on_nick) : G_CALLBACK (on_password), self, 0);
  gtk_window_present (dialog);
}

static void
on_button (ParlanceConnectionBanner *self)
{
  switch (self->remedy)
    {
    case REMEDY_NOW:
      parlance_chat_retry_now (self->chat);
      break;
    case REMEDY_AGAIN:
      parlance_chat_connect (self->chat);
      break;
    case REMEDY_NICK:
    case REMEDY_PASSWORD:
      ask (self);
      break;
    default:
      break;
    }
}

/* --- the object ------------------------------------------------------------------------------- */

static void
set_chat (ParlanceConnectionBanner *self, ParlanceChat *chat)
{
  if (self->chat != NULL)
    g_signal_handlers_disconnect_by_data (self->chat, self);
  g_set_object (&self->chat, chat);
  if (chat == NULL)
    return;
  g_signal_connect_swapped (chat, "notify::state", G_CALLBACK (update), self);
  g_signal_connect_swapped (chat, "notify::error", G_CALLBACK (update), self);
  g_signal_connect_swapped (chat, "notify::retry-s", G_CALLBACK (update), self);
}

static void
on_chat (ParlanceConnectionBanner *self)
{
  set_chat (self, parlance_client_get_chat (self->client));
  reveal (self, FALSE);
  update (self);
}

void
parlance_connection_banner_set_client (ParlanceConnectionBanner *self, ParlanceClient *client)
{
  g_return_if_fail (PARLANCE_IS_CONNECTION_BANNER (self));
  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
  g_signal_connect_object (client, "notify::chat", G_CALLBACK (on_chat), self, G_CONNECT_SWAPPED);
  on_chat (self);
}

static void
parlance_connection_banner_dispose (GObject *object)
{
  ParlanceConnectionBanner *self = PARLANCE_CONNECTION_BANNER (object);
  GtkWidget *child;

  set_chat (self, NULL);
  g_clear_handle_id (&self->patience_source, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (parlance_connection_banner_parent_class)->dispose (object);
}

static void
parlance_connection_banner_class_init (ParlanceConnectionBannerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = parlance_connection_banner_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/parlance/Parlance/connection-banner.ui");
  gtk_widget_class_bind_template_child (widget_class, ParlanceConnectionBanner, revealer);
  gtk_widget_class_bind_template_child (widget_class, ParlanceConnectionBanner, box);
  gtk_widget_class_bind_template_child (widget_class, ParlanceConnectionBanner, spinner);
  gtk_widget_class_bind_template_child (widget_class, ParlanceConnectionBanner, words);
  gtk_widget_class_bind_template_child (widget_class, ParlanceConnectionBanner, button);
  gtk_widget_class_bind_template_child (widget_class, ParlanceConnectionBanner, leave_button);
  gtk_widget_class_bind_template_callback (widget_class, on_button);
}

static void
parlance_connection_banner_init (ParlanceConnectionBanner *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
