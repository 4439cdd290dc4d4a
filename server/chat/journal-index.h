/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The full-text index of messages as a file, `chat-search.db`. Everything in it can be made again
 * from the messages. One JournalIndex writes it; whoever searches opens it by himself.
 *
 * - docs: a number for each message, in the order of their times, so that what is newest in any
 *   room has the highest; and the message's row.
 *
 * - words_0, words_1…: FTS5 without contents, with the words of so many docs each, and the room's
 *   number as a word in a column of its own. Nothing can be deleted from such a table; when all
 *   messages of the oldest are gone, the table goes.
 *
 * - marks: how far each room is indexed, and the time of that message: should the messages be
 *   others (somebody has put a backup in their place), the index is made again.
 *
 * - state: one row with the first doc whose message may still be there, and the docs to a part.
 */
#pragma once

#include <sqlite3.h>
#include <sys/types.h>

#include "server/chat/journal-reader.h"

#define JOURNAL_INDEX_FILE "chat-search.db"
#define JOURNAL_INDEX_APPLICATION_ID 0x504c4353 /* "PLCS" */
/* Of the tables, and of what is a word: with another one the index is made again. */
#define JOURNAL_INDEX_VERSION 1
#define JOURNAL_INDEX_DOCS_PER_PART 262144

typedef struct JournalIndex JournalIndex;

/**
 * journal_index_new:
 * @messages: (transfer none): the chat database
 * @docs_per_part: JOURNAL_INDEX_DOCS_PER_PART, or less to test with; of an index that is made
 *
 * Opens nothing yet.
 */
JournalIndex *journal_index_new (const char *data_dir, sqlite3 *messages, guint docs_per_part);
void journal_index_free (JournalIndex *self); /* @self: (nullable) */

/** journal_index_update: journal_reader_index() */
int journal_index_update (JournalIndex *self, guint max_messages, GError **error);

/** journal_index_inode: 0: there is no file */
ino_t journal_index_inode (const char *path);

/**
 * journal_index_condemn:
 * @inode: of the file at @path that was found to be damaged
 *
 * Removes it, unless there is another one by now: the next update makes one.
 */
void journal_index_condemn (const char *path, ino_t inode);

/** journal_index_is_damage: whether an error of the index is of its content's, and not the disk's
 */
gboolean journal_index_is_damage (sqlite3 *db);
