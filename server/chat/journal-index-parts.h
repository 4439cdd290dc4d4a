/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the files of the full-text index's writer share among each other.
 */
#pragma once

#include <sqlite3.h>

#include "server/chat/journal-index.h"

typedef enum
{
  INDEX_DOC,
  INDEX_ADD_DOC,
  INDEX_SET_MARK,
  INDEX_SET_FIRST_DOC,
  INDEX_FORGET_DOCS,
  INDEX_N_STATEMENTS,
} IndexStatement;

struct JournalIndex
{
  char *path;
  sqlite3 *messages;     /* borrowed */
  sqlite3_stmt *message; /* of those: the time of a row */
  sqlite3_stmt *version; /* changes with them */

  sqlite3 *db; /* (nullable) */
  ino_t inode;
  sqlite3_stmt *statements[INDEX_N_STATEMENTS];
  guint docs_per_new_part; /* of an index that is made */
  gint64 docs_per_part;    /* of this one */
  sqlite3_stmt *add_words; /* (nullable) */
  gint64 part;             /* that it adds to */
  gint64 first_doc;
  gint64 last_doc;

  gint64 complete_at; /* the version when nothing was missing; -1: something is */
  GString *words;
  GString *json;
};

/** journal_index_connect: opens the file; makes it where it is missing, and again where it is of no
 * use */
gboolean journal_index_connect (JournalIndex *self, GError **error);
void journal_index_disconnect (JournalIndex *self);

void journal_index_clear_statement (sqlite3_stmt **statement);
