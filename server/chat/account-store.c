/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Statements are made when they are needed: what they are for is rare.
 */
#include "server/chat/account-store.h"

#include <stdarg.h>

#include "server/chat/journal-schema.h"

#define APPLICATION_ID 0x504c4143 /* "PLAC" */
#define VERSION 1

#define SCHEMA                                                                                     \
  "CREATE TABLE accounts(id INTEGER PRIMARY KEY AUTOINCREMENT, nick TEXT NOT NULL,"                \
  " folded TEXT NOT NULL UNIQUE, hash TEXT NOT NULL, operator INTEGER NOT NULL,"                   \
  " created INTEGER NOT NULL);"                                                                    \
  "CREATE TABLE devices(id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL,"           \
  " token BLOB NOT NULL UNIQUE, name TEXT NOT NULL, created INTEGER NOT NULL,"                     \
  " used INTEGER NOT NULL);"                                                                       \
  "CREATE INDEX devices_by_account ON devices(account);"                                           \
  "CREATE TABLE bans(id INTEGER PRIMARY KEY AUTOINCREMENT, mute INTEGER NOT NULL,"                 \
  " target INTEGER NOT NULL, name TEXT NOT NULL, reason TEXT NOT NULL, by TEXT NOT NULL,"          \
  " created INTEGER NOT NULL, expires INTEGER NOT NULL);"                                          \
  "CREATE TABLE closed_rooms(folded TEXT PRIMARY KEY, name TEXT NOT NULL, reason TEXT NOT NULL,"   \
  " created INTEGER NOT NULL) WITHOUT ROWID;"

struct AccountStore
{
  sqlite3 *db; /* (nullable): after a failure, until it is needed again */
  char *path;
  gboolean is_memory;
  gboolean is_doubtful; /* something has failed */
};

static gboolean
fail (AccountStore *self, const char *attempt, GError **error)
{
  int code = self->db != NULL ? sqlite3_errcode (self->db) & 0xff : SQLITE_NOMEM;

  if (code != SQLITE_CORRUPT && code != SQLITE_NOTADB)
    return journal_schema_fail (self->db, attempt, self->path, error);
  g_set_error (error, JOURNAL_ERROR, JOURNAL_ERROR_DAMAGED,
               "cannot %s %s: it is damaged (%s): put a backup in its place, or move it and its "
               "-wal and -shm files away to begin without accounts and bans",
               attempt, self->path, sqlite3_errmsg (self->db));
  return FALSE;
}

/* --- opening ---------------------------------------------------------------------------------- */

static gboolean
check_identity (AccountStore *self, GError **error)
{
  gint64 application = journal_schema_number (self->db, "PRAGMA application_id", -1);
  gint64 version = journal_schema_number (self->db, "PRAGMA user_version", -1);

  if (application < 0 || version < 0)
    return fail (self, "open", error);
  if (application == APPLICATION_ID && version == VERSION)
    return TRUE;
  if (application == APPLICATION_ID && version > VERSION)
    {
      g_set_error (error, JOURNAL_ERROR, JOURNAL_ERROR_VERSION,
                   "cannot open %s: a later version of parlanced wrote it (its format is %d, this "
                   "one knows %d): run that version",
                   self->path, (int)version, VERSION);
      return FALSE;
    }
  if (application != 0 || version != 0 ||
      journal_schema_number (self->db, "SELECT count(*) FROM sqlite_schema", -1) != 0)
    {
      g_set_error (error, JOURNAL_ERROR, JOURNAL_ERROR_DAMAGED,
                   "cannot open %s: it is no database of accounts: move it away", self->path);
      return FALSE;
    }
  g_autofree char *sql = g_strdup_printf (
      "BEGIN IMMEDIATE; " SCHEMA "PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT",
      APPLICATION_ID, VERSION);
  return sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK ||
         fail (self, "create", error);
}

