/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The line reader against a splitter that sees the whole stream at once. The input is the limit
 * (one byte), then pieces: a length (one byte) and that many bytes of the stream.
 */
#include "protocol/wire/line-reader.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes);

/* Appends the line to what was seen, in a form in which no two sequences of lines look alike. */
static void
record_line (GString *seen, const char *line, gsize n_line)
{
  g_string_append_printf (seen, "%" G_GSIZE_FORMAT ":", n_line);
  g_string_append_len (seen, line, (gssize)n_line);
}

static void
record_too_long (GString *seen)
{
  g_string_append_c (seen, '!');
}

static void
split_at_once (const GString *stream, guint32 limit, GString *seen)
{
  const char *at = stream->str;
  const char *end = stream->str + stream->len;

  while (at < end)
    {
      const char *stop = memchr (at, '\n', (gsize)(end - at));
      if (stop == NULL)
        stop = end;
      gsize n_line = (gsize)(stop - at);
      if (n_line > 0 && at[n_line - 1] == '\r')
        n_line--;
      if (n_line > limit)
        record_too_long (seen);
      else if (n_line > 0)
        record_line (seen, at, n_line);
      at = stop < end ? stop + 1 : end;
    }
}

static void
feed (ParlanceLineReader *reader, const char *piece, gsize n_piece, GString *seen)
{
  const char *cursor = piece;
  const char *end = piece + n_piece;
  const char *line;
  gsize n_line;
  ParlanceLineStatus status;

  while ((status = parlance_line_reader_next (reader, &cursor, end, &line, &n_line)) !=
         PARLANCE_LINE_NONE)
    {
      if (status == PARLANCE_LINE_READY)
        record_line (seen, line, n_line);
      else
        record_too_long (seen);
      g_assert_cmpuint (reader->n_allocated, <=, reader->limit + 1);
    }
  g_assert_true (cursor == end);
  g_assert_cmpuint (reader->n_allocated, <=, reader->limit + 1);
  g_assert_cmpuint (reader->n_pending, <=, reader->n_allocated);
  g_assert_true ((reader->pending == NULL) == (reader->n_pending == 0));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes)
{
  if (n_bytes == 0)
    return 0;

  g_autoptr (GString) stream = g_string_new (NULL);
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autoptr (GString) expected = g_string_new (NULL);
  guint32 limit = (guint32)data[0] + 1;
  ParlanceLineReader reader;
  const char *line;
  gsize n_line;

  parlance_line_reader_init (&reader, limit);
  for (size_t at = 1; at < n_bytes;)
    {
      gsize n_piece = MIN ((gsize)data[at], n_bytes - at - 1);
      g_autofree char *piece = g_memdup2 (data + at + 1, n_piece);
      g_string_append_len (stream, piece, (gssize)n_piece);
      if (n_piece > 0)
        feed (&reader, piece, n_piece, seen);
      at += 1 + n_piece;
    }
  if (parlance_line_reader_finish (&reader, &line, &n_line) == PARLANCE_LINE_READY)
    record_line (seen, line, n_line);
  g_assert_false (parlance_line_reader_is_unfinished (&reader));
  parlance_line_reader_clear (&reader);
  g_assert_null (reader.pending);

  split_at_once (stream, limit, expected);
  g_assert_cmpmem (seen->str, seen->len, expected->str, expected->len);
  return 0;
}
