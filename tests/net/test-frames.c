/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What chat needs of connections and workers: frames and their limits, being told of ends and of
 * room, holding, and the chore. Source: docs/protocol.md, section 7
 */
#include "tests/net/worker-fixture.h"

#include <string.h>

#define NEVER_MS (60 * 1000)

#define N_MOST (CONNECTION_MAX_OUTPUT / FLOOD_LINE_BYTES) /* frames that may be unsent */

static const WorkerTimeouts patient = { NEVER_MS, NEVER_MS, NEVER_MS, 5000 };

static void
expect_frames (Client *client, guint n)
{
  for (guint i = 0; i < n; i++)
    client_expect_run (client, 'f', FLOOD_LINE_BYTES - 1);
}

/* --- limits ----------------------------------------------------------------------------------- */

static void
test_frames_and_replies_keep_their_order (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) client = client_new (fixture);

  worker_fixture_start (fixture);
  client_send (client, "echo a\nframes 2\necho b\nframes 1\nbig 20000\nframes 1\necho c\n");
  client_expect (client, "a\n");
  expect_frames (client, 2);
  client_expect (client, "b\n");
  expect_frames (client, 1);
  client_expect_run (client, 'x', 20000);
  expect_frames (client, 1);
  client_expect (client, "c\n");
}

static void
test_frames_pause_reading (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) slow = client_new_slow (fixture);
  g_autoptr (Client) other = client_new (fixture);
  const guint n = CONNECTION_PAUSE_BYTES / FLOOD_LINE_BYTES + 1;
  g_autofree char *request = g_strdup_printf ("frames %u\n", n);

  worker_fixture_start (fixture);
  client_send (slow, request);
  client_skip (slow, 1);
  client_send (slow, "echo late\n");
  client_round_trips (other, 20);
  g_assert_cmpuint (atomic_load (&fixture->n_lines), ==, 21);
  client_skip (slow, n * FLOOD_LINE_BYTES - 1);
  client_expect (slow, "late\n");
}

static void
test_as_many_frames_as_are_allowed_are_sent (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) slow = client_new_slow (fixture);
  g_autofree char *request = g_strdup_printf ("frames %d\n", N_MOST);

  worker_fixture_start (fixture);
  client_send (slow, request);
  expect_frames (slow, N_MOST);
  client_round_trips (slow, 1);
}

static void
test_one_frame_too_many_ends_a_slow_consumer (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) slow = client_new_slow (fixture);
  g_autofree char *request = g_strdup_printf ("frames %d\n", N_MOST);

  worker_fixture_start (fixture);
  /* More than the kernel takes, whose beginning is read. */
  client_send (slow, "big 500000\n");
  client_skip (slow, 1);
  client_send (slow, request);
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_ended) == 1);
  client_expect_run (slow, 'x', 499999);
  client_expect (slow, "notice slow\n");
  client_expect_end (slow);
}

/* More than may be unsent, from one step: the kernel takes the beginning before anybody is ended.
 */
static void
test_much_at_once_is_no_fault_of_one_who_reads (void)
{
  static const char *const methods[] = { "frames", "flood" };

  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
      g_autoptr (Client) client = client_new (fixture);
      g_autofree char *request = g_strdup_printf ("%s %d\n", methods[i], N_MOST + 1);

      worker_fixture_start (fixture);
      client_send (client, request);
      client_skip (client, (N_MOST + 1) * FLOOD_LINE_BYTES);
      client_round_trips (client, 1);
    }
}

/* --- ends ------------------------------------------------------------------------------------- */

static void
wait_for_ends (WorkerFixture *fixture, guint n)
{
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_ended) == n);
  FIXTURE_WAIT_FOR (fixture_n_open (fixture) == 0);
  g_assert_cmpuint (atomic_load (&fixture->n_ended), ==, n);
}

static Client *
begin (WorkerFixture *fixture, const char *request)
{
  Client *client = client_new (fixture);

  client_round_trips (client, 1);
  client_send (client, request);
  return client;
}

static void
do_nothing (Client *client)
{
}

