/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * hello, and the methods of accounts and operators: parameters are checked here, and what passes
 * goes to the authority. A password that comes in plain text over the network is refused before
 * anything else: whoever listens has it already, and is not to learn whether it is right.
 *
 * Source: docs/protocol.md, sections 5, 10 and 11
 */
#include "protocol/wire/account.h"
#include "protocol/wire/names.h"
#include "protocol/wire/params.h"
#include "server/front/jsonrpc-call.h"

#include <string.h>

static ChatPeer
peer_of (Connection *connection)
{
  ChatPeer peer = { .is_local = connection_is_local (connection) };

  peer.is_private = peer.is_local || connection_is_encrypted (connection);
  connection_get_peer (connection, peer.address.bytes);
  return peer;
}

/* Returns: whether it may be read; the request has been refused otherwise */
static gboolean
is_private (Connection *connection, const ParlanceRequest *request)
{
  const ParlanceFault fault = { .reason = PARLANCE_REASON_TLS_REQUIRED,
                                .detail =
                                    "A password must not be sent in plain text: connect with "
                                    "TLS, and take another one, for others may have read it" };

  if (connection_is_local (connection) || connection_is_encrypted (connection))
    return TRUE;
  jsonrpc_send_fault (connection, request, &fault);
  return FALSE;
}

/* An optional text. Returns: (nullable) */
static const char *
add_text (ChatCall *call, const char *text)
{
  return text[0] != '\0' ? chat_call_add (call, text, strlen (text)) : NULL;
}

/* The client of the connection, which may have said nothing yet. */
static DeskClient *
client_of (Connection *connection)
{
  JsonrpcState *state = door_state (connection);

  if (state->client == NULL)
    state->client = chat_desk_open (front_context (connection)->desk, connection);
  return state->client;
}

/* --- hello ------------------------------------------------------------------------------------ */

static void
submit_hello (Connection *connection, const ParlanceRequest *request, const ParlanceHello *hello)
{
  g_autofree char *folded = parlance_name_fold (hello->nick.text, hello->nick.n_bytes);
  gsize n_folded = strlen (folded);
  gsize n_resume = strlen (hello->resume);
  ChatCall *call = chat_call_new (request, CHAT_HELLO,
                                  hello->nick.n_bytes + n_folded + n_resume +
                                      strlen (hello->password) + strlen (hello->client) + 5);
  ChatRequest *chat = &call->desk.chat;

  if (hello->nick.n_bytes > 0)
    {
      chat->nick = chat_call_add (call, hello->nick.text, hello->nick.n_bytes);
      chat->nick_folded = chat_call_add (call, folded, n_folded);
    }
  if (hello->has_resume)
    chat->text = chat_call_add (call, hello->resume, n_resume);
  chat->password = add_text (call, hello->password);
  chat->device_name = add_text (call, hello->client);
  chat->peer = peer_of (connection);
  chat_call_submit (call, connection, client_of (connection), CHAT_CALL_LIGHT);
}

static gboolean
has_password (const ParlanceRequest *request)
{
  ParlanceJsonValue value;

  parlance_params_find (&request->params, "password", &value);
  return value.text != NULL;
}

void
jsonrpc_hello (Connection *connection, const ParlanceRequest *request)
{
  ParlanceHello hello;
  ParlanceFault fault;

  gboolean is_parsed = parlance_hello_parse (&request->params, &hello, &fault);
  if ((is_parsed ? hello.password[0] != '\0' : has_password (request)) &&
      !is_private (connection, request))
    ;
  else if (!is_parsed)
    jsonrpc_send_fault (connection, request, &fault);
  else if (front_context (connection)->desk == NULL ||
           (hello.nick.n_bytes == 0 && !hello.has_resume))
    {
      jsonrpc_append_hello (jsonrpc_begin (connection, request), connection, NULL);
      jsonrpc_send (connection, request);
    }
  /* One at first is as good as a connection, and counted as such. */
  else if (((JsonrpcState *)door_state (connection))->client == NULL ||
           chat_call_may_ask (connection, request, PEER_SENDS))
    submit_hello (connection, request, &hello);
  explicit_bzero (hello.password, sizeof hello.password);
}

/* --- accounts --------------------------------------------------------------------------------- */

typedef gboolean (*ParamsParser) (const ParlanceJsonValue *params,
                                  ParlanceAccountParams *ret_account,
                                  ParlanceFault *ret_fault);

