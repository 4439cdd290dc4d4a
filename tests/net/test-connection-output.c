/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who is a slow reader, and what becomes of those that are ended for memory: with a worker and a
 * clock that the test makes up, in place of the library's.
 */
#include "server/net/connection-parts.h"

#include "server/net/loop.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_BYTES 8192
#define MUCH_BYTES (4 * CONNECTION_SLOW_BYTES) /* more than the kernel takes besides */

struct Loop
{
  int64_t now_ms;
};

struct Worker
{
  Loop loop;
  OutputPool pool;
  WorkerCounters counters;
  guint n_input_dropped;
};

struct Peer
{
  gboolean takes_answers;
};

/* --- what the library's file calls ------------------------------------------------------------ */

int64_t
loop_now_ms (const Loop *self)
{
  return self->now_ms;
}

Loop *
worker_loop (Worker *self)
{
  return &self->loop;
}

OutputPool *
worker_pool (Worker *self)
{
  return &self->pool;
}

WorkerCounters *
worker_own_counters (Worker *self)
{
  return &self->counters;
}

void
worker_account (Worker *self, gint64 n_bytes)
{
}

void
worker_set_deadline (Worker *self, DeadlineLink *link, WorkerDeadline deadline)
{
}

void
worker_add_touched (Worker *self, Connection *connection)
{
}

void
connection_close (Connection *self)
{
  self->state = CONNECTION_CLOSED;
}

void
connection_drop_input (Connection *self)
{
  self->worker->n_input_dropped++;
}

gboolean
connection_is_shaking_hands (const Connection *self)
{
  return FALSE;
}

gboolean
connection_has_begun_record (const Connection *self)
{
  return FALSE;
}

void
connection_tell_peer (Connection *self)
{
}

/* Of TLS, which there is none of here, something may be unsent besides. */
static gboolean has_unsent_tls;

gboolean
connection_has_output (const Connection *self)
{
  return self->output.n_bytes > 0 || has_unsent_tls;
}

gboolean
peer_takes_answers (const Peer *self)
{
  return self->takes_answers;
}

OutputStatus
transport_tls_flush (
    TransportTls *self, Output *output, OutputPool *pool, int fd, gsize *ret_n_sent)
{
  g_assert_not_reached ();
}

gsize
transport_tls_n_bytes (const TransportTls *self)
{
  g_assert_not_reached ();
}

void
compute_jobs_cancel (ComputeJob *jobs)
{
}

/* --- tests ------------------------------------------------------------------------------------ */

typedef struct
{
  Worker worker;
  Connection *connection;
  int peer_fd;
} Fixture;

static void
door_notice (Connection *connection, DoorNotice notice)
{
  const char *line = notice == DOOR_NOTICE_SLOW_CONSUMER ? "slow\n" : "full\n";

  connection_send (connection, line, strlen (line));
}

static void
setup (Fixture *self, gconstpointer data)
{
  static const Door door = { .name = "test", .notice = door_notice };
  const int room = BUFFER_BYTES;
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), ==, 0);
  g_assert_cmpint (setsockopt (fds[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room), ==, 0);
  self->peer_fd = fds[1];
  self->connection = g_malloc0 (sizeof *self->connection);
  self->connection->source.fd = fds[0];
  self->connection->worker = &self->worker;
  self->connection->door = &door;
  self->connection->state = CONNECTION_OPEN;
}

static void
teardown (Fixture *self, gconstpointer data)
{
  output_clear (&self->connection->output, &self->worker.pool);
  output_pool_clear (&self->worker.pool);
  close (self->connection->source.fd);
  close (self->peer_fd);
  g_free (self->connection);
}

/* The end of a turn. */
static void
turn (Fixture *self, int64_t now_ms)
{
  Connection *connection = self->connection;

  self->worker.loop.now_ms = now_ms;
  connection_flush (connection);
  connection->source.events = EPOLLIN;
  if (connection_has_output (connection))
    connection->source.events |= EPOLLOUT;
}

static void
send_lines (Fixture *self, gsize n_bytes)
{
  g_autofree char *lines = g_malloc (n_bytes);

  memset (lines, '\n', n_bytes);
  connection_send (self->connection, lines, n_bytes);
}

