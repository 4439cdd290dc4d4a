/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Making calls, and writing their replies when they come back.
 */
#include "server/front/jsonrpc-call.h"

#include "protocol/wire/json-writer.h"

#include <string.h>

static void
wipe (const char *password)
{
  /* It points into the strings of the call, which are the call's own. */
  password_wipe ((char *)(gsize)password);
}

static void
call_dispose (DeskRequest *desk)
{
  wipe (desk->chat.password);
  wipe (desk->chat.new_password);
  wipe (desk->chat.server_password);
  g_free (desk);
}

/* --- replies ---------------------------------------------------------------------------------- */

static void
append_sent (GString *reply, const ChatRequest *chat)
{
  PARLANCE_APPEND_LITERAL (reply, "{\"room\":");
  parlance_json_append_string (reply, chat->room_name, strlen (chat->room_name));
  PARLANCE_APPEND_LITERAL (reply, ",\"seq\":");
  parlance_json_append_int64 (reply, chat->seq);
  PARLANCE_APPEND_LITERAL (reply, ",\"time\":");
  parlance_json_append_int64 (reply, chat->time_ms);
  PARLANCE_APPEND_LITERAL (reply, "}");
}

static void
call_answer (DeskRequest *desk)
{
  const ChatCall *self = (const ChatCall *)desk;
  Connection *connection = desk->connection;
  const ChatRequest *chat = &desk->chat;

  if (chat->is_refused)
    {
      jsonrpc_send_fault (connection, &self->request, &chat->fault);
      return;
    }
  GString *reply = jsonrpc_begin (connection, &self->request);
  if (chat->verb == CHAT_HELLO)
    jsonrpc_append_hello (reply, connection, chat->result);
  else if (chat->verb == CHAT_SEND)
    append_sent (reply, chat);
  else if (chat->result != NULL)
    parlance_append (reply, chat->result->str, chat->result->len);
  else
    PARLANCE_APPEND_LITERAL (reply, "{}");
  jsonrpc_send (connection, &self->request);
}

/* --- requests --- */

ChatCall *
chat_call_new (const ParlanceRequest *request, ChatVerb verb, gsize n_strings)
{
  gsize n_id = request->id.text != NULL ? request->id.n_bytes : 0;
  ChatCall *self = g_malloc (sizeof *self + n_id + n_strings);

  memset (self, 0, sizeof *self);
  self->desk.chat.verb = verb;
  self->desk.chat.after = -1;
  self->desk.chat.before = -1;
  self->desk.answer = call_answer;
  self->desk.dispose = call_dispose;
  self->request.is_notification = request->is_notification;
  self->request.id = request->id;
  if (n_id > 0)
    {
      memcpy (self->strings, request->id.text, n_id);
      self->request.id.text = self->strings;
    }
  self->end = self->strings + n_id;
  return self;
}

const char *
chat_call_add (ChatCall *self, const char *text, gsize n_bytes)
{
  char *copy = self->end;

  memcpy (copy, text, n_bytes);
  copy[n_bytes] = '\0';
  self->end += n_bytes + 1;
  return copy;
}

void
chat_call_submit (ChatCall *self, Connection *connection, DeskClient *client, guint weight)
{
  chat_desk_submit (front_context (connection)->desk, client, &self->desk, weight);
}

DeskClient *
chat_call_client (Connection *connection, const ParlanceRequest *request)
{
  DeskClient *client = ((JsonrpcState *)door_state (connection))->client;

  if (client == NULL)
    {
      const ParlanceFault fault = { .reason = PARLANCE_REASON_NOT_IDENTIFIED };
      jsonrpc_send_fault (connection, request, &fault);
    }
  return client;
}

gboolean
chat_call_may_ask (Connection *connection, const ParlanceRequest *request, PeerRate rate)
{
  const ParlanceFault fault = {
    .reason = rate == PEER_HEAVY ? PARLANCE_REASON_BUSY : PARLANCE_REASON_RATE_LIMITED,
    .retry_after_ms = connection_take (connection, rate),
  };

  if (fault.retry_after_ms == 0)
    return TRUE;
  jsonrpc_send_fault (connection, request, &fault);
  return FALSE;
}
