/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writing the full-text index: what comes in, and what goes with the messages.
 */
#include "server/chat/journal-index.h"

#include "protocol/wire/json-reader.h"
#include "server/chat/journal-index-parts.h"
#include "server/chat/journal-queue.h"
#include "server/chat/journal-schema.h"
#include "server/chat/journal-words.h"

#define CLEAN_DOCS 4096 /* looked at in a call */

/* Of SELECT room, seq FROM marks. %NULL: the index failed */
static GHashTable *
load_marks (JournalIndex *self)
{
  GHashTable *marks = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  sqlite3_stmt *statement = NULL;

  if (journal_schema_prepare (self->db, "SELECT room, seq FROM marks", &statement))
    while (sqlite3_step (statement) == SQLITE_ROW)
      {
        gint64 seq = sqlite3_column_int64 (statement, 1);

        g_hash_table_insert (marks, GUINT_TO_POINTER (sqlite3_column_int (statement, 0)),
                             g_memdup2 (&seq, sizeof seq));
      }
  else
    g_clear_pointer (&marks, g_hash_table_unref);
  if (sqlite3_finalize (statement) != SQLITE_OK)
    g_clear_pointer (&marks, g_hash_table_unref);
  return marks;
}

/* What is not indexed yet. %NULL: the messages failed */
static JournalQueue *
load_queue (JournalIndex *self, GHashTable *marks)
{
  JournalQueue *queue = journal_queue_new (self->messages);
  sqlite3_stmt *rooms = NULL;
  gboolean ok = queue && journal_schema_prepare (self->messages, "SELECT id FROM rooms", &rooms);

  while (ok && sqlite3_step (rooms) == SQLITE_ROW)
    {
      guint32 room = (guint32)sqlite3_column_int64 (rooms, 0);
      const gint64 *seq = g_hash_table_lookup (marks, GUINT_TO_POINTER (room));

      ok = journal_queue_add (queue, room, seq ? *seq : 0);
    }
  if (sqlite3_finalize (rooms) == SQLITE_OK && ok)
    return queue;
  journal_queue_free (queue);
  return NULL;
}

/* The words of the message's text into @self->words. */
static void
take_words (JournalIndex *self, const JournalMessage *message)
{
  static const ParlanceJsonName names[] = { PARLANCE_JSON_NAME ("text") };
  ParlanceJsonValue root, text;

  g_string_truncate (self->words, 0);
  g_string_assign (self->json, "{");
  g_string_append_len (self->json, message->body, (gssize)message->n_body);
  g_string_append_c (self->json, '}');
  if (parlance_json_parse_members (self->json->str, self->json->len, PARLANCE_JSON_DEEPEST, names,
                                   G_N_ELEMENTS (names), &root, &text) &&
      text.text && text.type == PARLANCE_JSON_STRING)
    {
      g_autofree char *decoded = g_malloc (text.n_bytes);
      gsize n_decoded = parlance_json_string_decode (&text, decoded);

      (void)journal_words_append (self->words, decoded, n_decoded);
    }
}

/* Makes add_words add to the table that the next doc belongs to. */
static gboolean
turn_to_part (JournalIndex *self, gint64 part)
{
  g_autofree char *create = NULL;
  g_autofree char *add = NULL;

  if (self->add_words && self->part == part)
    return TRUE;
  journal_index_clear_statement (&self->add_words);
  self->part = part;
  create = g_strdup_printf ("CREATE VIRTUAL TABLE IF NOT EXISTS words_%" G_GINT64_FORMAT
                            " USING fts5(text, room, content='', columnsize=0, tokenize='ascii')",
                            part);
  add = g_strdup_printf ("INSERT INTO words_%" G_GINT64_FORMAT "(rowid, text, room)"
                         " VALUES(?1, ?2, ?3)",
                         part);
  return sqlite3_exec (self->db, create, NULL, NULL, NULL) == SQLITE_OK &&
         journal_schema_prepare (self->db, add, &self->add_words);
}