/* Connects, to an empty database too. Returns: whether @self has one then */
static gboolean
connect_database (AccountStore *self, GError **error)
{
  self->is_doubtful = FALSE;
  self->db = journal_schema_connect (self->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, error);
  if (self->db != NULL &&
      (sqlite3_exec (self->db,
                     "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON",
                     NULL, NULL, NULL) == SQLITE_OK ||
       fail (self, "open", error)) &&
      check_identity (self, error))
    return TRUE;
  if (self->db != NULL)
    (void)sqlite3_close_v2 (self->db);
  self->db = NULL;
  return FALSE;
}

AccountStore *
account_store_open (const char *data_dir, GError **error)
{
  AccountStore *self = g_new0 (AccountStore, 1);

  self->is_memory = data_dir == NULL;
  self->path = data_dir != NULL ? g_build_filename (data_dir, ACCOUNT_STORE_FILE, NULL)
                                : g_strdup (":memory:");
  if ((self->is_memory || journal_schema_create_file (self->path, error)) &&
      connect_database (self, error))
    return self;
  account_store_close (self);
  return NULL;
}

void
account_store_close (AccountStore *self)
{
  if (self == NULL)
    return;
  if (self->db != NULL)
    (void)sqlite3_close_v2 (self->db);
  g_free (self->path);
  g_free (self);
}

/* Begins with a fresh connection where something has failed on the one that is there: after some
 * errors it works no more. */
static gboolean
revive (AccountStore *self, GError **error)
{
  if (!self->is_doubtful)
    return TRUE;
  if (self->db != NULL)
    (void)sqlite3_close_v2 (self->db);
  if (connect_database (self, error))
    return TRUE;
  self->is_doubtful = TRUE;
  return FALSE;
}

/* --- statements ------------------------------------------------------------------------------- */

/* Whether the next write finds the connection as it was, and writes over what was left half done. A
 * fresh one might take that for whole. */
static gboolean
is_plain_failure (const AccountStore *self)
{
  switch (sqlite3_extended_errcode (self->db))
    {
    case SQLITE_FULL:
    case SQLITE_IOERR_WRITE:
    case SQLITE_IOERR_FSYNC:
      return TRUE;
    default:
      return FALSE;
    }
}

/* @types: of each value that follows, in order: 't' text, 'i' gint64, 'b' a token's hash. */
static gboolean
run (AccountStore *self, GError **error, const char *sql, const char *types, ...)
{
  sqlite3_stmt *statement = NULL;

  if ((self->db == NULL || sqlite3_get_autocommit (self->db)) && !revive (self, error))
    return FALSE;
  int code = sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL);
  va_list values;

  va_start (values, types);
  for (int i = 0; types[i] != '\0' && code == SQLITE_OK; i++)
    {
      if (types[i] == 't')
        code =
            sqlite3_bind_text (statement, i + 1, va_arg (values, const char *), -1, SQLITE_STATIC);
      else if (types[i] == 'i')
        code = sqlite3_bind_int64 (statement, i + 1, va_arg (values, gint64));
      else
        code = sqlite3_bind_blob (statement, i + 1, va_arg (values, const guint8 *),
                                  ACCOUNT_STORE_TOKEN_BYTES, SQLITE_STATIC);
    }
  va_end (values);
  if (code == SQLITE_OK)
    code = sqlite3_step (statement);
  if (code != SQLITE_DONE)
    {
      fail (self, "write to", error);
      self->is_doubtful = !self->is_memory && !is_plain_failure (self);
    }
  (void)sqlite3_finalize (statement);
  return code == SQLITE_DONE;
}

static gboolean
begin (AccountStore *self, GError **error)
{
  return run (self, error, "BEGIN IMMEDIATE", "");
}

/* Ends what begin() began. Returns: whether all of it is stored */
static gboolean
end (AccountStore *self, gboolean is_good, GError **error)
{
  if (is_good && run (self, error, "COMMIT", ""))
    return TRUE;
  /* Some errors have rolled back already, and then this one says so. */
  (void)sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}

