/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Asking the full-text index. Whoever asks has a connection of his own, and looks before each
 * question whether the file is still the one that he has open.
 */
#include "server/chat/journal-reader.h"

#include <time.h>

#include "server/chat/journal-index.h"
#include "server/chat/journal-reader-parts.h"
#include "server/chat/journal-schema.h"
#include "server/chat/journal-words.h"

#define ATTEMPT "search"

/* Virtual machine steps between two looks at the clock: inside of FTS5 a page takes a few. */
#define STEPS_PER_LOOK 16

typedef struct
{
  JournalReader *reader;
  guint32 room; /* 0: all */
  const char *words;
  gint64 first_doc;
  gint64 end_us;
  guint n_left;
  JournalMessageFunc func;
  gpointer data;
  gboolean is_over; /* @func wants no more, or there is no more time */
} Question;

static gint64
cpu_us (void)
{
  struct timespec now;

  (void)clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* SQLite's progress handler. Not 0: stop. */
static int
look (void *data)
{
  Question *self = data;

  self->is_over = self->is_over || cpu_us () >= self->end_us;
  return self->is_over;
}

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
  if (self->room != 0 && journal_row_room (row) != self->room)
    return TRUE;
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
search_part (Question *self, const char *expression, gint64 part)
{
  g_autofree char *sql = g_strdup_printf ("SELECT rowid FROM words_%" G_GINT64_FORMAT
                                          " WHERE words_%" G_GINT64_FORMAT " MATCH ?1"
                                          " AND rowid>=?2 ORDER BY rowid DESC",
                                          part, part);
  sqlite3_stmt *find = NULL;
  gboolean ok = TRUE;

  if (!journal_schema_prepare (self->reader->search_db, sql, &find))
    return FALSE;
  (void)sqlite3_bind_text (find, 1, expression, -1, SQLITE_STATIC);
  (void)sqlite3_bind_int64 (find, 2, self->first_doc);
  while (ok && self->n_left > 0 && !self->is_over && sqlite3_step (find) == SQLITE_ROW)
    ok = take_doc (self, sqlite3_column_int64 (find, 0));
  return sqlite3_finalize (find) == SQLITE_OK && ok;
}

/* The room's number is a word like any other, and a room with most of the messages a word that is
 * nearly everywhere: leaving out what is not in it is cheaper. */
static char *
make_expression (Question *self, gint64 last_doc)
{
  g_autofree char *sql = g_strdup_printf ("SELECT seq FROM marks WHERE room=%u", self->room);

  if (self->room == 0 || journal_schema_number (self->reader->search_db, sql, 0) > last_doc / 2)
    return g_strdup_printf ("text : (%s)", self->words);
  return g_strdup_printf ("room : \"%u\" AND text : (%s)", self->room, self->words);
}

static gboolean
search_parts (Question *self)
{
  sqlite3 *db = self->reader->search_db;
  gint64 last_doc = journal_schema_number (db, "SELECT max(id) FROM docs", 0);
  g_autofree char *expression = make_expression (self, last_doc);

  gint64 per_part = journal_schema_number (db, "SELECT docs_per_part FROM state", 0);

  self->first_doc = journal_schema_number (db, "SELECT first_doc FROM state", 1);
  if (per_part <= 0)
    return FALSE;
  if (last_doc < self->first_doc)
    return TRUE; /* none is there, and its table may not be either */
  for (gint64 part = last_doc / per_part;
       part >= self->first_doc / per_part && self->n_left > 0 && !self->is_over; part--)
    {
      if (!search_part (self, expression, part))
        return FALSE;
    }
  return TRUE;
}

/* Everything in one view of the messages, and one of the index. */
static gboolean
search (Question *self)
{
  JournalReader *reader = self->reader;
  gboolean ok;

  if (!reader->message &&
      !journal_schema_prepare (reader->db, "SELECT id, time, nick, body FROM messages WHERE id=?1",
                               &reader->message))
    return FALSE;
  self->end_us = cpu_us () + reader->search_max_us;
  sqlite3_progress_handler (reader->search_db, STEPS_PER_LOOK, look, self);
  ok = sqlite3_exec (reader->db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK &&
       sqlite3_exec (reader->search_db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK &&
       search_parts (self);
  sqlite3_progress_handler (reader->search_db, 0, NULL, NULL);
  /* FTS5 takes some of its reads that were stopped for damage. */
  return ok || self->is_over;
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
  g_autoptr (GString) words = g_string_new (NULL);
  g_autoptr (GError) local_error = NULL;
  Question question = {
    .reader = self, .room = room, .n_left = MIN (limit, G_MAXINT), .func = func, .data = data
  };
  int n;

  if (!journal_words_append_query (words, text))
    return 0;
  question.words = words->str;
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
