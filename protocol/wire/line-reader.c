/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cuts a byte stream into lines. Each received byte is looked at once and copied at most twice:
 * into the pending line, and when that grows (by doubling). The pending line never takes more than
 * the limit and one byte, for the CR. A reader belongs to one thread.
 */
#include "protocol/wire/line-reader.h"

#include <string.h>

#define FIRST_ALLOCATION 256 /* [bytes] */

/* A line may hold a password: none is left in memory that is given back. */
static void
release_pending (ParlanceLineReader *self)
{
  if (self->pending != NULL)
    explicit_bzero (self->pending, self->n_pending);
  g_clear_pointer (&self->pending, g_free);
  self->n_pending = 0;
  self->n_allocated = 0;
  self->handed_out = FALSE;
}

/* The caller has checked that the result is at most the limit and one byte. */
static void
append_pending (ParlanceLineReader *self, const char *bytes, gsize n_bytes)
{
  gsize n_needed = self->n_pending + n_bytes;

  if (n_needed > self->n_allocated)
    {
      gsize n_grown = MAX (n_needed, MAX ((gsize)self->n_allocated * 2, FIRST_ALLOCATION));
      guint32 n_pending = self->n_pending;
      char *grown = g_malloc (MIN (n_grown, (gsize)self->limit + 1));

      if (n_pending > 0)
        memcpy (grown, self->pending, n_pending);
      release_pending (self);
      self->pending = grown;
      self->n_pending = n_pending;
      self->n_allocated = (guint32)MIN (n_grown, (gsize)self->limit + 1);
    }
  if (n_bytes > 0)
    memcpy (self->pending + self->n_pending, bytes, n_bytes);
  self->n_pending = (guint32)n_needed;
}

static gsize
without_cr (const char *line, gsize n_bytes)
{
  return n_bytes > 0 && line[n_bytes - 1] == '\r' ? n_bytes - 1 : n_bytes;
}

/* Takes the rest of the input, in which no line ends. */
static ParlanceLineStatus
keep_tail (ParlanceLineReader *self, const char *tail, gsize n_tail)
{
  gsize n_line = self->n_pending + without_cr (tail, n_tail);

  if (n_line > self->limit)
    {
      release_pending (self);
      self->skipping = TRUE;
      return PARLANCE_LINE_TOO_LONG;
    }
  append_pending (self, tail, n_tail);
  return PARLANCE_LINE_NONE;
}

/* Takes the bytes that complete a line, its LF not among them. PARLANCE_LINE_NONE: it was empty. */
static ParlanceLineStatus
complete_line (ParlanceLineReader *self,
               const char *piece,
               gsize n_piece,
               const char **ret_line,
               gsize *ret_n_bytes)
{
  const char *line = piece;
  gsize n_line = self->n_pending + n_piece;

  if (n_line > (gsize)self->limit + 1)
    {
      release_pending (self);
      return PARLANCE_LINE_TOO_LONG;
    }
  if (self->n_pending > 0)
    {
      append_pending (self, piece, n_piece);
      line = self->pending;
    }
  n_line = without_cr (line, n_line);
  if (n_line == 0 || n_line > self->limit)
    {
      release_pending (self);
      return n_line == 0 ? PARLANCE_LINE_NONE : PARLANCE_LINE_TOO_LONG;
    }
  self->handed_out = self->n_pending > 0;
  *ret_line = line;
  *ret_n_bytes = n_line;
  return PARLANCE_LINE_READY;
}

void
parlance_line_reader_init (ParlanceLineReader *self, guint32 limit_bytes)
{
  g_assert (limit_bytes > 0 && limit_bytes < G_MAXUINT32);
  *self = (ParlanceLineReader){ .limit = limit_bytes };
}

void
parlance_line_reader_clear (ParlanceLineReader *self)
{
  release_pending (self);
  self->skipping = FALSE;
}

ParlanceLineStatus
parlance_line_reader_next (ParlanceLineReader *self,
                           const char **cursor,
                           const char *end,
                           const char **ret_line,
                           gsize *ret_n_bytes)
{
  if (self->handed_out)
    release_pending (self);

  while (*cursor < end)
    {
      const char *start = *cursor;
      const char *line_feed = memchr (start, '\n', (gsize)(end - start));

      *cursor = line_feed != NULL ? line_feed + 1 : end;
      self->n_ended += line_feed != NULL;
      if (self->skipping)
        {
          self->skipping = line_feed == NULL;
          continue;
        }
      if (line_feed == NULL)
        return keep_tail (self, start, (gsize)(end - start));

      ParlanceLineStatus status =
          complete_line (self, start, (gsize)(line_feed - start), ret_line, ret_n_bytes);
      if (status != PARLANCE_LINE_NONE)
        return status;
    }
  return PARLANCE_LINE_NONE;
}

ParlanceLineStatus
parlance_line_reader_finish (ParlanceLineReader *self, const char **ret_line, gsize *ret_n_bytes)
{
  if (self->handed_out)
    release_pending (self);
  self->skipping = FALSE;
  return complete_line (self, NULL, 0, ret_line, ret_n_bytes);
}

gboolean
parlance_line_reader_is_unfinished (const ParlanceLineReader *self)
{
  return self->skipping || (self->n_pending > 0 && !self->handed_out);
}
