/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Clients, their requests, and the authority's mail.
 *
 * A client outlives its connection: the authority and the archive may still have requests of it. It
 * goes when the authority has said that it knows of it no more, and the last request is back.
 */
#include "server/front/chat-desk-parts.h"

#include "protocol/wire/names.h"
#include "server/front/context.h"

#include <string.h>

static void desk_deliver (MailboxMessage *message, void *receiver);

static void
desk_post (ChatPort *port, MailboxMessage *message)
{
  worker_post (((ChatDesk *)port)->worker, message);
}

ChatDesk *
chat_desk_new (Worker *worker, guint index)
{
  ChatDesk *self = g_new0 (ChatDesk, 1);

  self->port.index = index;
  self->port.post = desk_post;
  self->port.deliver = desk_deliver;
  self->worker = worker;
  self->rooms = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)desk_room_free);
  self->outbox_end = &self->outbox;
  self->small.end = &self->small.first;
  self->large.end = &self->large.first;
  return self;
}

void
chat_desk_set_authority (ChatDesk *self, Authority *authority)
{
  self->authority = authority;
}

ChatPort *
chat_desk_port (ChatDesk *self)
{
  return &self->port;
}

/* --- clients ---------------------------------------------------------------------------------- */

DeskClient *
chat_desk_open (ChatDesk *self, Connection *connection)
{
  DeskClient *client = g_new0 (DeskClient, 1);

  client->chat.port = &self->port;
  client->chat.address = connection_peer (connection);
  client->desk = self;
  client->connection = connection;
  client->members = g_ptr_array_new_with_free_func (g_free);
  client->next = self->clients;
  if (self->clients != NULL)
    self->clients->previous = client;
  self->clients = client;
  return client;
}

static void
desk_client_free (DeskClient *self)
{
  if (self->previous != NULL)
    self->previous->next = self->next;
  else
    self->desk->clients = self->next;
  if (self->next != NULL)
    self->next->previous = self->previous;
  g_ptr_array_unref (self->members);
  g_free (self);
}

static void
desk_client_free_if_done (DeskClient *self)
{
  if (self->is_gone && self->n_requests == 0)
    desk_client_free (self);
}

/* --- requests --------------------------------------------------------------------------------- */

static void
request_free (DeskRequest *self)
{
  if (self->connection != NULL)
    connection_release (self->connection, self->weight);
  chat_request_clear (&self->chat);
  self->dispose (self);
}

/* The server ends, and with it the worker: its clients are freed by the desk. */
static void
request_discard (MailboxMessage *message)
{
  request_free ((DeskRequest *)message);
}

static void
desk_send (ChatDesk *self, ChatRequest *request)
{
  /* Connections also end, and get room, when output is sent: after the chore of the turn. */
  if (self->outbox == NULL)
    worker_want_chore (self->worker);
  *self->outbox_end = request;
  self->outbox_end = &request->next;
}

static gboolean
is_page (const ChatRequest *request)
{
  return request->verb == CHAT_HISTORY || request->verb == CHAT_SEARCH;
}

static gsize
page_n_bytes (const ChatRequest *request)
{
  return MIN (request->limit * (gsize)DESK_MESSAGE_BYTES, DESK_PAGE_BYTES);
}

/* While it is on its way others of the address ask too. */
static void
desk_expect (DeskClient *self)
{
  gsize n_bytes = self->is_asking ? DESK_PIECE_BYTES : 0;

  if (self->connection != NULL)
    connection_expect (self->connection, n_bytes + self->n_paging);
}

/* Asks for what is on the shelf as long as the connection has room: what is read for one that does
 * not take it is memory, and somebody else's time. One page of each kind at a time, in order. */
static void
desk_take_from_shelf (DeskClient *self)
{
  ChatRequest **at = &self->shelf;

  while (*at != NULL)
    {
      ChatRequest *request = *at;
      guint32 bit = 1U << request->verb;

      if ((self->paging & bit) != 0)
        {
          at = &request->next;
          continue;
        }
      if (!connection_has_room (self->connection))
        {
          connection_await_room (self->connection);
          return;
        }
      *at = g_steal_pointer (&request->next);
      self->paging |= bit;
      self->n_paging += page_n_bytes (request);
      desk_expect (self);
      desk_send (self->desk, request);
    }
}

/* Nobody is there to read them: the authority, which hears first that the client is gone, refuses
 * them. */
static void
desk_clear_shelf (DeskClient *self)
{
  while (self->shelf != NULL)
    {
      ChatRequest *request = self->shelf;

      self->shelf = g_steal_pointer (&request->next);
      desk_send (self->desk, request);
    }
}

static void
desk_put_on_shelf (DeskClient *self, ChatRequest *request)
{
  ChatRequest **end = &self->shelf;

  while (*end != NULL)
    end = &(*end)->next;
  *end = request;
  desk_take_from_shelf (self);
}