/* Returns: [bytes]: 0: there is nothing */
static gsize
read_some (Fixture *self)
{
  char bytes[BUFFER_BYTES];
  ssize_t n = recv (self->peer_fd, bytes, sizeof bytes, 0);

  g_assert_true (n > 0 || errno == EAGAIN);
  return (gsize)MAX (n, 0);
}

static void
read_all (Fixture *self, int64_t now_ms)
{
  while (connection_has_output (self->connection))
    {
      g_assert_cmpuint (read_some (self), >, 0);
      turn (self, now_ms);
    }
  while (read_some (self) > 0)
    ;
}

/* It becomes slow at that time, and not a moment before. */
static void
expect_slow_from (Fixture *self, int64_t at_ms)
{
  turn (self, at_ms - 1);
  g_assert_false (connection_is_slow (self->connection));
  turn (self, at_ms);
  g_assert_true (connection_is_slow (self->connection));
}

static void
test_who_reads_nothing_is_slow_after_two_seconds (Fixture *self, gconstpointer data)
{
  send_lines (self, MUCH_BYTES);
  turn (self, 1000);
  g_assert_true (connection_has_much_unsent (self->connection));
  g_assert_false (connection_is_slow (self->connection));
  /* More that is to be said is no progress. */
  send_lines (self, 100);
  turn (self, 2000);
  expect_slow_from (self, 3000);
}

static void
test_who_reads_a_little_is_not (Fixture *self, gconstpointer data)
{
  int64_t now_ms = 1000;

  send_lines (self, 2 * MUCH_BYTES);
  turn (self, now_ms);
  while (self->connection->output.n_bytes > MUCH_BYTES)
    {
      now_ms += CONNECTION_SLOW_MS - 1;
      turn (self, now_ms);
      g_assert_false (connection_is_slow (self->connection));
      while (read_some (self) > 0)
        ;
      turn (self, now_ms);
    }
  expect_slow_from (self, now_ms + CONNECTION_SLOW_MS);
}

/* However long ago something was sent, and though the kernel takes nothing of what is new. */
static void
test_the_time_begins_with_the_output (Fixture *self, gconstpointer data)
{
  char bytes[1024] = { 0 };

  send_lines (self, MUCH_BYTES);
  turn (self, 1000);
  read_all (self, 1000);
  while (send (self->connection->source.fd, bytes, sizeof bytes, MSG_NOSIGNAL) > 0)
    ;
  self->worker.loop.now_ms = 100000;
  send_lines (self, MUCH_BYTES);
  turn (self, 100000);
  g_assert_cmpuint (self->connection->output.n_bytes, ==, MUCH_BYTES);
  expect_slow_from (self, 102000);
}

static void
test_who_has_left_little_is_not_slow (Fixture *self, gconstpointer data)
{
  char bytes[1024] = { 0 };

  while (send (self->connection->source.fd, bytes, sizeof bytes, MSG_NOSIGNAL) > 0)
    ;
  send_lines (self, CONNECTION_SLOW_BYTES - 1);
  turn (self, 1000);
  turn (self, 100000);
  g_assert_false (connection_has_much_unsent (self->connection));
  g_assert_false (connection_is_slow (self->connection));
  send_lines (self, 1);
  turn (self, 100000);
  g_assert_true (connection_has_much_unsent (self->connection));
  g_assert_true (connection_is_slow (self->connection));
}

static void
test_who_is_ended_keeps_no_input (Fixture *self, gconstpointer data)
{
  send_lines (self, MUCH_BYTES);
  turn (self, 1000);
  connection_shed_slow (self->connection);
  g_assert_cmpint (self->connection->state, ==, CONNECTION_ENDING);
  g_assert_cmpuint (self->worker.n_input_dropped, ==, 1);
  g_assert_cmpuint (self->connection->output.n_bytes, ==, strlen ("slow\n"));
}

/* Nobody comes to the words behind it. */
static void
test_with_a_long_line_before_them_there_are_no_last_words (Fixture *self, gconstpointer data)
{
  g_autofree char *line = g_strnfill (MUCH_BYTES, 'x');

  line[MUCH_BYTES - 1] = '\n';
  connection_send (self->connection, line, MUCH_BYTES);
  turn (self, 1000);
  g_assert_cmpuint (self->connection->output.n_bytes, <, MUCH_BYTES);
  connection_shed_slow (self->connection);
  g_assert_cmpint (self->connection->state, ==, CONNECTION_CLOSED);
}

