/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * parlance listen: what the server tells of some rooms, as it comes, so that a program can be at
 * the other end of a pipe. Messages come from ParlanceChat, which brings each once, over any number
 * of connections; with --json everything else is passed on as the server says it.
 */
#include <string.h>

#include "client-cli/chat-json.h"
#include "client-cli/chat-session.h"
#include "client-cli/command.h"
#include "client-cli/message-printer.h"

typedef struct
{
  App *app;
  ChatSession *session;
  ParlanceSession
      *heard; /* (nullable) (owned): the connection whose notifications are listened to */
  MessagePrinter *printer;
} Listen;

static void
stop_hearing (Listen *self)
{
  if (self->heard != NULL)
    g_signal_handlers_disconnect_by_data (self->heard, self);
  g_clear_object (&self->heard);
}

static void
listen_free (gpointer data)
{
  Listen *self = data;

  stop_hearing (self);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (chat_session_get_chat (self->session), self);
  message_printer_free (self->printer);
  chat_session_free (self->session);
  g_free (self);
}

static void
print_event (Listen *self, const char *method, const char *params)
{
  g_autoptr (GString) json = g_string_new (NULL);

  chat_json_append_notification (json, method, params);
  output_append_json (self->app->output, json->str, json->len);
  (void)output_flush (self->app->output);
}

static void
on_message (ParlanceChat *chat, ParlanceRoom *room, ParlanceMessage *message, gpointer user_data)
{
  Listen *self = user_data;

  if (self->app->options.json)
    {
      g_autoptr (GString) params = g_string_new (NULL);
      chat_json_append_message (params, message);
      print_event (self, "message", params->str);
      return;
    }
  message_printer_print (self->printer, message);
  (void)output_flush (self->app->output);
}

/* ParlanceChat hears of it first: of a message it makes what on_message() gets. */
static void
on_notification (ParlanceSession *session,
                 const char *method,
                 const char *params,
                 gpointer user_data)
{
  if (strcmp (method, "message") != 0)
    print_event (user_data, method, params);
}

static void
on_session (ParlanceChat *chat, GParamSpec *property, gpointer user_data)
{
  Listen *self = user_data;
  ParlanceSession *session = parlance_chat_get_session (chat);

  if (session == self->heard || !self->app->options.json)
    return;
  stop_hearing (self);
  if (session == NULL)
    return;
  self->heard = g_object_ref (session);
  g_signal_connect (session, "notification", G_CALLBACK (on_notification), self);
}

static void
on_online (gboolean first, gpointer user_data)
{
}

static void
on_lost (guint retry_s, const GError *error, gpointer user_data)
{
  Listen *self = user_data;
  g_autofree char *sentence =
      g_strdup_printf ("%s; trying again until the server is back", error->message);

  output_complain (self->app->output, sentence);
}

void
listen_start (App *app)
{
  static const ChatSessionEvents session_events = { .online = on_online, .lost = on_lost };
  static const char *const lobby[] = { "lobby" };
  guint n_rooms = MAX (app->options.n_words, 1);
  const char *const *rooms = app->options.n_words > 0 ? app->options.words : lobby;

  if (n_rooms > 1 && (app->options.given & OPTION_AFTER) != 0)
    app_fail (app, EXIT_USAGE, "--after is a place in one room: listen to one");
  for (guint i = 0; i < n_rooms && !app->quitting; i++)
    (void)chat_session_check_room (app, rooms[i]);
  if (app->quitting)
    return;

  Listen *self = g_new0 (Listen, 1);
  self->app = app;
  self->printer = message_printer_new (app);
  if (n_rooms > 1)
    message_printer_show_rooms (self->printer);
  app->command_data = self;
  app->command_data_free = listen_free;
  self->session = chat_session_new (app, &session_events, self);
  if (self->session == NULL)
    return;
  ParlanceChat *chat = chat_session_get_chat (self->session);
  g_signal_connect (chat, "message", G_CALLBACK (on_message), self);
  g_signal_connect (chat, "notify::session", G_CALLBACK (on_session), self);
  for (guint i = 0; i < n_rooms; i++)
    (void)chat_session_enter (self->session, rooms[i], app->options.chat.after_seq);
  chat_session_connect (self->session);
}
