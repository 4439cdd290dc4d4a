/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opening the chat database.
 */
#include "server/chat/journal-schema.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/chat/journal-log-file.h"

/* A log that had to grow is cut back to this when it starts again. */
#define LOG_LIMIT_BYTES "16777216"

#define SCHEMA                                                                                     \
  "CREATE TABLE rooms(id INTEGER PRIMARY KEY, name TEXT NOT NULL, topic TEXT NOT NULL,"            \
  " last_seq INTEGER NOT NULL, last_time INTEGER NOT NULL);"                                       \
  "CREATE TABLE messages(id INTEGER PRIMARY KEY, time INTEGER NOT NULL, nick TEXT NOT NULL,"       \
  " body TEXT NOT NULL);"                                                                          \
  "CREATE TABLE keys(day INTEGER, room INTEGER, nick TEXT, key BLOB, seq INTEGER NOT NULL,"        \
  " time INTEGER NOT NULL, PRIMARY KEY(day, room, nick, key)) WITHOUT ROWID;"                      \
  "CREATE TABLE tokens(nick_folded TEXT PRIMARY KEY, nick TEXT NOT NULL,"                          \
  " hash BLOB NOT NULL UNIQUE, expires INTEGER NOT NULL) WITHOUT ROWID;"                           \
  "CREATE INDEX tokens_by_expiry ON tokens(expires);"

G_DEFINE_QUARK (parlance_journal_error, journal_error)

gboolean
journal_schema_prepare (sqlite3 *db, const char *sql, sqlite3_stmt **ret_statement)
{
  return sqlite3_prepare_v3 (db, sql, -1, SQLITE_PREPARE_PERSISTENT, ret_statement, NULL) ==
         SQLITE_OK;
}

gboolean
journal_schema_run (sqlite3_stmt *statement)
{
  int code = sqlite3_step (statement);

  return sqlite3_reset (statement) == SQLITE_OK && code == SQLITE_DONE;
}

gint64
journal_schema_number (sqlite3 *db, const char *sql, gint64 fallback)
{
  sqlite3_stmt *statement = NULL;
  gint64 number = fallback;

  if (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step (statement) == SQLITE_ROW)
    number = sqlite3_column_int64 (statement, 0);
  (void)sqlite3_finalize (statement);
  return number;
}

gboolean
journal_schema_fail (sqlite3 *db, const char *attempt, const char *path, GError **error)
{
  int code = db ? sqlite3_errcode (db) : SQLITE_NOMEM;
  const char *why = db ? sqlite3_errmsg (db) : "out of memory";
  int number = db ? sqlite3_system_errno (db) : 0;

  switch (code & 0xff)
    {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      g_set_error (error, JOURNAL_ERROR, JOURNAL_ERROR_DAMAGED,
                   "cannot %s %s: it is damaged (%s): put a backup in its place, or move it and "
                   "its -wal and -shm files away to begin without messages",
                   attempt, path, why);
      break;
    case SQLITE_FULL:
      g_set_error (error, JOURNAL_ERROR, JOURNAL_ERROR_STORE,
                   "cannot %s %s: %s: make space on its disk", attempt, path, why);
      break;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      g_set_error (error, JOURNAL_ERROR, JOURNAL_ERROR_STORE,
                   "cannot %s %s: %s: its directory and its files must be the server's to write",
                   attempt, path, number != 0 ? g_strerror (number) : why);
      break;
    default:
      g_set_error (error, JOURNAL_ERROR, JOURNAL_ERROR_STORE, "cannot %s %s: %s%s%s", attempt, path,
                   why, number != 0 ? ": " : "", number != 0 ? g_strerror (number) : "");
    }
  return FALSE;
}

