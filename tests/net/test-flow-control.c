/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Clients that do not read, and a server that stops. Source: docs/protocol.md, section 7
 */
#include "tests/net/worker-fixture.h"

#include <string.h>
#include <sys/socket.h>

#define NEVER_MS (60 * 1000)

/* What the kernel's buffers of a slow client may hold besides the queue [bytes]. */
#define KERNEL_SLACK_BYTES (128 * 1024)

#define N_SENDERS 4 /* that never stop */

static const WorkerTimeouts patient = { NEVER_MS, NEVER_MS, NEVER_MS, 5000 };

/* The tests below say what these figures do; here they are those of docs/protocol.md, section 7. */
static void
test_figures (void)
{
  g_assert_cmpuint (CONNECTION_PAUSE_BYTES, ==, 1048576);
  g_assert_cmpuint (CONNECTION_RESUME_BYTES, ==, 262144);
  g_assert_cmpuint (CONNECTION_MAX_OUTPUT, ==, 8388608);
  g_assert_cmpuint (CONNECTION_LINES_PER_TURN, ==, 128);
  g_assert_cmpint (worker_default_timeouts.line_timeout_ms, ==, 30000);
  g_assert_cmpint (worker_default_timeouts.idle_timeout_ms, ==, 600000);
  g_assert_cmpint (worker_default_timeouts.stop_timeout_ms, <, 5000);
}

static void
test_reading_pauses_and_goes_on (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) slow = client_new_slow (fixture);
  g_autoptr (Client) other = client_new (fixture);
  const guint n_requests = 100;
  const gsize n_reply = 65536;
  const guint n_pause = CONNECTION_PAUSE_BYTES / 65536;
  const gsize n_left = CONNECTION_RESUME_BYTES - n_reply;
  guint n_trips = 20;

  for (guint i = 0; i < n_requests; i++)
    client_send (slow, "big 65535\n");
  worker_fixture_start (fixture);
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_lines) >= n_pause);

  /* The other one is served, and the slow one not. */
  client_round_trips (other, n_trips);
  guint n_handled = atomic_load (&fixture->n_lines) - n_trips;
  g_assert_cmpuint (n_handled, >=, n_pause);
  g_assert_cmpuint (n_handled, <=, n_pause + 1 + KERNEL_SLACK_BYTES / n_reply);

  /* Over 256 KiB are still unsent. */
  client_skip (slow, CONNECTION_PAUSE_BYTES / 2);
  client_round_trips (other, n_trips);
  g_assert_cmpuint (atomic_load (&fixture->n_lines), ==, n_handled + 2 * n_trips);

  /* Less than that are, and more than the kernel holds: there is some output left. */
  client_skip (slow, n_handled * n_reply - CONNECTION_PAUSE_BYTES / 2 - n_left);
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_lines) > n_handled + 2 * n_trips);

  client_skip (slow, (n_requests - n_handled) * n_reply + n_left);
  g_assert_cmpuint (atomic_load (&fixture->n_lines), ==, n_requests + 2 * n_trips);
  client_round_trips (slow, 1);
}

/* A client that reads as fast as it is answered is never paused for long. */
static void
test_a_fast_reader_gets_large_answers (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) client = client_new (fixture);

  for (int i = 0; i < 10; i++)
    client_send (client, "big 4000000\n");
  worker_fixture_start (fixture);
  for (int i = 0; i < 10; i++)
    client_skip (client, 4000001);
  client_round_trips (client, 1);
}

static void
test_a_slow_consumer_is_told_after_a_whole_line (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) client = client_new_slow (fixture);

  worker_fixture_start (fixture);
  client_send (client, "big 500000\n");
  client_skip (client, 1);
  client_send (client, "flood 200\necho unheard\n");
  /* One that reads meanwhile gets more. */
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_ended) == 1);
  client_expect_run (client, 'x', 499999);
  client_expect (client, "notice slow\n");
  client_expect_end (client);
  g_assert_cmpuint (atomic_load (&fixture->n_lines), ==, 2);
}

static void
test_as_much_as_is_allowed_is_sent (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) client = client_new_slow (fixture);
  const gsize n_lines = CONNECTION_MAX_OUTPUT / FLOOD_LINE_BYTES;
  g_autofree char *request = g_strdup_printf ("flood %zu\n", n_lines);

  worker_fixture_start (fixture);
  client_send (client, request);
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_lines) == 1);
  client_skip (client, n_lines * FLOOD_LINE_BYTES);
  client_round_trips (client, 1);
}

