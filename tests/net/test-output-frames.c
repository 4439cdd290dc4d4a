/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Frames in output queues, over a socket pair with small buffers, so that sends are partial.
 */
#include "server/net/output.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SMALL_BUFFER_BYTES 4096

typedef struct
{
  Output output;
  OutputPool pool;
  int near_fd; /* ours */
  int far_fd;  /* the peer's */
  GString *expected;
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
  fixture->expected = g_string_new (NULL);
  fixture->received = g_string_new (NULL);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  output_clear (&fixture->output, &fixture->pool);
  output_pool_clear (&fixture->pool);
  close (fixture->near_fd);
  close (fixture->far_fd);
  g_string_free (fixture->expected, TRUE);
  g_string_free (fixture->received, TRUE);
}

static OutputFrame *
frame_of_text (const char *text)
{
  return output_frame_new (shared_frame_new (text, strlen (text)));
}

/* One line of @n_bytes, its LF included. */
static OutputFrame *
frame_of_line (char letter, gsize n_bytes)
{
  g_autofree char *line = g_malloc (n_bytes);

  memset (line, letter, n_bytes - 1);
  line[n_bytes - 1] = '\n';
  return output_frame_new (shared_frame_new (line, n_bytes));
}

static void
append_frame (Fixture *fixture, OutputFrame *frame)
{
  gsize before = fixture->output.n_shared;

  output_append_frame (&fixture->output, &fixture->pool, frame);
  g_assert_cmpuint (fixture->output.n_shared, ==, before + frame->n_bytes);
  g_string_append_len (fixture->expected, frame->bytes, (gssize)frame->n_bytes);
}

/* A line of @n_bytes, its LF included. */
static void
append_line (Fixture *fixture, char letter, gsize n_bytes)
{
  g_autofree char *line = g_malloc (n_bytes);
  gsize before = fixture->output.n_shared;

  memset (line, letter, n_bytes - 1);
  line[n_bytes - 1] = '\n';
  output_append (&fixture->output, &fixture->pool, line, n_bytes);
  g_assert_cmpuint (fixture->output.n_shared, ==, before);
  g_string_append_len (fixture->expected, line, (gssize)n_bytes);
}

static OutputStatus
flush (Fixture *fixture)
{
  gsize before = fixture->output.n_bytes;
  gsize n_sent;
  OutputStatus status = output_flush (&fixture->output, &fixture->pool, fixture->near_fd, &n_sent);

  g_assert_cmpuint (fixture->output.n_bytes, ==, before - n_sent);
  g_assert_cmpuint (fixture->output.n_shared, <=, fixture->output.n_bytes);
  return status;
}

/* Reads at most @n_most of what has arrived; returns whether anything had. */
static gboolean
receive (Fixture *fixture, gsize n_most)
{
  char bytes[1000];
  ssize_t n = recv (fixture->far_fd, bytes, MIN (n_most, sizeof bytes), MSG_DONTWAIT);

  if (n <= 0)
    return FALSE;
  g_string_append_len (fixture->received, bytes, n);
  return TRUE;
}

static void
exchange (Fixture *fixture)
{
  do
    while (receive (fixture, G_MAXSIZE))
      ;
  while (flush (fixture) == OUTPUT_BLOCKED);
  while (receive (fixture, G_MAXSIZE))
    ;
}

static void
assert_all_arrives (Fixture *fixture)
{
  exchange (fixture);
  g_assert_cmpuint (fixture->received->len, ==, fixture->expected->len);
  g_assert_true (g_string_equal (fixture->received, fixture->expected));
  g_assert_cmpuint (fixture->output.n_bytes, ==, 0);
  g_assert_cmpuint (fixture->output.n_shared, ==, 0);
  g_assert_null (fixture->output.head);
  g_assert_null (fixture->output.tail);
}

/* --- sending ---------------------------------------------------------------------------------- */

