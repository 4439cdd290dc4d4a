/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files of the journal's reader share among each other.
 */
#pragma once

#include <sqlite3.h>

#include "server/chat/journal-index.h"
#include "server/chat/journal-reader.h"

#define JOURNAL_SEARCH_MAX_US 500000

struct JournalReader
{
  char *data_dir;
  char *path;
  sqlite3 *db;
  sqlite3_stmt *after;
  sqlite3_stmt *before;

  JournalIndex *index; /* (nullable): only of the reader that writes it */
  char *search_path;   /* of the search's, all of them from its first use */
  sqlite3 *search_db;
  ino_t search_inode;
  gint64 search_max_us; /* of the processor's time */
  sqlite3_stmt *doc;
  sqlite3_stmt *message;
};

/** journal_reader_close_search: what was opened for searches and indexing */
void journal_reader_close_search (JournalReader *self);

/** journal_reader_message: of a row of id, time, nick, body; borrowed until the next step */
void journal_reader_message (sqlite3_stmt *row, JournalMessage *ret_message);
