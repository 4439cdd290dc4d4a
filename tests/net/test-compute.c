/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Jobs between a worker and the pool, and connections that go while one is under way.
 */
#include "tests/net/worker-fixture.h"

#define NEVER_MS (60 * 1000)

static const WorkerTimeouts patient = { NEVER_MS, NEVER_MS, NEVER_MS, 2000 };

static void
send_jobs (Client *client, int n_jobs)
{
  for (int i = 0; i < n_jobs; i++)
    {
      g_autofree char *line = g_strdup_printf ("job %d\n", i);
      client_send (client, line);
    }
}

static void
expect_jobs (Client *client, int n_jobs)
{
  for (int i = 0; i < n_jobs; i++)
    {
      g_autofree char *reply = g_strdup_printf ("%d\n", i);
      client_expect (client, reply);
    }
}

static void
test_an_answer_comes_on_the_workers_thread (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 10);
  g_autoptr (Client) client = client_new (fixture);

  worker_fixture_start (fixture);
  send_jobs (client, 3);
  /* The worker goes on meanwhile. */
  client_round_trips (client, 2);
  fixture_open_gate (fixture, 3);
  expect_jobs (client, 3);
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_jobs_freed) == 3);
  g_assert_false (atomic_load (&fixture->is_job_done_elsewhere));
}

static void
test_a_full_queue_refuses (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 4);
  g_autoptr (Client) client = client_new (fixture);
  g_autoptr (Client) other = client_new (fixture);
  g_autoptr (Client) third = client_new (fixture);
  g_autoptr (Client) fourth = client_new (fixture);

  worker_fixture_start (fixture);
  send_jobs (client, 4);
  /* The other half is for those that have nothing in it. */
  client_expect (client, "refused 2\nrefused 3\n");
  client_send (other, "job other\njob again\n");
  client_expect (other, "refused again\n");
  client_send (third, "job third\n");
  client_round_trips (third, 1);
  client_send (fourth, "job fourth\n");
  client_expect (fourth, "refused fourth\n");
  fixture_open_gate (fixture, 4);
  expect_jobs (client, 2);
  client_expect (other, "other\n");
  client_expect (third, "third\n");
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_jobs_freed) == 8);
  /* And has room again. */
  fixture_open_gate (fixture, 1);
  client_send (client, "job again\n");
  client_expect (client, "again\n");
}

/* Whoever asks for much does not make the others wait for all of it. */
static void
test_connections_take_turns (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 100);
  g_autoptr (Client) client = client_new (fixture);
  g_autoptr (Client) other = client_new (fixture);

  worker_fixture_start (fixture);
  send_jobs (client, 10);
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_jobs_begun) == 1);
  client_send (other, "job other\n");
  client_round_trips (other, 2);
  fixture_open_gate (fixture, COMPUTE_JOBS_AT_ONCE + 1);
  client_expect (other, "other\n");
  fixture_open_gate (fixture, 10);
  expect_jobs (client, 10);
}

static void
test_a_job_ends_when_its_connection_goes (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 100);
  g_autoptr (Client) client = client_new (fixture);
  g_autoptr (Client) other = client_new (fixture);

  worker_fixture_start (fixture);
  client_send (client, "endless job\n");
  send_jobs (client, 5);
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_jobs_begun) == 1);
  client_reset (client);
  /* The gate stays shut: what has not begun is not run at all. */
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_jobs_freed) == 6);
  g_assert_cmpuint (atomic_load (&fixture->n_jobs_begun), ==, 1);
  client_send (other, "job other\n");
  fixture_open_gate (fixture, 1);
  client_expect (other, "other\n");
}

static void
test_a_job_ends_when_a_stop_has_waited_for_it (void)
{
  const WorkerTimeouts timeouts = { NEVER_MS, NEVER_MS, NEVER_MS, 50 };
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&timeouts, 100);
  g_autoptr (Client) client = client_new (fixture);

  worker_fixture_start (fixture);
  client_send (client, "endless job\n");
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_jobs_begun) == 1);
  worker_stop (fixture->worker);
  worker_join (fixture->worker);
  compute_pool_stop (fixture->pool);
  worker_free (g_steal_pointer (&fixture->worker));
  g_assert_cmpuint (atomic_load (&fixture->n_jobs_freed), ==, 1);
}

static void
test_lines_wait_for_answers_that_come_in_order (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 100);

  fixture->answers_in_order = TRUE;
  g_autoptr (Client) client = client_new (fixture);
  g_autoptr (Client) other = client_new (fixture);
  worker_fixture_start (fixture);
  client_send (client, "job 0\necho first\njob 1\necho second\necho la");
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_jobs_begun) == 1);
  client_send (client, "st");
  client_half_close (client);
  client_round_trips (other, 3);
  fixture_open_gate (fixture, 2);
  client_expect (client, "0\nfirst\n1\nsecond\nlast\n");
  client_expect_end (client);
}

