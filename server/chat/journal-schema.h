/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The chat database as a file: opening it, its tables and its versions, and what a failure in it is
 * called. Every connection belongs to one thread.
 *
 * - rooms: those that are remembered. last_seq and last_time are of what was trimmed; where
 *   messages are kept, the last of them tells.
 *
 * - messages: one row each. The number of a row is the room's, shifted, and the message's in it: a
 *   room is one range of keys, a page of it is read in one stretch, and no index is needed.
 *
 * - keys: idempotency keys by the day they were used on, so that a whole day's are dropped from one
 *   end of the table, and no index by time is needed.
 *
 * - tokens: one for each nick.
 */
#pragma once

#include <glib.h>
#include <sqlite3.h>

#include "server/chat/journal.h"

#define JOURNAL_FILE "chat.db"
#define JOURNAL_APPLICATION_ID 0x504c4348 /* "PLCH" */
#define JOURNAL_VERSION 1

#define JOURNAL_SEQ_BITS 40
#define JOURNAL_MAX_SEQ ((G_GINT64_CONSTANT (1) << JOURNAL_SEQ_BITS) - 1)
#define JOURNAL_MAX_ROOM ((1U << (63 - JOURNAL_SEQ_BITS)) - 1)

#define JOURNAL_DAY_MS (24 * G_GINT64_CONSTANT (3600000))

/* Milliseconds that a connection waits for another one: recovery, or a person with a shell. */
#define JOURNAL_BUSY_MS 1000

/** journal_row: the number of a message's row. Those of one room follow each other */
static inline gint64
journal_row (guint32 room, gint64 seq)
{
  return ((gint64)room << JOURNAL_SEQ_BITS) | seq;
}

static inline gint64
journal_row_seq (gint64 row)
{
  return row & JOURNAL_MAX_SEQ;
}

static inline guint32
journal_row_room (gint64 row)
{
  return (guint32)(row >> JOURNAL_SEQ_BITS);
}

/**
 * journal_schema_open:
 * @create: make the database where there is none
 *
 * Returns: (transfer full): a connection that writes
 */
sqlite3 *journal_schema_open (const char *data_dir,
                              JournalDurability durability,
                              gboolean create,
                              GError **error);

/** journal_schema_open_reader: a connection that reads, of a database that is there */
sqlite3 *journal_schema_open_reader (const char *data_dir, GError **error);

/** journal_schema_connect: a connection to any database. @flags: SQLite's */
sqlite3 *journal_schema_connect (const char *path, int flags, GError **error);

/** journal_schema_create_file: makes an empty file that only its owner may read, and what belongs
 * to a database will be like it. One that is there is left as it is */
gboolean journal_schema_create_file (const char *path, GError **error);

/** journal_schema_close: @db: (nullable). Leaves the write-ahead log to others: a connection that
 * is given up must not be the one that removes it */
void journal_schema_close (sqlite3 *db);

/** journal_schema_fail: sets @error from what went wrong last in @db (nullable: no memory), which
 * was to "cannot @attempt". Returns: %FALSE */
gboolean journal_schema_fail (sqlite3 *db, const char *attempt, const char *path, GError **error);

gboolean journal_schema_prepare (sqlite3 *db, const char *sql, sqlite3_stmt **ret_statement);

/** journal_schema_run: takes a statement with its values bound to its end, and resets it. Returns:
 * whether it went well */
gboolean journal_schema_run (sqlite3_stmt *statement);

/** journal_schema_number: @fallback where there is no row */
gint64 journal_schema_number (sqlite3 *db, const char *sql, gint64 fallback);
