/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Group commit: a batch of messages, and whatever waited for one, in one transaction.
 */
#include "server/chat/journal.h"

#include <string.h>

#include "server/chat/journal-parts.h"
#include "server/chat/journal-schema.h"

#define ATTEMPT "write to"

/* --- what waited --- */

static gboolean
write_rooms (Journal *self)
{
  sqlite3_stmt *remove = self->statements[JOURNAL_REMOVE_ROOM];
  sqlite3_stmt *add = self->statements[JOURNAL_ADD_ROOM];

  /* The number of one that is removed may be that of one that is added. */
  for (guint i = 0; i < self->removed_rooms->len; i++)
    {
      (void)sqlite3_bind_int64 (remove, 1, g_array_index (self->removed_rooms, guint32, i));
      if (!journal_schema_run (remove))
        return FALSE;
    }
  for (guint i = 0; i < self->new_rooms->len; i++)
    {
      const JournalRoomState *room = self->new_rooms->pdata[i];

      (void)sqlite3_bind_int64 (add, 1, room->id);
      (void)sqlite3_bind_text (add, 2, room->name, -1, SQLITE_STATIC);
      if (!journal_schema_run (add))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_topics (Journal *self)
{
  sqlite3_stmt *set = self->statements[JOURNAL_SET_TOPIC];

  for (guint i = 0; i < self->topics->len; i++)
    {
      const JournalRoomState *room = self->topics->pdata[i];

      (void)sqlite3_bind_int64 (set, 1, room->id);
      (void)sqlite3_bind_text (set, 2, room->topic, -1, SQLITE_STATIC);
      if (!journal_schema_run (set))
        return FALSE;
    }
  return TRUE;
}

static int
compare_tokens (gconstpointer a, gconstpointer b)
{
  const JournalToken *one = a, *other = b;

  return (one->number > other->number) - (one->number < other->number);
}

/* In their order: one that moved on to another nick is that one's. */
static gboolean
write_tokens (Journal *self)
{
  sqlite3_stmt *set = self->statements[JOURNAL_SET_TOKEN];
  g_autoptr (GList) tokens = NULL;

  if (g_hash_table_size (self->tokens) == 0)
    return TRUE;
  tokens = g_list_sort (g_hash_table_get_values (self->tokens), compare_tokens);
  for (const GList *link = tokens; link; link = link->next)
    {
      const JournalToken *token = link->data;

      (void)sqlite3_bind_text (set, 1, token->nick_folded, -1, SQLITE_STATIC);
      (void)sqlite3_bind_text (set, 2, token->nick, -1, SQLITE_STATIC);
      (void)sqlite3_bind_blob (set, 3, token->hash, sizeof token->hash, SQLITE_STATIC);
      (void)sqlite3_bind_int64 (set, 4, token->expires_ms);
      if (!journal_schema_run (set))
        return FALSE;
    }
  return TRUE;
}

static void
forget_topics (Journal *self)
{
  for (guint i = 0; i < self->topics->len; i++)
    {
      JournalRoomState *room = self->topics->pdata[i];

      g_clear_pointer (&room->topic, g_free);
    }
  g_ptr_array_set_size (self->topics, 0);
}

static void
forget_pending (Journal *self)
{
  for (guint i = 0; i < self->new_rooms->len; i++)
    {
      JournalRoomState *room = self->new_rooms->pdata[i];

      room->is_written = TRUE;
      g_clear_pointer (&room->name, g_free);
    }
  for (guint i = 0; i < self->topics->len; i++)
    {
      JournalRoomState *room = self->topics->pdata[i];

      room->has_topic = *room->topic != '\0';
    }
  g_ptr_array_set_size (self->new_rooms, 0);
  g_array_set_size (self->removed_rooms, 0);
  g_hash_table_remove_all (self->tokens);
  forget_topics (self);
}

/* --- messages --- */

/* The number and the time that the entry gets, unless it is a repeat. */
static JournalRoomState *
number_entry (Journal *self, JournalEntry *entry)
{
  JournalRoomState *room = journal_room (self, entry->room);

  if (!room)
    g_error ("a message for room %u, which the journal does not know", entry->room);
  entry->is_repeat = FALSE;
  entry->seq = room->batch_seq + 1;
  entry->time_ms = MAX (entry->time_ms, room->batch_time_ms);
  return room;
}

static void
take_number (Journal *self, JournalRoomState *room, const JournalEntry *entry)
{
  if (room->batch_seq == room->last_seq)
    g_ptr_array_add (self->touched, room);
  room->batch_seq = entry->seq;
  room->batch_time_ms = entry->time_ms;
  self->n_batch++;
}

/* The batch's numbers become the room's, or are taken back. */
static void
settle_numbers (Journal *self, gboolean is_committed)
{
  for (guint i = 0; i < self->touched->len; i++)
    {
      JournalRoomState *room = self->touched->pdata[i];

      if (is_committed)
        {
          room->last_seq = room->batch_seq;
          room->last_time_ms = room->batch_time_ms;
        }
      room->batch_seq = room->last_seq;
      room->batch_time_ms = room->last_time_ms;
    }
  g_ptr_array_set_size (self->touched, 0);
  if (is_committed)
    self->n_messages += self->n_batch;
  self->n_batch = 0;
}

static void
bind_key (sqlite3_stmt *statement, const JournalEntry *entry, gint64 day)
{
  (void)sqlite3_bind_int64 (statement, 1, day);
  (void)sqlite3_bind_int64 (statement, 2, entry->room);
  (void)sqlite3_bind_text (statement, 3, entry->nick_folded, -1, SQLITE_STATIC);
  (void)sqlite3_bind_blob (statement, 4, entry->key, (int)entry->n_key, SQLITE_STATIC);
}

/* Makes a repeat of the entry where its key was used on @day, less than 24 hours ago. */
static gboolean
find_key (Journal *self, JournalEntry *entry, gint64 day)
{
  sqlite3_stmt *find = self->statements[JOURNAL_FIND_KEY];

  bind_key (find, entry, day);
  if (sqlite3_step (find) == SQLITE_ROW)
    {
      gint64 time_ms = sqlite3_column_int64 (find, 1);

      if (time_ms > entry->time_ms - JOURNAL_DAY_MS)
        {
          entry->is_repeat = TRUE;
          entry->seq = sqlite3_column_int64 (find, 0);
          entry->time_ms = time_ms;
        }
    }
  return sqlite3_reset (find) == SQLITE_OK;
}

/* Keeps the entry's key, or makes a repeat of the entry. */
static gboolean
write_key (Journal *self, JournalEntry *entry)
{
  sqlite3_stmt *add = self->statements[JOURNAL_ADD_KEY];
  gint64 day = entry->time_ms / JOURNAL_DAY_MS;

  if (!find_key (self, entry, day - 1))
    return FALSE;
  if (entry->is_repeat)
    return TRUE;
  bind_key (add, entry, day);
  (void)sqlite3_bind_int64 (add, 5, entry->seq);
  (void)sqlite3_bind_int64 (add, 6, entry->time_ms);
  if (!journal_schema_run (add))
    return FALSE;
  return sqlite3_changes (self->db) > 0 || find_key (self, entry, day);
}

static gboolean
write_entry (Journal *self, JournalEntry *entry)
{
  sqlite3_stmt *add = self->statements[JOURNAL_ADD_MESSAGE];
  JournalRoomState *room = number_entry (self, entry);

  if (entry->key && !write_key (self, entry))
    return FALSE;
  if (entry->is_repeat)
    return TRUE;
  (void)sqlite3_bind_int64 (add, 1, journal_row (entry->room, entry->seq));
  (void)sqlite3_bind_int64 (add, 2, entry->time_ms);
  (void)sqlite3_bind_text (add, 3, entry->nick, -1, SQLITE_STATIC);
  (void)sqlite3_bind_text (add, 4, entry->body, (int)entry->n_body, SQLITE_STATIC);
  if (!journal_schema_run (add))
    return FALSE;
  take_number (self, room, entry);
  return TRUE;
}

static gboolean
write_batch (Journal *self, JournalEntry *entries, guint n_entries)
{
  if (!write_rooms (self) || !write_topics (self) || !write_tokens (self))
    return FALSE;
  for (guint i = 0; i < n_entries; i++)
    {
      if (!write_entry (self, &entries[i]))
        return FALSE;
    }
  return TRUE;
}

gboolean
journal_append (Journal *self, JournalEntry *entries, guint n_entries, GError **error)
{
  gboolean ok = TRUE;

  if (n_entries == 0 && !journal_has_pending (self))
    return TRUE;
  if (!self->data_dir)
    for (guint i = 0; i < n_entries; i++)
      take_number (self, number_entry (self, &entries[i]), &entries[i]);
  else
    ok = journal_begin (self, ATTEMPT, error) &&
         journal_end (self, write_batch (self, entries, n_entries), ATTEMPT, error);
  settle_numbers (self, ok);
  if (ok)
    forget_pending (self);
  else
    forget_topics (self);
  return ok;
}
