/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lines, ends and timers of connections, over loopback. Source: docs/protocol.md, sections 1 and 7
 */
#include "tests/net/worker-fixture.h"

#include <string.h>

#define NEVER_MS (60 * 1000) /* longer than any test */

static const WorkerTimeouts patient = { NEVER_MS, NEVER_MS, NEVER_MS, 2000 };

static void
test_lines_arrive_in_order (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) client = client_new (fixture);

  worker_fixture_start (fixture);
  client_send (client, "echo one\r\n\n\r\necho tw");
  client_expect (client, "one\n");
  client_send (client, "o\necho three\n");
  client_expect (client, "two\nthree\n");
  g_assert_cmpuint (atomic_load (&fixture->n_lines), ==, 3);
}

static void
test_many_pipelined_lines_are_all_answered (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) client = client_new (fixture);
  g_autoptr (GString) requests = g_string_new (NULL);

  for (int i = 0; i < 10000; i++)
    g_string_append_printf (requests, "echo %d\n", i);
  worker_fixture_start (fixture);
  client_send_bytes (client, requests->str, requests->len);
  client_half_close (client);
  for (int i = 0; i < 10000; i++)
    {
      g_autofree char *reply = g_strdup_printf ("%d\n", i);
      client_expect (client, reply);
    }
  client_expect_end (client);
}

/* The first is handled at once: there is nothing to fetch behind. What is foreseen of the others is
 * fetched one ahead. */
static void
test_fetches_ahead_of_lines (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  Client *clients[4];
  static const char *const lines[] = { "echo a\n", "line b\n", "echo cc\n", "echo ddd\n" };

  fixture->answers_in_order = TRUE;
  for (int i = 0; i < 4; i++)
    {
      clients[i] = client_new (fixture);
      client_send (clients[i], lines[i]);
    }
  worker_fixture_start (fixture);
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_lines) == 4);

  g_autofree char *tags = fixture_tags (fixture);
  g_assert_cmpstr (tags, ==, "a<8>b<9>cd");
  g_assert_cmpuint (atomic_load (&fixture->n_foreseen), ==, 3);
  for (int i = 0; i < 4; i++)
    client_free (clients[i]);
}

static void
test_a_line_over_the_limit_is_skipped (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) client = client_new (fixture);
  g_autofree char *line = g_strnfill (200 * 1024, 'a');

  worker_fixture_start (fixture);
  client_send (client, line);
  client_expect (client, "too long\n");
  client_send (client, "tail\necho on\n");
  client_expect (client, "on\n");
  g_assert_cmpuint (atomic_load (&fixture->n_lines), ==, 1);
}

/* Both have a thousand lines waiting in the worker's first turn: neither may have more than its
 * budget before the other has its own. */
static void
test_the_budget_is_shared (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) first = client_new (fixture);
  g_autoptr (Client) second = client_new (fixture);
  Client *const clients[2] = { first, second };

  for (int c = 0; c < 2; c++)
    {
      g_autoptr (GString) lines = g_string_new (NULL);
      for (int i = 0; i < 1000; i++)
        g_string_append_printf (lines, "line %c\n", 'a' + c);
      client_send_bytes (clients[c], lines->str, lines->len);
    }
  worker_fixture_start (fixture);
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_lines) == 2000);

  g_autofree char *tags = fixture_tags (fixture);
  gsize n_run = 0;
  gsize n_of[2] = { 0, 0 };
  for (gsize i = 0; i < 2000; i++)
    {
      n_run = i > 0 && tags[i] == tags[i - 1] ? n_run + 1 : 1;
      n_of[tags[i] - 'a']++;
      if (n_of['b' - tags[i]] < 1000)
        g_assert_cmpuint (n_run, <=, CONNECTION_LINES_PER_TURN);
    }
  g_assert_cmpuint (n_of[0], ==, 1000);
}

static void
test_a_half_close_answers_all (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) client = client_new (fixture);

  client_send (client, "echo one\necho two\necho unfinished");
  client_half_close (client);
  worker_fixture_start (fixture);
  client_expect (client, "one\ntwo\nunfinished\n");
  client_expect_end (client);
  FIXTURE_WAIT_FOR (fixture_n_open (fixture) == 0);
}

/* The connection is closed by the flush that ends a blocked answer: it must be freed once. */
static void
test_a_half_close_waits_for_a_slow_reader (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) client = client_new_slow (fixture);

  client_send (client, "big 900000\n");
  client_half_close (client);
  worker_fixture_start (fixture);
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_lines) == 1);
  client_expect_run (client, 'x', 900000);
  client_expect_end (client);
  FIXTURE_WAIT_FOR (fixture_n_open (fixture) == 0);
}

