/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The output queue over a socket pair with small buffers, so that sends are partial.
 */
#include "server/net/output.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SMALL_BUFFER_BYTES 4096
#define CHUNK_BYTES (16 * 1024 - 64) /* what small replies share */

typedef struct
{
  Output output;
  OutputPool pool;
  int near_fd; /* ours */
  int far_fd;  /* the peer's */
  GString *received;
} Fixture;

static void
setup (Fixture *fixture, gconstpointer data)
{
  int fds[2];
  int size = SMALL_BUFFER_BYTES;

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  g_assert_cmpint (setsockopt (fds[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size), ==, 0);
  fixture->near_fd = fds[0];
  fixture->far_fd = fds[1];
  fixture->received = g_string_new (NULL);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  output_clear (&fixture->output, &fixture->pool);
  output_pool_clear (&fixture->pool);
  close (fixture->near_fd);
  if (fixture->far_fd >= 0)
    close (fixture->far_fd);
  g_string_free (fixture->received, TRUE);
}

static void
append (Fixture *fixture, const char *bytes, gsize n_bytes)
{
  output_append (&fixture->output, &fixture->pool, bytes, n_bytes);
}

static void
append_text (Fixture *fixture, const char *text)
{
  append (fixture, text, strlen (text));
}

/* A line of @n_bytes, its LF included. */
static void
append_line (Fixture *fixture, char letter, gsize n_bytes)
{
  g_autofree char *line = g_malloc (n_bytes);

  memset (line, letter, n_bytes - 1);
  line[n_bytes - 1] = '\n';
  append (fixture, line, n_bytes);
}

static OutputStatus
flush (Fixture *fixture)
{
  gsize before = fixture->output.n_bytes;
  gsize n_sent;
  OutputStatus status = output_flush (&fixture->output, &fixture->pool, fixture->near_fd, &n_sent);

  g_assert_cmpuint (fixture->output.n_bytes, ==, before - n_sent);
  return status;
}

/* Reads what has arrived; returns whether anything had. */
static gboolean
receive (Fixture *fixture)
{
  char bytes[1000];
  ssize_t n = recv (fixture->far_fd, bytes, sizeof bytes, MSG_DONTWAIT);

  if (n <= 0)
    return FALSE;
  g_string_append_len (fixture->received, bytes, n);
  return TRUE;
}

static void
exchange (Fixture *fixture)
{
  do
    while (receive (fixture))
      ;
  while (flush (fixture) == OUTPUT_BLOCKED);
  while (receive (fixture))
    ;
}

static void
test_sends_nothing_when_empty (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (flush (fixture), ==, OUTPUT_SENT);
  append (fixture, "", 0);
  g_assert_cmpint (flush (fixture), ==, OUTPUT_SENT);
  g_assert_null (fixture->output.head);
}

static void
test_sends_small_pieces_at_once (Fixture *fixture, gconstpointer data)
{
  append_text (fixture, "one\n");
  append_text (fixture, "two\n");
  g_assert_cmpuint (fixture->output.n_bytes, ==, 8);
  g_assert_true (fixture->output.head == fixture->output.tail);
  g_assert_cmpint (flush (fixture), ==, OUTPUT_SENT);
  g_assert_null (fixture->output.head);
  g_assert_true (receive (fixture));
  g_assert_cmpstr (fixture->received->str, ==, "one\ntwo\n");
}

/* Pieces that end before, on and behind a chunk's border, and one that is longer than a chunk. */
static void
test_keeps_every_byte_across_chunks (Fixture *fixture, gconstpointer data)
{
  const gsize sizes[] = { 1, CHUNK_BYTES - 1, 1,   CHUNK_BYTES, CHUNK_BYTES + 1,
                          7, 3 * CHUNK_BYTES, 100, 200000 };
  g_autoptr (GString) expected = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *piece = g_malloc (sizes[i]);
      for (gsize k = 0; k < sizes[i]; k++)
        piece[k] = (char)('a' + (k * 7 + i) % 26);
      append (fixture, piece, sizes[i]);
      g_string_append_len (expected, piece, (gssize)sizes[i]);
    }
  g_assert_cmpuint (fixture->output.n_bytes, ==, expected->len);
  g_assert_cmpint (flush (fixture), ==, OUTPUT_BLOCKED);
  exchange (fixture);
  g_assert_cmpuint (fixture->received->len, ==, expected->len);
  g_assert_true (g_string_equal (fixture->received, expected));
  g_assert_cmpuint (fixture->output.n_bytes, ==, 0);
  g_assert_null (fixture->output.tail);
}