static gboolean
add_message (JournalIndex *self, const JournalMessage *message)
{
  sqlite3_stmt *add_doc = self->statements[INDEX_ADD_DOC];
  gint64 doc = self->last_doc + 1;
  char room[16];

  take_words (self, message);
  if (self->words->len == 0)
    return TRUE;
  if (!turn_to_part (self, doc / self->docs_per_part))
    return FALSE;
  (void)g_snprintf (room, sizeof room, "%u", message->room);
  (void)sqlite3_bind_int64 (add_doc, 1, doc);
  (void)sqlite3_bind_int64 (add_doc, 2, journal_row (message->room, message->seq));
  (void)sqlite3_bind_int64 (self->add_words, 1, doc);
  (void)sqlite3_bind_text (self->add_words, 2, self->words->str, (int)self->words->len,
                           SQLITE_STATIC);
  (void)sqlite3_bind_text (self->add_words, 3, room, -1, SQLITE_STATIC);
  if (!journal_schema_run (add_doc) || !journal_schema_run (self->add_words))
    return FALSE;
  self->last_doc = doc;
  return TRUE;
}

typedef struct
{
  gint64 seq;
  gint64 time_ms;
} Mark;

static gboolean
write_marks (JournalIndex *self, GHashTable *marks)
{
  sqlite3_stmt *set = self->statements[INDEX_SET_MARK];
  GHashTableIter iter;
  gpointer room, value;

  g_hash_table_iter_init (&iter, marks);
  while (g_hash_table_iter_next (&iter, &room, &value))
    {
      const Mark *mark = value;

      (void)sqlite3_bind_int64 (set, 1, GPOINTER_TO_UINT (room));
      (void)sqlite3_bind_int64 (set, 2, mark->seq);
      (void)sqlite3_bind_int64 (set, 3, mark->time_ms);
      if (!journal_schema_run (set))
        return FALSE;
    }
  return TRUE;
}

/* Within a transaction. Returns: how many came, or -1: the messages, or -2: the index failed */
static int
take_messages (JournalIndex *self, JournalQueue *queue, guint max_messages)
{
  g_autoptr (GHashTable) marks = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  guint n = 0;

  for (; n < max_messages; n++)
    {
      JournalMessage message;
      Mark mark;
      int code = journal_queue_next (queue, &message);

      if (code < 0)
        return -1;
      if (code == 0)
        break;
      if (!add_message (self, &message))
        return -2;
      mark = (Mark){ message.seq, message.time_ms };
      g_hash_table_insert (marks, GUINT_TO_POINTER (message.room), g_memdup2 (&mark, sizeof mark));
    }
  return write_marks (self, marks) ? (int)n : -2;
}

