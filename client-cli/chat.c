/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * parlance chat: talking in rooms, line by line. Connection, order and memory are ParlanceChat's;
 * the terminal is the console's; here is what a typed line does and when the program ends.
 */
#include <string.h>

#include "client-cli/chat-command.h"
#include "client-cli/chat-parts.h"
#include "client-cli/command.h"
#include "client-cli/message-printer.h"
#include "protocol/wire/limits.h"
#include "protocol/wire/names.h"

#define DEFAULT_ROOM "lobby"

static void G_GNUC_PRINTF (3, 0)
    print_sentence (Chat *self,
                    void (*lay_out) (GString *, const ChatStyle *, const char *),
                    const char *format,
                    va_list arguments)
{
  g_autofree char *sentence = g_strdup_vprintf (format, arguments);
  g_autoptr (GString) line = g_string_new (NULL);

  lay_out (line, &self->style, sentence);
  console_print (self->console, line->str);
}

void
chat_remark (Chat *self, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  print_sentence (self, chat_lines_remark, format, arguments);
  va_end (arguments);
}

void
chat_problem (Chat *self, ExitStatus status, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  if (console_is_typed_at (self->console))
    print_sentence (self, chat_lines_problem, format, arguments);
  else
    {
      g_autofree char *sentence = g_strdup_vprintf (format, arguments);
      app_note (self->app, status);
      output_complain (self->app->output, sentence);
    }
  va_end (arguments);
}

/* --- the end --- */

static void
quit (Chat *self)
{
  if (self->outbox->len > 0)
    app_note (self->app, EXIT_FAILED);
  console_close (self->console);
  app_quit (self->app);
}

void
chat_maybe_quit (Chat *self)
{
  if (!self->input_ended || self->app->quitting || self->n_calls > 0 || !chat_has_come_in (self) ||
      !chat_outbox_is_settled (self))
    return;
  app_wait_end (self->app);
  quit (self);
}

/* A person is told once of what would be lost. */
static void
want_to_quit (Chat *self)
{
  if (self->outbox->len > 0 && !self->was_warned)
    {
      self->was_warned = TRUE;
      chat_remark (self, "%u of your messages %s not sent yet; again, and you leave without",
                   self->outbox->len, self->outbox->len == 1 ? "is" : "are");
      return;
    }
  quit (self);
}

static void
on_end (gboolean for_good, gpointer user_data)
{
  Chat *self = user_data;

  if (self->app->quitting)
    return;
  if (!for_good)
    {
      want_to_quit (self);
      return;
    }
  if (console_is_edited (self->console))
    {
      quit (self); /* the terminal is gone */
      return;
    }
  self->input_ended = TRUE;
  app_wait_begin (self->app);
  chat_maybe_quit (self);
}

static void
fail (Chat *self, const GError *error)
{
  console_close (self->console);
  app_fail_with (self->app, error);
}

/* --- what is typed --- */

static void
enter (Chat *self, const char *name)
{
  if (parlance_room_is_valid (name, strlen (name)))
    chat_enter (self, name);
  else
    chat_problem (self, EXIT_USAGE,
                  "a room's name has 1 to %d letters, digits, -_. and single spaces",
                  PARLANCE_MAX_ROOM);
}

static void
leave (Chat *self, const char *name)
{
  RoomView *view = chat_find_view (self, name);

  if (view == NULL)
    {
      chat_problem (self, EXIT_FAILED, "you are not in %s", name != NULL ? name : "any room");
      return;
    }
  g_autofree char *left = g_strdup (parlance_room_get_name (view->room));
  chat_leave (self, view);
  chat_remark (self, "you left %s", left);
  if (self->active != NULL)
    chat_remark (self, "you are in %s", parlance_room_get_name (self->active->room));
}

static void
help (Chat *self)
{
  g_autofree char *lines = chat_command_help ();

  console_print (self->console, lines);
  if (console_is_edited (self->console))
    console_print (self->console, "Tab completes nicks, rooms and commands.\n"
                                  "Alt-Enter begins another line of the message.\n");
}

/* Returns: %FALSE when the line is to stay in the editor */
static gboolean
run (Chat *self, const ParlanceCommand *command)
{
  switch (command->kind)
    {
    case PARLANCE_COMMAND_NONE:
      break;
    case PARLANCE_COMMAND_SAY:
      return chat_say (self, self->active, PARLANCE_MESSAGE_TEXT, command->argument, NULL);
    case PARLANCE_COMMAND_ME:
      return chat_say (self, self->active, PARLANCE_MESSAGE_ACTION, command->argument, NULL);
    case PARLANCE_COMMAND_JOIN:
      enter (self, command->argument);
      break;
    case PARLANCE_COMMAND_LEAVE:
      leave (self, command->argument);
      break;
    case PARLANCE_COMMAND_NICK:
      chat_set_nick (self, command->argument);
      break;
    case PARLANCE_COMMAND_TOPIC:
      chat_topic (self, command->argument);
      break;
    case PARLANCE_COMMAND_WHO:
      chat_who (self, command->argument);
      break;
    case PARLANCE_COMMAND_ROOMS:
      chat_list_rooms (self);
      break;
    case PARLANCE_COMMAND_HISTORY:
      chat_show_history (self, command->number);
      break;
    case PARLANCE_COMMAND_DEFINE:
      chat_define (self, command->argument);
      break;
    case PARLANCE_COMMAND_SHARE:
      chat_share (self, command->argument);
      break;
    case PARLANCE_COMMAND_RETRY:
      chat_retry (self);
      break;
    case PARLANCE_COMMAND_HELP:
      help (self);
      break;
    case PARLANCE_COMMAND_QUIT:
      if (console_is_typed_at (self->console))
        want_to_quit (self);
      else
        on_end (TRUE, self);
      break;
    default:
      g_assert_not_reached ();
    }
  return TRUE;
}

