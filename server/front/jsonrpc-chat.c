/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The chat methods: parameters are checked here, and what passes goes to the authority through the
 * worker's desk. The replies are written when it comes back.
 *
 * Whether somebody has said hello is for the authority to decide: a client may send hello, join and
 * more in one go, and each of them is to find what the one before has done.
 *
 * Source: docs/protocol.md, section 5
 */
#include "protocol/wire/chat.h"
#include "protocol/wire/json-writer.h"
#include "protocol/wire/names.h"
#include "server/front/jsonrpc-call.h"

#include <string.h>

/* How much of what one connection may have under way (CONNECTION_MAX_WAITING) a request is. What is
 * asked for is not taken back when the peer stops reading: the answers that are under way have to
 * fit into what may be unsent, or a client that asks ahead is ended as one that does not read. */
#define MEMBERS_WEIGHT 32                        /* a list of members: some hundred KiB */
#define PAGE_WEIGHT (CONNECTION_MAX_WAITING / 2) /* a page of messages: up to 2 MiB */
#define ROOMS_WEIGHT CONNECTION_MAX_WAITING      /* all rooms: up to 4 MiB */
#define SEND_WEIGHT_BYTES                                                                          \
  4096 /* each of them weighs one more: the message comes back to its sender */

/* --- requests --------------------------------------------------------------------------------- */

/* A call about a room, with one more text (nullable). */
static ChatCall *
call_new_for_room (const ParlanceRequest *request,
                   ChatVerb verb,
                   const ParlanceChatParams *params,
                   const char *text)
{
  g_autofree char *folded = parlance_name_fold (params->room.text, params->room.n_bytes);
  gsize n_folded = strlen (folded);
  gsize n_text = text != NULL ? strlen (text) : 0;
  ChatCall *self =
      chat_call_new (request, verb, params->room.n_bytes + n_folded + n_text + params->n_key + 4);
  ChatRequest *chat = &self->desk.chat;

  if (params->room.n_bytes > 0)
    {
      chat->room = chat_call_add (self, params->room.text, params->room.n_bytes);
      chat->room_folded = chat_call_add (self, folded, n_folded);
    }
  if (text != NULL)
    chat->text = chat_call_add (self, text, n_text);
  return self;
}

typedef gboolean (*ParamsParser) (const ParlanceJsonValue *params,
                                  ParlanceChatParams *ret_chat,
                                  ParlanceFault *ret_fault);

/* What all methods about one room have in common. @params: undefined after %NULL. Returns:
 * (nullable): %NULL: the request has been refused */
static DeskClient *
chat_parse (Connection *connection,
            const ParlanceRequest *request,
            ParamsParser parse,
            ParlanceChatParams *params)
{
  DeskClient *client = chat_call_client (connection, request);
  ParlanceFault fault;

  params->n_key = 0;
  params->after = -1;
  params->before = -1;
  if (client != NULL && !parse (&request->params, params, &fault))
    {
      jsonrpc_send_fault (connection, request, &fault);
      return NULL;
    }
  return client;
}

void
jsonrpc_join (Connection *connection, const ParlanceRequest *request)
{
  ParlanceChatParams params;
  DeskClient *client = chat_parse (connection, request, parlance_join_parse, &params);

  if (client == NULL || !chat_call_may_ask (connection, request, PEER_SENDS))
    return;
  ChatCall *call = call_new_for_room (request, CHAT_JOIN, &params, NULL);
  call->desk.chat.after = params.after;
  chat_call_submit (call, connection, client, MEMBERS_WEIGHT);
}

void
jsonrpc_leave (Connection *connection, const ParlanceRequest *request)
{
  ParlanceChatParams params;
  DeskClient *client = chat_parse (connection, request, parlance_room_parse, &params);

  if (client != NULL)
    chat_call_submit (call_new_for_room (request, CHAT_LEAVE, &params, NULL), connection, client,
                      CHAT_CALL_LIGHT);
}

void
jsonrpc_members (Connection *connection, const ParlanceRequest *request)
{
  ParlanceChatParams params;
  DeskClient *client = chat_parse (connection, request, parlance_room_parse, &params);

  if (client != NULL)
    chat_call_submit (call_new_for_room (request, CHAT_MEMBERS, &params, NULL), connection, client,
                      MEMBERS_WEIGHT);
}