/* Returns: as take_messages(), which is the rest of it */
static int
fill_from_messages (JournalIndex *self, GHashTable *marks, guint max_messages)
{
  g_autoptr (JournalQueue) queue = load_queue (self, marks);
  int n;

  if (!queue)
    return -1;
  if (journal_queue_is_empty (queue))
    return 0;
  if (sqlite3_exec (self->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
    return -2;
  n = take_messages (self, queue, max_messages);
  if (n >= 0 && sqlite3_exec (self->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
    n = -2;
  return n;
}

/* One transaction for all that is read: each takes a lock that the writer of messages needs too,
 * and who indexes at a low priority may be held up just then. */
static int
fill (JournalIndex *self, guint max_messages)
{
  g_autoptr (GHashTable) marks = load_marks (self);
  int n;

  if (!marks)
    return -2;
  if (sqlite3_exec (self->messages, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
    return -1;
  n = fill_from_messages (self, marks, max_messages);
  if (sqlite3_exec (self->messages, "COMMIT", NULL, NULL, NULL) != SQLITE_OK && n >= 0)
    n = -1;
  return n;
}

/* --- what goes --- */

/* The first doc from @doc on whose message is there; not further than CLEAN_DOCS. */
static gint64
find_first_doc (JournalIndex *self, gint64 doc)
{
  sqlite3_stmt *find = self->statements[INDEX_DOC];
  gint64 end = MIN (doc + CLEAN_DOCS, self->last_doc + 1);
  gboolean is_there = FALSE;

  for (; doc < end && !is_there; doc += !is_there)
    {
      (void)sqlite3_bind_int64 (find, 1, doc);
      if (sqlite3_step (find) == SQLITE_ROW)
        {
          (void)sqlite3_bind_int64 (self->message, 1, sqlite3_column_int64 (find, 0));
          is_there = sqlite3_step (self->message) != SQLITE_DONE;
          (void)sqlite3_reset (self->message);
        }
      (void)sqlite3_reset (find);
    }
  return doc;
}

/* The tables of which nothing is left. */
static gboolean
drop_parts (JournalIndex *self, gint64 from, gint64 to)
{
  sqlite3_stmt *forget = self->statements[INDEX_FORGET_DOCS];

  for (gint64 part = from; part < to; part++)
    {
      g_autofree char *drop =
          g_strdup_printf ("DROP TABLE IF EXISTS words_%" G_GINT64_FORMAT, part);

      if (self->part == part)
        journal_index_clear_statement (&self->add_words);
      if (sqlite3_exec (self->db, drop, NULL, NULL, NULL) != SQLITE_OK)
        return FALSE;
    }
  (void)sqlite3_bind_int64 (forget, 1, to * self->docs_per_part);
  return from == to || journal_schema_run (forget);
}

/* Returns: -2: the index failed, 1: there may be more to be done, 0: not */
static int
clean (JournalIndex *self)
{
  sqlite3_stmt *set = self->statements[INDEX_SET_FIRST_DOC];
  gint64 doc = find_first_doc (self, self->first_doc);

  if (doc == self->first_doc)
    return 0;
  (void)sqlite3_bind_int64 (set, 1, doc);
  if (sqlite3_exec (self->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK ||
      !drop_parts (self, self->first_doc / self->docs_per_part, doc / self->docs_per_part) ||
      !journal_schema_run (set) || sqlite3_exec (self->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
    return -2;
  self->first_doc = doc;
  return 1;
}

/* --- both --- */

static gint64
messages_version (JournalIndex *self)
{
  gint64 version = -1;

  if (sqlite3_step (self->version) == SQLITE_ROW)
    version = sqlite3_column_int64 (self->version, 0);
  (void)sqlite3_reset (self->version);
  return version;
}

/* Returns: as take_messages() */
static int
update (JournalIndex *self, guint max_messages)
{
  gint64 version = messages_version (self);
  int n, more;

  if (version != -1 && version == self->complete_at)
    return 0;
  n = fill (self, max_messages);
  if (n != 0)
    return n;
  more = clean (self);
  if (more == 0)
    self->complete_at = version;
  return MIN (more, 0);
}

int
journal_index_update (JournalIndex *self, guint max_messages, GError **error)
{
  for (gboolean again = FALSE;; again = TRUE)
    {
      int n;

      if (self->db && journal_index_inode (self->path) != self->inode)
        journal_index_disconnect (self); /* deleted, or found to be damaged by who searches */
      if (!self->db && !journal_index_connect (self, error))
        return -1;
      n = update (self, max_messages);
      if (n >= 0)
        return n;
      if (n == -1)
        journal_schema_fail (self->messages, "read", JOURNAL_FILE, error);
      else if (!journal_index_is_damage (self->db) || again)
        journal_schema_fail (self->db, "write", self->path, error);
      else
        {
          journal_index_condemn (self->path, self->inode);
          journal_index_disconnect (self);
          continue;
        }
      journal_index_disconnect (self);
      return -1;
    }
}
