/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who is where: joining, leaving, and what can be asked about rooms.
 *
 * Source: docs/protocol.md, sections 5 and 6
 */
#include "server/chat/authority-parts.h"

#include "protocol/wire/json-writer.h"

#include <string.h>

/* A list is cut rather than making a line that is over the limit. */
#define LIST_MAX_BYTES (PARLANCE_MAX_REPLY_LINE - 64 * 1024)

static void
append_text (GString *out, const char *name, const char *text)
{
  g_string_append (out, name);
  parlance_json_append_string (out, text, strlen (text));
}

static void
append_number (GString *out, const char *name, gint64 number)
{
  g_string_append (out, name);
  parlance_json_append_int64 (out, number);
}

/* As they are while requests are taken: a later one of the batch may change them. */
static GString *
list_members (const Room *room)
{
  GString *out = g_string_new (NULL);
  const char *separator = "";
  guint i;

  PARLANCE_APPEND_LITERAL (out, "\"members\":[");
  for (i = 0; i < room->members->len && out->len < LIST_MAX_BYTES; i++)
    {
      const Membership *membership = g_ptr_array_index (room->members, i);

      if (membership_is_twin (membership))
        continue;
      append_text (out, separator, membership->session->nick);
      separator = ",";
    }
  g_string_append_c (out, ']');
  if (i < room->members->len)
    PARLANCE_APPEND_LITERAL (out, ",\"more\":true");
  return out;
}

/* --- join and leave --------------------------------------------------------------------------- */

static gboolean
may_make_room (Authority *self, ChatRequest *request, const Session *session)
{
  g_autofree char *address = NULL;
  gint64 wait_ms;

  if (!network_ranges_contain (self->limits->unlimited, &session->peer.address))
    address = network_address_to_name (&session->peer.address);
  wait_ms = room_makers_take (self->room_makers, self->limits->room_rate, address,
                              session->account != NULL ? session->account->id : 0, self->now_us);
  if (wait_ms == 0)
    return TRUE;
  authority_refuse_words (
      request, PARLANCE_REASON_RATE_LIMITED,
      g_strdup_printf ("Too many rooms were made in a short time: wait %" G_GINT64_FORMAT " s",
                       (wait_ms + 999) / 1000));
  request->fault.retry_after_ms = wait_ms;
  return FALSE;
}

static Room *
make_room (Authority *self, ChatRequest *request, const Session *session)
{
  if (g_hash_table_size (self->rooms) >= AUTHORITY_MAX_ROOMS)
    {
      chat_request_refuse (request, PARLANCE_REASON_TOO_LONG, "room");
      request->fault.detail = "The server has as many rooms as it takes";
      request->fault.limit = AUTHORITY_MAX_ROOMS;
      return NULL;
    }
  if (!may_make_room (self, request, session))
    return NULL;
  return authority_add_room (self, journal_add_room (self->journal, request->room), request->room,
                             request->room_folded);
}

/* A closed room is open to operators. */
static gboolean
may_enter (Authority *self, ChatRequest *request, const Session *session)
{
  const char *reason = bans_closed_reason (self->bans, request->room_folded);

  if (reason == NULL || authority_is_operator (self, session->account))
    return TRUE;
  authority_refuse_words (request, PARLANCE_REASON_FORBIDDEN,
                          *reason != '\0'
                              ? g_strdup_printf ("An operator has closed the room: %s", reason)
                              : g_strdup ("An operator has closed the room"));
  return FALSE;
}

void
authority_take_join (Authority *self, Step *step)
{
  ChatRequest *request = step->request;
  Session *session = authority_session (request);

  if (session == NULL)
    return;
  if (!may_enter (self, request, session))
    return;
  const Membership *membership = session_in (session, request->room_folded);
  step->is_first = membership == NULL;
  step->is_twin = session_twin_in (session, request->room_folded) != NULL;
  if (membership == NULL && g_hash_table_size (session->rooms) >= PARLANCE_MAX_ROOMS)
    {
      chat_request_refuse (request, PARLANCE_REASON_TOO_LONG, "room");
      request->fault.detail = "A session may be in " G_STRINGIFY (PARLANCE_MAX_ROOMS) " rooms";
      request->fault.limit = PARLANCE_MAX_ROOMS;
      return;
    }
  step->room = g_hash_table_lookup (self->rooms, request->room_folded);
  if (step->room == NULL)
    step->room = make_room (self, request, session);
  if (step->room == NULL)
    return;
  if (membership == NULL)
    session_enter (session, step->room);
  request->result = list_members (step->room);
  step->nick = g_ref_string_acquire (session->nick);
}

void
authority_tell_join (Authority *self, Step *step)
{
  ChatRequest *request = step->request;
  Room *room = step->room;

  if (step->is_first)
    {
      /* One more than those, and it is too large. */
      if (room->n_told < PARLANCE_QUIET_MEMBERS && !step->is_twin)
        authority_event (
            self, room,
            authority_notification ("joined", "\"room\"", room->name, "\"nick\"", step->nick),
            request->client);
      room_tell_in (room, request->client->port->index);
    }
  authority_seal (self, room);

  GString *result = g_string_new (NULL);
  append_text (result, "{\"room\":", room->name);
  append_text (result, ",\"topic\":", room->topic);
  g_string_append_c (result, ',');
  parlance_append (result, request->result->str, request->result->len);
  append_number (result, ",\"first_seq\":", room->first_seq);
  append_number (result, ",\"last_seq\":", room->last_seq);
  g_string_append_c (result, '}');
  g_string_free (request->result, TRUE);
  request->result = result;
  /* What it has missed it asks for next: CHAT_CATCH_UP. */
  request->room_id = room->id;
  request->room_name = g_strdup (room->name);
  request->is_live = request->after < 0 || request->after >= room->last_seq;
  request->seq = request->is_live ? room->last_seq : request->after;
  authority_answer (self, request);
}

