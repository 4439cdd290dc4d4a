/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Copying parts together; nothing is parsed.
 */
#include "server/chat/message.h"

#include "protocol/wire/json-writer.h"

void
message_append_object (GString *out, const Message *self)
{
  PARLANCE_APPEND_LITERAL (out, "{\"room\":");
  parlance_json_append_string (out, self->room, strlen (self->room));
  PARLANCE_APPEND_LITERAL (out, ",\"seq\":");
  parlance_json_append_int64 (out, self->seq);
  PARLANCE_APPEND_LITERAL (out, ",\"time\":");
  parlance_json_append_int64 (out, self->time_ms);
  PARLANCE_APPEND_LITERAL (out, ",\"from\":");
  parlance_json_append_string (out, self->nick, strlen (self->nick));
  PARLANCE_APPEND_LITERAL (out, ",");
  parlance_append (out, self->body, self->n_body);
  PARLANCE_APPEND_LITERAL (out, "}");
}

void
message_append_line (GString *out, const Message *self)
{
  PARLANCE_APPEND_LITERAL (out, "{\"jsonrpc\":\"2.0\",\"method\":\"message\",\"params\":");
  message_append_object (out, self);
  PARLANCE_APPEND_LITERAL (out, "}\n");
}
