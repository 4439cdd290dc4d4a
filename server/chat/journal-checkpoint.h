/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Carries what is in the write-ahead log over into the database, in a thread and with a connection
 * of its own, so that whoever appends never pays for it.
 */
#pragma once

#include <glib.h>
#include <sqlite3.h>

typedef struct JournalCheckpointer JournalCheckpointer;

/** journal_checkpointer_start: of the database in @data_dir, which is there */
JournalCheckpointer *journal_checkpointer_start (const char *data_dir, GError **error);

/** journal_checkpointer_stop: ends the thread, waits for it and frees @self (nullable) */
void journal_checkpointer_stop (JournalCheckpointer *self);

/** journal_checkpointer_watch: learns of @db's commits from now on */
void journal_checkpointer_watch (JournalCheckpointer *self, sqlite3 *db);

/**
 * journal_checkpointer_enter:
 *
 * To be called before each transaction of the writer's, and journal_checkpointer_leave() after it.
 * Takes its time only when the log has grown so long that it must begin again, which it cannot
 * while somebody writes.
 */
void journal_checkpointer_enter (JournalCheckpointer *self);
void journal_checkpointer_leave (JournalCheckpointer *self);
