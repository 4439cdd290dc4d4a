/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The journal: where rooms, their messages, topics and the tokens of sessions outlive the server.
 * A room is a log of messages numbered 1, 2, 3… without gaps. This is the seam behind which another
 * log can stand: whoever calls appends a batch and is told its numbers, and never makes up one.
 *
 * Here it is an SQLite database in WAL mode, `chat.db` in the data directory. One thread owns a
 * Journal; readers (journal-reader.h) have connections of their own and never block it.
 */
#pragma once

#include <glib.h>

typedef struct Journal Journal;

#define JOURNAL_ERROR (journal_error_quark ())
GQuark journal_error_quark (void);

typedef enum
{
  JOURNAL_ERROR_STORE,   /* it cannot be read or written at the moment */
  JOURNAL_ERROR_DAMAGED, /* its content makes no sense, or is another program's */
  JOURNAL_ERROR_VERSION, /* a later version wrote it */
  JOURNAL_ERROR_NO_ROOM, /* nothing is known of a room that was named */
} JournalError;

#define JOURNAL_TOKEN_BYTES 32 /* SHA-256 of a session's token */

typedef enum
{
  JOURNAL_DURABILITY_FULL,    /* an fsync for each batch: survives a power cut */
  JOURNAL_DURABILITY_PROCESS, /* survives the end of the process */
  JOURNAL_DURABILITY_NONE,    /* keeps nothing, keys neither: for measuring what storing costs */
} JournalDurability;

/* One message to be appended. Borrows every string for the call. */
typedef struct
{
  const char *nick; /* as shown */
  const char *nick_folded;
  const char *key; /* (nullable): idempotency key, 1 to PARLANCE_MAX_KEY bytes, may hold any text */
  gsize n_key;
  const char *body; /* JSON members, `"kind":…,"text":…`, without braces */
  gsize n_body;
  gint64 time_ms;     /* in: now. out: as stored; does not go back within a room */
  gint64 seq;         /* out */
  guint32 room;       /* journal_add_room(), journal_each_room() */
  gboolean is_repeat; /* out: the key was used by that nick in that room within 24 hours; @seq and
                         @time_ms are the first one's and nothing was appended */
} JournalEntry;

/* A room as it is stored. Borrowed for the call. */
typedef struct
{
  guint32 id;
  const char *name;  /* as first written */
  const char *topic; /* "" for none */
  gint64 first_seq;  /* the oldest that is kept; last_seq + 1: none is */
  gint64 last_seq;   /* 0: nothing was said yet */
  gint64 last_time_ms;
} JournalRoom;

typedef void (*JournalRoomFunc) (const JournalRoom *room, gpointer data);
typedef void (*JournalTokenFunc) (const guint8 token_hash[JOURNAL_TOKEN_BYTES],
                                  const char *nick,
                                  const char *nick_folded,
                                  gint64 expires_ms,
                                  gpointer data);

/**
 * journal_open:
 * @data_dir: an existing directory; the caller holds its lock
 *
 * Makes the database where there is none. What a killed server left is recovered. One from a later
 * version, a damaged one, or a directory that cannot be written is an error that names the file and
 * says what to do.
 */
Journal *journal_open (const char *data_dir, JournalDurability durability, GError **error);

/** journal_close: writes back what is in the write-ahead log. Takes %NULL. */
void journal_close (Journal *self);

/** journal_each_room: every room that is stored, by id; at the start. Takes milliseconds for a
 * million messages */
gboolean journal_each_room (Journal *self, JournalRoomFunc func, gpointer data, GError **error);

/** journal_each_token: every token that has not expired at @now_ms */
gboolean journal_each_token (
    Journal *self, gint64 now_ms, JournalTokenFunc func, gpointer data, GError **error);

/** journal_n_messages: how many are stored */
guint64 journal_n_messages (const Journal *self);

/**
 * journal_add_room:
 *
 * Gives a room an id. It is written with the next batch, and again with the one after when that
 * fails, so that this cannot fail.
 *
 * Returns: never 0, as long as there are less than 8 million rooms
 */
guint32 journal_add_room (Journal *self, const char *name);

/** journal_remove_room: forgets a room that has no topic and never had a message; one that had is
 * kept, so that its numbers are not used again */
void journal_remove_room (Journal *self, guint32 room);

/**
 * journal_set_token:
 *
 * From now on @token_hash stands for the nick, and any earlier token of that nick for nothing. As
 * with rooms: written with the next batch.
 */
void journal_set_token (Journal *self,
                        const guint8 token_hash[JOURNAL_TOKEN_BYTES],
                        const char *nick,
                        const char *nick_folded,
                        gint64 expires_ms);

/**
 * journal_set_topic:
 *
 * To be written with the next journal_append(), which says whether it was.
 */
void journal_set_topic (Journal *self, guint32 room, const char *topic);

/**
 * journal_append:
 * @entries: (array length=n_entries) (inout): in order; @n_entries may be 0
 *
 * Writes everything in one transaction and makes it durable: group commit. On failure nothing of it
 * is stored (the disk is full, the directory read-only, an I/O error), topics set since the last
 * call are forgotten, rooms and tokens are kept for the next call, and the journal can be used as
 * before: it works again as soon as the disk does. Then what is (out) in @entries is of no use.
 *
 * Where an fsync fails and the server is killed before the next success, the batch may turn out to
 * be stored all the same: whoever sends it again, with its key, is told so.
 */
gboolean journal_append (Journal *self, JournalEntry *entries, guint n_entries, GError **error);

/** journal_has_pending: whether rooms, tokens or topics wait for a journal_append() */
gboolean journal_has_pending (const Journal *self);

/**
 * journal_trim:
 * @before_seq: messages below it may go
 * @before_ms: and those that are older, whatever their seq
 * @max_rows: how many to delete at the most, so that nobody waits for it
 * @ret_first_seq: (out): the oldest that is kept now
 *
 * Retention. Numbers are never used again.
 *
 * Returns: how many were deleted, or -1 with @error
 */
int journal_trim (Journal *self,
                  guint32 room,
                  gint64 before_seq,
                  gint64 before_ms,
                  guint max_rows,
                  gint64 *ret_first_seq,
                  GError **error);

/** journal_expire: drops keys older than 24 hours and tokens past their time, a few at a time.
 * Returns: whether there may be more */
gboolean journal_expire (Journal *self, gint64 now_ms, GError **error);