static void
test_a_reset_while_output_is_blocked_closes (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) client = client_new_slow (fixture);
  g_autoptr (Client) other = client_new (fixture);

  client_send (client, "big 3000000\nbig 3000000\n");
  worker_fixture_start (fixture);
  client_skip (client, 1);
  client_reset (client);
  FIXTURE_WAIT_FOR (fixture_n_open (fixture) == 1);
  client_round_trips (other, 3);
}

static void
test_a_tls_handshake_is_closed (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) client = client_new (fixture);
  g_autoptr (Client) plain = client_new (fixture);

  worker_fixture_start (fixture);
  client_send (client, "\x16");
  client_expect_end (client);
  client_send (plain, "echo a\n\x16\n");
  client_expect (plain, "a\n");
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_lines) == 2);
  client_round_trips (plain, 1);
}

static void
test_one_too_many_is_told_so (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);

  worker_fixture_start (fixture);
  fixture->is_full = TRUE;
  g_autoptr (Client) client = client_new (fixture);
  client_send (client, "echo unheard\n");
  client_expect (client, "notice full\n");
  client_expect_end (client);
  g_assert_cmpuint (atomic_load (&fixture->n_lines), ==, 0);
}

/* --- the end that the server brings about -------------------------------------------------------
 */

static void
test_an_end_is_no_reset (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) client = client_new (fixture);
  g_autofree char *more = g_strnfill (100 * 1024, 'm');

  client_send (client, "echo first\nend bye\necho unheard\n");
  client_send (client, more);
  worker_fixture_start (fixture);
  /* While we go on, the end is there and nothing was reset. */
  client_expect (client, "first\nbye\n");
  client_expect_end (client);
  for (int i = 0; i < 20; i++)
    client_send (client, more);
  client_expect_end (client);
  g_assert_cmpuint (fixture_n_open (fixture), ==, 1);
  client_half_close (client);
  FIXTURE_WAIT_FOR (fixture_n_open (fixture) == 0);
  g_assert_cmpuint (atomic_load (&fixture->n_lines), ==, 2);
}

static void
test_an_end_sends_what_is_queued (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) client = client_new_slow (fixture);

  client_send (client, "big 900000\nend bye\n");
  worker_fixture_start (fixture);
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_lines) == 2);
  client_expect_run (client, 'x', 900000);
  client_expect (client, "bye\n");
  client_expect_end (client);
}

static void
test_lingering_has_an_end (void)
{
  const WorkerTimeouts timeouts = { NEVER_MS, NEVER_MS, 100, 2000 };
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&timeouts, 1);
  g_autoptr (Client) client = client_new (fixture);

  worker_fixture_start (fixture);
  client_send (client, "end bye\n");
  client_expect (client, "bye\n");
  client_expect_end (client);
  FIXTURE_WAIT_FOR (fixture_n_open (fixture) == 0);
}

/* --- timers ----------------------------------------------------------------------------------- */

static void
test_an_unfinished_line_times_out (void)
{
  const WorkerTimeouts timeouts = { 100, NEVER_MS, NEVER_MS, 2000 };
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&timeouts, 1);
  g_autoptr (Client) unfinished = client_new (fixture);
  g_autoptr (Client) finished = client_new (fixture);

  worker_fixture_start (fixture);
  client_send (finished, "echo done\n");
  client_send (unfinished, "echo done\necho unfin");
  client_expect (unfinished, "done\n");
  client_expect_end (unfinished);
  client_expect (finished, "done\n");
  g_assert_true (client_stays_open (finished, 300));
}

static void
test_dribbling_does_not_renew_a_line (void)
{
  const WorkerTimeouts timeouts = { 500, NEVER_MS, NEVER_MS, 2000 };
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&timeouts, 1);
  g_autoptr (Client) client = client_new (fixture);
  gint64 deadline_us = g_get_monotonic_time () + FIXTURE_DEADLINE_MS * G_GINT64_CONSTANT (1000);

  worker_fixture_start (fixture);
  while (client_stays_open (client, 50))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline_us);
      (void)client_try_send (client, "a");
    }
  FIXTURE_WAIT_FOR (fixture_n_open (fixture) == 0);
  g_assert_cmpuint (atomic_load (&fixture->n_lines), ==, 0);
}

static void
test_a_silent_connection_times_out (void)
{
  const WorkerTimeouts timeouts = { NEVER_MS, 100, NEVER_MS, 2000 };
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&timeouts, 1);
  g_autoptr (Client) client = client_new (fixture);

  worker_fixture_start (fixture);
  client_expect_end (client);
  FIXTURE_WAIT_FOR (fixture_n_open (fixture) == 0);
}

