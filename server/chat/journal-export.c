/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Export: one read transaction, a row at a time.
 */
#include "server/chat/journal-export.h"

#include <errno.h>
#include <string.h>

#include "protocol/wire/names.h"
#include "server/chat/journal-reader-parts.h"
#include "server/chat/journal-schema.h"
#include "server/chat/message.h"

#define ATTEMPT "read"

typedef struct
{
  sqlite3 *db;
  const char *path;
  FILE *out;
  guint32 room;
  char *name; /* as first written */
} Export;

/* FALSE, always. */
static gboolean
fail_database (const Export *self, GError **error)
{
  return journal_schema_fail (self->db, ATTEMPT, self->path, error);
}

/* The one whose folded name is that of @room_name. */
static gboolean
find_room (Export *self, const char *room_name, GError **error)
{
  gsize n_bytes = strlen (room_name);
  /* What is no name is compared with none. */
  g_autofree char *folded = g_utf8_validate (room_name, (gssize)n_bytes, NULL) &&
                                    parlance_room_is_valid (room_name, n_bytes)
                                ? parlance_name_fold (room_name, n_bytes)
                                : NULL;
  sqlite3_stmt *rooms = NULL;
  gboolean ok = journal_schema_prepare (self->db, "SELECT id, name FROM rooms", &rooms);

  while (ok && !self->name && sqlite3_step (rooms) == SQLITE_ROW)
    {
      const char *name = (const char *)sqlite3_column_text (rooms, 1);
      g_autofree char *other = name ? parlance_name_fold (name, strlen (name)) : NULL;

      if (folded && g_strcmp0 (other, folded) == 0)
        {
          self->room = (guint32)sqlite3_column_int64 (rooms, 0);
          self->name = g_strdup (name);
        }
    }
  if (sqlite3_finalize (rooms) != SQLITE_OK || !ok)
    return fail_database (self, error);
  if (!self->name)
    g_set_error (error, JOURNAL_ERROR, JOURNAL_ERROR_NO_ROOM,
                 "there is no room “%s” in %s: mind its spelling", room_name, self->path);
  return self->name != NULL;
}

static gboolean
write_message (const Export *self, sqlite3_stmt *row, GString *line, GError **error)
{
  JournalMessage stored;

  journal_reader_message (row, &stored);
  g_string_truncate (line, 0);
  message_append_object (line, &(const Message){
                                   .room = self->name,
                                   .seq = stored.seq,
                                   .time_ms = stored.time_ms,
                                   .nick = stored.nick,
                                   .body = stored.body,
                                   .n_body = stored.n_body,
                               });
  g_string_append_c (line, '\n');
  if (fwrite (line->str, 1, line->len, self->out) == line->len)
    return TRUE;
  g_set_error (error, JOURNAL_ERROR, JOURNAL_ERROR_STORE, "cannot write what is exported: %s",
               g_strerror (errno));
  return FALSE;
}

static gint64
write_room (const Export *self, GError **error)
{
  g_autoptr (GString) line = g_string_new (NULL);
  sqlite3_stmt *rows = NULL;
  gint64 n = 0;
  int code;

  if (!journal_schema_prepare (self->db,
                               "SELECT id, time, nick, body FROM messages"
                               " WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
                               &rows))
    {
      fail_database (self, error);
      return -1;
    }
  (void)sqlite3_bind_int64 (rows, 1, journal_row (self->room, 0));
  (void)sqlite3_bind_int64 (rows, 2, journal_row (self->room, JOURNAL_MAX_SEQ));
  while (n >= 0 && (code = sqlite3_step (rows)) == SQLITE_ROW)
    n = write_message (self, rows, line, error) ? n + 1 : -1;
  if (n >= 0 && code != SQLITE_DONE)
    {
      fail_database (self, error);
      n = -1;
    }
  (void)sqlite3_finalize (rows);
  return n;
}

gint64
journal_export_room (const char *data_dir, const char *room_name, FILE *out, GError **error)
{
  g_autofree char *path = g_build_filename (data_dir, JOURNAL_FILE, NULL);
  Export export = { .path = path, .out = out };
  gint64 n = -1;

  export.db = journal_schema_open_reader (data_dir, error);
  if (!export.db)
    return -1;
  if (find_room (&export, room_name, error))
    n = write_room (&export, error);
  if (n >= 0 && fflush (out) != 0)
    {
      g_set_error (error, JOURNAL_ERROR, JOURNAL_ERROR_STORE, "cannot write what is exported: %s",
                   g_strerror (errno));
      n = -1;
    }
  journal_schema_close (export.db);
  g_free (export.name);
  return n;
}