void
chat_desk_submit (ChatDesk *self, DeskClient *client, DeskRequest *request, guint weight)
{
  request->chat.client = &client->chat;
  request->chat.message.discard = request_discard;
  request->weight = weight;
  if (client->connection != NULL && weight > 0)
    {
      request->connection = client->connection;
      connection_hold (request->connection, weight);
    }
  client->n_requests++;
  if (is_page (&request->chat) && client->connection != NULL)
    desk_put_on_shelf (client, &request->chat);
  else
    desk_send (self, &request->chat);
}

gboolean
chat_desk_chore (ChatDesk *self)
{
  ChatRequest *requests = self->outbox;

  if (requests != NULL)
    {
      self->outbox = NULL;
      self->outbox_end = &self->outbox;
      authority_post (self->authority, requests);
      worker_linger (self->worker);
    }
  /* Who does not read what is handed out here is gone, and that is to be told too. */
  return desk_hand_out (self) || self->outbox != NULL;
}

/* --- requests of the desk's own --------------------------------------------------------------- */

typedef struct
{
  DeskRequest request; /* first */
  guint32 room_id;
  char names[]; /* the room's, as written and folded */
} DeskErrand;

static void
errand_dispose (DeskRequest *request)
{
  g_free (request);
}

static void
gone_answer (DeskRequest *request)
{
  ((DeskClient *)request->chat.client)->is_gone = TRUE;
}

void
desk_client_ended (DeskClient *self)
{
  DeskErrand *errand = g_new0 (DeskErrand, 1);

  connection_expect (self->connection, 0);
  self->connection = NULL;
  while (self->members->len > 0)
    desk_remove_member (g_ptr_array_index (self->members, 0));
  errand->request.chat.verb = CHAT_GONE;
  errand->request.answer = gone_answer;
  errand->request.dispose = errand_dispose;
  chat_desk_submit (self->desk, self, &errand->request, 0);
  desk_clear_shelf (self);
}

/* A piece of what a member has missed, or with is_live the last one. */
static void
desk_take_piece (DeskMember *member, ChatRequest *request)
{
  member->seq = request->seq;
  member->is_lagging = !request->is_live;
  if (request->frame == NULL)
    return;

  /* Where it does not fit the connection ends, and the membership with it. */
  Connection *connection = member->client->connection;
  OutputFrame *frame = output_frame_new (g_steal_pointer (&request->frame));
  frame->is_own = TRUE;
  connection_send_frame (connection, frame);
  output_frame_unref (frame);
  connection_push (connection);
}

static void desk_ask_for_piece (DeskMember *member);

/* Asks for what the client's rooms have missed, in turn, as long as its connection has room. One
 * piece at a time: what is kept for one that does not read does not grow with its rooms. */
static void
desk_go_on (DeskClient *self)
{
  guint n = self->members->len;

  if (self->is_asking || self->connection == NULL || worker_is_stopping (self->desk->worker))
    return;
  for (guint i = 0; i < n; i++)
    {
      guint at = (self->next_asking + i) % n;
      DeskMember *member = g_ptr_array_index (self->members, at);

      if (!member->is_lagging)
        continue;
      if (!connection_has_room (self->connection))
        {
          connection_await_room (self->connection);
          return;
        }
      self->next_asking = at + 1;
      desk_ask_for_piece (member);
      return;
    }
}

static void
piece_answer (DeskRequest *request)
{
  const DeskErrand *errand = (const DeskErrand *)request;
  DeskClient *client = (DeskClient *)request->chat.client;
  DeskMember *member =
      client->connection != NULL ? desk_find_member (client, errand->room_id) : NULL;

  client->is_asking = FALSE;
  if (member != NULL && member->generation == request->chat.generation)
    {
      /* What was missed cannot be read: a gap would be worse than to begin again. */
      if (request->chat.is_refused)
        connection_end (client->connection);
      else
        desk_take_piece (member, &request->chat);
    }
  desk_expect (client);
  desk_go_on (client);
}

static void
desk_ask_for_piece (DeskMember *member)
{
  const char *name = member->room->name;
  gsize n_name = strlen (name) + 1;
  g_autofree char *folded = parlance_name_fold (name, n_name - 1);
  gsize n_folded = strlen (folded) + 1;
  DeskErrand *errand = g_malloc0 (sizeof *errand + n_name + n_folded);

  memcpy (errand->names, name, n_name);
  memcpy (errand->names + n_name, folded, n_folded);
  errand->room_id = member->room->id;
  errand->request.chat.verb = CHAT_CATCH_UP;
  errand->request.chat.room = errand->names;
  errand->request.chat.room_folded = errand->names + n_name;
  errand->request.chat.after = member->seq;
  errand->request.chat.generation = member->generation;
  errand->request.answer = piece_answer;
  errand->request.dispose = errand_dispose;
  member->client->is_asking = TRUE;
  desk_expect (member->client);
  /* Held: a peer that has shut its side gets what it has missed, as it gets its answers. */
  chat_desk_submit (member->client->desk, member->client, &errand->request, 1);
}

