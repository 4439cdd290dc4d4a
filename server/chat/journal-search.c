/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Asking the full-text index. Whoever asks has a connection of his own, and looks before each
 * question whether the file is still the one that he has open.
 */
#include "server/chat/journal-reader.h"

#include "server/chat/journal-index.h"
#include "server/chat/journal-reader-parts.h"
#include "server/chat/journal-schema.h"
#include "server/chat/journal-words.h"

#define ATTEMPT "search"

typedef struct
{
  JournalReader *reader;
  const char *expression;
  gint64 first_doc;
  guint n_left;
  JournalMessageFunc func;
  gpointer data;
  gboolean is_over; /* @func wants no more */
} Question;

int
journal_reader_index (JournalReader *self, guint max_messages, GError **error)
{
  if (!self->index)
    self->index = journal_index_new (self->data_dir, self->db, JOURNAL_INDEX_DOCS_PER_PART);
  return journal_index_update (self->index, max_messages, error);
}

static void
disconnect (JournalReader *self)
{
  (void)sqlite3_finalize (g_steal_pointer (&self->doc));
  journal_schema_close (g_steal_pointer (&self->search_db));
}

void
journal_reader_close_search (JournalReader *self)
{
  disconnect (self);
  (void)sqlite3_finalize (g_steal_pointer (&self->message));
  g_clear_pointer (&self->search_path, g_free);
  g_clear_pointer (&self->index, journal_index_free);
}

static void
fail_search (JournalReader *self, GError **error)
{
  journal_schema_fail (self->search_db, ATTEMPT, self->search_path, error);
  if (journal_index_is_damage (self->search_db))
    journal_index_condemn (self->search_path, self->search_inode);
}

/* %FALSE without an error: there is no index, or it is just being made. */
static gboolean
connect_to (JournalReader *self, GError **error)
{
  ino_t inode;

  if (!self->search_path)
    self->search_path = g_build_filename (self->data_dir, JOURNAL_INDEX_FILE, NULL);
  inode = journal_index_inode (self->search_path);
  if (self->search_db && inode == self->search_inode)
    return TRUE;
  disconnect (self);
  if (inode == 0)
    return FALSE;
  self->search_inode = inode;
  self->search_db = journal_schema_connect (self->search_path, SQLITE_OPEN_READONLY, error);
  if (!self->search_db)
    return FALSE;
  if (journal_schema_prepare (self->search_db, "SELECT message FROM docs WHERE id=?1", &self->doc))
    return TRUE;
  if (sqlite3_errcode (self->search_db) != SQLITE_ERROR) /* no such table */
    fail_search (self, error);
  disconnect (self);
  return FALSE;
}

/* Hands the message of a doc on, if it is still there. %FALSE: a database failed. */
static gboolean
take_doc (Question *self, gint64 doc)
{
  JournalReader *reader = self->reader;
  gint64 row = -1;

  (void)sqlite3_bind_int64 (reader->doc, 1, doc);
  if (sqlite3_step (reader->doc) == SQLITE_ROW)
    row = sqlite3_column_int64 (reader->doc, 0);
  if (sqlite3_reset (reader->doc) != SQLITE_OK)
    return FALSE;
  (void)sqlite3_bind_int64 (reader->message, 1, row);
  if (sqlite3_step (reader->message) == SQLITE_ROW)
    {
      JournalMessage message;

      journal_reader_message (reader->message, &message);
      if (self->func (&message, self->data))
        self->n_left--;
      else
        self->is_over = TRUE;
    }
  return sqlite3_reset (reader->message) == SQLITE_OK;
}

static gboolean
search_part (Question *self, gint64 part)
{
  g_autofree char *sql = g_strdup_printf ("SELECT rowid FROM words_%" G_GINT64_FORMAT
                                          " WHERE words_%" G_GINT64_FORMAT " MATCH ?1"
                                          " AND rowid>=?2 ORDER BY rowid DESC",
                                          part, part);
  sqlite3_stmt *find = NULL;
  gboolean ok = TRUE;

  if (!journal_schema_prepare (self->reader->search_db, sql, &find))
    return FALSE;
  (void)sqlite3_bind_text (find, 1, self->expression, -1, SQLITE_STATIC);
  (void)sqlite3_bind_int64 (find, 2, self->first_doc);
  while (ok && self->n_left > 0 && !self->is_over && sqlite3_step (find) == SQLITE_ROW)
    ok = take_doc (self, sqlite3_column_int64 (find, 0));
  return sqlite3_finalize (find) == SQLITE_OK && ok;
}

static gboolean
search_parts (Question *self)
{
  sqlite3 *db = self->reader->search_db;
  gint64 last_doc = journal_schema_number (db, "SELECT max(id) FROM docs", 0);

  gint64 per_part = journal_schema_number (db, "SELECT docs_per_part FROM state", 0);

  self->first_doc = journal_schema_number (db, "SELECT first_doc FROM state", 1);
  if (per_part <= 0)
    return FALSE;
  for (gint64 part = last_doc / per_part;
       part >= self->first_doc / per_part && self->n_left > 0 && !self->is_over; part--)
    {
      if (!search_part (self, part))
        return FALSE;
    }
  return TRUE;
}

/* Everything in one view of the messages, and one of the index. */
static gboolean
search (Question *self)
{
  JournalReader *reader = self->reader;
  gboolean ok =
      (reader->message ||
       journal_schema_prepare (reader->db, "SELECT id, time, nick, body FROM messages WHERE id=?1",
                               &reader->message)) &&
      sqlite3_exec (reader->db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK &&
      sqlite3_exec (reader->search_db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK &&
      search_parts (self);

  return ok;
}

static void
end_search (JournalReader *self)
{
  if (!sqlite3_get_autocommit (self->db))
    (void)sqlite3_exec (self->db, "COMMIT", NULL, NULL, NULL);
  if (self->search_db && !sqlite3_get_autocommit (self->search_db))
    (void)sqlite3_exec (self->search_db, "COMMIT", NULL, NULL, NULL);
}

/* -1, always. */
static int
search_failed (JournalReader *self, GError **error)
{
  int code = sqlite3_errcode (self->db);

  if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE)
    {
      journal_schema_fail (self->db, ATTEMPT, self->path, error);
      return -1;
    }
  fail_search (self, error);
  end_search (self);
  disconnect (self);
  return -1;
}

int
journal_reader_search (JournalReader *self,
                       guint32 room,
                       const char *text,
                       guint limit,
                       JournalMessageFunc func,
                       gpointer data,
                       GError **error)
{
  g_autoptr (GString) expression = g_string_new (NULL);
  g_autoptr (GError) local_error = NULL;
  Question question = {
    .reader = self, .n_left = MIN (limit, G_MAXINT), .func = func, .data = data
  };
  int n;

  if (room != 0)
    g_string_printf (expression, "room : \"%u\" AND ", room);
  g_string_append (expression, "text : (");
  if (!journal_words_append_query (expression, text))
    return 0;
  g_string_append_c (expression, ')');
  question.expression = expression->str;
  if (!connect_to (self, &local_error))
    {
      if (!local_error)
        return 0;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return -1;
    }
  n = search (&question) ? (int)(MIN (limit, G_MAXINT) - question.n_left)
                         : search_failed (self, error);
  end_search (self);
  return n;
}