static void
test_keeps_the_order_of_bytes_and_frames (Fixture *fixture, gconstpointer data)
{
  const gsize sizes[] = { 1, 2, 40, 4095, 4096, 4097, 16320, 16321, 50000 };
  OutputFrame *frames[G_N_ELEMENTS (sizes)];
  guint32 random = 1;

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    frames[i] = frame_of_line ((char)('A' + i), sizes[i]);
  for (int i = 0; i < 600; i++)
    {
      random = random * 1664525 + 1013904223;
      gsize which = (random >> 20) % G_N_ELEMENTS (sizes);

      if ((random >> 16) % 3 == 0)
        append_line (fixture, (char)('a' + i % 26), sizes[which]);
      else
        append_frame (fixture, frames[which]);
      if ((random >> 12) % 7 == 0)
        flush (fixture);
      if ((random >> 12) % 5 == 0)
        receive (fixture, (random >> 8) % 1000);
      g_assert_cmpuint (fixture->output.n_bytes, <=, fixture->expected->len);
    }
  assert_all_arrives (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_assert_cmpuint (frames[i]->n_refs, ==, 1);
      output_frame_unref (frames[i]);
    }
}

/* Whatever is taken of it at a time. */
static void
test_goes_on_where_a_frame_was_partly_sent (Fixture *fixture, gconstpointer data)
{
  OutputFrame *frame = frame_of_text ("first line\nsecond line\n");

  for (int i = 0; i < 2000; i++)
    append_frame (fixture, frame);
  g_assert_cmpint (flush (fixture), ==, OUTPUT_BLOCKED);
  for (int i = 0; fixture->output.n_bytes > 0; i++)
    {
      receive (fixture, (gsize)(1 + i % 37) * 20);
      flush (fixture);
    }
  assert_all_arrives (fixture);
  output_frame_unref (frame);
}

/* --- what is held ----------------------------------------------------------------------------- */

static void
test_holds_frames_until_they_are_sent (Fixture *fixture, gconstpointer data)
{
  SharedFrame *shared = shared_frame_new ("x\n", 2);
  OutputFrame *frame = output_frame_new (shared_frame_ref (shared));
  Output other = { 0 };

  /* Those of a worker count one of another thread's. */
  for (int i = 0; i < 100; i++)
    {
      append_frame (fixture, frame);
      output_append_frame (&other, &fixture->pool, frame);
    }
  g_assert_cmpuint (frame->n_refs, ==, 201);
  exchange (fixture);
  g_assert_cmpuint (frame->n_refs, ==, 101);
  output_frame_unref (frame);
  output_clear (&other, &fixture->pool);
  g_assert_cmpuint (other.n_bytes, ==, 0);
  g_assert_cmpmem (shared_frame_bytes (shared), shared_frame_n_bytes (shared), "x\n", 2);
  shared_frame_unref (shared);
  shared_frame_unref (NULL);
}

/* Replies between frames do not take a chunk each, and are in their place. */
static void
test_lines_between_frames_take_what_is_in_them (Fixture *fixture, gconstpointer data)
{
  OutputFrame *frame = frame_of_line ('f', 50);

  append_line (fixture, 'a', 60);
  for (int i = 0; i < 200; i++)
    {
      append_frame (fixture, frame);
      append_line (fixture, (char)('a' + i % 26), i % 2 == 0 ? 60 : 5000);
    }
  assert_all_arrives (fixture);
  g_assert_cmpuint (fixture->pool.n_spare, ==, 1);

  /* One that fills a chunk is worth one of its size, and what follows one more. */
  append_frame (fixture, frame);
  append_line (fixture, 'b', 16 * 1024 - 64);
  append_line (fixture, 'c', 16 * 1024 - 63);
  g_assert_cmpuint (fixture->pool.n_spare, ==, 1);
  append_line (fixture, 'd', 10);
  append_frame (fixture, frame);
  g_assert_cmpuint (fixture->pool.n_spare, ==, 0);
  assert_all_arrives (fixture);
  g_assert_cmpuint (fixture->pool.n_spare, ==, 1);
  output_frame_unref (frame);
}

static void
test_keeps_few_spare_chunks_of_names (Fixture *fixture, gconstpointer data)
{
  OutputFrame *frame = frame_of_line ('f', 2);

  for (int i = 0; i < 28; i++)
    append_frame (fixture, frame);
  const OutputChunk *chunk = fixture->output.head;
  exchange (fixture);
  g_assert_cmpuint (fixture->pool.n_spare_names, ==, 1);
  g_assert_cmpuint (fixture->pool.n_spare, ==, 0);
  append_frame (fixture, frame);
  g_assert_true (fixture->output.head == chunk);
  g_assert_cmpuint (fixture->pool.n_spare_names, ==, 0);
  for (int i = 0; i < 28 * 100; i++)
    append_frame (fixture, frame);
  output_clear (&fixture->output, &fixture->pool);
  g_assert_cmpuint (fixture->pool.n_spare_names, ==, 64);
  g_assert_cmpuint (frame->n_refs, ==, 1);
  output_pool_clear (&fixture->pool);
  g_assert_cmpuint (fixture->pool.n_spare_names, ==, 0);
  output_frame_unref (frame);
}

