/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * parlance send: messages to a room, and an end that says whether the server has them.
 */
#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#include "client-cli/chat-json.h"
#include "client-cli/chat-session.h"
#include "client-cli/command.h"
#include "client-cli/line-input.h"
#include "protocol/wire/limits.h"

#define WINDOW 64       /* messages that the server has not confirmed, before reading on */
#define READ_SIZE 16384 /* [bytes] */

typedef struct
{
  App *app;
  ChatSession *session;
  ParlanceRoom *room;
  LineInput *lines;       /* (nullable) */
  GString *whole;         /* (nullable): standard input as one message */
  guint whole_source;     /* 0: not reading it */
  GPtrArray *outstanding; /* of ParlanceMessage: neither stored nor refused yet */
  gboolean ended;         /* no more messages will come */
} Send;

/* Whether a message arrived cannot be known when the connection is lost before the answer. */
static void
advise (const Send *self)
{
  const char *key = self->outstanding->len == 1 && self->lines == NULL
                        ? parlance_message_get_key (g_ptr_array_index (self->outstanding, 0))
                        : NULL;
  g_autofree char *advice =
      key != NULL
          ? g_strdup_printf ("It may have been stored or not: the same command with --key %s makes "
                             "sure of it, once.",
                             key)
          : g_strdup_printf ("%u messages may have been stored or not.", self->outstanding->len);

  output_remark (self->app->output, advice);
}

static void
send_free (gpointer data)
{
  Send *self = data;

  if (self->outstanding->len > 0 && chat_session_was_online (self->session))
    advise (self);
  for (guint i = 0; i < self->outstanding->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->outstanding, i), self);
  g_ptr_array_unref (self->outstanding);
  if (self->whole_source != 0)
    g_source_remove (self->whole_source);
  if (self->whole != NULL)
    g_string_free (self->whole, TRUE);
  line_input_free (self->lines);
  chat_session_free (self->session);
  g_free (self);
}

static void
maybe_quit (Send *self)
{
  if (self->ended && self->outstanding->len == 0 && !self->app->quitting)
    app_quit (self->app);
}

static void
complain_of (Send *self, const GError *error)
{
  gboolean text_is_at_fault =
      g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_TOO_LONG) ||
      g_error_matches (error, PARLANCE_ERROR, PARLANCE_REASON_INVALID_PARAMS);
  g_autofree char *message = g_strdup_printf ("not sent: %s", error->message);

  output_complain (self->app->output, message);
  app_note (self->app, text_is_at_fault ? EXIT_USAGE : EXIT_FAILED);
}

static void
pace (Send *self)
{
  if (self->lines != NULL)
    line_input_pause (self->lines, self->app->quitting || self->outstanding->len >= WINDOW);
}

static void
on_message_state (ParlanceMessage *message, GParamSpec *property, gpointer user_data)
{
  Send *self = user_data;
  ParlanceMessageState state = parlance_message_get_state (message);

  if (state == PARLANCE_MESSAGE_PENDING || self->app->quitting)
    return;
  app_wait_end (self->app);
  if (state == PARLANCE_MESSAGE_FAILED)
    complain_of (self, parlance_message_get_error (message));
  else if (self->app->options.json)
    {
      g_autoptr (GString) json = g_string_new (NULL);
      chat_json_append_message (json, message);
      output_append_json (self->app->output, json->str, json->len);
      output_commit (self->app->output);
    }
  g_signal_handlers_disconnect_by_data (message, self);
  g_ptr_array_remove (self->outstanding, message);
  pace (self);
  maybe_quit (self);
}

static void
say (Send *self, const char *text)
{
  const ChatOptions *options = &self->app->options.chat;
  ParlanceSendOptions how = {
    .kind = options->action ? PARLANCE_MESSAGE_ACTION : PARLANCE_MESSAGE_TEXT,
    .key = options->key,
  };
  ParlanceMessage *message =
      parlance_chat_send (chat_session_get_chat (self->session), self->room, text, &how);

  app_wait_begin (self->app);
  g_ptr_array_add (self->outstanding, g_object_ref (message));
  g_signal_connect (message, "notify::state", G_CALLBACK (on_message_state), self);
  pace (self);
}

static void
on_line (const char *line, gpointer user_data)
{
  Send *self = user_data;

  if (!self->app->quitting)
    say (self, line);
}