void
jsonrpc_typing (Connection *connection, const ParlanceRequest *request)
{
  ParlanceChatParams params;
  DeskClient *client = chat_parse (connection, request, parlance_room_parse, &params);

  if (client != NULL && chat_call_may_ask (connection, request, PEER_TYPING))
    chat_call_submit (call_new_for_room (request, CHAT_TYPING, &params, NULL), connection, client,
                      CHAT_CALL_LIGHT);
}

void
jsonrpc_topic (Connection *connection, const ParlanceRequest *request)
{
  ParlanceChatParams params;
  DeskClient *client = chat_parse (connection, request, parlance_topic_parse, &params);

  if (client != NULL && chat_call_may_ask (connection, request, PEER_SENDS))
    chat_call_submit (call_new_for_room (request, CHAT_TOPIC, &params, params.text), connection,
                      client, CHAT_CALL_LIGHT);
}

void
jsonrpc_rooms (Connection *connection, const ParlanceRequest *request)
{
  DeskClient *client = chat_call_client (connection, request);

  if (client != NULL)
    chat_call_submit (chat_call_new (request, CHAT_ROOMS, 0), connection, client, ROOMS_WEIGHT);
}

void
jsonrpc_history (Connection *connection, const ParlanceRequest *request)
{
  ParlanceChatParams params;
  DeskClient *client = chat_parse (connection, request, parlance_history_parse, &params);

  if (client == NULL)
    return;
  ChatCall *call = call_new_for_room (request, CHAT_HISTORY, &params, NULL);
  call->desk.chat.after = params.after;
  call->desk.chat.before = params.before;
  call->desk.chat.limit = params.limit;
  chat_call_submit (call, connection, client, PAGE_WEIGHT);
}

void
jsonrpc_search_messages (Connection *connection, const ParlanceRequest *request)
{
  ParlanceChatParams params;
  DeskClient *client = chat_parse (connection, request, parlance_search_messages_parse, &params);

  if (client == NULL || !chat_call_may_ask (connection, request, PEER_HEAVY))
    return;
  ChatCall *call = call_new_for_room (request, CHAT_SEARCH, &params, params.text);
  call->desk.chat.limit = params.limit;
  chat_call_submit (call, connection, client, PAGE_WEIGHT);
}

void
jsonrpc_send_message (Connection *connection, const ParlanceRequest *request)
{
  GString *body = front_context (connection)->body;
  DeskClient *client = chat_call_client (connection, request);
  ParlanceChatParams params;
  ParlanceFault fault;

  if (client == NULL || !chat_call_may_ask (connection, request, PEER_SENDS))
    return;
  g_string_truncate (body, 0);
  if (!parlance_send_parse (&request->params, body, &params, &fault))
    {
      jsonrpc_send_fault (connection, request, &fault);
      return;
    }

  g_autofree char *folded = parlance_name_fold (params.room.text, params.room.n_bytes);
  gsize n_folded = strlen (folded);
  ChatCall *call = chat_call_new (request, CHAT_SEND,
                                  params.room.n_bytes + n_folded + body->len + params.n_key + 4);
  ChatRequest *chat = &call->desk.chat;
  chat->room = chat_call_add (call, params.room.text, params.room.n_bytes);
  chat->room_folded = chat_call_add (call, folded, n_folded);
  chat->body = chat_call_add (call, body->str, body->len);
  chat->n_body = body->len;
  if (params.n_key > 0)
    chat->key = chat_call_add (call, params.key, params.n_key);
  chat->n_key = params.n_key;
  chat_call_submit (call, connection, client,
                    CHAT_CALL_LIGHT + (guint)(body->len / SEND_WEIGHT_BYTES));
}

/* --- the connection --------------------------------------------------------------------------- */

void
jsonrpc_ended (Connection *connection)
{
  JsonrpcState *state = door_state (connection);

  if (state->client != NULL)
    desk_client_ended (g_steal_pointer (&state->client));
}

void
jsonrpc_has_room (Connection *connection)
{
  const JsonrpcState *state = door_state (connection);

  if (state->client != NULL)
    desk_client_has_room (state->client);
}
