/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is said: sending, and reading what was said before.
 *
 * Catching up is a conversation. The worker asks for the next piece whenever its connection has
 * room; as long as the ring does not reach back far enough the piece comes from the archive. The
 * piece that reaches the present comes from here, in the order of everything else that the worker
 * is told, and from then on the member is live: nothing is lost or repeated between the two.
 *
 * Source: docs/protocol.md, section 5
 */
#include "server/chat/authority-parts.h"

#include "server/chat/message.h"

/* Of a frame that takes no more messages: everyone who sent one of them with a key gets a copy. */
#define SEAL_BYTES (64 * 1024)

void
authority_take_send (Authority *self, Step *step)
{
  ChatRequest *request = step->request;
  const Membership *membership = authority_membership (request);

  if (membership == NULL || !authority_may_say (self, request, membership->session))
    return;
  step->room = membership->room;
  step->nick = g_ref_string_acquire (membership->session->nick);
  step->nick_folded = g_ref_string_acquire (membership->session->folded);
  step->entry = self->entries->len;

  const JournalEntry entry = {
    .room = step->room->id,
    .nick = step->nick,
    .nick_folded = step->nick_folded,
    .key = request->key,
    .n_key = request->n_key,
    .body = request->body,
    .n_body = request->n_body,
    .time_ms = self->now_ms,
  };
  g_array_append_val (self->entries, entry);
}

void
authority_tell_send (Authority *self, Step *step)
{
  const JournalEntry *entry = &g_array_index (self->entries, JournalEntry, step->entry);
  ChatRequest *request = step->request;
  Room *room = step->room;

  if (!self->is_stored)
    {
      chat_request_refuse (request, PARLANCE_REASON_NOT_STORED, NULL);
      authority_answer (self, request);
      return;
    }
  request->seq = entry->seq;
  request->time_ms = entry->time_ms;
  request->room_name = g_strdup (room->name);
  if (!entry->is_repeat)
    {
      const Message message = {
        .room = room->name,
        .seq = entry->seq,
        .time_ms = entry->time_ms,
        .nick = step->nick,
        .body = request->body,
        .n_body = request->n_body,
      };

      if (room->ends->len == 0)
        g_ptr_array_add (self->open_rooms, room);
      message_append_line (room->lines, &message);
      room_add_line (room, entry->seq, request->client, request->key, request->n_key);
      if (room->lines->len >= SEAL_BYTES)
        authority_seal (self, room);
    }
  authority_answer (self, request);
}

/* --- what was said before --------------------------------------------------------------------- */

void
authority_take_catch_up (Authority *self, Step *step)
{
  const Membership *membership = authority_membership (step->request);

  if (membership != NULL)
    step->room = membership->room;
}

void
authority_tell_catch_up (Authority *self, Step *step)
{
  ChatRequest *request = step->request;
  Room *room = step->room;

  authority_seal (self, room);
  request->room_id = room->id;
  if (ring_covers (room->ring, request->after, room->last_seq))
    {
      request->is_live = TRUE;
      request->seq = room->last_seq;
      /* The ring may still have what is not kept any more. */
      if (request->after < room->last_seq)
        request->frame = ring_after (room->ring, MAX (request->after, room->first_seq - 1));
      authority_answer (self, request);
      return;
    }
  request->room_name = g_strdup (room->name);
  request->seq = ring_first_seq (room->ring) > 0 ? ring_first_seq (room->ring) - 1 : room->last_seq;
  archive_post (self->archive, request);
}

void
authority_take_archive (Authority *self, Step *step)
{
  if (authority_session (step->request) != NULL && step->request->room != NULL)
    step->room = authority_find_room (self, step->request);
}

void
authority_tell_archive (Authority *self, Step *step)
{
  if (step->room != NULL)
    {
      step->request->room_id = step->room->id;
      step->request->room_name = g_strdup (step->room->name);
    }
  archive_post (self->archive, step->request);
}
