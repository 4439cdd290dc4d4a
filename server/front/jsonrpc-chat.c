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
#include "server/front/chat-desk.h"
#include "server/front/jsonrpc-methods.h"

#include <string.h>

/* How much of what one connection may have under way (CONNECTION_MAX_WAITING) a request is. What is
 * asked for is not taken back when the peer stops reading: the answers that are under way have to
 * fit into what may be unsent, or a client that asks ahead is ended as one that does not read. */
#define LIGHT_WEIGHT 1
#define MEMBERS_WEIGHT 32                        /* a list of members: some hundred KiB */
#define PAGE_WEIGHT (CONNECTION_MAX_WAITING / 2) /* a page of messages: up to 2 MiB */
#define ROOMS_WEIGHT CONNECTION_MAX_WAITING      /* all rooms: up to 4 MiB */
#define SEND_WEIGHT_BYTES                                                                          \
  4096 /* each of them weighs one more: the message comes back to its sender */

/* What the authority gets, and what the reply needs. The strings of both stand behind it. */
typedef struct
{
  DeskRequest desk; /* first */
  ParlanceRequest request;
  char *end; /* of the strings */
  char strings[];
} ChatCall;

static void
call_dispose (DeskRequest *desk)
{
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

/* --- requests --------------------------------------------------------------------------------- */

/* @n_strings: [bytes] room for call_add(), without what the id needs */
static ChatCall *
call_new (const ParlanceRequest *request, ChatVerb verb, gsize n_strings)
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

/* Returns: @text within the call, NUL-terminated: takes @n_bytes and one more of its room */
static const char *
call_add (ChatCall *self, const char *text, gsize n_bytes)
{
  char *copy = self->end;

  memcpy (copy, text, n_bytes);
  copy[n_bytes] = '\0';
  self->end += n_bytes + 1;
  return copy;
}

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
      call_new (request, verb, params->room.n_bytes + n_folded + n_text + params->n_key + 4);
  ChatRequest *chat = &self->desk.chat;

  if (params->room.n_bytes > 0)
    {
      chat->room = call_add (self, params->room.text, params->room.n_bytes);
      chat->room_folded = call_add (self, folded, n_folded);
    }
  if (text != NULL)
    chat->text = call_add (self, text, n_text);
  return self;
}

static void
call_submit (ChatCall *self, Connection *connection, DeskClient *client, guint weight)
{
  chat_desk_submit (front_context (connection)->desk, client, &self->desk, weight);
}

/* The client that a chat method needs. Returns: (nullable): %NULL: the request has been refused */
static DeskClient *
chat_client (Connection *connection, const ParlanceRequest *request)
{
  DeskClient *client = ((JsonrpcState *)door_state (connection))->client;

  if (client == NULL)
    {
      const ParlanceFault fault = { .reason = PARLANCE_REASON_NOT_IDENTIFIED };
      jsonrpc_send_fault (connection, request, &fault);
    }
  return client;
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
  DeskClient *client = chat_client (connection, request);
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

  if (client == NULL)
    return;
  ChatCall *call = call_new_for_room (request, CHAT_JOIN, &params, NULL);
  call->desk.chat.after = params.after;
  call_submit (call, connection, client, MEMBERS_WEIGHT);
}

void
jsonrpc_leave (Connection *connection, const ParlanceRequest *request)
{
  ParlanceChatParams params;
  DeskClient *client = chat_parse (connection, request, parlance_room_parse, &params);

  if (client != NULL)
    call_submit (call_new_for_room (request, CHAT_LEAVE, &params, NULL), connection, client,
                 LIGHT_WEIGHT);
}

void
jsonrpc_members (Connection *connection, const ParlanceRequest *request)
{
  ParlanceChatParams params;
  DeskClient *client = chat_parse (connection, request, parlance_room_parse, &params);

  if (client != NULL)
    call_submit (call_new_for_room (request, CHAT_MEMBERS, &params, NULL), connection, client,
                 MEMBERS_WEIGHT);
}

