/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The journal's state: the connection, what is known of every room, and what waits for the next
 * batch. The database is asked at the start and after a failure; in between the numbers in memory
 * are what it holds.
 */
#include "server/chat/journal.h"

#include <string.h>

#include "server/chat/journal-parts.h"
#include "server/chat/journal-schema.h"

static const char *const statement_sql[JOURNAL_N_STATEMENTS] = {
  [JOURNAL_BEGIN] = "BEGIN IMMEDIATE",
  [JOURNAL_COMMIT] = "COMMIT",
  [JOURNAL_ROLLBACK] = "ROLLBACK",
  [JOURNAL_ADD_MESSAGE] = "INSERT INTO messages VALUES(?1, ?2, ?3, ?4)",
  [JOURNAL_ADD_KEY] = "INSERT OR IGNORE INTO keys VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
  [JOURNAL_FIND_KEY] = "SELECT seq, time FROM keys WHERE day=?1 AND room=?2 AND nick=?3 AND key=?4",
  [JOURNAL_ADD_ROOM] = "INSERT OR REPLACE INTO rooms VALUES(?1, ?2, '', 0, 0)",
  [JOURNAL_REMOVE_ROOM] = "DELETE FROM rooms WHERE id=?1",
  [JOURNAL_SET_TOPIC] = "UPDATE rooms SET topic=?2 WHERE id=?1",
  [JOURNAL_SET_TOKEN] = "INSERT OR REPLACE INTO tokens VALUES(?1, ?2, ?3, ?4)",
  [JOURNAL_FIND_TIME] = "SELECT time FROM messages WHERE id=?1",
  [JOURNAL_TRIM] = "DELETE FROM messages WHERE id>=?1 AND id<?2",
  [JOURNAL_KEEP_LAST] = "UPDATE rooms SET last_seq=?2, last_time=?3 WHERE id=?1",
};

static void
room_free (gpointer data)
{
  JournalRoomState *room = data;

  g_free (room->name);
  g_free (room->topic);
  g_free (room);
}

static void
token_free (gpointer data)
{
  JournalToken *token = data;

  g_free (token->nick);
  g_free (token->nick_folded);
  g_free (token);
}

JournalRoomState *
journal_room (const Journal *self, guint32 room)
{
  return g_hash_table_lookup (self->rooms, GUINT_TO_POINTER (room));
}

static JournalRoomState *
room_new (Journal *self, guint32 id)
{
  JournalRoomState *room = g_new0 (JournalRoomState, 1);

  room->id = id;
  room->first_seq = 1;
  g_hash_table_insert (self->rooms, GUINT_TO_POINTER (id), room);
  return room;
}

/* --- the connection --- */

static void
disconnect (Journal *self)
{
  for (guint i = 0; i < JOURNAL_N_STATEMENTS; i++)
    {
      (void)sqlite3_finalize (self->statements[i]);
      self->statements[i] = NULL;
    }
  journal_schema_close (g_steal_pointer (&self->db));
}

static gboolean
connect_to (Journal *self, gboolean create, GError **error)
{
  self->db = journal_schema_open (self->data_dir, self->durability, create, error);
  if (!self->db)
    return FALSE;
  for (guint i = 0; i < JOURNAL_N_STATEMENTS; i++)
    {
      if (!journal_schema_prepare (self->db, statement_sql[i], &self->statements[i]))
        {
          journal_schema_fail (self->db, "open", self->path, error);
          disconnect (self);
          return FALSE;
        }
    }
  return TRUE;
}

