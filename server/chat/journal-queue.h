/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The messages of all rooms after a mark in each, in the order of their times. A room is a log of
 * its own; this is how the logs become one for who wants to read all of them.
 */
#pragma once

#include <sqlite3.h>

#include "server/chat/journal-reader.h"

typedef struct JournalQueue JournalQueue;

/**
 * journal_queue_new:
 * @messages: (transfer none): the chat database, as long as the queue is there
 *
 * Returns: (transfer full): %NULL: @messages failed
 */
JournalQueue *journal_queue_new (sqlite3 *messages);
void journal_queue_free (JournalQueue *self); /* @self: (nullable) */

/** journal_queue_add: a room, of which everything to @seq is known. %FALSE: the database failed */
gboolean journal_queue_add (JournalQueue *self, guint32 room, gint64 seq);

gboolean journal_queue_is_empty (const JournalQueue *self);

/**
 * journal_queue_next:
 * @ret_message: (out): the oldest; borrowed until the next call
 *
 * Returns: 1, 0 when there is no more, or -1 when the database failed
 */
int journal_queue_next (JournalQueue *self, JournalMessage *ret_message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JournalQueue, journal_queue_free)