/* More chunks than fit one writev(). */
static void
test_sends_more_chunks_than_one_call_takes (Fixture *fixture, gconstpointer data)
{
  for (int i = 0; i < 200; i++)
    append_line (fixture, (char)('a' + i % 26), CHUNK_BYTES + 1);
  exchange (fixture);
  g_assert_cmpuint (fixture->received->len, ==, 200 * (CHUNK_BYTES + 1));
  for (gsize i = 0; i < 200; i++)
    g_assert_cmpint ((guchar)fixture->received->str[i * (CHUNK_BYTES + 1)], ==,
                     (int)('a' + i % 26));
}

static void
test_failure_is_no_block (Fixture *fixture, gconstpointer data)
{
  close (fixture->far_fd);
  fixture->far_fd = -1;
  append_text (fixture, "to nobody\n");
  g_assert_cmpint (flush (fixture), ==, OUTPUT_FAILED);
  g_assert_cmpint (errno, ==, EPIPE);
}

static void
test_drops_all_between_lines (Fixture *fixture, gconstpointer data)
{
  append_text (fixture, "sent\n");
  g_assert_cmpint (flush (fixture), ==, OUTPUT_SENT);
  append_text (fixture, "dropped\n");
  append_text (fixture, "dropped too\n");
  output_drop_whole_lines (&fixture->output, &fixture->pool);
  g_assert_cmpuint (fixture->output.n_bytes, ==, 0);
  append_text (fixture, "last\n");
  exchange (fixture);
  g_assert_cmpstr (fixture->received->str, ==, "sent\nlast\n");
}

/* @data: the length of the line that is partly sent [bytes], its LF included. */
static void
test_drop_keeps_the_line_that_is_partly_sent (Fixture *fixture, gconstpointer data)
{
  gsize n_line = GPOINTER_TO_SIZE (data);

  append_line (fixture, 'x', n_line);
  for (int i = 0; i < 30; i++)
    append_line (fixture, 'd', CHUNK_BYTES / 3);
  g_assert_cmpint (flush (fixture), ==, OUTPUT_BLOCKED);
  g_assert_true (fixture->output.within_line);

  output_drop_whole_lines (&fixture->output, &fixture->pool);
  append_text (fixture, "last\n");
  append_line (fixture, 'y', 2 * CHUNK_BYTES);
  exchange (fixture);

  g_assert_cmpuint (fixture->received->len, ==, n_line + strlen ("last\n") + 2 * CHUNK_BYTES);
  g_assert_null (memchr (fixture->received->str, 'd', fixture->received->len));
  g_assert_true (g_str_has_prefix (fixture->received->str + n_line - 2, "x\nlast\nyy"));
}

static void
test_reuses_chunks (Fixture *fixture, gconstpointer data)
{
  append_text (fixture, "first\n");
  OutputChunk *chunk = fixture->output.head;
  exchange (fixture);
  g_assert_cmpuint (fixture->pool.n_spare, ==, 1);
  append_text (fixture, "second\n");
  g_assert_true (fixture->output.head == chunk);
  g_assert_cmpuint (fixture->pool.n_spare, ==, 0);
}

static void
test_keeps_few_spare_chunks (Fixture *fixture, gconstpointer data)
{
  for (int i = 0; i < 300; i++)
    append_line (fixture, 'a', CHUNK_BYTES);
  append_line (fixture, 'b', 5 * CHUNK_BYTES);
  output_clear (&fixture->output, &fixture->pool);
  g_assert_cmpuint (fixture->output.n_bytes, ==, 0);
  g_assert_cmpuint (fixture->pool.n_spare, ==, 64);
  output_pool_clear (&fixture->pool);
  g_assert_cmpuint (fixture->pool.n_spare, ==, 0);
}

#define ADD(name, function, data) g_test_add (name, Fixture, data, setup, function, teardown)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/net/output/sends-nothing-when-empty", test_sends_nothing_when_empty, NULL);
  ADD ("/net/output/sends-small-pieces-at-once", test_sends_small_pieces_at_once, NULL);
  ADD ("/net/output/keeps-every-byte-across-chunks", test_keeps_every_byte_across_chunks, NULL);
  ADD ("/net/output/sends-more-chunks-than-one-call-takes",
       test_sends_more_chunks_than_one_call_takes, NULL);
  ADD ("/net/output/failure-is-no-block", test_failure_is_no_block, NULL);
  ADD ("/net/output/drops-all-between-lines", test_drops_all_between_lines, NULL);
  ADD ("/net/output/drop-keeps-a-line-within-one-chunk",
       test_drop_keeps_the_line_that_is_partly_sent, GSIZE_TO_POINTER (CHUNK_BYTES - 10));
  ADD ("/net/output/drop-keeps-a-line-of-its-own-chunk",
       test_drop_keeps_the_line_that_is_partly_sent, GSIZE_TO_POINTER (20 * CHUNK_BYTES));
  ADD ("/net/output/reuses-chunks", test_reuses_chunks, NULL);
  ADD ("/net/output/keeps-few-spare-chunks", test_keeps_few_spare_chunks, NULL);
  return g_test_run ();
}