void
jsonrpc_typing (Connection *connection, const ParlanceRequest *request)
{
  ParlanceChatParams params;
  DeskClient *client = chat_parse (connection, request, parlance_room_parse, &params);

  if (client != NULL)
    call_submit (call_new_for_room (request, CHAT_TYPING, &params, NULL), connection, client,
                 LIGHT_WEIGHT);
}

void
jsonrpc_topic (Connection *connection, const ParlanceRequest *request)
{
  ParlanceChatParams params;
  DeskClient *client = chat_parse (connection, request, parlance_topic_parse, &params);

  if (client != NULL)
    call_submit (call_new_for_room (request, CHAT_TOPIC, &params, params.text), connection, client,
                 LIGHT_WEIGHT);
}

void
jsonrpc_rooms (Connection *connection, const ParlanceRequest *request)
{
  DeskClient *client = chat_client (connection, request);

  if (client != NULL)
    call_submit (call_new (request, CHAT_ROOMS, 0), connection, client, ROOMS_WEIGHT);
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
  call_submit (call, connection, client, PAGE_WEIGHT);
}

void
jsonrpc_search_messages (Connection *connection, const ParlanceRequest *request)
{
  ParlanceChatParams params;
  DeskClient *client = chat_parse (connection, request, parlance_search_messages_parse, &params);

  if (client == NULL)
    return;
  ChatCall *call = call_new_for_room (request, CHAT_SEARCH, &params, params.text);
  call->desk.chat.limit = params.limit;
  call_submit (call, connection, client, PAGE_WEIGHT);
}

void
jsonrpc_send_message (Connection *connection, const ParlanceRequest *request)
{
  GString *body = front_context (connection)->body;
  DeskClient *client = chat_client (connection, request);
  ParlanceChatParams params;
  ParlanceFault fault;

  if (client == NULL)
    return;
  g_string_truncate (body, 0);
  if (!parlance_send_parse (&request->params, body, &params, &fault))
    {
      jsonrpc_send_fault (connection, request, &fault);
      return;
    }

  g_autofree char *folded = parlance_name_fold (params.room.text, params.room.n_bytes);
  gsize n_folded = strlen (folded);
  ChatCall *call =
      call_new (request, CHAT_SEND, params.room.n_bytes + n_folded + body->len + params.n_key + 4);
  ChatRequest *chat = &call->desk.chat;
  chat->room = call_add (call, params.room.text, params.room.n_bytes);
  chat->room_folded = call_add (call, folded, n_folded);
  chat->body = call_add (call, body->str, body->len);
  chat->n_body = body->len;
  if (params.n_key > 0)
    chat->key = call_add (call, params.key, params.n_key);
  chat->n_key = params.n_key;
  call_submit (call, connection, client, LIGHT_WEIGHT + (guint)(body->len / SEND_WEIGHT_BYTES));
}

void
jsonrpc_hello (Connection *connection, const ParlanceRequest *request)
{
  FrontContext *context = front_context (connection);
  JsonrpcState *state = door_state (connection);
  ParlanceHello hello;
  ParlanceFault fault;

  if (!parlance_hello_parse (&request->params, &hello, &fault))
    {
      jsonrpc_send_fault (connection, request, &fault);
      return;
    }
  if (context->desk == NULL || (hello.nick.n_bytes == 0 && !hello.has_resume))
    {
      jsonrpc_append_hello (jsonrpc_begin (connection, request), connection, NULL);
      jsonrpc_send (connection, request);
      return;
    }

  g_autofree char *folded = parlance_name_fold (hello.nick.text, hello.nick.n_bytes);
  gsize n_folded = strlen (folded);
  gsize n_resume = strlen (hello.resume);
  ChatCall *call = call_new (request, CHAT_HELLO, hello.nick.n_bytes + n_folded + n_resume + 3);
  ChatRequest *chat = &call->desk.chat;
  if (hello.nick.n_bytes > 0)
    {
      chat->nick = call_add (call, hello.nick.text, hello.nick.n_bytes);
      chat->nick_folded = call_add (call, folded, n_folded);
    }
  if (hello.has_resume)
    chat->text = call_add (call, hello.resume, n_resume);
  if (state->client == NULL)
    state->client = chat_desk_open (context->desk, connection);
  call_submit (call, connection, state->client, LIGHT_WEIGHT);
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
