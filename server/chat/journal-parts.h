/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files of the journal share among each other.
 */
#pragma once

#include <sqlite3.h>

#include "server/chat/journal-checkpoint.h"
#include "server/chat/journal.h"

/* What is known of a room without asking the database. */
typedef struct
{
  guint32 id;
  gboolean is_written; /* has a row */
  gboolean has_topic;
  char *name;  /* (nullable): until it is written */
  char *topic; /* (nullable): to be written with the next batch */
  gint64 first_seq;
  gint64 last_seq;
  gint64 last_time_ms;
  /* Ahead of the two above while a batch is written that has messages of the room. */
  gint64 batch_seq;
  gint64 batch_time_ms;
} JournalRoomState;

typedef struct
{
  guint8 hash[JOURNAL_TOKEN_BYTES];
  char *nick;
  char *nick_folded;
  gint64 expires_ms;
  guint64 number; /* they are written in the order in which they were set */
} JournalToken;

typedef enum
{
  JOURNAL_BEGIN,
  JOURNAL_COMMIT,
  JOURNAL_ROLLBACK,
  JOURNAL_ADD_MESSAGE,
  JOURNAL_ADD_KEY,
  JOURNAL_FIND_KEY,
  JOURNAL_ADD_ROOM,
  JOURNAL_REMOVE_ROOM,
  JOURNAL_SET_TOPIC,
  JOURNAL_SET_TOKEN,
  JOURNAL_FIND_TIME,
  JOURNAL_TRIM,
  JOURNAL_KEEP_LAST,
  JOURNAL_N_STATEMENTS,
} JournalStatement;

struct Journal
{
  char *data_dir; /* %NULL: nothing is kept */
  char *path;
  JournalDurability durability;
  sqlite3 *db; /* %NULL after a failure, until it is needed again */
  sqlite3_stmt *statements[JOURNAL_N_STATEMENTS];
  JournalCheckpointer *checkpointer;

  GHashTable *rooms; /* id -> JournalRoomState */
  guint32 last_room;
  guint64 n_messages;

  /* What the next batch takes along. */
  GPtrArray *new_rooms;  /* JournalRoomState */
  GArray *removed_rooms; /* guint32 */
  GPtrArray *topics;     /* JournalRoomState */
  GHashTable *tokens;    /* nick_folded -> JournalToken */
  guint64 n_tokens_set;

  GPtrArray *touched; /* JournalRoomState: those with messages in the batch that is written */
  guint64 n_batch;    /* messages in it */
};

/**
 * journal_begin:
 *
 * Opens the database again where a failure closed it, waits for a checkpoint that needs quiet, and
 * begins a transaction. After %TRUE comes journal_end().
 */
gboolean journal_begin (Journal *self, const char *attempt, GError **error);

/**
 * journal_end:
 * @ok: whether all in it went well; otherwise @error is set from what failed last
 *
 * Commits, or rolls back.
 */
gboolean journal_end (Journal *self, gboolean ok, const char *attempt, GError **error);

/** journal_room: %NULL: there is no such room */
JournalRoomState *journal_room (const Journal *self, guint32 room);
