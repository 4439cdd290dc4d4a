/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What goes: old messages, keys and tokens. A few rows to a transaction, between the batches.
 */
#include "server/chat/journal.h"

#include "server/chat/journal-parts.h"
#include "server/chat/journal-schema.h"

#define ATTEMPT "delete from"
#define EXPIRE_ROWS 500 /* keys, and tokens, to a call */

#define EXPIRE_KEYS                                                                                \
  "DELETE FROM keys WHERE (day, room, nick, key) IN"                                               \
  " (SELECT day, room, nick, key FROM keys WHERE day<?1 LIMIT ?2)"

#define EXPIRE_TOKENS                                                                              \
  "DELETE FROM tokens WHERE nick_folded IN"                                                        \
  " (SELECT nick_folded FROM tokens WHERE expires<=?1 ORDER BY expires LIMIT ?2)"

/* Of the messages from @from to below @to, the first that is not older than @before_ms. Times do
 * not go back within a room. Returns: -1: the database failed */
static gint64
find_time (Journal *self, guint32 room, gint64 from, gint64 to, gint64 before_ms)
{
  sqlite3_stmt *find = self->statements[JOURNAL_FIND_TIME];

  while (from < to)
    {
      gint64 middle = from + (to - from) / 2;
      gboolean is_older = TRUE; /* one that is missing goes as well */

      (void)sqlite3_bind_int64 (find, 1, journal_row (room, middle));
      if (sqlite3_step (find) == SQLITE_ROW)
        is_older = sqlite3_column_int64 (find, 0) < before_ms;
      if (sqlite3_reset (find) != SQLITE_OK)
        return -1;
      if (is_older)
        from = middle + 1;
      else
        to = middle;
    }
  return from;
}

static gboolean
trim_rows (Journal *self, const JournalRoomState *room, gint64 end)
{
  sqlite3_stmt *trim = self->statements[JOURNAL_TRIM];
  sqlite3_stmt *keep = self->statements[JOURNAL_KEEP_LAST];

  (void)sqlite3_bind_int64 (trim, 1, journal_row (room->id, room->first_seq));
  (void)sqlite3_bind_int64 (trim, 2, journal_row (room->id, end));
  (void)sqlite3_bind_int64 (keep, 1, room->id);
  (void)sqlite3_bind_int64 (keep, 2, room->last_seq);
  (void)sqlite3_bind_int64 (keep, 3, room->last_time_ms);
  return journal_schema_run (trim) && journal_schema_run (keep);
}

/* @end: (inout): up to where messages may go; then up to where they go */
static gboolean
trim_room (
    Journal *self, const JournalRoomState *room, gint64 before_seq, gint64 before_ms, gint64 *end)
{
  if (before_seq < *end)
    *end = find_time (self, room->id, MAX (before_seq, room->first_seq), *end, before_ms);
  if (*end < 0)
    return FALSE;
  return *end == room->first_seq || trim_rows (self, room, *end);
}

int
journal_trim (Journal *self,
              guint32 id,
              gint64 before_seq,
              gint64 before_ms,
              guint max_rows,
              gint64 *ret_first_seq,
              GError **error)
{
  JournalRoomState *room = journal_room (self, id);
  gint64 end;
  int n;

  g_return_val_if_fail (room, -1);
  *ret_first_seq = room->first_seq;
  end = MIN (room->first_seq + MIN (max_rows, G_MAXINT), room->last_seq + 1);
  if (end == room->first_seq)
    return 0;
  if (self->data_dir)
    {
      if (!journal_begin (self, ATTEMPT, error) ||
          !journal_end (self, trim_room (self, room, before_seq, before_ms, &end), ATTEMPT, error))
        return -1;
    }
  else
    end = CLAMP (before_seq, room->first_seq, end);
  n = (int)(end - room->first_seq);
  room->first_seq = end;
  self->n_messages -= (guint64)n;
  *ret_first_seq = end;
  return n;
}

/* @ret_has_more: (inout) */
static gboolean
expire (Journal *self, const char *sql, gint64 before, gboolean *ret_has_more)
{
  sqlite3_stmt *statement = NULL;
  gboolean ok = sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL) == SQLITE_OK;

  if (ok)
    {
      (void)sqlite3_bind_int64 (statement, 1, before);
      (void)sqlite3_bind_int64 (statement, 2, EXPIRE_ROWS);
      ok = journal_schema_run (statement);
    }
  if (ok && sqlite3_changes (self->db) == EXPIRE_ROWS)
    *ret_has_more = TRUE;
  (void)sqlite3_finalize (statement);
  return ok;
}

gboolean
journal_expire (Journal *self, gint64 now_ms, GError **error)
{
  gint64 today = now_ms / JOURNAL_DAY_MS;
  gboolean has_more = FALSE;

  if (!self->data_dir || !journal_begin (self, ATTEMPT, error))
    return FALSE;
  /* Some of yesterday's keys are still good. */
  return journal_end (self,
                      expire (self, EXPIRE_KEYS, today - 1, &has_more) &&
                          expire (self, EXPIRE_TOKENS, now_ms, &has_more),
                      ATTEMPT, error) &&
         has_more;
}