static ChatCall *
call_new (const ParlanceRequest *request, ChatVerb verb, const ParlanceAccountParams *params)
{
  g_autofree char *nick_folded = parlance_name_fold (params->nick.text, params->nick.n_bytes);
  g_autofree char *room_folded = parlance_name_fold (params->room.text, params->room.n_bytes);
  const char *text = verb == CHAT_NOTICE ? params->text : params->reason;
  ChatCall *call =
      chat_call_new (request, verb,
                     params->nick.n_bytes + strlen (nick_folded) + params->room.n_bytes +
                         strlen (room_folded) + strlen (params->password) +
                         strlen (params->new_password) + strlen (params->server_password) +
                         strlen (params->client) + strlen (params->address) + strlen (text) + 10);
  ChatRequest *chat = &call->desk.chat;

  chat->nick = add_text (call, params->nick.text);
  chat->nick_folded = add_text (call, nick_folded);
  chat->room = add_text (call, params->room.text);
  chat->room_folded = add_text (call, room_folded);
  chat->password = add_text (call, params->password);
  chat->new_password = add_text (call, params->new_password);
  chat->server_password = add_text (call, params->server_password);
  chat->device_name = add_text (call, params->client);
  chat->address = add_text (call, params->address);
  chat->text = chat_call_add (call, text, strlen (text));
  chat->target = params->target;
  chat->id = params->id;
  chat->duration_s = params->duration_s;
  chat->is_on = params->is_on;
  return call;
}

/* @parse: (nullable): it takes no parameters. @client: (nullable): it has been refused */
static void
submit (Connection *connection,
        const ParlanceRequest *request,
        DeskClient *client,
        ChatVerb verb,
        ParamsParser parse)
{
  ParlanceAccountParams params = { .id = 0 };
  ParlanceFault fault;

  if (client != NULL && parse != NULL && !parse (&request->params, &params, &fault))
    {
      jsonrpc_send_fault (connection, request, &fault);
      client = NULL;
    }
  if (client != NULL)
    {
      ChatCall *call = call_new (request, verb, &params);

      call->desk.chat.peer = peer_of (connection);
      chat_call_submit (call, connection, client,
                        verb == CHAT_BANS ? CONNECTION_MAX_WAITING : CHAT_CALL_LIGHT);
    }
  explicit_bzero (params.password, sizeof params.password);
  explicit_bzero (params.new_password, sizeof params.new_password);
  explicit_bzero (params.server_password, sizeof params.server_password);
}

void
jsonrpc_register (Connection *connection, const ParlanceRequest *request)
{
  if (front_context (connection)->desk == NULL)
    chat_call_client (connection, request);
  else if (is_private (connection, request))
    submit (connection, request, client_of (connection), CHAT_REGISTER, parlance_register_parse);
}

void
jsonrpc_password_change (Connection *connection, const ParlanceRequest *request)
{
  if (is_private (connection, request))
    submit (connection, request, chat_call_client (connection, request), CHAT_PASSWORD,
            parlance_password_change_parse);
}

void
jsonrpc_account (Connection *connection, const ParlanceRequest *request)
{
  submit (connection, request, chat_call_client (connection, request), CHAT_ACCOUNT, NULL);
}

void
jsonrpc_account_delete (Connection *connection, const ParlanceRequest *request)
{
  if (is_private (connection, request))
    submit (connection, request, chat_call_client (connection, request), CHAT_DELETE,
            parlance_account_delete_parse);
}

void
jsonrpc_logout (Connection *connection, const ParlanceRequest *request)
{
  submit (connection, request, chat_call_client (connection, request), CHAT_LOGOUT,
          parlance_logout_parse);
}

/* --- for operators ---------------------------------------------------------------------------- */

void
jsonrpc_operate (Connection *connection, const ParlanceRequest *request)
{
  static const struct
  {
    const char *method;
    ChatVerb verb;
    ParamsParser parse;
  } methods[] = {
    { "kick", CHAT_KICK, parlance_kick_parse },
    { "ban", CHAT_BAN, parlance_ban_parse },
    { "unban", CHAT_UNBAN, parlance_unban_parse },
    { "bans", CHAT_BANS, NULL },
    { "mute", CHAT_MUTE, parlance_mute_parse },
    { "unmute", CHAT_UNMUTE, parlance_kick_parse },
    { "close_room", CHAT_CLOSE_ROOM, parlance_close_room_parse },
    { "open_room", CHAT_OPEN_ROOM, parlance_close_room_parse },
    { "notice", CHAT_NOTICE, parlance_notice_parse },
    { "set_operator", CHAT_SET_OPERATOR, parlance_set_operator_parse },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      if (!parlance_json_string_equals (&request->method, methods[i].method))
        continue;
      submit (connection, request, chat_call_client (connection, request), methods[i].verb,
              methods[i].parse);
      return;
    }
  g_assert_not_reached ();
}