static void
test_a_consumer_that_never_reads_is_closed (void)
{
  const WorkerTimeouts timeouts = { 100, NEVER_MS, NEVER_MS, 2000 };
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&timeouts, 1);
  g_autoptr (Client) client = client_new_slow (fixture);

  worker_fixture_start (fixture);
  client_send (client, "big 500000\n");
  client_skip (client, 1);
  client_send (client, "flood 200\n");
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_lines) == 2);
  FIXTURE_WAIT_FOR (fixture_n_open (fixture) == 0);
}

/* --- stopping --------------------------------------------------------------------------------- */

/* The lines lie in the socket when the stop comes: more than one read takes, and more than one
 * turn's budget. */
static void
test_a_stop_answers_what_was_received (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) client = client_new (fixture);
  g_autoptr (GString) requests = g_string_new (NULL);
  const int n_requests = 10000;

  for (int i = 0; i < n_requests; i++)
    g_string_append_printf (requests, "echo number %d\n", i);
  g_assert_cmpuint (requests->len, >, 2 * INTAKE_BYTES);
  client_send_bytes (client, requests->str, requests->len);
  worker_stop (fixture->worker);
  worker_fixture_start (fixture);
  for (int i = 0; i < n_requests; i++)
    {
      g_autofree char *reply = g_strdup_printf ("number %d\n", i);
      client_expect (client, reply);
    }
  client_expect (client, "notice stopping\n");
  client_expect_end (client);
  worker_join (fixture->worker);
}

static void
test_a_stop_ends_idle_connections_at_once (void)
{
  const WorkerTimeouts timeouts = { NEVER_MS, NEVER_MS, NEVER_MS, NEVER_MS };
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&timeouts, 1);
  g_autoptr (Client) idle = client_new (fixture);
  g_autoptr (Client) unfinished = client_new (fixture);

  worker_fixture_start (fixture);
  client_round_trips (idle, 1);
  client_send (unfinished, "echo a\necho unfin");
  client_expect (unfinished, "a\n");
  worker_stop (fixture->worker);
  client_expect (idle, "notice stopping\n");
  client_expect_end (idle);
  client_expect (unfinished, "notice stopping\n");
  client_expect_end (unfinished);
  worker_join (fixture->worker);
  g_assert_cmpuint (fixture_n_open (fixture), ==, 0);
}

static void
test_a_stop_waits_for_a_slow_reader (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) client = client_new_slow (fixture);

  worker_fixture_start (fixture);
  for (int i = 0; i < 10; i++)
    client_send (client, "big 400000\n");
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_lines) >= 3);
  worker_stop (fixture->worker);
  for (int i = 0; i < 10; i++)
    client_expect_run (client, 'x', 400000);
  client_expect (client, "notice stopping\n");
  client_expect_end (client);
  worker_join (fixture->worker);
}

static void
test_a_stop_does_not_wait_for_ever (void)
{
  const WorkerTimeouts timeouts = { NEVER_MS, NEVER_MS, NEVER_MS, 200 };
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&timeouts, 1);
  g_autoptr (Client) client = client_new_slow (fixture);

  worker_fixture_start (fixture);
  client_send (client, "big 3000000\nbig 3000000\n");
  client_skip (client, 1);
  gint64 before_us = g_get_monotonic_time ();
  worker_stop (fixture->worker);
  worker_join (fixture->worker);
  g_assert_cmpint (g_get_monotonic_time () - before_us, <, 10 * G_USEC_PER_SEC);
  g_assert_cmpuint (fixture_n_open (fixture), ==, 0);
}

static void *
send_without_end (void *data)
{
  Client *client = data;
  g_autofree char *bytes = g_strnfill (256 * 1024, 'a');

  while (send (client->fd, bytes, 256 * 1024, MSG_NOSIGNAL) > 0)
    ;
  return NULL;
}