static void
read_to_the_end (Client *client)
{
  client_expect (client, "a\n");
  client_expect_end (client);
}

static void
reset_unread (Client *client)
{
  client_skip (client, 1);
  client_reset (client);
}

/* Each way a connection can come to its end while its worker runs. */
static void
test_every_end_is_told_once (void)
{
  static const struct
  {
    const char *request;
    void (*act) (Client *client);
  } ways[] = {
    { "end a\necho b\n", read_to_the_end }, /* by the door, after which the peer goes on */
    { "end a\n", do_nothing },              /* by the door, and the peer does not close */
    { "echo a\n", client_half_close },
    { "", client_reset },
    { "frames 100\n", reset_unread },
    { "echo unfin", do_nothing },
    { "", do_nothing },
    { "\x16", do_nothing }, /* a TLS handshake */
  };
  const WorkerTimeouts timeouts = { 300, 300, 300, 5000 };
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&timeouts, 1);

  worker_fixture_start (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr (Client) client = client_new (fixture);

      client_send (client, ways[i].request);
      ways[i].act (client);
      wait_for_ends (fixture, i + 1);
    }

  fixture->is_full = TRUE;
  g_autoptr (Client) refused = client_new (fixture);
  client_expect (refused, "notice full\n");
  client_expect_end (refused);
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_ended) == G_N_ELEMENTS (ways) + 1);
}

/* One that waits, one that is unfinished, one that is patient, one that never reads, one that waits
 * for an answer that does not come, and one that is ending. */
static void
test_a_stop_tells_every_end_once (void)
{
  const WorkerTimeouts timeouts = { NEVER_MS, NEVER_MS, NEVER_MS, 300 };
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&timeouts, 1);

  worker_fixture_start (fixture);
  g_autoptr (Client) waiting = begin (fixture, "");
  g_autoptr (Client) unfinished = begin (fixture, "echo unfin");
  g_autoptr (Client) listener = begin (fixture, "patient a\n");
  g_autoptr (Client) slow = client_new_slow (fixture);
  client_send (slow, "frames 100\n");
  g_autoptr (Client) holding = begin (fixture, "hold 1\n");
  g_autoptr (Client) ending = begin (fixture, "end a\n");
  client_expect (listener, "a\n");
  client_skip (slow, 1);
  client_expect (holding, "1\n");
  client_expect (ending, "a\n");
  client_round_trips (waiting, 1);
  worker_stop (fixture->worker);
  client_expect (listener, "notice stopping\n");
  client_expect_end (listener);
  worker_join (fixture->worker);
  g_assert_cmpuint (atomic_load (&fixture->n_ended), ==, 6);
  g_assert_cmpuint (fixture_n_open (fixture), ==, 0);
  connection_release (fixture->holder, 1);
}

/* --- room ------------------------------------------------------------------------------------- */

static void
test_room_is_told_of_once (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) client = client_new_slow (fixture);
  g_autoptr (Client) other = client_new (fixture);

  worker_fixture_start (fixture);
  client_send (client, "await a\n");
  client_expect (client, "a\nroom\n");
  client_send (client, "await b\nawait c\necho d\n");
  client_expect (client, "b\nc\nd\nroom\n");
  client_send (client, "echo e\n");
  client_expect (client, "e\n");

  /* 320 KiB are over what is room. */
  client_send (client, "frames 5\nawait f\n");
  client_round_trips (other, 20);
  expect_frames (client, 5);
  client_expect (client, "f\nroom\n");
  client_round_trips (client, 1);
}

/* --- holding ---------------------------------------------------------------------------------- */

