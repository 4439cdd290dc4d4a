/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A tree with the next message of each room, by its time.
 */
#include "server/chat/journal-queue.h"

#include "server/chat/journal-reader-parts.h"
#include "server/chat/journal-schema.h"

typedef struct
{
  gint64 time_ms;
  gint64 row;
} Head;

struct JournalQueue
{
  GTree *heads; /* Head, one for each room that has more */
  sqlite3_stmt *messages;
  gboolean is_reading; /* the statement has given a message, and may have the one after it */
};

static int
compare_heads (gconstpointer a, gconstpointer b, gpointer data)
{
  const Head *one = a, *other = b;

  if (one->time_ms != other->time_ms)
    return one->time_ms < other->time_ms ? -1 : 1;
  return (one->row > other->row) - (one->row < other->row);
}

JournalQueue *
journal_queue_new (sqlite3 *messages)
{
  JournalQueue *self = g_new0 (JournalQueue, 1);

  self->heads = g_tree_new_full (compare_heads, NULL, g_free, NULL);
  /* Two, so that the room's next head comes with its message. */
  if (journal_schema_prepare (messages,
                              "SELECT id, time, nick, body FROM messages"
                              " WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT 2",
                              &self->messages))
    return self;
  journal_queue_free (self);
  return NULL;
}

void
journal_queue_free (JournalQueue *self)
{
  if (!self)
    return;
  (void)sqlite3_finalize (self->messages);
  g_tree_unref (self->heads);
  g_free (self);
}

static int
seek (JournalQueue *self, gint64 row)
{
  (void)sqlite3_bind_int64 (self->messages, 1, row);
  (void)sqlite3_bind_int64 (self->messages, 2, row | JOURNAL_MAX_SEQ);
  return sqlite3_step (self->messages);
}

/* @code: of the step to what becomes a head, if it is there. Ends the reading. */
static gboolean
push_head (JournalQueue *self, int code)
{
  if (code == SQLITE_ROW)
    {
      Head *head = g_new (Head, 1);

      head->row = sqlite3_column_int64 (self->messages, 0);
      head->time_ms = sqlite3_column_int64 (self->messages, 1);
      g_tree_insert (self->heads, head, head);
    }
  self->is_reading = FALSE;
  return sqlite3_reset (self->messages) == SQLITE_OK;
}

gboolean
journal_queue_add (JournalQueue *self, guint32 room, gint64 seq)
{
  return push_head (self, seek (self, journal_row (room, seq + 1)));
}

gboolean
journal_queue_is_empty (const JournalQueue *self)
{
  return g_tree_nnodes (self->heads) == 0;
}

int
journal_queue_next (JournalQueue *self, JournalMessage *ret_message)
{
  GTreeNode *node;
  Head head;
  int code;

  if (self->is_reading && !push_head (self, sqlite3_step (self->messages)))
    return -1;
  for (;;)
    {
      node = g_tree_node_first (self->heads);
      if (!node)
        return 0;
      head = *(const Head *)g_tree_node_key (node);
      (void)g_tree_remove (self->heads, &head);
      code = seek (self, head.row);
      if (code == SQLITE_ROW)
        {
          journal_reader_message (self->messages, ret_message);
          self->is_reading = TRUE;
          return 1;
        }
      /* Deleted in the meantime, with all that came after it. */
      if (sqlite3_reset (self->messages) != SQLITE_OK)
        return -1;
    }
}