void
journal_schema_close (sqlite3 *db)
{
  if (!db)
    return;
  (void)sqlite3_db_config (db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  (void)sqlite3_close_v2 (db);
}

/* SQLite would give it the mode of an ordinary file; what is beside it takes the mode from it. */
gboolean
journal_schema_create_file (const char *path, GError **error)
{
  g_autofree char *data_dir = g_path_get_dirname (path);
  int fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  int directory;

  if (fd < 0 && errno == EEXIST)
    return TRUE;
  if (fd < 0 || close (fd) < 0)
    {
      g_set_error (error, JOURNAL_ERROR, JOURNAL_ERROR_STORE,
                   "cannot create %s: %s: its directory must be the server's to write", path,
                   g_strerror (errno));
      return FALSE;
    }
  /* Its name has to survive a power cut with what is in it. Where directories cannot be synced
   * there is nothing more to do. */
  directory = open (data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory >= 0)
    {
      (void)fsync (directory);
      (void)close (directory);
    }
  return TRUE;
}

/* Makes the tables in an empty database; refuses what is another program's or a later version's. */
static gboolean
check_identity (sqlite3 *db, const char *path, gboolean create, GError **error)
{
  gint64 application = journal_schema_number (db, "PRAGMA application_id", -1);
  gint64 version = journal_schema_number (db, "PRAGMA user_version", -1);
  g_autofree char *sql = NULL;

  if (application < 0 || version < 0)
    return journal_schema_fail (db, "open", path, error);
  if (application == JOURNAL_APPLICATION_ID && version == JOURNAL_VERSION)
    return TRUE;
  if (application == JOURNAL_APPLICATION_ID && version > JOURNAL_VERSION)
    {
      g_set_error (error, JOURNAL_ERROR, JOURNAL_ERROR_VERSION,
                   "cannot open %s: a later version of parlanced wrote it (its format is %d, this "
                   "one knows %d): run that version",
                   path, (int)version, JOURNAL_VERSION);
      return FALSE;
    }
  if (application != 0 || version != 0 ||
      journal_schema_number (db, "SELECT count(*) FROM sqlite_schema", -1) != 0)
    {
      g_set_error (error, JOURNAL_ERROR, JOURNAL_ERROR_DAMAGED,
                   "cannot open %s: it is no chat database: move it away", path);
      return FALSE;
    }
  if (!create)
    {
      g_set_error (error, JOURNAL_ERROR, JOURNAL_ERROR_STORE, "cannot open %s: it is empty", path);
      return FALSE;
    }
  sql = g_strdup_printf ("BEGIN IMMEDIATE; " SCHEMA
                         "PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT",
                         JOURNAL_APPLICATION_ID, JOURNAL_VERSION);
  return sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK ||
         journal_schema_fail (db, "create", path, error);
}

/* The log can only be used where memory can be shared by files: not on every network's file
 * system. */
static gboolean
use_log (sqlite3 *db, const char *path, GError **error)
{
  sqlite3_stmt *statement = NULL;
  gboolean is_used = FALSE;
  int code = sqlite3_prepare_v2 (db, "PRAGMA journal_mode=WAL", -1, &statement, NULL);

  if (code == SQLITE_OK)
    code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    is_used = g_strcmp0 ((const char *)sqlite3_column_text (statement, 0), "wal") == 0;
  if (code != SQLITE_ROW)
    journal_schema_fail (db, "open", path, error);
  else if (!is_used)
    g_set_error (error, JOURNAL_ERROR, JOURNAL_ERROR_STORE,
                 "cannot open %s: its file system has no shared memory for a write-ahead log: give "
                 "the server a data directory on a local disk",
                 path);
  (void)sqlite3_finalize (statement);
  return is_used;
}

static gboolean
set_up_writer (
    sqlite3 *db, const char *path, JournalDurability durability, gboolean create, GError **error)
{
  /* Debian's SQLite overwrites what is deleted with zeros unless told not to. */
  const char *pragmas = durability == JOURNAL_DURABILITY_FULL
                            ? "PRAGMA synchronous=FULL; PRAGMA secure_delete=OFF;"
                              "PRAGMA journal_size_limit=" LOG_LIMIT_BYTES
                            : "PRAGMA synchronous=NORMAL; PRAGMA secure_delete=OFF;"
                              "PRAGMA journal_size_limit=" LOG_LIMIT_BYTES;

  if (sqlite3_db_readonly (db, "main") == 1)
    {
      g_set_error (error, JOURNAL_ERROR, JOURNAL_ERROR_STORE,
                   "cannot write to %s: it must be the server's to write", path);
      return FALSE;
    }
  return use_log (db, path, error) &&
         (sqlite3_exec (db, pragmas, NULL, NULL, NULL) == SQLITE_OK ||
          journal_schema_fail (db, "open", path, error)) &&
         check_identity (db, path, create, error);
}

/* Nothing spills into files of SQLite's own elsewhere: a confined server may not make them. */
sqlite3 *
journal_schema_connect (const char *path, int flags, GError **error)
{
  sqlite3 *db = NULL;

  if (sqlite3_open_v2 (path, &db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
      sqlite3_extended_result_codes (db, 1) != SQLITE_OK ||
      sqlite3_busy_timeout (db, JOURNAL_BUSY_MS) != SQLITE_OK ||
      sqlite3_exec (db, "PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY", NULL, NULL, NULL) !=
          SQLITE_OK)
    {
      journal_schema_fail (db, "open", path, error);
      journal_schema_close (db);
      return NULL;
    }
  return db;
}

static sqlite3 *
open_writer (const char *path, JournalDurability durability, gboolean create, GError **error)
{
  sqlite3 *db = journal_schema_connect (path, SQLITE_OPEN_READWRITE, error);

  if (db && set_up_writer (db, path, durability, create, error))
    return db;
  journal_schema_close (db);
  return NULL;
}

/* SQLite deletes the log of a database that is empty, so that one gets its tables before, and what
 * they were written to goes with the connection. */
static gboolean
fill_log (const char *path, GError **error)
{
  struct stat there;

  if (stat (path, &there) == 0 && there.st_size == 0)
    {
      sqlite3 *db = open_writer (path, JOURNAL_DURABILITY_FULL, TRUE, error);

      if (!db)
        return FALSE;
      (void)sqlite3_close_v2 (db);
    }
  journal_log_file_fill (path);
  return TRUE;
}

sqlite3 *
journal_schema_open (const char *data_dir,
                     JournalDurability durability,
                     gboolean create,
                     GError **error)
{
  g_autofree char *path = g_build_filename (data_dir, JOURNAL_FILE, NULL);

  if (create && !journal_schema_create_file (path, error))
    return NULL;
  if (create && durability == JOURNAL_DURABILITY_FULL && !fill_log (path, error))
    return NULL;
  return open_writer (path, durability, create, error);
}

sqlite3 *
journal_schema_open_reader (const char *data_dir, GError **error)
{
  g_autofree char *path = g_build_filename (data_dir, JOURNAL_FILE, NULL);
  sqlite3 *db = journal_schema_connect (path, SQLITE_OPEN_READONLY, error);

  if (db && check_identity (db, path, FALSE, error))
    return db;
  journal_schema_close (db);
  return NULL;
}
