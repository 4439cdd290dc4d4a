/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading what the journal holds, beside the thread that writes it: pages of a room for `history`
 * and catch-up, and the search through all that was said. A reader is one connection to the
 * database, belongs to one thread, and sees what was committed when a call begins.
 */
#pragma once

#include <glib.h>

typedef struct JournalReader JournalReader;

/* A stored message. Borrowed for the call. Its JSON object is
 * {"room":…,"seq":@seq,"time":@time_ms,"from":@nick,@body} */
typedef struct
{
  guint32 room;
  gint64 seq;
  gint64 time_ms;
  const char *nick;
  const char *body; /* JSON members without braces */
  gsize n_body;
} JournalMessage;

/* Returns: %FALSE to stop before this message (it does not fit any more) */
typedef gboolean (*JournalMessageFunc) (const JournalMessage *message, gpointer data);

/** journal_reader_open: of the database that a Journal keeps in @data_dir. %NULL data for
 * JOURNAL_DURABILITY_NONE is no business of this one */
JournalReader *journal_reader_open (const char *data_dir, GError **error);
void journal_reader_close (JournalReader *self);

/**
 * journal_reader_after:
 *
 * Messages of @room with seq > @after, ascending, @limit at the most.
 *
 * Returns: how many @func took, or -1 with @error
 */
int journal_reader_after (JournalReader *self,
                          guint32 room,
                          gint64 after,
                          guint limit,
                          JournalMessageFunc func,
                          gpointer data,
                          GError **error);

/** journal_reader_before: those with seq < @before (G_MAXINT64: the newest), DESCENDING */
int journal_reader_before (JournalReader *self,
                           guint32 room,
                           gint64 before,
                           guint limit,
                           JournalMessageFunc func,
                           gpointer data,
                           GError **error);

/** journal_reader_dup_room_name: (transfer full) (nullable): as first written */
char *journal_reader_dup_room_name (JournalReader *self, guint32 room);

/**
 * journal_reader_index:
 * @max_messages: how many to take in at the most
 *
 * Brings the full-text index, a file of its own (`chat-search.db`), nearer to what is stored. It
 * may be deleted while the server is stopped, and is then made again. A damaged one is made again
 * too. Only one reader may be used for this.
 *
 * Returns: how many messages were taken in (0: it is complete), or -1 with @error
 */
int journal_reader_index (JournalReader *self, guint max_messages, GError **error);

/**
 * journal_reader_search:
 * @room: 0: all rooms
 * @text: words that all have to occur, in any script; a run of Chinese is found as it stands.
 *   UTF-8, any text, NUL-terminated
 *
 * Newest first among what is indexed. A text without any word finds nothing. What takes longer than
 * half a second of the processor's time ends with what was found.
 */
int journal_reader_search (JournalReader *self,
                           guint32 room,
                           const char *text,
                           guint limit,
                           JournalMessageFunc func,
                           gpointer data,
                           GError **error);
