/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Retention: what is older than wanted goes, a few rows at a time between batches, so that nobody
 * waits for it.
 */
#include "server/chat/authority-parts.h"

#include "server/log.h"

#define KEEP_PERIOD_MS (60 * 1000) /* from the beginning of one round to that of the next */
#define KEEP_MAX_ROWS 200          /* about a millisecond of deleting */
#define DAY_MS G_GINT64_CONSTANT (86400000)

void
authority_keep_now (Authority *self)
{
  self->keep.next_ms = 0;
}

static void
keep_begin (Authority *self, gint64 now_ms)
{
  GHashTableIter iter;
  gpointer value;

  self->keep.next_ms = now_ms + KEEP_PERIOD_MS;
  self->keep.expiring = TRUE;
  authority_expire_tokens (self, g_get_real_time () / 1000);
  bans_expire (self->bans, g_get_real_time () / 1000);
  g_ptr_array_set_size (self->keep.rooms, 0);
  g_hash_table_iter_init (&iter, self->rooms);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (self->keep.rooms, value);
}

static const ChatRetention *
retention_of (const Authority *self, const Room *room)
{
  const ChatRetention *own = g_hash_table_lookup (self->limits->rooms, room->folded);

  return own != NULL ? own : &self->limits->retention;
}

/* Returns: whether the room has more to lose */
static gboolean
keep_room (Authority *self, Room *room)
{
  const ChatRetention *retention = retention_of (self, room);
  g_autoptr (GError) error = NULL;
  gint64 before_seq =
      retention->max_messages > 0 ? room->last_seq - retention->max_messages + 1 : 0;
  gint64 before_ms =
      retention->max_days > 0 ? g_get_real_time () / 1000 - retention->max_days * DAY_MS : 0;

  if (room->first_seq > room->last_seq || (before_seq <= room->first_seq && before_ms == 0))
    return FALSE;
  int n = journal_trim (self->journal, room->id, before_seq, before_ms, KEEP_MAX_ROWS,
                        &room->first_seq, &error);
  /* The next would fare no better, and one line about it is enough. */
  if (n < 0)
    {
      log_warning ("%s; old messages stay for now", error->message);
      g_ptr_array_set_size (self->keep.rooms, 1);
    }
  if (n > 0)
    ring_trim (room->ring, room->first_seq);
  return n == KEEP_MAX_ROWS;
}

int
authority_keep_step (Authority *self)
{
  gint64 now_ms = g_get_monotonic_time () / 1000;
  GPtrArray *rooms = self->keep.rooms;

  if (now_ms >= self->keep.next_ms)
    keep_begin (self, now_ms);
  if (rooms->len > 0)
    {
      if (!keep_room (self, g_ptr_array_index (rooms, rooms->len - 1)))
        g_ptr_array_set_size (rooms, (gint)rooms->len - 1);
      return 0;
    }
  if (self->keep.expiring)
    {
      g_autoptr (GError) error = NULL;

      self->keep.expiring = journal_expire (self->journal, g_get_real_time () / 1000, &error);
      if (error != NULL)
        log_warning ("%s; old keys stay for now", error->message);
      return self->keep.expiring ? 0 : (int)MAX (self->keep.next_ms - now_ms, 0);
    }
  return (int)MAX (self->keep.next_ms - now_ms, 0);
}