static void
test_what_is_held_stops_reading_by_its_weight (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) client = client_new (fixture);
  g_autoptr (Client) other = client_new (fixture);

  worker_fixture_start (fixture);
  client_send (client, "hold 255\necho a\nhold 1\necho b\n");
  client_expect (client, "255\na\n1\n");
  g_assert_true (client_stays_open (client, 50));
  client_send (other, "release 1\n");
  client_expect (other, "1\n");
  client_expect (client, "b\n");
  client_send (client, "hold 500\necho c\n");
  client_expect (client, "500\n");
  client_send (other, "release 499\necho between\n");
  client_expect (other, "499\nbetween\n");
  g_assert_true (client_stays_open (client, 50));
  client_send (other, "release 1\n");
  client_expect (other, "1\n");
  client_expect (client, "c\n");

  /* What is half closed waits for the rest. */
  client_half_close (client);
  g_assert_true (client_stays_open (client, 50));
  client_send (other, "release 255\n");
  client_expect (other, "255\n");
  client_expect_end (client);
}

static void
test_what_is_held_outlives_its_end (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) other = client_new (fixture);
  Client *client = client_new (fixture);

  worker_fixture_start (fixture);
  client_send (client, "hold 2\n");
  client_expect (client, "2\n");
  client_reset (client);
  client_free (client);
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_ended) == 1);
  client_send (other, "release 1\nrelease 1\n");
  client_expect (other, "1\n1\n");
  client_round_trips (other, 1);
}

/* --- the chore -------------------------------------------------------------------------------- */

static void
test_the_chore_is_done_until_it_is_done (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) client = client_new (fixture);

  worker_fixture_start (fixture);
  client_send (client, "chores 1000\n");
  client_expect (client, "1000\n");
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_chores_left) == 0);
  client_round_trips (client, 1);

  /* After that a turn needs a reason. */
  guint n_chores = atomic_load (&fixture->n_chores);
  g_assert_true (client_stays_open (client, 50));
  g_assert_cmpuint (atomic_load (&fixture->n_chores), ==, n_chores);
}

static void
test_requests_are_answered_during_a_chore (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) client = client_new (fixture);

  worker_fixture_start (fixture);
  client_send (client, "chores 1000000000\n");
  client_expect (client, "1000000000\n");
  client_round_trips (client, 10);
  g_assert_cmpuint (atomic_load (&fixture->n_chores_left), >, 0);
}

/* What an end leaves for the chore is not left until something else happens. */
static void
test_a_chore_that_is_wanted_late_is_done (void)
{
  g_autoptr (WorkerFixture) fixture = worker_fixture_new (&patient, 1);
  g_autoptr (Client) client = client_new (fixture);

  worker_fixture_start (fixture);
  client_send (client, "want a\n");
  client_expect (client, "a\n");
  client_half_close (client);
  FIXTURE_WAIT_FOR (atomic_load (&fixture->n_chores_wanted) == 1);
  client_expect_end (client);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/frames/keep-their-order-with-replies",
                   test_frames_and_replies_keep_their_order);
  g_test_add_func ("/net/frames/pause-reading", test_frames_pause_reading);
  g_test_add_func ("/net/frames/as-many-as-are-allowed-are-sent",
                   test_as_many_frames_as_are_allowed_are_sent);
  g_test_add_func ("/net/frames/one-too-many-ends-a-slow-consumer",
                   test_one_frame_too_many_ends_a_slow_consumer);
  g_test_add_func ("/net/frames/much-at-once-is-no-fault-of-one-who-reads",
                   test_much_at_once_is_no_fault_of_one_who_reads);
  g_test_add_func ("/net/ended/is-told-once-whatever-the-end", test_every_end_is_told_once);
  g_test_add_func ("/net/ended/is-told-once-at-a-stop", test_a_stop_tells_every_end_once);
  g_test_add_func ("/net/room/is-told-of-once", test_room_is_told_of_once);
  g_test_add_func ("/net/hold/stops-reading-by-its-weight",
                   test_what_is_held_stops_reading_by_its_weight);
  g_test_add_func ("/net/hold/outlives-the-end", test_what_is_held_outlives_its_end);
  g_test_add_func ("/net/chore/is-done-until-it-is-done", test_the_chore_is_done_until_it_is_done);
  g_test_add_func ("/net/chore/keeps-no-request-waiting",
                   test_requests_are_answered_during_a_chore);
  g_test_add_func ("/net/chore/is-done-when-it-is-wanted-late",
                   test_a_chore_that_is_wanted_late_is_done);
  return g_test_run ();
}