static void
on_refused (const char *why, gpointer user_data)
{
  Send *self = user_data;
  g_autofree char *message = g_strdup_printf ("%s; not sent", why);

  app_note (self->app, EXIT_USAGE);
  output_complain (self->app->output, message);
}

static void
on_end (const char *failure, gpointer user_data)
{
  Send *self = user_data;

  if (failure != NULL)
    app_fail (self->app, EXIT_FAILED, "%s", failure);
  self->ended = TRUE;
  maybe_quit (self);
}

/* The line end that a text file ends with is not of the message. */
static void
say_whole (Send *self)
{
  GString *whole = self->whole;

  if (whole->len > 0 && whole->str[whole->len - 1] == '\n')
    g_string_truncate (whole, whole->len - 1);
  if (whole->len == 0)
    app_fail (self->app, EXIT_USAGE, "standard input is empty: nothing to send");
  else if (!g_utf8_validate_len (whole->str, whole->len, NULL))
    app_fail (self->app, EXIT_USAGE, "standard input is not UTF-8 text; not sent");
  else
    say (self, whole->str);
  self->ended = TRUE;
}

static gboolean
on_whole (int fd, GIOCondition condition, gpointer user_data)
{
  Send *self = user_data;
  char bytes[READ_SIZE];
  ssize_t n_bytes = read (fd, bytes, sizeof bytes);

  if (n_bytes < 0 && (errno == EINTR || errno == EAGAIN))
    return G_SOURCE_CONTINUE;
  if (n_bytes > 0)
    {
      g_string_append_len (self->whole, bytes, n_bytes);
      if (self->whole->len <= LINE_INPUT_MAX)
        return G_SOURCE_CONTINUE;
    }
  self->whole_source = 0;
  if (n_bytes < 0)
    app_fail (self->app, EXIT_FAILED, "cannot read standard input: %s", g_strerror (errno));
  else if (n_bytes > 0)
    app_fail (self->app, EXIT_USAGE, "standard input is longer than %d bytes; not sent",
              LINE_INPUT_MAX);
  else
    say_whole (self);
  return G_SOURCE_REMOVE;
}

/* What the words of the command line are, joined as a shell's echo does. */
static void
say_arguments (Send *self)
{
  const Options *options = &self->app->options;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 1; i < options->n_words; i++)
    g_string_append_printf (text, "%s%s", i > 1 ? " " : "", options->words[i]);
  if (text->len == 0 || !g_utf8_validate (text->str, -1, NULL))
    {
      app_fail (self->app, EXIT_USAGE, "the text is empty or not UTF-8; not sent");
      return;
    }
  say (self, text->str);
  self->ended = TRUE;
}

static void
on_online (gboolean first, gpointer user_data)
{
}

static gboolean
check_options (App *app, gboolean from_input)
{
  const ChatOptions *chat = &app->options.chat;

  if (chat->whole && !from_input)
    app_fail (app, EXIT_USAGE, "--whole is for standard input, and there is a TEXT");
  else if (chat->key != NULL && from_input && !chat->whole)
    app_fail (app, EXIT_USAGE,
              "--key is for one message: give a TEXT, or --whole for all of standard input");
  return !app->quitting;
}

void
send_start (App *app)
{
  static const ChatSessionEvents session_events = { .online = on_online };
  static const LineInputEvents line_events = {
    .line = on_line,
    .refused = on_refused,
    .end = on_end,
  };
  const Options *options = &app->options;
  const char *room = options->words[0];
  gboolean from_input =
      options->n_words == 1 || (options->n_words == 2 && strcmp (options->words[1], "-") == 0);

  if (!check_options (app, from_input) || !chat_session_check_room (app, room))
    return;
  Send *self = g_new0 (Send, 1);
  self->app = app;
  self->outstanding = g_ptr_array_new_with_free_func (g_object_unref);
  app->command_data = self;
  app->command_data_free = send_free;
  self->session = chat_session_new (app, &session_events, self);
  if (self->session == NULL)
    return;

  self->room = chat_session_enter (self->session, room, -1);
  chat_session_connect (self->session);
  if (!from_input)
    say_arguments (self);
  else if (options->chat.whole)
    {
      self->whole = g_string_new (NULL);
      self->whole_source =
          g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_whole, self);
    }
  else
    self->lines = line_input_new (&line_events, self);
}