static void
test_what_is_got_ready_waits_for_the_address (Fixture *self, gconstpointer data)
{
  Peer peer = { .takes_answers = TRUE };

  self->connection->peer = &peer;
  g_assert_true (connection_has_room (self->connection));
  send_lines (self, CONNECTION_RESUME_BYTES - 1);
  g_assert_true (connection_has_room (self->connection));
  peer.takes_answers = FALSE;
  g_assert_false (connection_has_room (self->connection));
  turn (self, 1000);
  read_all (self, 1000);
  g_assert_false (connection_has_room (self->connection));
  /* A stop waits for nobody else's reading. */
  self->connection->state = CONNECTION_DRAINING;
  g_assert_true (connection_has_room (self->connection));
  self->connection->state = CONNECTION_OPEN;
  peer.takes_answers = TRUE;
  g_assert_true (connection_has_room (self->connection));
  send_lines (self, CONNECTION_RESUME_BYTES);
  g_assert_false (connection_has_room (self->connection));
}

/* What TLS could not send either: its peer has had no time for it before. */
static void
test_what_tls_has_left_is_left (Fixture *self, gconstpointer data)
{
  self->worker.loop.now_ms = 1000;
  has_unsent_tls = TRUE;
  connection_flush (self->connection);
  has_unsent_tls = FALSE;
  g_assert_cmpint (self->connection->progress_ms, ==, 1000);
}

static void
test_an_idle_one_is_told (Fixture *self, gconstpointer data)
{
  char bytes[BUFFER_BYTES];

  connection_shed_idle (self->connection);
  g_assert_cmpint (self->connection->state, ==, CONNECTION_ENDING);
  g_assert_cmpuint (self->worker.n_input_dropped, ==, 1);
  g_assert_cmpint (recv (self->peer_fd, bytes, sizeof bytes, 0), ==, strlen ("full\n"));
}

static void
test_an_idle_one_that_does_not_read_is_closed (Fixture *self, gconstpointer data)
{
  send_lines (self, MUCH_BYTES);
  turn (self, 1000);
  connection_shed_idle (self->connection);
  g_assert_cmpint (self->connection->state, ==, CONNECTION_CLOSED);
}

static void
test_reading_goes_on_below_256_kib (Fixture *self, gconstpointer data)
{
  Connection *connection = self->connection;

  send_lines (self, CONNECTION_PAUSE_BYTES + BUFFER_BYTES);
  turn (self, 1000);
  g_assert_true (connection->is_paused);
  while (connection->is_paused)
    {
      g_assert_cmpuint (connection->output.n_bytes, >=, CONNECTION_RESUME_BYTES);
      g_assert_cmpuint (read_some (self), >, 0);
      turn (self, 1000);
    }
  g_assert_cmpuint (connection->output.n_bytes, <, CONNECTION_RESUME_BYTES);
  g_assert_cmpuint (connection->output.n_bytes, >, CONNECTION_RESUME_BYTES / 2);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, setup, function, teardown)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/net/connection-output/who-reads-nothing-is-slow-after-two-seconds",
       test_who_reads_nothing_is_slow_after_two_seconds);
  ADD ("/net/connection-output/who-reads-a-little-is-not", test_who_reads_a_little_is_not);
  ADD ("/net/connection-output/the-time-begins-with-the-output",
       test_the_time_begins_with_the_output);
  ADD ("/net/connection-output/who-has-left-little-is-not-slow",
       test_who_has_left_little_is_not_slow);
  ADD ("/net/connection-output/who-is-ended-keeps-no-input", test_who_is_ended_keeps_no_input);
  ADD ("/net/connection-output/with-a-long-line-before-them-there-are-no-last-words",
       test_with_a_long_line_before_them_there_are_no_last_words);
  ADD ("/net/connection-output/what-is-got-ready-waits-for-the-address",
       test_what_is_got_ready_waits_for_the_address);
  ADD ("/net/connection-output/what-tls-has-left-is-left", test_what_tls_has_left_is_left);
  ADD ("/net/connection-output/an-idle-one-is-told", test_an_idle_one_is_told);
  ADD ("/net/connection-output/an-idle-one-that-does-not-read-is-closed",
       test_an_idle_one_that_does_not_read_is_closed);
  ADD ("/net/connection-output/reading-goes-on-below-256-kib", test_reading_goes_on_below_256_kib);
  return g_test_run ();
}
