/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What else operators do: kicking, closing rooms, notices, and making others operators.
 *
 * Source: docs/protocol.md, section 11
 */
#include "server/chat/authority-parts.h"

#include "protocol/wire/json-writer.h"

#include <string.h>

void
authority_take_kick (Authority *self, Step *step)
{
  ChatRequest *request = step->request;
  g_autoptr (GPtrArray) sessions = g_ptr_array_new ();
  Session *first;

  if (authority_operator (self, request) == NULL ||
      !authority_is_safe (self, request, request->nick_folded))
    return;
  first = g_hash_table_lookup (self->nicks, request->nick_folded);
  if (first == NULL)
    {
      chat_request_refuse (request, PARLANCE_REASON_NO_SUCH_NICK, NULL);
      return;
    }
  g_autofree char *words =
      request->text[0] != '\0'
          ? g_strdup_printf ("An operator has ended your connection. The reason: %s", request->text)
          : NULL;
  for (Session *twin = first; twin != NULL; twin = twin->twin != first ? twin->twin : NULL)
    g_ptr_array_add (sessions, twin);
  for (guint i = 0; i < sessions->len; i++)
    authority_end_session (self, g_ptr_array_index (sessions, i), TRUE,
                           authority_last_words (PARLANCE_REASON_KICKED, words), step);
  request->result = g_string_new (NULL);
  g_string_append_printf (request->result, "{\"sessions\":%u}", sessions->len);
}

/* --- rooms ------------------------------------------------------------------------------------ */

/* Refuses the request where a change of rooms is not stored. */
static void
refuse_change (Authority *self, ChatRequest *request, const GError *error)
{
  if (g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOSPC))
    authority_refuse_words (request, PARLANCE_REASON_FORBIDDEN, g_strdup (error->message));
  else
    authority_not_stored (self, request, error);
}

void
authority_take_close_room (Authority *self, Step *step)
{
  ChatRequest *request = step->request;
  const ClosedRoomRow row = { .name = request->room,
                              .folded = request->room_folded,
                              .reason = request->text };
  g_autoptr (GError) error = NULL;

  if (authority_operator (self, request) == NULL)
    return;
  if (strcmp (request->room_folded, "lobby") == 0)
    {
      chat_request_refuse (request, PARLANCE_REASON_INVALID_PARAMS, "room");
      request->fault.detail = "The lobby stays open";
      return;
    }
  if (!bans_close_room (self->bans, &row, self->now_ms, &error))
    {
      refuse_change (self, request, error);
      return;
    }
  /* It may be closed before it is made, and then nobody is in it. */
  step->room = g_hash_table_lookup (self->rooms, request->room_folded);
  step->company = g_ptr_array_new ();
  step->nick = g_ref_string_acquire (request->client->session->nick);
  while (step->room != NULL && step->room->members->len > 0)
    {
      Membership *membership =
          g_ptr_array_index (step->room->members, step->room->members->len - 1);

      g_ptr_array_add (step->company, membership->session->client);
      session_exit (membership->session, membership);
    }
  if (step->room != NULL)
    g_ptr_array_add (self->lonely_rooms, step->room);
}

void
authority_tell_close_room (Authority *self, Step *step)
{
  ChatRequest *request = step->request;
  g_autoptr (GString) line = NULL;
  g_autoptr (SharedFrame) frame = NULL;

  if (step->room == NULL)
    {
      authority_answer (self, request);
      return;
    }
  authority_seal (self, step->room);
  line = g_string_new ("{\"jsonrpc\":\"2.0\",\"method\":\"closed\",\"params\":{\"room\":");
  parlance_json_append_string (line, step->room->name, strlen (step->room->name));
  PARLANCE_APPEND_LITERAL (line, ",\"reason\":");
  parlance_json_append_string (line, request->text, strlen (request->text));
  PARLANCE_APPEND_LITERAL (line, ",\"by\":");
  parlance_json_append_string (line, step->nick, strlen (step->nick));
  PARLANCE_APPEND_LITERAL (line, "}}\n");
  frame = shared_frame_new (line->str, line->len);
  for (guint i = 0; i < step->company->len; i++)
    {
      ChatClient *client = g_ptr_array_index (step->company, i);
      const ChatOp op = { .kind = CHAT_OP_PUT_OUT,
                          .room = step->room->id,
                          .client = client,
                          .frame = shared_frame_ref (frame) };

      room_tell_out (step->room, client->port->index);
      authority_op (self, client->port, &op);
    }
  authority_answer (self, request);
}

void
authority_take_open_room (Authority *self, Step *step)
{
  ChatRequest *request = step->request;
  g_autoptr (GError) error = NULL;

  if (authority_operator (self, request) == NULL)
    return;
  if (bans_closed_reason (self->bans, request->room_folded) == NULL)
    {
      authority_refuse_room (request, PARLANCE_REASON_NO_SUCH_ROOM,
                             "No room of that name is closed");
      return;
    }
  if (!bans_open_room (self->bans, request->room_folded, &error))
    refuse_change (self, request, error);
}

