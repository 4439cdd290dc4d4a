/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The full-text index's file: whether it is of use, and making it where it is not.
 */
#include "server/chat/journal-index.h"

#include <sys/stat.h>
#include <unistd.h>

#include "server/chat/journal-index-parts.h"
#include "server/chat/journal-schema.h"

#define ATTEMPT "write"

#define SCHEMA                                                                                     \
  "BEGIN;"                                                                                         \
  "CREATE TABLE docs(id INTEGER PRIMARY KEY, message INTEGER NOT NULL);"                           \
  "CREATE TABLE marks(room INTEGER PRIMARY KEY, seq INTEGER NOT NULL, time INTEGER NOT NULL);"     \
  "CREATE TABLE state(first_doc INTEGER NOT NULL, docs_per_part INTEGER NOT NULL);"                \
  "INSERT INTO state VALUES(1, %u);"                                                               \
  "PRAGMA application_id=%d; PRAGMA user_version=%d;"                                              \
  "COMMIT"

static const char *const statement_sql[INDEX_N_STATEMENTS] = {
  [INDEX_DOC] = "SELECT message FROM docs WHERE id=?1",
  [INDEX_ADD_DOC] = "INSERT INTO docs VALUES(?1, ?2)",
  [INDEX_SET_MARK] = "INSERT OR REPLACE INTO marks VALUES(?1, ?2, ?3)",
  [INDEX_SET_FIRST_DOC] = "UPDATE state SET first_doc=?1",
  [INDEX_FORGET_DOCS] = "DELETE FROM docs WHERE id<?1",
};

JournalIndex *
journal_index_new (const char *data_dir, sqlite3 *messages, guint docs_per_part)
{
  JournalIndex *self = g_new0 (JournalIndex, 1);

  self->path = g_build_filename (data_dir, JOURNAL_INDEX_FILE, NULL);
  self->messages = messages;
  self->docs_per_new_part = docs_per_part;
  self->complete_at = -1;
  self->words = g_string_new (NULL);
  self->json = g_string_new (NULL);
  return self;
}

void
journal_index_clear_statement (sqlite3_stmt **statement)
{
  (void)sqlite3_finalize (g_steal_pointer (statement));
}

void
journal_index_disconnect (JournalIndex *self)
{
  for (guint i = 0; i < INDEX_N_STATEMENTS; i++)
    journal_index_clear_statement (&self->statements[i]);
  journal_index_clear_statement (&self->add_words);
  /* Carries its log over and removes it, by name: nobody else makes such a file. */
  (void)sqlite3_close_v2 (g_steal_pointer (&self->db));
  self->complete_at = -1;
}

void
journal_index_free (JournalIndex *self)
{
  if (!self)
    return;
  journal_index_disconnect (self);
  journal_index_clear_statement (&self->message);
  journal_index_clear_statement (&self->version);
  g_string_free (self->words, TRUE);
  g_string_free (self->json, TRUE);
  g_free (self->path);
  g_free (self);
}

/* --- the file --- */

ino_t
journal_index_inode (const char *path)
{
  struct stat status;

  return stat (path, &status) == 0 ? status.st_ino : 0;
}

void
journal_index_condemn (const char *path, ino_t inode)
{
  if (inode != 0 && journal_index_inode (path) == inode)
    (void)unlink (path);
}

gboolean
journal_index_is_damage (sqlite3 *db)
{
  switch (sqlite3_errcode (db) & 0xff)
    {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR: /* a table is not there */
    case SQLITE_CONSTRAINT:
      return TRUE;
    default:
      return FALSE;
    }
}

/* Whether the message at a mark is the one that was indexed, or may have been. */
static gboolean
mark_fits (JournalIndex *self, guint32 room, gint64 seq, gint64 time_ms, gint64 trimmed_seq)
{
  gboolean fits;

  (void)sqlite3_bind_int64 (self->message, 1, journal_row (room, seq));
  if (sqlite3_step (self->message) == SQLITE_ROW)
    fits = sqlite3_column_int64 (self->message, 0) == time_ms;
  else
    fits = seq <= trimmed_seq;
  (void)sqlite3_reset (self->message);
  return fits;
}