static void
test_traffic_renews_the_idle_timer (void)
{
  const WorkerTimeouts timeouts = { NEVER_MS, 1500, NEVER_MS, 2000 };
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&timeouts, 1);
  g_autoptr (Client) client = client_new (fixture);

  worker_fixture_start (fixture);
  for (int i = 0; i < 8; i++)
    {
      client_round_trips (client, 1);
      g_assert_true (client_stays_open (client, 300));
    }
  client_expect_end (client);
}

/* One that has joined a room listens. */
static void
test_a_patient_connection_may_be_silent (void)
{
  const WorkerTimeouts timeouts = { 400, 100, NEVER_MS, 2000 };
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&timeouts, 1);
  g_autoptr (Client) silent = client_new (fixture);
  g_autoptr (Client) patient_again = client_new (fixture);
  g_autoptr (Client) patient_once = client_new (fixture);

  worker_fixture_start (fixture);
  client_send (patient_again, "patient a\n");
  client_send (patient_once, "patient a\n");
  client_expect (patient_again, "a\n");
  client_expect (patient_once, "a\n");
  client_expect_end (silent);
  g_assert_true (client_stays_open (patient_again, 300));

  /* The next line is one in time, and so is an unfinished one. */
  client_send (patient_again, "echo b\n");
  client_expect (patient_again, "b\n");
  g_assert_true (client_stays_open (patient_again, 300));
  client_send (patient_once, "impatient c\n");
  client_expect (patient_once, "c\n");
  client_expect_end (patient_once);
  client_send (patient_again, "echo unfin");
  client_expect_end (patient_again);
}

/* Lines that are as much work as a whole turn alternate one by one. */
static void
test_a_charged_line_ends_the_turn (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) first = client_new (fixture);
  g_autoptr (Client) second = client_new (fixture);
  Client *const clients[2] = { first, second };

  for (int c = 0; c < 2; c++)
    {
      for (int i = 0; i < 50; i++)
        client_send (clients[c], c == 0 ? "charge a\n" : "charge b\n");
    }
  worker_fixture_start (fixture);
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_lines) == 100);

  g_autofree char *tags = fixture_tags (fixture);
  guint n_same = 0;
  for (gsize i = 1; i < 100; i++)
    n_same += tags[i] == tags[i - 1];
  /* One may have been read a turn before the other. */
  g_assert_cmpuint (n_same, <=, 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/connection/lines-arrive-in-order", test_lines_arrive_in_order);
  g_test_add_func ("/net/connection/many-pipelined-lines-are-all-answered",
                   test_many_pipelined_lines_are_all_answered);
  g_test_add_func ("/net/connection/fetches-ahead-of-lines", test_fetches_ahead_of_lines);
  g_test_add_func ("/net/connection/a-line-over-the-limit-is-skipped",
                   test_a_line_over_the_limit_is_skipped);
  g_test_add_func ("/net/connection/the-budget-is-shared", test_the_budget_is_shared);
  g_test_add_func ("/net/connection/a-charged-line-ends-the-turn",
                   test_a_charged_line_ends_the_turn);
  g_test_add_func ("/net/connection/a-half-close-answers-all", test_a_half_close_answers_all);
  g_test_add_func ("/net/connection/a-half-close-waits-for-a-slow-reader",
                   test_a_half_close_waits_for_a_slow_reader);
  g_test_add_func ("/net/connection/a-reset-while-output-is-blocked-closes",
                   test_a_reset_while_output_is_blocked_closes);
  g_test_add_func ("/net/connection/a-tls-handshake-is-closed", test_a_tls_handshake_is_closed);
  g_test_add_func ("/net/connection/one-too-many-is-told-so", test_one_too_many_is_told_so);
  g_test_add_func ("/net/connection/an-end-is-no-reset", test_an_end_is_no_reset);
  g_test_add_func ("/net/connection/an-end-sends-what-is-queued", test_an_end_sends_what_is_queued);
  g_test_add_func ("/net/connection/lingering-has-an-end", test_lingering_has_an_end);
  g_test_add_func ("/net/connection/an-unfinished-line-times-out",
                   test_an_unfinished_line_times_out);
  g_test_add_func ("/net/connection/dribbling-does-not-renew-a-line",
                   test_dribbling_does_not_renew_a_line);
  g_test_add_func ("/net/connection/a-silent-connection-times-out",
                   test_a_silent_connection_times_out);
  g_test_add_func ("/net/connection/traffic-renews-the-idle-timer",
                   test_traffic_renews_the_idle_timer);
  g_test_add_func ("/net/connection/a-patient-connection-may-be-silent",
                   test_a_patient_connection_may_be_silent);
  return g_test_run ();
}