/* --- notices ---------------------------------------------------------------------------------- */

/* All connections under the nick. @first: one of their sessions */
static void
add_clients (GPtrArray *clients, Session *first)
{
  for (Session *twin = first; twin != NULL; twin = twin->twin != first ? twin->twin : NULL)
    g_ptr_array_add (clients, twin->client);
}

static void
tell_clients (Authority *self, const GPtrArray *clients, SharedFrame *frame)
{
  for (guint i = 0; i < clients->len; i++)
    {
      ChatClient *client = g_ptr_array_index (clients, i);
      const ChatOp op = { .kind = CHAT_OP_TELL,
                          .client = client,
                          .frame = shared_frame_ref (frame) };

      authority_op (self, client->port, &op);
    }
}

void
authority_take_notice (Authority *self, Step *step)
{
  ChatRequest *request = step->request;
  GHashTableIter iter;
  gpointer value;

  if (authority_operator (self, request) == NULL)
    return;
  step->nick = g_ref_string_acquire (request->client->session->nick);
  if (request->room_folded != NULL)
    {
      step->room = authority_find_room (self, request);
      return;
    }
  step->company = g_ptr_array_new ();
  g_hash_table_iter_init (&iter, self->nicks);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    add_clients (step->company, value);
}

void
authority_tell_notice (Authority *self, Step *step)
{
  ChatRequest *request = step->request;
  SharedFrame *frame =
      authority_notification ("notice", "\"text\"", request->text, "\"by\"", step->nick);

  if (step->room != NULL)
    {
      authority_event (self, step->room, frame, NULL);
      authority_answer (self, request);
      return;
    }
  tell_clients (self, step->company, frame);
  shared_frame_unref (frame);
  authority_answer (self, request);
}

/* --- rights ----------------------------------------------------------------------------------- */

/* @by: (nullable): who has changed them; %NULL: the configuration */
static void
tell_rights (Authority *self, const GPtrArray *clients, gboolean is_operator, const char *by)
{
  g_autoptr (GString) line =
      g_string_new ("{\"jsonrpc\":\"2.0\",\"method\":\"rights\",\"params\":{\"operator\":");
  g_autoptr (SharedFrame) frame = NULL;

  g_string_append (line, is_operator ? "true" : "false");
  if (by != NULL)
    {
      PARLANCE_APPEND_LITERAL (line, ",\"by\":");
      parlance_json_append_string (line, by, strlen (by));
    }
  PARLANCE_APPEND_LITERAL (line, "}}\n");
  frame = shared_frame_new (line->str, line->len);
  tell_clients (self, clients, frame);
}

void
authority_take_set_operator (Authority *self, Step *step)
{
  ChatRequest *request = step->request;
  g_autoptr (GError) error = NULL;
  gboolean was_operator;
  Account *account;

  if (authority_operator (self, request) == NULL)
    return;
  account = accounts_find (self->accounts, request->nick_folded);
  if (account == NULL)
    {
      chat_request_refuse (request, PARLANCE_REASON_NO_SUCH_NICK, NULL);
      request->fault.detail = "There is no account of that nick: it has to be registered first";
      return;
    }
  if (!request->is_on && g_hash_table_contains (self->limits->operators, account->folded))
    {
      chat_request_refuse (request, PARLANCE_REASON_FORBIDDEN, NULL);
      request->fault.detail = "The server's configuration makes that nick an operator";
      return;
    }
  was_operator = authority_is_operator (self, account);
  if (!accounts_set_operator (self->accounts, account, request->is_on, &error))
    {
      authority_not_stored (self, request, error);
      return;
    }
  step->nick = g_ref_string_acquire (request->client->session->nick);
  step->company = g_ptr_array_new ();
  if (was_operator != request->is_on)
    add_clients (step->company, g_hash_table_lookup (self->nicks, account->folded));
}

void
authority_tell_set_operator (Authority *self, Step *step)
{
  tell_rights (self, step->company, step->request->is_on, step->nick);
  authority_answer (self, step->request);
}

void
authority_tell_operators (Authority *self, const ChatLimits *before)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->nicks);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Session *first = value;
      const Account *account = first->account;
      g_autoptr (GPtrArray) clients = NULL;

      /* Whom another operator has made one stays one. */
      if (account == NULL || account->is_operator ||
          g_hash_table_contains (before->operators, account->folded) ==
              g_hash_table_contains (self->limits->operators, account->folded))
        continue;
      clients = g_ptr_array_new ();
      add_clients (clients, first);
      tell_rights (self, clients, authority_is_operator (self, account), NULL);
    }
  authority_post_ops (self);
}

void
authority_take_stats (Authority *self, Step *step)
{
  ChatRequest *request = step->request;
  const Session *session = request->client->session;

  if (session != NULL && authority_is_operator (self, session->account))
    return;
  chat_request_refuse (request, PARLANCE_REASON_AUTH_REQUIRED, NULL);
  request->fault.detail = CHAT_STATS_REFUSED;
}
