/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writing chat as JSON.
 */
#include "client-cli/chat-json.h"

#include <string.h>

#include "protocol/wire/json-writer.h"

static void
append_name (GString *out, const char *name)
{
  if (out->str[out->len - 1] != '{')
    g_string_append_c (out, ',');
  g_string_append_printf (out, "\"%s\":", name);
}

static void
append_text (GString *out, const char *name, const char *text)
{
  append_name (out, name);
  parlance_json_append_string (out, text, strlen (text));
}

static void
append_number (GString *out, const char *name, gint64 number)
{
  append_name (out, name);
  parlance_json_append_int64 (out, number);
}

void
chat_json_append_message (GString *out, ParlanceMessage *message)
{
  gint64 reply_to = parlance_message_get_reply_to (message);
  const ParlanceEntry *entry = parlance_message_get_entry (message);
  const char *key = parlance_message_get_key (message);

  g_string_append_c (out, '{');
  append_text (out, "room", parlance_message_get_room (message));
  append_number (out, "seq", parlance_message_get_seq (message));
  append_number (out, "time", parlance_message_get_time_ms (message));
  append_text (out, "from", parlance_message_get_from (message));
  append_text (out, "kind", parlance_message_get_kind_name (message));
  append_text (out, "text", parlance_message_get_text (message));
  if (reply_to > 0)
    append_number (out, "reply_to", reply_to);
  if (entry != NULL)
    {
      append_name (out, "entry");
      parlance_entry_append_json (entry, out);
    }
  if (key != NULL)
    append_text (out, "key", key);
  g_string_append_c (out, '}');
}

void
chat_json_append_notification (GString *out, const char *method, const char *params)
{
  g_string_append_c (out, '{');
  append_text (out, "method", method);
  append_name (out, "params");
  g_string_append_printf (out, "%s}", params);
}