/* The messages at both ends of what is kept of @room. */
static gboolean
load_ends (sqlite3_stmt *first, sqlite3_stmt *last, JournalRoomState *room)
{
  int code;

  (void)sqlite3_bind_int64 (first, 1, journal_row (room->id, 0));
  (void)sqlite3_bind_int64 (first, 2, journal_row (room->id, JOURNAL_MAX_SEQ));
  code = sqlite3_step (first);
  if (code == SQLITE_ROW)
    {
      room->first_seq = journal_row_seq (sqlite3_column_int64 (first, 0));
      (void)sqlite3_bind_int64 (last, 1, journal_row (room->id, 0));
      (void)sqlite3_bind_int64 (last, 2, journal_row (room->id, JOURNAL_MAX_SEQ));
      code = sqlite3_step (last);
      if (code == SQLITE_ROW)
        {
          room->last_seq = MAX (room->last_seq, journal_row_seq (sqlite3_column_int64 (last, 0)));
          room->last_time_ms = MAX (room->last_time_ms, sqlite3_column_int64 (last, 1));
        }
    }
  else
    room->first_seq = room->last_seq + 1;
  room->batch_seq = room->last_seq;
  room->batch_time_ms = room->last_time_ms;
  return sqlite3_reset (first) == SQLITE_OK && sqlite3_reset (last) == SQLITE_OK;
}

/* One row of "SELECT id, topic, last_seq, last_time FROM rooms". %NULL: it is being removed. */
static JournalRoomState *
load_room (Journal *self, sqlite3_stmt *rooms)
{
  guint32 id = (guint32)sqlite3_column_int64 (rooms, 0);
  JournalRoomState *room = journal_room (self, id);

  if (!self->checkpointer)
    {
      room = room_new (self, id);
      room->is_written = TRUE;
      room->has_topic = sqlite3_column_bytes (rooms, 1) > 0;
      self->last_room = MAX (self->last_room, id);
    }
  if (room)
    {
      room->last_seq = MAX (room->last_seq, sqlite3_column_int64 (rooms, 2));
      room->last_time_ms = MAX (room->last_time_ms, sqlite3_column_int64 (rooms, 3));
    }
  return room;
}

/* After a failure too: what was written and then not put on the disk may have been recovered. */
static gboolean
load_rooms (Journal *self, GError **error)
{
  sqlite3_stmt *rooms = NULL, *first = NULL, *last = NULL;
  int code = SQLITE_ERROR;
  gboolean ok = sqlite3_prepare_v2 (self->db, "SELECT id, topic, last_seq, last_time FROM rooms",
                                    -1, &rooms, NULL) == SQLITE_OK &&
                sqlite3_prepare_v2 (self->db,
                                    "SELECT id FROM messages WHERE id BETWEEN ?1 AND ?2"
                                    " ORDER BY id LIMIT 1",
                                    -1, &first, NULL) == SQLITE_OK &&
                sqlite3_prepare_v2 (self->db,
                                    "SELECT id, time FROM messages WHERE id BETWEEN ?1 AND ?2"
                                    " ORDER BY id DESC LIMIT 1",
                                    -1, &last, NULL) == SQLITE_OK;

  self->n_messages = 0;
  while (ok && (code = sqlite3_step (rooms)) == SQLITE_ROW)
    {
      JournalRoomState *room = load_room (self, rooms);

      if (!room)
        continue;
      ok = load_ends (first, last, room);
      self->n_messages += (guint64)(room->last_seq - room->first_seq + 1);
    }
  ok = ok && code == SQLITE_DONE;
  if (!ok)
    journal_schema_fail (self->db, "read", self->path, error);
  (void)sqlite3_finalize (rooms);
  (void)sqlite3_finalize (first);
  (void)sqlite3_finalize (last);
  return ok;
}

static gboolean
reconnect (Journal *self, GError **error)
{
  if (!connect_to (self, FALSE, error))
    return FALSE;
  if (!load_rooms (self, error))
    {
      disconnect (self);
      return FALSE;
    }
  journal_checkpointer_watch (self->checkpointer, self->db);
  return TRUE;
}

