/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who has which nick. A session belongs to one client, a connection that is there. A nick that
 * nobody has registered has one session at a time, an account as many as it has devices: they are a
 * ring, and to everybody else one person, who is in a room as long as one of them is.
 */
#include "server/chat/authority-parts.h"

#include "protocol/wire/json-writer.h"
#include "protocol/wire/request.h"

#include <string.h>

void
ended_free (gpointer data)
{
  Ended *ended = data;

  g_ref_string_release (ended->nick);
  g_ptr_array_unref (ended->rooms);
  g_ptr_array_unref (ended->twin_rooms);
  shared_frame_unref (ended->words);
  g_free (ended);
}

SharedFrame *
authority_last_words (ParlanceReason reason, const char *words)
{
  g_autoptr (GString) line = g_string_new (NULL);
  const ParlanceFault fault = { .reason = reason, .detail = words };

  parlance_reply_error (line, NULL, &fault);
  return shared_frame_new (line->str, line->len);
}

/* Takes the session out of those of its nick. */
static void
leave_nick (Authority *self, Session *session)
{
  Session *twin = session_leave_twins (session);

  /* The table's key is the string of the session that it leads to. */
  if (g_hash_table_lookup (self->nicks, session->folded) == session)
    g_hash_table_remove (self->nicks, session->folded);
  if (twin != NULL)
    g_hash_table_replace (self->nicks, twin->folded, twin);
}

static void
enter_nick (Authority *self, Session *session)
{
  Session *holder = g_hash_table_lookup (self->nicks, session->folded);

  if (holder != NULL)
    session_join_twins (session, holder);
  else
    g_hash_table_insert (self->nicks, session->folded, session);
}

void
authority_end_session (
    Authority *self, Session *session, gboolean is_closed, SharedFrame *words, Step *step)
{
  Ended *ended = g_new0 (Ended, 1);
  g_autoptr (GPtrArray) memberships = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  ended->client = session->client;
  ended->nick = g_ref_string_acquire (session->nick);
  ended->rooms = g_ptr_array_new ();
  ended->twin_rooms = g_ptr_array_new ();
  ended->is_closed = is_closed;
  ended->words = words;
  g_hash_table_iter_init (&iter, session->rooms);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (memberships, value);
  for (guint i = 0; i < memberships->len; i++)
    {
      Membership *membership = g_ptr_array_index (memberships, i);
      Room *room = membership->room;

      g_ptr_array_add (
          session_twin_in (session, room->folded) != NULL ? ended->twin_rooms : ended->rooms, room);
      g_ptr_array_add (self->lonely_rooms, room);
      session_exit (session, membership);
    }
  leave_nick (self, session);
  if (session->device != NULL)
    accounts_leave_device (session->device, self->now_ms);
  session_set_device (session, NULL);
  session->client->session = NULL;
  g_ptr_array_add (self->dead_sessions, session);
  if (step->ended == NULL)
    step->ended = g_ptr_array_new_with_free_func (ended_free);
  g_ptr_array_add (step->ended, ended);
}

static void
tell_ended (Authority *self, const Ended *ended)
{
  const guint port = ended->client->port->index;

  for (guint i = 0; i < ended->twin_rooms->len; i++)
    room_tell_out (g_ptr_array_index (ended->twin_rooms, i), port);
  for (guint i = 0; i < ended->rooms->len; i++)
    {
      Room *room = g_ptr_array_index (ended->rooms, i);

      room_tell_out (room, port);
      if (!room_is_quiet (room))
        authority_event (
            self, room,
            authority_notification ("left", "\"room\"", room->name, "\"nick\"", ended->nick),
            ended->client);
    }
  if (!ended->is_closed)
    return;
  if (ended->words != NULL)
    {
      const ChatOp words = { .kind = CHAT_OP_TELL,
                             .client = ended->client,
                             .frame = shared_frame_ref (ended->words) };
      authority_op (self, ended->client->port, &words);
    }
  const ChatOp close = { .kind = CHAT_OP_CLOSE, .client = ended->client };
  authority_op (self, ended->client->port, &close);
}

