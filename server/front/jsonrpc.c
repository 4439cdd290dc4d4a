/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a line to its method, and every error that has no method: framing, requests, notices. What a
 * method does is in the file of its group.
 */
#include "server/front/jsonrpc.h"

#include "protocol/wire/limits.h"
#include "server/front/foresee.h"
#include "server/front/jsonrpc-methods.h"

#include <string.h>

typedef struct
{
  const char *name;
  JsonrpcMethod run;
  FrontMethod counter;
} JsonrpcEntry;

/* The methods that are asked most come first. */
static const JsonrpcEntry methods[] = {
  { "define", jsonrpc_define, FRONT_METHOD_DEFINE },
  { "send", jsonrpc_send_message, FRONT_METHOD_SEND },
  { "match", jsonrpc_match, FRONT_METHOD_MATCH },
  { "search", jsonrpc_search, FRONT_METHOD_SEARCH },
  { "annotate", jsonrpc_annotate, FRONT_METHOD_ANNOTATE },
  { "ping", jsonrpc_ping, FRONT_METHOD_PING },
  { "typing", jsonrpc_typing, FRONT_METHOD_TYPING },
  { "hello", jsonrpc_hello, FRONT_METHOD_HELLO },
  { "join", jsonrpc_join, FRONT_METHOD_JOIN },
  { "leave", jsonrpc_leave, FRONT_METHOD_LEAVE },
  { "history", jsonrpc_history, FRONT_METHOD_HISTORY },
  { "members", jsonrpc_members, FRONT_METHOD_MEMBERS },
  { "rooms", jsonrpc_rooms, FRONT_METHOD_ROOMS },
  { "topic", jsonrpc_topic, FRONT_METHOD_TOPIC },
  { "search_messages", jsonrpc_search_messages, FRONT_METHOD_SEARCH_MESSAGES },
  { "dictionaries", jsonrpc_dictionaries, FRONT_METHOD_DICTIONARIES },
  { "stats", jsonrpc_stats, FRONT_METHOD_STATS },
  { "register", jsonrpc_register, FRONT_METHOD_REGISTER },
  { "password_change", jsonrpc_password_change, FRONT_METHOD_PASSWORD_CHANGE },
  { "account", jsonrpc_account, FRONT_METHOD_ACCOUNT },
  { "account_delete", jsonrpc_account_delete, FRONT_METHOD_ACCOUNT_DELETE },
  { "logout", jsonrpc_logout, FRONT_METHOD_LOGOUT },
  { "kick", jsonrpc_operate, FRONT_METHOD_KICK },
  { "ban", jsonrpc_operate, FRONT_METHOD_BAN },
  { "unban", jsonrpc_operate, FRONT_METHOD_UNBAN },
  { "bans", jsonrpc_operate, FRONT_METHOD_BANS },
  { "mute", jsonrpc_operate, FRONT_METHOD_MUTE },
  { "unmute", jsonrpc_operate, FRONT_METHOD_UNMUTE },
  { "close_room", jsonrpc_operate, FRONT_METHOD_CLOSE_ROOM },
  { "open_room", jsonrpc_operate, FRONT_METHOD_OPEN_ROOM },
  { "notice", jsonrpc_operate, FRONT_METHOD_NOTICE },
  { "set_operator", jsonrpc_operate, FRONT_METHOD_SET_OPERATOR },
};

GString *
jsonrpc_begin (Connection *connection, const ParlanceRequest *request)
{
  GString *reply = front_context (connection)->reply;

  g_string_truncate (reply, 0);
  parlance_reply_begin (reply, &request->id);
  return reply;
}

void
jsonrpc_send (Connection *connection, const ParlanceRequest *request)
{
  GString *reply = front_context (connection)->reply;

  if (request->is_notification)
    return;
  parlance_reply_end (reply);
  connection_send (connection, reply->str, reply->len);
}