/* --- dropping --------------------------------------------------------------------------------- */

static void
fill_until_blocked (Fixture *fixture, OutputFrame *frame)
{
  while (flush (fixture) == OUTPUT_SENT)
    append_frame (fixture, frame);
}

/* Of a frame that is partly sent the line that is stays, and no other. */
static void
test_drop_within_a_frame (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);

  /* Of a length that no border in the kernel is a multiple of. */
  for (int i = 0; i < 1000; i++)
    g_string_append_printf (text, "%01020d\n", i);
  OutputFrame *frame = frame_of_text (text->str);
  OutputFrame *other = frame_of_text ("other\n");
  append_frame (fixture, frame);
  append_frame (fixture, other);
  append_line (fixture, 'd', 10);
  g_assert_cmpint (flush (fixture), ==, OUTPUT_BLOCKED);
  gsize n_sent = fixture->expected->len - fixture->output.n_bytes;
  gsize n_rest = 1021 - n_sent % 1021;
  g_assert_true (fixture->output.within_line);

  output_drop_whole_lines (&fixture->output, &fixture->pool);
  g_assert_cmpuint (frame->n_refs, ==, 1);
  g_assert_cmpuint (other->n_refs, ==, 1);
  g_assert_cmpuint (fixture->output.n_bytes, ==, n_rest);
  g_string_truncate (fixture->expected, n_sent + n_rest);
  append_line (fixture, 'l', 5);
  append_frame (fixture, other);
  assert_all_arrives (fixture);
  output_frame_unref (frame);
  output_frame_unref (other);
}

/* What is partly sent is the last line of a frame, or the only one, or a reply before one. */
static void
test_drop_at_the_ends_of_frames (Fixture *fixture, gconstpointer data)
{
  const gsize sizes[] = { 100000, 3 };
  OutputFrame *long_one = frame_of_line ('x', sizes[0]);
  OutputFrame *short_one = frame_of_line ('y', sizes[1]);

  append_frame (fixture, long_one);
  append_frame (fixture, short_one);
  g_assert_cmpint (flush (fixture), ==, OUTPUT_BLOCKED);
  output_drop_whole_lines (&fixture->output, &fixture->pool);
  g_string_truncate (fixture->expected, sizes[0]);
  append_frame (fixture, short_one);
  assert_all_arrives (fixture);

  append_line (fixture, 'r', sizes[0]);
  append_frame (fixture, short_one);
  g_assert_cmpint (flush (fixture), ==, OUTPUT_BLOCKED);
  output_drop_whole_lines (&fixture->output, &fixture->pool);
  g_string_truncate (fixture->expected, fixture->expected->len - sizes[1]);
  assert_all_arrives (fixture);

  /* Nothing of it was sent. */
  fill_until_blocked (fixture, short_one);
  if (!fixture->output.within_line)
    {
      gsize n_sent = fixture->expected->len - fixture->output.n_bytes;

      output_drop_whole_lines (&fixture->output, &fixture->pool);
      g_assert_cmpuint (fixture->output.n_bytes, ==, 0);
      g_string_truncate (fixture->expected, n_sent);
    }
  assert_all_arrives (fixture);
  g_assert_cmpuint (short_one->n_refs, ==, 1);
  output_frame_unref (long_one);
  output_frame_unref (short_one);
}

#define ADD(name, function) g_test_add (name, Fixture, NULL, setup, function, teardown)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/net/output/frames/keep-their-order-with-bytes", test_keeps_the_order_of_bytes_and_frames);
  ADD ("/net/output/frames/go-on-where-they-were-partly-sent",
       test_goes_on_where_a_frame_was_partly_sent);
  ADD ("/net/output/frames/are-held-until-they-are-sent", test_holds_frames_until_they_are_sent);
  ADD ("/net/output/frames/lines-between-them-take-what-is-in-them",
       test_lines_between_frames_take_what_is_in_them);
  ADD ("/net/output/frames/keep-few-spare-chunks", test_keeps_few_spare_chunks_of_names);
  ADD ("/net/output/frames/drop-within-one", test_drop_within_a_frame);
  ADD ("/net/output/frames/drop-at-their-ends", test_drop_at_the_ends_of_frames);
  return g_test_run ();
}