/* Whoever sends on and on is cut off when the time for stopping is over. */
static void
test_a_stop_is_not_held_up_by_senders (void)
{
  const WorkerTimeouts timeouts = { NEVER_MS, NEVER_MS, NEVER_MS, 500 };
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&timeouts, 1);
  Client *clients[N_SENDERS];
  pthread_t threads[N_SENDERS];

  worker_fixture_start (fixture);
  for (int i = 0; i < N_SENDERS; i++)
    {
      clients[i] = client_new (fixture);
      g_assert_cmpint (pthread_create (&threads[i], NULL, send_without_end, clients[i]), ==, 0);
      client_expect (clients[i], "too long\n");
    }
  worker_stop (fixture->worker);
  worker_join (fixture->worker);
  for (int i = 0; i < N_SENDERS; i++)
    {
      g_assert_cmpint (pthread_join (threads[i], NULL), ==, 0);
      client_free (clients[i]);
    }
  g_assert_cmpuint (fixture_n_open (fixture), ==, 0);
}

static void
test_a_connection_that_comes_late_is_told (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);

  worker_stop (fixture->worker);
  g_autoptr (Client) client = client_new (fixture);
  client_send (client, "echo late\n");
  worker_fixture_start (fixture);
  client_expect (client, "late\nnotice stopping\n");
  client_expect_end (client);
}

static void
test_a_connection_that_comes_too_late_is_closed (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);

  worker_stop (fixture->worker);
  worker_fixture_start (fixture);
  worker_join (fixture->worker);
  g_autoptr (Client) client = client_new (fixture);
  worker_fixture_free (g_steal_pointer (&fixture));
  client_expect_end (client);
}

/* What others say to a member stops the reading of its line, which is then no fault of its own. */
static void
test_an_unfinished_line_waits_while_reading_is_paused (void)
{
  const WorkerTimeouts timeouts = { 300, NEVER_MS, NEVER_MS, 2000 };
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&timeouts, 1);
  g_autoptr (Client) client = client_new_slow (fixture);
  g_autoptr (Client) clock = client_new (fixture);

  worker_fixture_start (fixture);
  client_send (client, "late 40\necho unfin");
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_jobs_begun) == 1);
  fixture_open_gate (fixture, 1);
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (Client) other = client_new (fixture);

      client_send (other, "echo unfin");
      client_expect_end (other);
    }
  for (int i = 0; i < 40; i++)
    client_expect_run (client, 'x', FLOOD_LINE_BYTES - 1);
  client_expect (client, "40\n");
  client_send (client, "ished\n");
  client_expect (client, "unfinished\n");

  /* Where it is read again it is to be finished in time again. */
  client_send (client, "echo unfin");
  client_expect_end (client);
  client_round_trips (clock, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/flow-control/figures-are-those-of-the-protocol", test_figures);
  g_test_add_func ("/net/flow-control/reading-pauses-and-goes-on", test_reading_pauses_and_goes_on);
  g_test_add_func ("/net/flow-control/a-fast-reader-gets-large-answers",
                   test_a_fast_reader_gets_large_answers);
  g_test_add_func ("/net/flow-control/a-slow-consumer-is-told-after-a-whole-line",
                   test_a_slow_consumer_is_told_after_a_whole_line);
  g_test_add_func ("/net/flow-control/as-much-as-is-allowed-is-sent",
                   test_as_much_as_is_allowed_is_sent);
  g_test_add_func ("/net/flow-control/a-consumer-that-never-reads-is-closed",
                   test_a_consumer_that_never_reads_is_closed);
  g_test_add_func ("/net/stop/answers-what-was-received", test_a_stop_answers_what_was_received);
  g_test_add_func ("/net/stop/ends-idle-connections-at-once",
                   test_a_stop_ends_idle_connections_at_once);
  g_test_add_func ("/net/stop/waits-for-a-slow-reader", test_a_stop_waits_for_a_slow_reader);
  g_test_add_func ("/net/stop/does-not-wait-for-ever", test_a_stop_does_not_wait_for_ever);
  g_test_add_func ("/net/stop/is-not-held-up-by-senders", test_a_stop_is_not_held_up_by_senders);
  g_test_add_func ("/net/stop/a-connection-that-comes-late-is-told",
                   test_a_connection_that_comes_late_is_told);
  g_test_add_func ("/net/stop/a-connection-that-comes-too-late-is-closed",
                   test_a_connection_that_comes_too_late_is_closed);
  g_test_add_func ("/net/flow/an-unfinished-line-waits-while-reading-is-paused",
                   test_an_unfinished_line_waits_while_reading_is_paused);
  return g_test_run ();
}