void
desk_client_has_room (DeskClient *self)
{
  desk_take_from_shelf (self);
  desk_go_on (self);
}

/* --- mail ------------------------------------------------------------------------------------- */

static void
desk_joined (DeskClient *client, ChatRequest *request)
{
  DeskMember *member = desk_find_member (client, request->room_id);

  if (member == NULL)
    member = desk_add_member (client, request->room_id, request->room_name);
  /* No two joins of the worker have the same one: the piece for a membership that has ended is not
   * taken for one of the next. */
  member->generation = ++client->desk->n_joins;
  desk_take_piece (member, request);
  desk_go_on (client);
}

/* Of all rooms that it is in. May end the connection. */
static void
desk_hand_all_pending (DeskClient *client)
{
  for (guint i = 0; client->connection != NULL && i < client->members->len; i++)
    desk_hand_pending (g_ptr_array_index (client->members, i));
}

static void
desk_answered (ChatRequest *chat)
{
  DeskRequest *request = (DeskRequest *)chat;
  DeskClient *client = (DeskClient *)chat->client;
  gboolean is_good = client->connection != NULL && !chat->is_refused;
  DeskMember *member = is_good && (chat->verb == CHAT_LEAVE || chat->verb == CHAT_JOIN)
                           ? desk_find_member (client, chat->room_id)
                           : NULL;

  /* Who leaves, or joins again, is not to miss what was said before. Who takes another nick hears
   * first what was told of who had it. */
  if (member != NULL)
    desk_hand_pending (member);
  else if (is_good && chat->verb == CHAT_HELLO)
    desk_hand_all_pending (client);
  /* Who leaves is out before it is told so, who joins hears the reply before anything else. */
  if (member != NULL && client->connection != NULL && chat->verb == CHAT_LEAVE)
    desk_remove_member (member);
  request->answer (request);
  if (is_good && chat->verb == CHAT_JOIN && client->connection != NULL)
    desk_joined (client, chat);
  if (is_page (chat))
    {
      client->paging &= ~(1U << chat->verb);
      client->n_paging -= page_n_bytes (chat);
      desk_expect (client);
      if (client->connection != NULL)
        desk_take_from_shelf (client);
    }
  request_free (request);
  client->n_requests--;
  desk_client_free_if_done (client);
}

/* Behind all that the client's rooms have for it: it tells of what came after that. */
static void
desk_tell (DeskClient *client, SharedFrame *frame)
{
  desk_hand_all_pending (client);
  if (client->connection != NULL)
    connection_send (client->connection, shared_frame_bytes (frame), shared_frame_n_bytes (frame));
  shared_frame_unref (frame);
}

/* A room was closed. */
static void
desk_put_out (DeskClient *client, guint32 room_id, SharedFrame *frame)
{
  DeskMember *member = client->connection != NULL ? desk_find_member (client, room_id) : NULL;

  if (member != NULL)
    desk_hand_pending (member);
  if (member != NULL && client->connection != NULL)
    desk_remove_member (member);
  desk_tell (client, frame);
}

static void
desk_deliver (MailboxMessage *message, void *receiver)
{
  ChatDesk *self = ((FrontContext *)worker_context (receiver))->desk;
  ChatMail *mail = (ChatMail *)message;

  for (guint i = 0; i < mail->n_ops; i++)
    {
      const ChatOp *op = &mail->ops[i];

      switch (op->kind)
        {
        case CHAT_OP_ANSWER:
          desk_answered (op->request);
          break;
        case CHAT_OP_TELL:
          desk_tell ((DeskClient *)op->client, op->frame);
          break;
        case CHAT_OP_PUT_OUT:
          desk_put_out ((DeskClient *)op->client, op->room, op->frame);
          break;
        case CHAT_OP_CLOSE:
          if (((DeskClient *)op->client)->connection != NULL)
            connection_end (((DeskClient *)op->client)->connection);
          break;
        case CHAT_OP_MESSAGES:
        case CHAT_OP_PERSONAL:
        case CHAT_OP_EVENT:
        default:
          desk_queue_item (self, op);
          break;
        }
    }
  chat_mail_free (mail);
  worker_linger (self->worker);
}

void
chat_desk_free (ChatDesk *self)
{
  if (self == NULL)
    return;
  while (self->outbox != NULL)
    {
      DeskRequest *request = (DeskRequest *)self->outbox;

      self->outbox = request->chat.next;
      request_free (request);
    }
  while (self->clients != NULL)
    desk_client_free (self->clients);
  g_hash_table_unref (self->rooms);
  g_free (self);
}