Journal *
journal_open (const char *data_dir, JournalDurability durability, GError **error)
{
  Journal *self = g_new0 (Journal, 1);

  self->durability = durability;
  self->rooms = g_hash_table_new_full (NULL, NULL, NULL, room_free);
  self->new_rooms = g_ptr_array_new ();
  self->removed_rooms = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->topics = g_ptr_array_new ();
  self->tokens = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, token_free);
  self->touched = g_ptr_array_new ();
  if (durability == JOURNAL_DURABILITY_NONE)
    return self;

  self->data_dir = g_strdup (data_dir);
  self->path = g_build_filename (data_dir, JOURNAL_FILE, NULL);
  if (connect_to (self, TRUE, error) && load_rooms (self, error))
    {
      self->checkpointer = journal_checkpointer_start (data_dir, error);
      if (self->checkpointer)
        {
          journal_checkpointer_watch (self->checkpointer, self->db);
          return self;
        }
    }
  journal_close (self);
  return NULL;
}

void
journal_close (Journal *self)
{
  if (!self)
    return;
  journal_checkpointer_stop (self->checkpointer);
  /* Where a reader is still at it, the log stays, and the next start reads it. */
  if (self->db)
    (void)sqlite3_wal_checkpoint_v2 (self->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
  for (guint i = 0; i < JOURNAL_N_STATEMENTS; i++)
    (void)sqlite3_finalize (self->statements[i]);
  (void)sqlite3_close_v2 (self->db);
  g_ptr_array_unref (self->new_rooms);
  g_array_unref (self->removed_rooms);
  g_ptr_array_unref (self->topics);
  g_ptr_array_unref (self->touched);
  g_hash_table_unref (self->tokens);
  g_hash_table_unref (self->rooms);
  g_free (self->data_dir);
  g_free (self->path);
  g_free (self);
}

/* --- transactions --- */

/* Whatever went wrong, the next transaction shall find a connection that knows nothing of it; only
 * where SQLite says that it is no fault of its own state is it kept. */
static void
give_up (Journal *self)
{
  int code = sqlite3_errcode (self->db) & 0xff;

  if (!sqlite3_get_autocommit (self->db) &&
      !journal_schema_run (self->statements[JOURNAL_ROLLBACK]))
    code = SQLITE_ERROR;
  if (code != SQLITE_FULL && code != SQLITE_BUSY)
    disconnect (self);
}

gboolean
journal_begin (Journal *self, const char *attempt, GError **error)
{
  if (!self->db && !reconnect (self, error))
    return FALSE;
  journal_checkpointer_enter (self->checkpointer);
  if (journal_schema_run (self->statements[JOURNAL_BEGIN]))
    return TRUE;
  journal_schema_fail (self->db, attempt, self->path, error);
  give_up (self);
  journal_checkpointer_leave (self->checkpointer);
  return FALSE;
}

gboolean
journal_end (Journal *self, gboolean ok, const char *attempt, GError **error)
{
  ok = ok && journal_schema_run (self->statements[JOURNAL_COMMIT]);
  if (!ok)
    {
      journal_schema_fail (self->db, attempt, self->path, error);
      give_up (self);
    }
  journal_checkpointer_leave (self->checkpointer);
  return ok;
}

/* --- reading at the start --- */

gboolean
journal_each_room (Journal *self, JournalRoomFunc func, gpointer data, GError **error)
{
  sqlite3_stmt *statement = NULL;
  int code;

  if (!self->data_dir)
    return TRUE;
  if (!self->db && !reconnect (self, error))
    return FALSE;
  code = sqlite3_prepare_v2 (self->db, "SELECT id, name, topic FROM rooms ORDER BY id", -1,
                             &statement, NULL);
  while (code == SQLITE_OK && sqlite3_step (statement) == SQLITE_ROW)
    {
      const JournalRoomState *state =
          journal_room (self, (guint32)sqlite3_column_int (statement, 0));
      JournalRoom room = {
        .name = (const char *)sqlite3_column_text (statement, 1),
        .topic = (const char *)sqlite3_column_text (statement, 2),
      };

      /* One that was removed goes with the next batch. */
      if (!state || !room.name || !room.topic)
        continue;
      room.id = state->id;
      room.first_seq = state->first_seq;
      room.last_seq = state->last_seq;
      room.last_time_ms = state->last_time_ms;
      func (&room, data);
    }
  if (sqlite3_finalize (statement) == SQLITE_OK && code == SQLITE_OK)
    return TRUE;
  return journal_schema_fail (self->db, "read", self->path, error);
}

gboolean
journal_each_token (
    Journal *self, gint64 now_ms, JournalTokenFunc func, gpointer data, GError **error)
{
  sqlite3_stmt *statement = NULL;
  int code;

  if (!self->data_dir)
    return TRUE;
  if (!self->db && !reconnect (self, error))
    return FALSE;
  code = sqlite3_prepare_v2 (self->db,
                             "SELECT hash, nick, nick_folded, expires FROM tokens"
                             " WHERE expires>?1",
                             -1, &statement, NULL);
  (void)sqlite3_bind_int64 (statement, 1, now_ms);
  while (code == SQLITE_OK && sqlite3_step (statement) == SQLITE_ROW)
    {
      const guint8 *hash = sqlite3_column_blob (statement, 0);

      if (sqlite3_column_bytes (statement, 0) == JOURNAL_TOKEN_BYTES)
        func (hash, (const char *)sqlite3_column_text (statement, 1),
              (const char *)sqlite3_column_text (statement, 2), sqlite3_column_int64 (statement, 3),
              data);
    }
  if (sqlite3_finalize (statement) == SQLITE_OK && code == SQLITE_OK)
    return TRUE;
  return journal_schema_fail (self->db, "read", self->path, error);
}

guint64
journal_n_messages (const Journal *self)
{
  return self->n_messages;
}

/* --- what waits for the next batch --- */

guint32
journal_add_room (Journal *self, const char *name)
{
  guint32 id = self->last_room;
  JournalRoomState *room;

  /* Numbers of rooms that were forgotten come round again after all others were used. */
  for (guint32 n = 0; n < JOURNAL_MAX_ROOM; n++)
    {
      id = id >= JOURNAL_MAX_ROOM ? 1 : id + 1;
      if (!journal_room (self, id))
        break;
    }
  g_return_val_if_fail (!journal_room (self, id), 0);
  self->last_room = id;
  room = room_new (self, id);
  room->name = g_strdup (name);
  g_ptr_array_add (self->new_rooms, room);
  return id;
}

void
journal_remove_room (Journal *self, guint32 id)
{
  JournalRoomState *room = journal_room (self, id);

  if (!room || room->last_seq > 0 || room->has_topic || (room->topic && *room->topic))
    return;
  if (room->is_written)
    g_array_append_val (self->removed_rooms, id);
  else
    (void)g_ptr_array_remove (self->new_rooms, room);
  if (room->topic)
    (void)g_ptr_array_remove (self->topics, room);
  (void)g_hash_table_remove (self->rooms, GUINT_TO_POINTER (id));
}

void
journal_set_token (Journal *self,
                   const guint8 token_hash[JOURNAL_TOKEN_BYTES],
                   const char *nick,
                   const char *nick_folded,
                   gint64 expires_ms)
{
  JournalToken *token;

  if (!self->data_dir)
    return;
  token = g_new0 (JournalToken, 1);
  memcpy (token->hash, token_hash, sizeof token->hash);
  token->nick = g_strdup (nick);
  token->nick_folded = g_strdup (nick_folded);
  token->expires_ms = expires_ms;
  token->number = self->n_tokens_set++;
  (void)g_hash_table_replace (self->tokens, token->nick_folded, token);
}

void
journal_set_topic (Journal *self, guint32 id, const char *topic)
{
  JournalRoomState *room = journal_room (self, id);

  g_return_if_fail (room);
  if (!room->topic)
    g_ptr_array_add (self->topics, room);
  g_free (room->topic);
  room->topic = g_strdup (topic);
}

gboolean
journal_has_pending (const Journal *self)
{
  return self->new_rooms->len > 0 || self->removed_rooms->len > 0 || self->topics->len > 0 ||
         g_hash_table_size (self->tokens) > 0;
}
