/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Operations for a worker gather during a batch and leave in one message. A room's messages gather
 * as lines of one frame, which is sealed (goes out, and into the ring) at the end of the batch, or
 * earlier, before anything of the room whose order with them matters.
 *
 * And what a request names: its session, its room, its membership.
 */
#include "server/chat/authority-parts.h"

#include "protocol/wire/json-writer.h"
#include "server/chat/message.h"

#include <string.h>

void
authority_op (Authority *self, const ChatPort *port, const ChatOp *op)
{
  g_array_append_vals (self->ops[port->index], op, 1);
}

void
authority_post_ops (Authority *self)
{
  for (guint i = 0; i < self->n_ports; i++)
    {
      GArray *ops = self->ops[i];

      if (ops->len > 0)
        chat_mail_post (self->ports[i], (const ChatOp *)(gconstpointer)ops->data, ops->len);
      g_array_set_size (ops, 0);
    }
}

void
authority_answer (Authority *self, ChatRequest *request)
{
  const ChatOp op = { .kind = CHAT_OP_ANSWER, .request = request };

  authority_op (self, request->client->port, &op);
}

/* To each worker that has members of the room. */
static void
authority_op_to_room (Authority *self, const Room *room, const ChatOp *op)
{
  for (guint i = 0; i < self->n_ports; i++)
    {
      ChatOp own = *op;

      if (room->n_local[i] == 0)
        continue;
      own.room = room->id;
      own.frame = shared_frame_ref (op->frame);
      authority_op (self, self->ports[i], &own);
    }
}

void
authority_event (Authority *self, Room *room, SharedFrame *frame, ChatClient *except)
{
  const ChatOp op = { .kind = CHAT_OP_EVENT, .frame = frame, .client = except };

  authority_seal (self, room);
  authority_op_to_room (self, room, &op);
  shared_frame_unref (frame);
}

/* The same lines, with the keys of those that @client has sent. */
static void
authority_tell_keys (Authority *self, const Room *room, ChatClient *client)
{
  const gsize n_end = strlen (MESSAGE_END);
  g_autoptr (GString) lines = g_string_sized_new (room->lines->len + 256);
  gsize begin = 0;

  for (guint i = 0; i < room->keyed->len; i++)
    {
      const KeyedLine *keyed = &g_array_index (room->keyed, KeyedLine, i);
      gsize end = keyed->end - n_end;

      if (keyed->client != client)
        continue;
      parlance_append (lines, room->lines->str + begin, end - begin);
      PARLANCE_APPEND_LITERAL (lines, ",\"key\":");
      g_string_append (lines, keyed->key);
      begin = end;
    }
  parlance_append (lines, room->lines->str + begin, room->lines->len - begin);

  const ChatOp op = {
    .kind = CHAT_OP_PERSONAL,
    .room = room->id,
    .client = client,
    .last_seq = room->last_seq,
    .frame = shared_frame_new (lines->str, lines->len),
  };
  authority_op (self, client->port, &op);
}

void
authority_seal (Authority *self, Room *room)
{
  if (room->ends->len == 0)
    return;

  g_autoptr (SharedFrame) frame = shared_frame_new (room->lines->str, room->lines->len);
  const ChatOp op = { .kind = CHAT_OP_MESSAGES, .last_seq = room->last_seq, .frame = frame };
  ring_append (room->ring, frame, (const guint32 *)(gconstpointer)room->ends->data, room->ends->len,
               room->lines_first_seq);

  if (room->keyed->len > 0)
    {
      g_autoptr (GHashTable) told = g_hash_table_new (NULL, NULL);

      for (guint i = 0; i < room->keyed->len; i++)
        {
          ChatClient *client = g_array_index (room->keyed, KeyedLine, i).client;

          if (g_hash_table_add (told, client))
            authority_tell_keys (self, room, client);
        }
    }
  authority_op_to_room (self, room, &op);
  room_clear_lines (room);
}

void
authority_seal_all (Authority *self)
{
  for (guint i = 0; i < self->open_rooms->len; i++)
    authority_seal (self, g_ptr_array_index (self->open_rooms, i));
  g_ptr_array_set_size (self->open_rooms, 0);
}

SharedFrame *
authority_notification (const char *method,
                        const char *name_1,
                        const char *value_1,
                        const char *name_2,
                        const char *value_2)
{
  g_autoptr (GString) line = g_string_new ("{\"jsonrpc\":\"2.0\",\"method\":\"");

  g_string_append_printf (line, "%s\",\"params\":{%s:", method, name_1);
  parlance_json_append_string (line, value_1, strlen (value_1));
  g_string_append_printf (line, ",%s:", name_2);
  parlance_json_append_string (line, value_2, strlen (value_2));
  g_string_append (line, MESSAGE_END);
  return shared_frame_new (line->str, line->len);
}

void
authority_refuse_room (ChatRequest *request, ParlanceReason reason, const char *detail)
{
  request->is_refused = TRUE;
  request->fault = (ParlanceFault){ .reason = reason,
                                    .detail = detail,
                                    .member = "room",
                                    .value = request->room,
                                    .n_value = strlen (request->room) };
}

Session *
authority_session (ChatRequest *request)
{
  if (request->client->session == NULL)
    chat_request_refuse (request, PARLANCE_REASON_NOT_IDENTIFIED, NULL);
  return request->client->session;
}

Room *
authority_find_room (Authority *self, ChatRequest *request)
{
  Room *room = g_hash_table_lookup (self->rooms, request->room_folded);

  if (room == NULL)
    authority_refuse_room (request, PARLANCE_REASON_NO_SUCH_ROOM, NULL);
  return room;
}

Membership *
authority_membership (ChatRequest *request)
{
  Session *session = authority_session (request);
  Membership *membership = session != NULL ? session_in (session, request->room_folded) : NULL;

  if (session != NULL && membership == NULL)
    authority_refuse_room (request, PARLANCE_REASON_NOT_IN_ROOM, NULL);
  return membership;
}

Room *
authority_add_room (Authority *self, guint32 id, const char *name, const char *folded)
{
  Room *room = room_new (id, name, folded, &self->ring_budget, self->n_ports);

  g_hash_table_insert (self->rooms, room->folded, room);
  return room;
}

gboolean
authority_may_say (Authority *self, ChatRequest *request, Session *session)
{
  return authority_may_talk (self, request, session) && authority_charge (self, request, session);
}

gboolean
authority_charge (Authority *self, ChatRequest *request, Session *session)
{
  SendBudget *budget =
      session->account != NULL ? &session->account->send_budget : &session->send_budget;
  gint64 wait_ms = send_budget_take (budget, self->limits->send_rate, self->now_us);

  if (wait_ms == 0)
    return TRUE;
  chat_request_refuse (request, PARLANCE_REASON_RATE_LIMITED, NULL);
  request->fault.retry_after_ms = wait_ms;
  return FALSE;
}
