/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writing the parameters of the chat methods. Each writer opens the object with its first member,
 * so that every further one starts with a comma.
 */
#include "protocol/wire/chat-append.h"

#include <string.h>

#include "protocol/wire/json-writer.h"
#include "protocol/wire/limits.h"

/* @name is written as it stands, with whatever goes before it. */
static void
append_text (GString *out, const char *name, const char *text)
{
  if (text == NULL)
    return;
  g_string_append (out, name);
  parlance_json_append_string (out, text, strlen (text));
}

static void
append_number (GString *out, const char *name, gint64 number)
{
  g_string_append (out, name);
  parlance_json_append_int64 (out, number);
}

void
parlance_hello_append (GString *out, const ParlanceHelloParams *hello)
{
  append_number (out, "{\"protocol\":", PARLANCE_PROTOCOL_VERSION);
  append_text (out, ",\"client\":", hello->client);
  append_text (out, ",\"nick\":", hello->nick);
  append_text (out, ",\"password\":", hello->password);
  append_text (out, ",\"resume\":", hello->resume);
  g_string_append_c (out, '}');
}

void
parlance_room_append (GString *out, const char *room)
{
  append_text (out, "{\"room\":", room);
  g_string_append_c (out, '}');
}

void
parlance_join_append (GString *out, const char *room, gint64 after_seq)
{
  append_text (out, "{\"room\":", room);
  if (after_seq >= 0)
    append_number (out, ",\"after_seq\":", after_seq);
  g_string_append_c (out, '}');
}

void
parlance_topic_append (GString *out, const char *room, const char *topic)
{
  append_text (out, "{\"room\":", room);
  append_text (out, ",\"topic\":", topic);
  g_string_append_c (out, '}');
}

void
parlance_send_append (GString *out, const ParlanceSendParams *send)
{
  append_text (out, "{\"room\":", send->room);
  append_text (out, ",\"text\":", send->text);
  append_text (out, ",\"kind\":", send->kind);
  append_text (out, ",\"key\":", send->key);
  if (send->reply_to > 0)
    append_number (out, ",\"reply_to\":", send->reply_to);
  if (send->entry != NULL)
    {
      g_string_append (out, ",\"entry\":");
      g_string_append (out, send->entry);
    }
  g_string_append_c (out, '}');
}

void
parlance_history_append (
    GString *out, const char *room, gint64 before_seq, gint64 after_seq, guint limit)
{
  append_text (out, "{\"room\":", room);
  if (before_seq > 0)
    append_number (out, ",\"before\":", before_seq);
  else if (after_seq >= 0)
    append_number (out, ",\"after\":", after_seq);
  if (limit > 0)
    append_number (out, ",\"limit\":", limit);
  g_string_append_c (out, '}');
}

void
parlance_search_messages_append (GString *out, const char *room, const char *text, guint limit)
{
  append_text (out, "{\"text\":", text);
  append_text (out, ",\"room\":", room);
  if (limit > 0)
    append_number (out, ",\"limit\":", limit);
  g_string_append_c (out, '}');
}