static gboolean
on_line (const char *line, gpointer user_data)
{
  Chat *self = user_data;
  ParlanceCommand command;
  g_autofree char *problem = NULL;

  if (self->app->quitting || self->input_ended)
    return TRUE;
  if (!chat_command_parse (line, &command, &problem))
    {
      chat_problem (self, EXIT_USAGE, "%s", problem);
      return TRUE;
    }
  gboolean done = run (self, &command);
  parlance_command_clear (&command);
  return done;
}

static void
on_typed (gpointer user_data)
{
  Chat *self = user_data;

  if (self->active != NULL)
    parlance_chat_send_typing (self->chat, self->active->room);
}

static void
on_resized (gpointer user_data)
{
  Chat *self = user_data;

  self->style.render.columns = self->app->style.columns;
  chat_update_prompt (self);
}

/* --- the connection --- */

/* Only a connection makes it worth to take the terminal: what goes wrong before is said plainly. */
static gboolean
begin (Chat *self)
{
  static const ConsoleEvents console_events = {
    .line = on_line,
    .end = on_end,
    .names = chat_names,
    .typed = on_typed,
    .resized = on_resized,
  };
  App *app = self->app;
  ParlanceServerInfo *info = parlance_chat_get_server_info (self->chat);

  self->console = console_new (app, app->options.chat.plain, &console_events, self);
  if (self->console == NULL)
    return FALSE;
  self->style = message_printer_style_for (app);
  if (!console_is_edited (self->console))
    {
      self->style.render.columns = 0;
      self->style.render.color = app->options.color == COLOR_ALWAYS;
      self->style.isolate = FALSE;
    }
  chat_remark (self, "connected to %s, %s", parlance_server_info_get_name (info),
               parlance_chat_get_address (self->chat));
  chat_enter (self, app->options.n_words > 0 ? app->options.words[0] : DEFAULT_ROOM);
  return TRUE;
}

static void
on_online (gboolean first, gpointer user_data)
{
  Chat *self = user_data;

  self->is_lost = FALSE;
  if (!first || begin (self))
    chat_update_prompt (self);
}

static void
on_lost (guint retry_s, const GError *error, gpointer user_data)
{
  Chat *self = user_data;

  self->is_lost = TRUE;
  chat_remark (self, "%s. Reconnecting in %u s…", error->message, retry_s);
  chat_update_prompt (self);
}

static void
on_failed (const GError *error, gpointer user_data)
{
  Chat *self = user_data;

  self->is_lost = TRUE;
  if (!console_is_typed_at (self->console) ||
      !g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_NICK_IN_USE))
    {
      fail (self, error);
      return;
    }
  chat_problem (self, EXIT_FAILED, "%s. /nick NICK comes back under another one", error->message);
  chat_update_prompt (self);
}

static void
on_renamed (ParlanceChat *chat, const char *from, const char *to, gpointer user_data)
{
  Chat *self = user_data;
  gboolean own = strcmp (to, parlance_chat_get_nick (chat)) == 0;

  if (own)
    chat_remark (self, "you are %s, and were %s", to, from);
  else
    chat_remark (self, "%s is %s from now on", from, to);
}

static void
on_notice (ParlanceChat *chat, const char *text, gpointer user_data)
{
  chat_remark (user_data, "from the operator of the server: %s", text);
}

static void
on_rights (ParlanceChat *chat, gboolean is_operator, const char *by, gpointer user_data)
{
  if (by == NULL)
    chat_remark (user_data,
                 is_operator ? "you are an operator" : "you are not an operator any more");
  else
    chat_remark (user_data,
                 is_operator ? "%s has made you an operator"
                             : "%s has revoked your rights as an operator",
                 by);
}

/* --- the command --- */

static void
chat_free (gpointer data)
{
  Chat *self = data;

  g_cancellable_cancel (self->cancellable);
  while (self->n_calls > 0)
    g_main_context_iteration (NULL, TRUE);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->chat, self);
  chat_outbox_clear (self);
  g_ptr_array_unref (self->views);
  console_free (self->console);
  chat_session_free (self->session);
  g_object_unref (self->cancellable);
  g_free (self);
}

static Chat *
chat_new (App *app)
{
  Chat *self = g_new0 (Chat, 1);

  self->app = app;
  self->views = g_ptr_array_new_with_free_func (room_view_free);
  self->outbox = g_ptr_array_new_with_free_func (g_object_unref);
  self->failed = g_ptr_array_new_with_free_func (g_object_unref);
  self->cancellable = g_cancellable_new ();
  app->command_data = self;
  app->command_data_free = chat_free;
  return self;
}

void
chat_start (App *app)
{
  static const ChatSessionEvents session_events = {
    .online = on_online,
    .lost = on_lost,
    .failed = on_failed,
  };
  const char *room = app->options.n_words > 0 ? app->options.words[0] : DEFAULT_ROOM;

  if (app->options.json)
    app_fail (app, EXIT_USAGE,
              "a chat is for people: programs have “parlance listen --json” and “parlance send”");
  if (app->quitting || !chat_session_check_room (app, room))
    return;
  Chat *self = chat_new (app);
  self->session = chat_session_new (app, &session_events, self);
  if (self->session == NULL)
    return;
  self->chat = chat_session_get_chat (self->session);
  g_signal_connect (self->chat, "renamed", G_CALLBACK (on_renamed), self);
  g_signal_connect (self->chat, "notice", G_CALLBACK (on_notice), self);
  g_signal_connect (self->chat, "rights", G_CALLBACK (on_rights), self);
  chat_session_connect (self->session);
}
