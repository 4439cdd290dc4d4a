/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Framing: what comes out of a byte stream, whatever pieces it comes in, and what it costs.
 */
#include "protocol/wire/line-reader.h"

#include <string.h>

#define LIMIT 8

/* Appends what the reader says to @bytes: "line|" for a line, "!|" for a line over the limit. */
static void
feed (ParlanceLineReader *reader, GString *seen, const char *bytes, gsize n_bytes)
{
  const char *cursor = bytes;
  const char *end = bytes + n_bytes;
  const char *line;
  gsize n_line;
  ParlanceLineStatus status;

  while ((status = parlance_line_reader_next (reader, &cursor, end, &line, &n_line)) !=
         PARLANCE_LINE_NONE)
    {
      if (status == PARLANCE_LINE_READY)
        g_string_append_len (seen, line, (gssize)n_line);
      else
        g_string_append_c (seen, '!');
      g_string_append_c (seen, '|');
    }
  g_assert_true (cursor == end);
}

static void
finish (ParlanceLineReader *reader, GString *seen)
{
  const char *line;
  gsize n_line;

  if (parlance_line_reader_finish (reader, &line, &n_line) == PARLANCE_LINE_READY)
    {
      g_string_append_len (seen, line, (gssize)n_line);
      g_string_append (seen, "<end>");
    }
}

/* Feeds @stream in pieces of every size and expects the same each time. */
static void
assert_lines (const char *stream, const char *expected)
{
  gsize n_stream = strlen (stream);

  for (gsize n_piece = 1; n_piece <= n_stream; n_piece++)
    {
      g_autoptr (GString) seen = g_string_new (NULL);
      ParlanceLineReader reader;
      parlance_line_reader_init (&reader, LIMIT);
      for (gsize at = 0; at < n_stream; at += n_piece)
        {
          gsize n_copy = MIN (n_piece, n_stream - at);
          /* A copy of its own, so that AddressSanitizer sees a read past the piece. */
          g_autofree char *piece = g_malloc (n_copy);
          memcpy (piece, stream + at, n_copy);
          feed (&reader, seen, piece, n_copy);
          g_assert_cmpuint (reader.n_allocated, <=, LIMIT + 1);
        }
      finish (&reader, seen);
      g_assert_cmpstr (seen->str, ==, expected);
      g_assert_false (parlance_line_reader_is_unfinished (&reader));
      parlance_line_reader_clear (&reader);
    }
}

static void
test_cuts (void)
{
  assert_lines ("one\ntwo\nthree\n", "one|two|three|");
}

static void
test_cr (void)
{
  assert_lines ("one\r\ntwo\r\n", "one|two|");
  assert_lines ("a\rb\n\r\r\n", "a\rb|\r|");
}

static void
test_empty (void)
{
  assert_lines ("\n\r\n\none\n\n\r\n", "one|");
}

static void
test_exact_limit (void)
{
  assert_lines ("12345678\nx\n", "12345678|x|");
  assert_lines ("12345678\r\nx\n", "12345678|x|");
}

static void
test_over_limit (void)
{
  assert_lines ("123456789\nx\n", "!|x|");
  assert_lines ("123456789\r\nx\n", "!|x|");
  assert_lines ("12345678\r\r\nx\n", "!|x|");
  assert_lines ("12345678\rx\nx\n", "!|x|");
  assert_lines ("12345678901234567890123456789\nx\n1234567890\n", "!|x|!|");
}

static void
test_finish (void)
{
  assert_lines ("one\ntwo", "one|two<end>");
  assert_lines ("one\n12345678\r", "one|12345678<end>");
  assert_lines ("one\n\r", "one|");
  assert_lines ("1234567890", "!|");
}

static void
test_early_too_long (void)
{
  g_autoptr (GString) seen = g_string_new (NULL);
  ParlanceLineReader reader;

  parlance_line_reader_init (&reader, LIMIT);
  feed (&reader, seen, "12345678\r", 9);
  g_assert_cmpstr (seen->str, ==, "");
  feed (&reader, seen, "9", 1);
  g_assert_cmpstr (seen->str, ==, "!|");
  g_assert_null (reader.pending);
  g_assert_true (parlance_line_reader_is_unfinished (&reader));
  feed (&reader, seen, "more and more", 13);
  g_assert_cmpstr (seen->str, ==, "!|");
  feed (&reader, seen, "\n", 1);
  g_assert_false (parlance_line_reader_is_unfinished (&reader));
  feed (&reader, seen, "123456789", 9);
  g_assert_cmpstr (seen->str, ==, "!|!|");
  parlance_line_reader_clear (&reader);
}

static void
test_in_place (void)
{
  const char bytes[] = "one\ntwo\n";
  const char *cursor = bytes;
  const char *line;
  gsize n_line;
  ParlanceLineReader reader;

  parlance_line_reader_init (&reader, LIMIT);
  g_assert_cmpint (parlance_line_reader_next (&reader, &cursor, bytes + 8, &line, &n_line), ==,
                   PARLANCE_LINE_READY);
  g_assert_true (line == bytes);
  g_assert_true (cursor == bytes + 4);
  g_assert_null (reader.pending);
  parlance_line_reader_clear (&reader);
}

static void
test_idle (void)
{
  g_autoptr (GString) seen = g_string_new (NULL);
  ParlanceLineReader reader;

  parlance_line_reader_init (&reader, 65536);
  feed (&reader, seen, "unfin", 5);
  g_assert_nonnull (reader.pending);
  g_assert_true (parlance_line_reader_is_unfinished (&reader));
  feed (&reader, seen, "ished\n", 6);
  g_assert_cmpstr (seen->str, ==, "unfinished|");
  g_assert_null (reader.pending);
  g_assert_cmpuint (reader.n_allocated, ==, 0);
  g_assert_false (parlance_line_reader_is_unfinished (&reader));
  parlance_line_reader_clear (&reader);
}

static void
test_grows (void)
{
  g_autoptr (GString) seen = g_string_new (NULL);
  ParlanceLineReader reader;
  guint n_allocations = 0;
  guint32 n_before = 0;

  parlance_line_reader_init (&reader, 65536);
  for (guint i = 0; i < 65536; i++)
    {
      feed (&reader, seen, "x", 1);
      if (reader.n_allocated != n_before)
        n_allocations++;
      n_before = reader.n_allocated;
    }
  g_assert_cmpuint (n_allocations, <=, 16);
  g_assert_cmpuint (reader.n_allocated, <=, 65537);
  feed (&reader, seen, "\r\n", 2);
  g_assert_cmpuint (seen->len, ==, 65537);
  parlance_line_reader_clear (&reader);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/line/cuts-at-line-feed", test_cuts);
  g_test_add_func ("/wire/line/drops-one-cr-before-line-feed", test_cr);
  g_test_add_func ("/wire/line/passes-over-empty-lines", test_empty);
  g_test_add_func ("/wire/line/takes-exactly-the-limit", test_exact_limit);
  g_test_add_func ("/wire/line/rejects-over-limit-and-goes-on", test_over_limit);
  g_test_add_func ("/wire/line/hands-out-last-line-without-end", test_finish);
  g_test_add_func ("/wire/line/says-too-long-as-soon-as-known", test_early_too_long);
  g_test_add_func ("/wire/line/hands-out-in-place", test_in_place);
  g_test_add_func ("/wire/line/owns-nothing-when-idle", test_idle);
  g_test_add_func ("/wire/line/grows-geometrically-up-to-the-limit", test_grows);
  return g_test_run ();
}
