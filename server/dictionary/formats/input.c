/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The buffer behind the line and record readers. bytes[start, end) is read and not consumed.
 */
#include "server/dictionary/formats/input.h"

#include <string.h>

#include "server/dictionary/formats/file.h"

#define BLOCK_BYTES ((gsize)256 * 1024)
#define PROGRESS_BYTES ((guint64)1024 * 1024)

struct Input
{
  File file;
  SourceSink *sink;
  guint64 n_read;        /* [bytes] of the file */
  guint64 next_progress; /* the n_read at which the sink is told again */
  char *bytes;
  gsize n_allocated;
  gsize start;
  gsize end;
  guint64 n_lines;   /* line ends consumed */
  guint64 line;      /* what input_line_number() says */
  gboolean is_whole; /* what input_line_is_whole() says */
};

/* Makes room for another block at the end. */
static void
make_room (Input *self)
{
  gsize n_kept = self->end - self->start;
  if (self->start > 0)
    {
      memmove (self->bytes, self->bytes + self->start, n_kept);
      self->start = 0;
      self->end = n_kept;
    }
  if (self->n_allocated - n_kept < BLOCK_BYTES)
    {
      /* Doubling keeps a record of many blocks from being copied once for each of them. */
      self->n_allocated = MAX (self->n_allocated * 2, n_kept + BLOCK_BYTES);
      self->bytes = g_realloc (self->bytes, self->n_allocated);
    }
}

Input *
input_open (const char *path, SourceSink *sink, GError **error)
{
  g_autoptr (Input) self = g_new0 (Input, 1);
  self->sink = sink;
  self->file.fd = -1;
  self->line = 1;
  make_room (self); /* an empty file has a buffer, too: nothing is ever NULL */
  if (!file_open (path, &self->file, error) || input_more (self, error) == INPUT_FAILED)
    return NULL;
  if (self->end >= 3 && memcmp (self->bytes, "\xEF\xBB\xBF", 3) == 0)
    self->start = 3;
  return g_steal_pointer (&self);
}

void
input_free (Input *self)
{
  if (self == NULL)
    return;
  file_close (&self->file);
  g_free (self->bytes);
  g_free (self);
}

char *
input_peek (Input *self, gsize *ret_n)
{
  *ret_n = self->end - self->start;
  return self->bytes + self->start;
}

InputResult
input_more (Input *self, GError **error)
{
  if (self->n_read >= self->next_progress || self->n_read == self->file.size)
    {
      self->next_progress = self->n_read + PROGRESS_BYTES;
      if (self->sink != NULL &&
          !self->sink->progress (self->sink, self->n_read, self->file.size, error))
        return INPUT_FAILED;
    }
  if (self->n_read == self->file.size)
    return INPUT_END;
  if (self->end - self->start > INPUT_MAX_RECORD)
    {
      self->line = self->n_lines + 1;
      input_damaged (self, error, "a line or record is longer than %" G_GSIZE_FORMAT " bytes",
                     INPUT_MAX_RECORD);
      return INPUT_FAILED;
    }

  make_room (self);
  gsize n_bytes = (gsize)MIN ((guint64)BLOCK_BYTES, self->file.size - self->n_read);
  if (!file_read_at (&self->file, self->n_read, self->bytes + self->end, n_bytes, error))
    return INPUT_FAILED;
  self->n_read += n_bytes;
  self->end += n_bytes;
  return INPUT_RECORD;
}

void
input_consume (Input *self, gsize n_bytes, guint64 n_lines)
{
  g_assert (n_bytes <= self->end - self->start);
  self->start += n_bytes;
  self->line = self->n_lines + 1;
  self->n_lines += n_lines;
}

InputResult
input_line (Input *self, char **ret_line, gsize *ret_n, GError **error)
{
  gsize n_searched = 0;
  for (;;)
    {
      gsize n_there;
      char *line = input_peek (self, &n_there);
      char *end =
          n_there > n_searched ? memchr (line + n_searched, '\n', n_there - n_searched) : NULL;
      if (end == NULL)
        {
          n_searched = n_there;
          InputResult more = input_more (self, error);
          if (more == INPUT_RECORD)
            continue;
          if (more == INPUT_FAILED || n_there == 0)
            return more;
          line = input_peek (self, &n_there);
          end = line + n_there; /* the last line need not have an end */
        }

      gsize n_line = (gsize)(end - line);
      self->is_whole = n_line < n_there;
      input_consume (self, MIN (n_line + 1, n_there), 1);
      if (n_line > 0 && line[n_line - 1] == '\r')
        n_line--;
      *ret_line = line;
      *ret_n = n_line;
      return INPUT_RECORD;
    }
}

gboolean
input_line_is_whole (const Input *self)
{
  return self->is_whole;
}

guint64
input_line_number (const Input *self)
{
  return self->line;
}

gboolean
input_damaged (const Input *self, GError **error, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, SOURCE_ERROR, SOURCE_ERROR_DAMAGED,
               "cannot read %s: line %" G_GUINT64_FORMAT ": %s", self->file.name, self->line,
               reason);
  return FALSE;
}

gboolean
input_check_utf8 (const Input *self, const char *text, gsize n_bytes, GError **error)
{
  const char *bad;
  if (g_utf8_validate_len (text, n_bytes, &bad))
    return TRUE;
  gsize byte = (gsize)(bad - text) + 1;
  if (*bad == '\0')
    return input_damaged (self, error, "a NUL at byte %" G_GSIZE_FORMAT, byte);
  return input_damaged (self, error, "not UTF-8 at byte %" G_GSIZE_FORMAT, byte);
}