void
jsonrpc_send_fault (Connection *connection,
                    const ParlanceRequest *request,
                    const ParlanceFault *fault)
{
  GString *reply = front_context (connection)->reply;

  if (request->is_notification)
    return;
  g_string_truncate (reply, 0);
  parlance_reply_error (reply, &request->id, fault);
  connection_send (connection, reply->str, reply->len);
}

/* An error that belongs to no request. */
static void
jsonrpc_tell (Connection *connection, const ParlanceFault *fault)
{
  const ParlanceRequest nobody = { .id = { .text = NULL } };

  jsonrpc_send_fault (connection, &nobody, fault);
}

static void
jsonrpc_dispatch (Connection *connection, const ParlanceRequest *request)
{
  FrontContext *context = front_context (connection);

  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      if (parlance_json_string_equals (&request->method, methods[i].name))
        {
          worker_count (&context->n_calls[methods[i].counter], 1);
          methods[i].run (connection, request);
          return;
        }
    }

  g_autofree char *name = g_malloc (request->method.n_bytes);
  ParlanceFault fault = {
    .reason = PARLANCE_REASON_METHOD_NOT_FOUND,
    .member = "method",
    .value = name,
    .n_value = parlance_json_string_decode (&request->method, name),
  };
  jsonrpc_send_fault (connection, request, &fault);
}

static void
jsonrpc_line (Connection *connection, const char *line, gsize n_bytes)
{
  JsonrpcState *state = door_state (connection);
  ParlanceRequest request;
  ParlanceFault fault;

  if (parlance_request_parse (line, n_bytes, &request, &fault))
    {
      state->n_bad_lines = 0;
      if (!connection_refuses_plain (connection))
        {
          jsonrpc_dispatch (connection, &request);
          return;
        }
      fault = (ParlanceFault){ .reason = PARLANCE_REASON_TLS_REQUIRED };
    }
  jsonrpc_send_fault (connection, &request, &fault);
  if (fault.reason != PARLANCE_REASON_PARSE_ERROR)
    state->n_bad_lines = 0;
  else if (++state->n_bad_lines >= PARLANCE_MAX_BAD_LINES)
    connection_end (connection);
}

static void
jsonrpc_line_too_long (Connection *connection)
{
  const ParlanceFault fault = {
    .reason = PARLANCE_REASON_TOO_LONG,
    .member = "field",
    .value = "line",
    .n_value = strlen ("line"),
    .limit = PARLANCE_MAX_LINE,
  };

  /* It was not even looked at, so it ends a row of lines that were. */
  ((JsonrpcState *)door_state (connection))->n_bad_lines = 0;
  jsonrpc_tell (connection, &fault);
}

static void
jsonrpc_notice (Connection *connection, DoorNotice notice)
{
  static const ParlanceReason reasons[] = {
    [DOOR_NOTICE_SERVER_FULL] = PARLANCE_REASON_SERVER_FULL,
    [DOOR_NOTICE_CROWD] = PARLANCE_REASON_SERVER_FULL,
    [DOOR_NOTICE_SHUTTING_DOWN] = PARLANCE_REASON_SHUTTING_DOWN,
    [DOOR_NOTICE_SLOW_CONSUMER] = PARLANCE_REASON_SLOW_CONSUMER,
  };
  const ParlanceFault fault = {
    .reason = reasons[notice],
    .detail = notice == DOOR_NOTICE_CROWD ? "There are too many connections from your address, or "
                                            "they came too fast: try again later"
                                          : NULL,
  };

  jsonrpc_tell (connection, &fault);
}

const Door jsonrpc_door = {
  .name = "json-rpc",
  .line_limit = PARLANCE_MAX_LINE,
  .n_state_bytes = sizeof (JsonrpcState),
  .foresee = foresee_jsonrpc,
  .fetch = foresee_fetch,
  .line = jsonrpc_line,
  .line_too_long = jsonrpc_line_too_long,
  .notice = jsonrpc_notice,
  .ended = jsonrpc_ended,
  .has_room = jsonrpc_has_room,
};
