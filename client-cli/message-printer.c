/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Printing messages.
 */
#include "client-cli/message-printer.h"

#include <string.h>
#include <unistd.h>

#include "client-cli/chat-json.h"

struct _MessagePrinter
{
  App *app;
  ChatStyle style;
  gboolean shows_rooms;
  guint day;
};

ChatStyle
message_printer_style_for (const App *app)
{
  const char *terminal = g_getenv ("TERM");
  const char *colors = g_getenv ("COLORTERM");

  return (ChatStyle){
    .render = app->style,
    .many_colors = (terminal != NULL && strstr (terminal, "256color") != NULL) ||
                   (colors != NULL && *colors != '\0'),
    .isolate = isatty (STDOUT_FILENO) && g_strcmp0 (terminal, "dumb") != 0,
  };
}

ChatLine
message_printer_line_for (ParlanceMessage *message)
{
  ParlanceMessageKind kind = parlance_message_get_kind (message);

  return (ChatLine){
    .kind = kind == PARLANCE_MESSAGE_ACTION       ? CHAT_LINE_ACTION
            : kind == PARLANCE_MESSAGE_DEFINITION ? CHAT_LINE_DEFINITION
                                                  : CHAT_LINE_TEXT,
    .time_ms = parlance_message_get_time_ms (message),
    .from = parlance_message_get_from (message),
    .text = parlance_message_get_text (message),
    .entry = parlance_message_get_entry (message),
  };
}

void
message_printer_print (MessagePrinter *self, ParlanceMessage *message)
{
  if (self->app->options.json)
    {
      g_autoptr (GString) json = g_string_new (NULL);
      chat_json_append_message (json, message);
      output_append_json (self->app->output, json->str, json->len);
      return;
    }
  GString *out = output_get_buffer (self->app->output);
  ChatLine line = message_printer_line_for (message);
  line.room = self->shows_rooms ? parlance_message_get_room (message) : NULL;
  chat_lines_day (out, &self->style, line.time_ms, &self->day);
  chat_lines_message (out, &self->style, &line);
}

void
message_printer_show_rooms (MessagePrinter *self)
{
  self->shows_rooms = TRUE;
}

MessagePrinter *
message_printer_new (App *app)
{
  MessagePrinter *self = g_new0 (MessagePrinter, 1);

  self->app = app;
  self->style = message_printer_style_for (app);
  return self;
}

void
message_printer_free (MessagePrinter *self)
{
  g_free (self);
}
