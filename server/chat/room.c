/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A membership is in its session's table, which owns it, and in its room's array.
 */
#include "server/chat/room.h"

#include "protocol/wire/json-writer.h"

/* Of a buffer that is to be used again. There are many rooms: none keeps what its busiest moment
 * took. */
#define LINES_KEPT_BYTES 4096

static void
keyed_line_clear (gpointer data)
{
  g_free (((KeyedLine *)data)->key);
}

Room *
room_new (guint32 id, const char *name, const char *folded, RingBudget *budget, guint n_ports)
{
  Room *self = g_new0 (Room, 1);

  self->id = id;
  self->name = g_strdup (name);
  self->folded = g_strdup (folded);
  self->topic = g_strdup ("");
  self->first_seq = 1;
  self->members = g_ptr_array_new ();
  self->n_local = g_new0 (guint, n_ports);
  self->ring = ring_new (budget);
  self->lines = g_string_new (NULL);
  self->ends = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->keyed = g_array_new (FALSE, FALSE, sizeof (KeyedLine));
  g_array_set_clear_func (self->keyed, keyed_line_clear);
  return self;
}

void
room_free (Room *self)
{
  g_ptr_array_unref (self->members);
  ring_free (self->ring);
  g_string_free (self->lines, TRUE);
  g_array_unref (self->ends);
  g_array_unref (self->keyed);
  g_free (self->n_local);
  g_free (self->name);
  g_free (self->folded);
  g_free (self->topic);
  g_free (self);
}

Session *
session_new (ChatClient *client, const char *nick, const char *folded)
{
  Session *self = g_new0 (Session, 1);

  self->client = client;
  self->twin = self;
  self->nick = g_ref_string_new (nick);
  self->folded = g_ref_string_new (folded);
  self->rooms = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  return self;
}

void
session_free (Session *self)
{
  session_set_device (self, NULL);
  g_ref_string_release (self->nick);
  g_ref_string_release (self->folded);
  g_hash_table_unref (self->rooms);
  g_free (self);
}

void
session_set_nick (Session *self, const char *nick, const char *folded)
{
  g_ref_string_release (self->nick);
  self->nick = g_ref_string_new (nick);
  g_ref_string_release (self->folded);
  self->folded = g_ref_string_new (folded);
}

void
session_set_device (Session *self, Device *device)
{
  if (self->device != NULL)
    self->device->n_users--;
  self->device = device;
  if (device != NULL)
    device->n_users++;
}

Membership *
session_enter (Session *self, Room *room)
{
  Membership *membership = g_new0 (Membership, 1);

  membership->session = self;
  membership->room = room;
  membership->index = room->members->len;
  if (session_twin_in (self, room->folded) != NULL)
    room->n_twins++;
  g_ptr_array_add (room->members, membership);
  g_hash_table_insert (self->rooms, room->folded, membership);
  return membership;
}

void
session_exit (Session *self, Membership *membership)
{
  GPtrArray *members = membership->room->members;
  Membership *last = g_ptr_array_index (members, members->len - 1);

  last->index = membership->index;
  members->pdata[last->index] = last;
  g_ptr_array_set_size (members, (gint)members->len - 1);
  if (session_twin_in (self, membership->room->folded) != NULL)
    membership->room->n_twins--;
  g_hash_table_remove (self->rooms, membership->room->folded);
}

Membership *
session_in (Session *self, const char *room_folded)
{
  return g_hash_table_lookup (self->rooms, room_folded);
}

Membership *
session_twin_in (const Session *self, const char *room_folded)
{
  for (Session *twin = self->twin; twin != self; twin = twin->twin)
    {
      Membership *membership = session_in (twin, room_folded);

      if (membership != NULL)
        return membership;
    }
  return NULL;
}

guint
session_n_twins (const Session *self)
{
  guint n = 1;

  for (const Session *twin = self->twin; twin != self; twin = twin->twin)
    n++;
  return n;
}

void
session_join_twins (Session *self, Session *other)
{
  self->twin = other->twin;
  other->twin = self;
}

Session *
session_leave_twins (Session *self)
{
  Session *next = self->twin;
  Session *previous = next;

  if (next == self)
    return NULL;
  while (previous->twin != self)
    previous = previous->twin;
  previous->twin = next;
  self->twin = self;
  return next;
}

gboolean
membership_is_twin (const Membership *self)
{
  for (Session *twin = self->session->twin; twin != self->session; twin = twin->twin)
    {
      const Membership *other = session_in (twin, self->room->folded);

      if (other != NULL && other->index < self->index)
        return TRUE;
    }
  return FALSE;
}

guint
room_n_people (const Room *self)
{
  return self->members->len - self->n_twins;
}

void
room_add_line (Room *self, gint64 seq, ChatClient *client, const char *key, gsize n_key)
{
  guint32 end = (guint32)self->lines->len;

  if (self->ends->len == 0)
    self->lines_first_seq = seq;
  g_array_append_val (self->ends, end);
  self->last_seq = seq;
  if (key == NULL)
    return;

  GString *json = g_string_new (NULL);
  parlance_json_append_string (json, key, n_key);
  KeyedLine keyed = { .client = client, .end = end, .key = g_string_free (json, FALSE) };
  g_array_append_val (self->keyed, keyed);
}

void
room_clear_lines (Room *self)
{
  g_array_set_size (self->ends, 0);
  g_array_set_size (self->keyed, 0);
  if (self->lines->allocated_len <= LINES_KEPT_BYTES)
    {
      g_string_truncate (self->lines, 0);
      return;
    }
  g_string_free (self->lines, TRUE);
  self->lines = g_string_new (NULL);
}

void
room_tell_in (Room *self, guint port)
{
  self->n_local[port]++;
  self->n_told++;
}

void
room_tell_out (Room *self, guint port)
{
  self->n_local[port]--;
  self->n_told--;
}

gboolean
room_is_forgettable (const Room *self)
{
  return self->members->len == 0 && self->last_seq == 0 && self->topic[0] == '\0';
}