void
authority_take_leave (Authority *self, Step *step)
{
  Membership *membership = authority_membership (step->request);

  if (membership == NULL)
    return;
  step->room = membership->room;
  step->nick = g_ref_string_acquire (membership->session->nick);
  step->is_twin = session_twin_in (membership->session, step->room->folded) != NULL;
  session_exit (membership->session, membership);
  g_ptr_array_add (self->lonely_rooms, step->room);
}

void
authority_tell_leave (Authority *self, Step *step)
{
  ChatRequest *request = step->request;
  Room *room = step->room;

  authority_seal (self, room);
  room_tell_out (room, request->client->port->index);
  if (!room_is_quiet (room) && !step->is_twin)
    authority_event (
        self, room, authority_notification ("left", "\"room\"", room->name, "\"nick\"", step->nick),
        request->client);
  request->room_id = room->id;
  authority_answer (self, request);
}

/* --- asking ----------------------------------------------------------------------------------- */

void
authority_take_rooms (Authority *self, Step *step)
{
  authority_session (step->request);
}

static int
compare_rooms (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(const Room *const *)a)->folded, (*(const Room *const *)b)->folded);
}

void
authority_tell_rooms (Authority *self, Step *step)
{
  g_autoptr (GPtrArray) rooms = g_ptr_array_sized_new (g_hash_table_size (self->rooms));
  GString *result = g_string_new ("{\"rooms\":[");
  GHashTableIter iter;
  gpointer value;
  guint i;

  g_hash_table_iter_init (&iter, self->rooms);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (rooms, value);
  g_ptr_array_sort (rooms, compare_rooms);
  for (i = 0; i < rooms->len && result->len < LIST_MAX_BYTES; i++)
    {
      const Room *room = g_ptr_array_index (rooms, i);

      append_text (result, i > 0 ? ",{\"room\":" : "{\"room\":", room->name);
      append_text (result, ",\"topic\":", room->topic);
      append_number (result, ",\"members\":", room_n_people (room));
      append_number (result, ",\"last_seq\":", room->last_seq);
      if (bans_closed_reason (self->bans, room->folded) != NULL)
        PARLANCE_APPEND_LITERAL (result, ",\"closed\":true");
      g_string_append_c (result, '}');
    }
  g_string_append_c (result, ']');
  if (i < rooms->len)
    PARLANCE_APPEND_LITERAL (result, ",\"more\":true");
  g_string_append_c (result, '}');
  step->request->result = result;
  authority_answer (self, step->request);
}

void
authority_take_members (Authority *self, Step *step)
{
  ChatRequest *request = step->request;

  if (authority_session (request) != NULL)
    step->room = authority_find_room (self, request);
  if (step->room == NULL)
    return;
  request->result = list_members (step->room);
  g_string_prepend_c (request->result, '{');
  g_string_append_c (request->result, '}');
}

void
authority_tell_members (Authority *self, Step *step)
{
  authority_answer (self, step->request);
}

/* --- topic and typing ------------------------------------------------------------------------- */

void
authority_take_topic (Authority *self, Step *step)
{
  const Membership *membership = authority_membership (step->request);

  if (membership == NULL || !authority_may_say (self, step->request, membership->session))
    return;
  step->room = membership->room;
  step->nick = g_ref_string_acquire (membership->session->nick);
  journal_set_topic (self->journal, step->room->id, step->request->text);
}

void
authority_tell_topic (Authority *self, Step *step)
{
  ChatRequest *request = step->request;
  Room *room = step->room;

  if (!self->is_stored)
    {
      chat_request_refuse (request, PARLANCE_REASON_NOT_STORED, NULL);
      authority_answer (self, request);
      return;
    }
  g_free (room->topic);
  room->topic = g_strdup (request->text);

  g_autoptr (GString) line =
      g_string_new ("{\"jsonrpc\":\"2.0\",\"method\":\"topic\",\"params\":{");
  append_text (line, "\"room\":", room->name);
  append_text (line, ",\"topic\":", room->topic);
  append_text (line, ",\"by\":", step->nick);
  g_string_append (line, "}}\n");
  authority_event (self, room, shared_frame_new (line->str, line->len), NULL);
  authority_answer (self, request);
}

void
authority_take_typing (Authority *self, Step *step)
{
  Membership *membership = authority_membership (step->request);
  gint64 now_ms = self->now_us / 1000;

  if (membership == NULL || room_is_quiet (membership->room) ||
      bans_find_mute (self->bans, membership->session->folded, self->now_ms) != NULL ||
      (membership->last_typing_ms > 0 && now_ms - membership->last_typing_ms < PARLANCE_TYPING_MS))
    return;
  membership->last_typing_ms = now_ms;
  step->room = membership->room;
  step->nick = g_ref_string_acquire (membership->session->nick);
}

void
authority_tell_typing (Authority *self, Step *step)
{
  if (step->room != NULL)
    authority_event (
        self, step->room,
        authority_notification ("typing", "\"room\"", step->room->name, "\"nick\"", step->nick),
        step->request->client);
  authority_answer (self, step->request);
}