void
authority_tell_ends (Authority *self, const Step *step)
{
  for (guint i = 0; step->ended != NULL && i < step->ended->len; i++)
    tell_ended (self, g_ptr_array_index (step->ended, i));
}

void
authority_tell_ended (Authority *self, Step *step)
{
  authority_tell_ends (self, step);
  authority_answer (self, step->request);
}

/* Everybody who shares a room with the session, once. Listed when the name is taken: who is in a
 * room may be another by the time it is told. */
static GPtrArray *
list_company (const Session *session)
{
  g_autoptr (GHashTable) listed = g_hash_table_new (NULL, NULL);
  GPtrArray *company = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_add (listed, session->client);
  g_hash_table_iter_init (&iter, session->rooms);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const GPtrArray *members = ((const Membership *)value)->room->members;

      for (guint i = 0; i < members->len; i++)
        {
          ChatClient *client =
              ((const Membership *)g_ptr_array_index (members, i))->session->client;

          if (g_hash_table_add (listed, client))
            g_ptr_array_add (company, client);
        }
    }
  return company;
}

void
authority_give_nick (
    Authority *self, ChatClient *client, const char *nick, const char *folded, Step *step)
{
  Session *session = client->session;

  if (session == NULL)
    {
      session = session_new (client, nick, folded);
      client->session = session;
      enter_nick (self, session);
    }
  else
    {
      if (strcmp (session->nick, nick) != 0)
        {
          step->old_nick = g_ref_string_acquire (session->nick);
          step->company = list_company (session);
        }
      leave_nick (self, session);
      session_set_nick (session, nick, folded);
      enter_nick (self, session);
    }
  session->peer = step->request->peer;
  step->nick = g_ref_string_acquire (session->nick);
}

void
authority_append_session (const Authority *self,
                          GString *out,
                          const char *nick,
                          const char *token,
                          const Account *account,
                          const DroppedDevice *dropped)
{
  PARLANCE_APPEND_LITERAL (out, "{\"nick\":");
  parlance_json_append_string (out, nick, strlen (nick));
  PARLANCE_APPEND_LITERAL (out, ",\"token\":");
  parlance_json_append_string (out, token, strlen (token));
  if (account != NULL)
    PARLANCE_APPEND_LITERAL (out, ",\"account\":true");
  if (account != NULL && authority_is_operator (self, account))
    PARLANCE_APPEND_LITERAL (out, ",\"operator\":true");
  if (dropped != NULL && dropped->id != 0)
    {
      PARLANCE_APPEND_LITERAL (out, ",\"dropped\":{\"device\":");
      parlance_json_append_int64 (out, dropped->id);
      PARLANCE_APPEND_LITERAL (out, ",\"client\":");
      parlance_json_append_string (out, dropped->name, strlen (dropped->name));
      PARLANCE_APPEND_LITERAL (out, ",\"used\":");
      parlance_json_append_int64 (out, dropped->used_ms);
      PARLANCE_APPEND_LITERAL (out, "}");
    }
  PARLANCE_APPEND_LITERAL (out, "}");
}

void
authority_greet (Authority *self, Step *step, Account *account, Device *device)
{
  ChatRequest *request = step->request;
  g_autofree char *text = NULL;
  DroppedDevice dropped = { 0 };

  authority_give_nick (self, request->client, account->nick, account->folded, step);
  Session *session = request->client->session;
  session->account = account;
  if (device == NULL)
    {
      guint8 hash[JOURNAL_TOKEN_BYTES];

      Device *before = session->device;

      /* The text of what it had is not known any more. */
      session_set_device (session, NULL);
      if (before != NULL && before->account == account && before->n_users == 0)
        (void)accounts_remove_device (self->accounts, before, NULL);
      text = authority_make_token (hash);
      device = accounts_add_device (self->accounts, account, hash,
                                    request->device_name != NULL ? request->device_name : "",
                                    self->now_ms, &dropped);
    }
  else
    accounts_use_device (self->accounts, device, self->now_ms);
  session_set_device (session, device);
  request->result = g_string_new (NULL);
  authority_append_session (self, request->result, account->nick,
                            text != NULL ? text : request->text, account, &dropped);
  g_free (dropped.name);
}