/* Whether what is indexed is of the messages that are there. */
static gboolean
marks_fit (JournalIndex *self)
{
  sqlite3_stmt *marks = NULL, *room = NULL;
  gboolean fits =
      journal_schema_prepare (self->db, "SELECT room, seq, time FROM marks", &marks) &&
      journal_schema_prepare (self->messages, "SELECT last_seq FROM rooms WHERE id=?1", &room);

  while (fits && sqlite3_step (marks) == SQLITE_ROW)
    {
      gint64 trimmed_seq = -1;

      (void)sqlite3_bind_int64 (room, 1, sqlite3_column_int64 (marks, 0));
      if (sqlite3_step (room) == SQLITE_ROW)
        trimmed_seq = sqlite3_column_int64 (room, 0);
      (void)sqlite3_reset (room);
      fits =
          mark_fits (self, (guint32)sqlite3_column_int64 (marks, 0),
                     sqlite3_column_int64 (marks, 1), sqlite3_column_int64 (marks, 2), trimmed_seq);
    }
  (void)sqlite3_finalize (room);
  return sqlite3_finalize (marks) == SQLITE_OK && fits;
}

static gboolean
is_ours (sqlite3 *db)
{
  return journal_schema_number (db, "PRAGMA application_id", 0) == JOURNAL_INDEX_APPLICATION_ID &&
         journal_schema_number (db, "PRAGMA user_version", 0) == JOURNAL_INDEX_VERSION;
}

static gboolean
prepare (JournalIndex *self)
{
  for (guint i = 0; i < INDEX_N_STATEMENTS; i++)
    {
      if (!journal_schema_prepare (self->db, statement_sql[i], &self->statements[i]))
        return FALSE;
    }
  self->docs_per_part = journal_schema_number (self->db, "SELECT docs_per_part FROM state", 0);
  self->first_doc = journal_schema_number (self->db, "SELECT first_doc FROM state", 1);
  self->last_doc = journal_schema_number (self->db, "SELECT max(id) FROM docs", 0);
  self->last_doc = MAX (self->last_doc, self->first_doc - 1);
  return self->docs_per_part > 0;
}

static gboolean
prepare_messages (JournalIndex *self)
{
  return (self->message ||
          journal_schema_prepare (self->messages, "SELECT time FROM messages WHERE id=?1",
                                  &self->message)) &&
         (self->version ||
          journal_schema_prepare (self->messages, "PRAGMA data_version", &self->version));
}

/* What is beside a file that is gone is of no use, and harms the next. */
static void
remove_file (const char *path)
{
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  g_autofree char *shared = g_strconcat (path, "-shm", NULL);

  (void)unlink (path);
  (void)unlink (log);
  (void)unlink (shared);
}

static gboolean
make_tables (JournalIndex *self)
{
  g_autofree char *sql = g_strdup_printf (SCHEMA, self->docs_per_new_part,
                                          JOURNAL_INDEX_APPLICATION_ID, JOURNAL_INDEX_VERSION);

  return sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

typedef enum
{
  OPEN_OK,
  OPEN_UNFIT, /* damaged, or of other messages */
  OPEN_FAILED,
} Open;

static Open
open_file (JournalIndex *self, gboolean create, GError **error)
{
  self->inode = journal_index_inode (self->path);
  self->db = journal_schema_connect (self->path, SQLITE_OPEN_READWRITE, error);
  if (!self->db)
    return OPEN_FAILED;
  if (sqlite3_exec (self->db,
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                    "PRAGMA secure_delete=OFF; PRAGMA cache_size=-8192",
                    NULL, NULL, NULL) == SQLITE_OK &&
      (!create || make_tables (self)) && is_ours (self->db) && marks_fit (self) && prepare (self))
    return OPEN_OK;
  if (journal_index_is_damage (self->db) || sqlite3_errcode (self->db) == SQLITE_OK)
    return OPEN_UNFIT;
  journal_schema_fail (self->db, ATTEMPT, self->path, error);
  return OPEN_FAILED;
}

gboolean
journal_index_connect (JournalIndex *self, GError **error)
{
  Open open = OPEN_UNFIT;

  if (!prepare_messages (self))
    return journal_schema_fail (self->messages, "read", JOURNAL_FILE, error);
  if (journal_index_inode (self->path) != 0)
    open = open_file (self, FALSE, error);
  if (open == OPEN_UNFIT)
    {
      journal_index_disconnect (self);
      remove_file (self->path);
      if (!journal_schema_create_file (self->path, error))
        return FALSE;
      open = open_file (self, TRUE, error);
      if (open == OPEN_UNFIT)
        journal_schema_fail (self->db, ATTEMPT, self->path, error);
    }
  if (open != OPEN_OK)
    journal_index_disconnect (self);
  return open == OPEN_OK;
}