/* --- reading ---------------------------------------------------------------------------------- */

static const char *
text_of (sqlite3_stmt *statement, int column)
{
  const char *text = (const char *)sqlite3_column_text (statement, column);

  return text != NULL ? text : "";
}

static void
read_account (sqlite3_stmt *statement, const AccountStoreReader *reader, gpointer data)
{
  const AccountRow row = {
    .id = sqlite3_column_int64 (statement, 0),
    .nick = text_of (statement, 1),
    .folded = text_of (statement, 2),
    .hash = text_of (statement, 3),
    .is_operator = sqlite3_column_int (statement, 4) != 0,
    .created_ms = sqlite3_column_int64 (statement, 5),
  };
  reader->account (&row, data);
}

static void
read_device (sqlite3_stmt *statement, const AccountStoreReader *reader, gpointer data)
{
  const DeviceRow row = {
    .id = sqlite3_column_int64 (statement, 0),
    .account = sqlite3_column_int64 (statement, 1),
    .token = sqlite3_column_blob (statement, 2),
    .name = text_of (statement, 3),
    .created_ms = sqlite3_column_int64 (statement, 4),
    .used_ms = sqlite3_column_int64 (statement, 5),
  };
  if (sqlite3_column_bytes (statement, 2) == ACCOUNT_STORE_TOKEN_BYTES)
    reader->device (&row, data);
}

static void
read_ban (sqlite3_stmt *statement, const AccountStoreReader *reader, gpointer data)
{
  const BanRow row = {
    .id = sqlite3_column_int64 (statement, 0),
    .is_mute = sqlite3_column_int (statement, 1) != 0,
    .target = sqlite3_column_int (statement, 2),
    .name = text_of (statement, 3),
    .reason = text_of (statement, 4),
    .by = text_of (statement, 5),
    .created_ms = sqlite3_column_int64 (statement, 6),
    .expires_ms = sqlite3_column_int64 (statement, 7),
  };
  reader->ban (&row, data);
}

static void
read_room (sqlite3_stmt *statement, const AccountStoreReader *reader, gpointer data)
{
  const ClosedRoomRow row = {
    .folded = text_of (statement, 0),
    .name = text_of (statement, 1),
    .reason = text_of (statement, 2),
  };
  reader->room (&row, data);
}

gboolean
account_store_read (AccountStore *self,
                    const AccountStoreReader *reader,
                    gpointer data,
                    GError **error)
{
  static const struct
  {
    const char *sql;
    void (*read) (sqlite3_stmt *statement, const AccountStoreReader *reader, gpointer data);
  } tables[] = {
    { "SELECT id,nick,folded,hash,operator,created FROM accounts", read_account },
    { "SELECT id,account,token,name,created,used FROM devices ORDER BY used", read_device },
    { "SELECT id,mute,target,name,reason,by,created,expires FROM bans ORDER BY id", read_ban },
    { "SELECT folded,name,reason FROM closed_rooms", read_room },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      sqlite3_stmt *statement = NULL;
      int code = sqlite3_prepare_v2 (self->db, tables[i].sql, -1, &statement, NULL);

      while (code == SQLITE_OK || code == SQLITE_ROW)
        {
          code = sqlite3_step (statement);
          if (code == SQLITE_ROW)
            tables[i].read (statement, reader, data);
        }
      if (code != SQLITE_DONE)
        fail (self, "read", error);
      (void)sqlite3_finalize (statement);
      if (code != SQLITE_DONE)
        return FALSE;
    }
  return TRUE;
}

/* --- writing ---------------------------------------------------------------------------------- */

gint64
account_store_add_account (AccountStore *self, const AccountRow *row, GError **error)
{
  /* There is one already where a failure was none after all: nobody has been told of it. */
  if (!run (self, error,
            "INSERT OR REPLACE INTO accounts(nick,folded,hash,operator,created)"
            " VALUES(?1,?2,?3,?4,?5)",
            "tttii", row->nick, row->folded, row->hash, (gint64)row->is_operator, row->created_ms))
    return -1;
  return sqlite3_last_insert_rowid (self->db);
}

