/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A journal in a directory of its own, and short ways to say what is stored in it.
 */
#pragma once

#include "server/chat/journal-reader.h"
#include "server/chat/journal.h"

typedef struct
{
  char *data_dir;
  JournalDurability durability; /* of the next journal_fixture_reopen() */
  Journal *journal;             /* open, unless the test closed it */
  JournalReader *reader;        /* (nullable): opened when it is asked for */
} JournalFixture;

/** journal_fixture_new: with JOURNAL_DURABILITY_PROCESS */
JournalFixture *journal_fixture_new (void);

/** journal_fixture_free: closes everything and removes the directory */
void journal_fixture_free (JournalFixture *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JournalFixture, journal_fixture_free)

void journal_fixture_close (JournalFixture *self);
void journal_fixture_reopen (JournalFixture *self);
char *journal_fixture_path (const JournalFixture *self, const char *name);

/** journal_fixture_entry: from "alice", with a body of that text */
JournalEntry journal_fixture_entry (guint32 room, const char *text, gint64 time_ms);

/** journal_fixture_say: appends one message. Returns: its seq */
gint64 journal_fixture_say (JournalFixture *self, guint32 room, const char *text, gint64 time_ms);

/** journal_fixture_fill: appends @n messages of one text and time */
void journal_fixture_fill (JournalFixture *self, guint32 room, guint n, gint64 time_ms);

/** journal_fixture_rooms: "id name first-last topic" of each, with ", " between them */
char *journal_fixture_rooms (JournalFixture *self);

/** journal_fixture_tokens: "nick=hash[0]" of each that is good at @now_ms, sorted */
char *journal_fixture_tokens (JournalFixture *self, gint64 now_ms);

/** journal_fixture_after: "seq:text" of each, with spaces between them */
char *journal_fixture_after (JournalFixture *self, guint32 room, gint64 after, guint limit);
char *journal_fixture_before (JournalFixture *self, guint32 room, gint64 before, guint limit);

/** journal_fixture_reader: opens it where it is not open yet */
JournalReader *journal_fixture_reader (JournalFixture *self);

/** journal_fixture_append_message: a JournalMessageFunc: "seq:text" to a GString */
gboolean journal_fixture_append_message (const JournalMessage *message, gpointer string);
