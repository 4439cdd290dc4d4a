/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files of the journal's reader share among each other.
 */
#pragma once

#include <sqlite3.h>

#include "server/chat/journal-reader.h"

struct JournalReader
{
  char *data_dir;
  char *path;
  sqlite3 *db;
  sqlite3_stmt *after;
  sqlite3_stmt *before;
};

/** journal_reader_message: of a row of id, time, nick, body; borrowed until the next step */
void journal_reader_message (sqlite3_stmt *row, JournalMessage *ret_message);