gboolean
account_store_set_password (
    AccountStore *self, gint64 account, const char *hash, gint64 keep, GError **error)
{
  if (!begin (self, error))
    return FALSE;
  gboolean is_good =
      run (self, error, "UPDATE accounts SET hash=?1 WHERE id=?2", "ti", hash, account) &&
      run (self, error, "DELETE FROM devices WHERE account=?1 AND id<>?2", "ii", account, keep);
  return end (self, is_good, error);
}

gboolean
account_store_remove_account (AccountStore *self, gint64 account, GError **error)
{
  if (!begin (self, error))
    return FALSE;
  gboolean is_good = run (self, error, "DELETE FROM devices WHERE account=?1", "i", account) &&
                     run (self, error, "DELETE FROM accounts WHERE id=?1", "i", account);
  return end (self, is_good, error);
}

gboolean
account_store_set_operator (AccountStore *self,
                            gint64 account,
                            gboolean is_operator,
                            GError **error)
{
  return run (self, error, "UPDATE accounts SET operator=?1 WHERE id=?2", "ii", (gint64)is_operator,
              account);
}

gint64
account_store_add_device (AccountStore *self, const DeviceRow *row, GError **error)
{
  if (!run (self, error,
            "INSERT INTO devices(account,token,name,created,used) VALUES(?1,?2,?3,?4,?5)", "ibtii",
            row->account, row->token, row->name, row->created_ms, row->used_ms))
    return -1;
  return sqlite3_last_insert_rowid (self->db);
}

gboolean
account_store_use_device (AccountStore *self, gint64 id, gint64 used_ms, GError **error)
{
  return run (self, error, "UPDATE devices SET used=?1 WHERE id=?2", "ii", used_ms, id);
}

gboolean
account_store_remove_device (AccountStore *self, gint64 id, GError **error)
{
  return run (self, error, "DELETE FROM devices WHERE id=?1", "i", id);
}

gboolean
account_store_remove_other_devices (AccountStore *self, gint64 account, gint64 keep, GError **error)
{
  return run (self, error, "DELETE FROM devices WHERE account=?1 AND id<>?2", "ii", account, keep);
}

gint64
account_store_add_ban (AccountStore *self, const BanRow *row, gint64 earlier, GError **error)
{
  if (!begin (self, error))
    return -1;
  gboolean is_good = run (self, error, "DELETE FROM bans WHERE id=?1", "i", earlier) &&
                     run (self, error,
                          "INSERT INTO bans(mute,target,name,reason,by,created,expires)"
                          " VALUES(?1,?2,?3,?4,?5,?6,?7)",
                          "iitttii", (gint64)row->is_mute, (gint64)row->target, row->name,
                          row->reason, row->by, row->created_ms, row->expires_ms);
  return end (self, is_good, error) ? sqlite3_last_insert_rowid (self->db) : -1;
}

gboolean
account_store_expire_bans (AccountStore *self, gint64 now_ms, GError **error)
{
  return run (self, error, "DELETE FROM bans WHERE expires<>0 AND expires<=?1", "i", now_ms);
}

gboolean
account_store_remove_ban (AccountStore *self, gint64 id, GError **error)
{
  return run (self, error, "DELETE FROM bans WHERE id=?1", "i", id);
}

gboolean
account_store_add_room (AccountStore *self, const ClosedRoomRow *row, gint64 now_ms, GError **error)
{
  return run (self, error,
              "INSERT OR REPLACE INTO closed_rooms(folded,name,reason,created)"
              " VALUES(?1,?2,?3,?4)",
              "ttti", row->folded, row->name, row->reason, now_ms);
}

gboolean
account_store_remove_room (AccountStore *self, const char *folded, GError **error)
{
  return run (self, error, "DELETE FROM closed_rooms WHERE folded=?1", "t", folded);
}
