/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pages of a room.
 */
#include "server/chat/journal-reader.h"

#include "server/chat/journal-reader-parts.h"
#include "server/chat/journal-schema.h"

#define ATTEMPT "read"

JournalReader *
journal_reader_open (const char *data_dir, GError **error)
{
  JournalReader *self = g_new0 (JournalReader, 1);

  self->data_dir = g_strdup (data_dir);
  self->search_max_us = JOURNAL_SEARCH_MAX_US;
  self->path = g_build_filename (data_dir, JOURNAL_FILE, NULL);
  self->db = journal_schema_open_reader (data_dir, error);
  if (!self->db)
    {
      journal_reader_close (self);
      return NULL;
    }
  if (journal_schema_prepare (self->db,
                              "SELECT id, time, nick, body FROM messages"
                              " WHERE id>?1 AND id<=?2 ORDER BY id LIMIT ?3",
                              &self->after) &&
      journal_schema_prepare (self->db,
                              "SELECT id, time, nick, body FROM messages"
                              " WHERE id>=?1 AND id<?2 ORDER BY id DESC LIMIT ?3",
                              &self->before))
    return self;
  journal_schema_fail (self->db, ATTEMPT, self->path, error);
  journal_reader_close (self);
  return NULL;
}

void
journal_reader_close (JournalReader *self)
{
  if (!self)
    return;
  journal_reader_close_search (self);
  (void)sqlite3_finalize (self->after);
  (void)sqlite3_finalize (self->before);
  journal_schema_close (self->db);
  g_free (self->path);
  g_free (self->data_dir);
  g_free (self);
}

void
journal_reader_message (sqlite3_stmt *row, JournalMessage *ret_message)
{
  gint64 id = sqlite3_column_int64 (row, 0);
  const char *nick = (const char *)sqlite3_column_text (row, 2);
  const char *body = (const char *)sqlite3_column_text (row, 3);

  ret_message->room = journal_row_room (id);
  ret_message->seq = journal_row_seq (id);
  ret_message->time_ms = sqlite3_column_int64 (row, 1);
  ret_message->nick = nick ? nick : "";
  ret_message->body = body ? body : "";
  ret_message->n_body = (gsize)sqlite3_column_bytes (row, 3);
}

static int
read_page (const JournalReader *self,
           sqlite3_stmt *statement,
           guint limit,
           JournalMessageFunc func,
           gpointer data,
           GError **error)
{
  int n = 0;
  int code;

  (void)sqlite3_bind_int64 (statement, 3, MIN (limit, G_MAXINT));
  while ((code = sqlite3_step (statement)) == SQLITE_ROW)
    {
      JournalMessage message;

      journal_reader_message (statement, &message);
      if (!func (&message, data))
        break;
      n++;
    }
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    {
      journal_schema_fail (self->db, ATTEMPT, self->path, error);
      n = -1;
    }
  (void)sqlite3_reset (statement);
  return n;
}

int
journal_reader_after (JournalReader *self,
                      guint32 room,
                      gint64 after,
                      guint limit,
                      JournalMessageFunc func,
                      gpointer data,
                      GError **error)
{
  (void)sqlite3_bind_int64 (self->after, 1, journal_row (room, CLAMP (after, 0, JOURNAL_MAX_SEQ)));
  (void)sqlite3_bind_int64 (self->after, 2, journal_row (room, JOURNAL_MAX_SEQ));
  return read_page (self, self->after, limit, func, data, error);
}

int
journal_reader_before (JournalReader *self,
                       guint32 room,
                       gint64 before,
                       guint limit,
                       JournalMessageFunc func,
                       gpointer data,
                       GError **error)
{
  (void)sqlite3_bind_int64 (self->before, 1, journal_row (room, 0));
  (void)sqlite3_bind_int64 (self->before, 2,
                            journal_row (room, CLAMP (before, 0, JOURNAL_MAX_SEQ)));
  return read_page (self, self->before, limit, func, data, error);
}

char *
journal_reader_dup_room_name (JournalReader *self, guint32 room)
{
  sqlite3_stmt *statement;
  char *name = NULL;

  if (!journal_schema_prepare (self->db, "SELECT name FROM rooms WHERE id=?1", &statement))
    return NULL;
  (void)sqlite3_bind_int64 (statement, 1, room);
  if (sqlite3_step (statement) == SQLITE_ROW)
    name = g_strdup ((const char *)sqlite3_column_text (statement, 0));
  (void)sqlite3_finalize (statement);
  return name;
}