static void
test_a_connection_may_close_while_its_job_runs (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 10);
  g_autoptr (Client) client = client_new (fixture);
  g_autoptr (Client) other = client_new (fixture);

  worker_fixture_start (fixture);
  send_jobs (client, 2);
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_jobs_begun) == 1);
  client_reset (client);
  FIXTURE_WAIT_FOR (fixture_n_open (fixture) == 1);
  client_round_trips (other, 2);
  fixture_open_gate (fixture, 2);
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_jobs_freed) == 2);
  client_round_trips (other, 2);
}

static void
test_a_half_closed_connection_waits_for_its_job (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 10);
  g_autoptr (Client) client = client_new (fixture);
  g_autoptr (Client) other = client_new (fixture);

  worker_fixture_start (fixture);
  client_send (client, "echo first\njob 0");
  client_half_close (client);
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_jobs_begun) == 1);
  client_expect (client, "first\n");
  client_round_trips (other, 3);
  g_assert_true (client_stays_open (client, 0));
  fixture_open_gate (fixture, 1);
  expect_jobs (client, 1);
  client_expect_end (client);
}

static void
test_few_jobs_wait_for_one_connection (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1000);
  g_autoptr (Client) client = client_new (fixture);
  g_autoptr (Client) other = client_new (fixture);

  send_jobs (client, 150);
  worker_fixture_start (fixture);
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_lines) >= COMPUTE_MAX_JOBS);
  client_round_trips (other, 5);
  g_assert_cmpuint (atomic_load (&fixture->n_lines), ==, COMPUTE_MAX_JOBS + 5);
  fixture_open_gate (fixture, 150);
  expect_jobs (client, 150);
}

static void
test_a_stop_waits_for_a_job (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 10);
  g_autoptr (Client) client = client_new (fixture);

  worker_fixture_start (fixture);
  send_jobs (client, 1);
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_jobs_begun) == 1);
  worker_stop (fixture->worker);
  g_assert_true (client_stays_open (client, 20));
  fixture_open_gate (fixture, 1);
  client_expect (client, "0\nnotice stopping\n");
  client_expect_end (client);
}

/* The worker has given up waiting; its jobs come back to a mailbox that nobody drains. */
static void
test_jobs_that_wait_are_dropped_at_a_stop (void)
{
  const WorkerTimeouts timeouts = { NEVER_MS, NEVER_MS, NEVER_MS, 50 };
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&timeouts, 100);
  g_autoptr (Client) client = client_new (fixture);

  worker_fixture_start (fixture);
  send_jobs (client, 10);
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_jobs_begun) == 1);
  worker_stop (fixture->worker);
  worker_join (fixture->worker);
  g_assert_cmpuint (fixture_n_open (fixture), ==, 0);
  fixture_open_gate (fixture, 10);
  compute_pool_stop (fixture->pool);
  worker_free (g_steal_pointer (&fixture->worker));
  g_assert_cmpuint (atomic_load (&fixture->n_jobs_freed), ==, 10);
}

static void
test_stopping_twice_is_harmless (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);

  worker_fixture_start (fixture);
  worker_stop (fixture->worker);
  worker_stop (fixture->worker);
  worker_join (fixture->worker);
  worker_join (fixture->worker);
  compute_pool_stop (fixture->pool);
  compute_pool_stop (fixture->pool);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/compute/an-answer-comes-on-the-workers-thread",
                   test_an_answer_comes_on_the_workers_thread);
  g_test_add_func ("/net/compute/a-full-queue-refuses", test_a_full_queue_refuses);
  g_test_add_func ("/net/compute/connections-take-turns", test_connections_take_turns);
  g_test_add_func ("/net/compute/a-job-ends-when-its-connection-goes",
                   test_a_job_ends_when_its_connection_goes);
  g_test_add_func ("/net/compute/a-job-ends-when-a-stop-has-waited-for-it",
                   test_a_job_ends_when_a_stop_has_waited_for_it);
  g_test_add_func ("/net/compute/lines-wait-for-answers-that-come-in-order",
                   test_lines_wait_for_answers_that_come_in_order);
  g_test_add_func ("/net/compute/a-connection-may-close-while-its-job-runs",
                   test_a_connection_may_close_while_its_job_runs);
  g_test_add_func ("/net/compute/a-half-closed-connection-waits-for-its-job",
                   test_a_half_closed_connection_waits_for_its_job);
  g_test_add_func ("/net/compute/few-jobs-wait-for-one-connection",
                   test_few_jobs_wait_for_one_connection);
  g_test_add_func ("/net/compute/a-stop-waits-for-a-job", test_a_stop_waits_for_a_job);
  g_test_add_func ("/net/compute/jobs-that-wait-are-dropped-at-a-stop",
                   test_jobs_that_wait_are_dropped_at_a_stop);
  g_test_add_func ("/net/compute/stopping-twice-is-harmless", test_stopping_twice_is_harmless);
  return g_test_run ();
}
