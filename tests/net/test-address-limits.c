/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Connections of an address that has limits, on a real worker.
 */
#include "tests/net/worker-fixture.h"

#include <string.h>

#define NEVER_MS (60 * 1000)
#define RATE 5
#define BURST (RATE * PEER_BURST_S)

static const WorkerTimeouts patient = { NEVER_MS, NEVER_MS, NEVER_MS, 5000 };
static const WorkerTimeouts strict = { 100, NEVER_MS, NEVER_MS, 5000 }; /* with unfinished lines */

typedef struct
{
  WorkerFixture *worker;
  Peers *peers;
} Fixture;

static _Atomic guint n_copies; /* of input that is kept back */

/* In place of GLib's: counts. */
gpointer
g_memdup2 (gconstpointer bytes, gsize n_bytes)
{
  gpointer copy = g_malloc (n_bytes);

  atomic_fetch_add (&n_copies, 1);
  memcpy (copy, bytes, n_bytes);
  return copy;
}

static void
setup (Fixture *self, gconstpointer data)
{
  self->worker = worker_fixture_new (data != NULL ? data : &patient, 16);
  self->peers = peers_new ();
  worker_fixture_start (self->worker);
}

static void
teardown (Fixture *self, gconstpointer data)
{
  worker_fixture_free (self->worker);
  peers_free (self->peers);
}

static void
limit (Fixture *self, PeerRate rate, guint per_second)
{
  PeerLimits limits = { .max_connections = 0 };

  limits.rates[rate] = per_second;
  peers_set_limits (self->peers, &limits);
}

static Client *
client_of_address (Fixture *self)
{
  const guint8 address[PEER_ADDRESS_BYTES] = { 0x20, 0x01, 0x0d, 0xb8 };

  g_assert_cmpint (peers_admit (self->peers, address, 0, &self->worker->peer), ==, PEER_ADMITTED);
  return client_new (self->worker);
}

static void
send_lines (Client *client, guint n)
{
  g_autoptr (GString) lines = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (lines, "echo %u\n", i);
  client_send (client, lines->str);
}

static void
expect_lines (Client *client, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *line = g_strdup_printf ("%u\n", i);
      client_expect (client, line);
    }
}

/* Of all lines since @begin_us so many at most, however long it was: that is what the rate says. */
static void
assert_no_faster (const Fixture *self, gint64 begin_us, guint n_of_others)
{
  guint n = atomic_load (&self->worker->n_lines) - n_of_others;
  gint64 passed_us = g_get_monotonic_time () - begin_us;

  g_assert_cmpuint (n, <=, BURST + 1 + RATE * passed_us / G_USEC_PER_SEC);
}

/* Nothing is lost or refused: what came is read when there is room for it. */
static void
test_a_flood_of_lines_is_slowed_down (Fixture *self, gconstpointer data)
{
  gint64 begin_us = g_get_monotonic_time ();

  limit (self, PEER_REQUESTS, RATE);
  g_autoptr (Client) flooder = client_of_address (self);
  g_autoptr (Client) other = client_new (self->worker);

  send_lines (flooder, BURST + RATE);
  FIXTURE_WAIT_FOR (peers_n_refused (self->peers, PEER_REQUESTS) > 0);
  client_round_trips (other, 2 * BURST);
  expect_lines (flooder, BURST + RATE);
  assert_no_faster (self, begin_us, 2 * BURST);
}

/* It has to be looked at again and again, and not all the time. What is counted is how often it had
 * to wait. */
static void
test_a_worker_sleeps_meanwhile (Fixture *self, gconstpointer data)
{
  const guint n_late = 2;

  limit (self, PEER_REQUESTS, 1);
  g_autoptr (Client) flooder = client_of_address (self);

  send_lines (flooder, 10 * PEER_BURST_S);
  FIXTURE_WAIT_FOR (peers_n_refused (self->peers, PEER_REQUESTS) > 0);
  send_lines (flooder, 1); /* there is something to read, too */
  guint n_turns = atomic_load (&self->worker->n_chores);
  expect_lines (flooder, PEER_BURST_S + n_late);
  g_assert_cmpuint (atomic_load (&self->worker->n_chores) - n_turns, <, 100 * (n_late + 1));
  g_assert_cmpuint (peers_n_refused (self->peers, PEER_REQUESTS), <=, 2 * (n_late + 1));
}

/* What has come and may not be read yet is moved when some of it was, and not each time that it is
 * looked at, which is 50 times a second. */
static void
test_what_waits_stays_where_it_is (Fixture *self, gconstpointer data)
{
  const guint n_late = 2;

  limit (self, PEER_REQUESTS, 1);
  g_autoptr (Client) flooder = client_of_address (self);
  guint n_before = atomic_load (&n_copies);

  send_lines (flooder, 10 * PEER_BURST_S);
  expect_lines (flooder, PEER_BURST_S + n_late);
  g_assert_cmpuint (atomic_load (&n_copies) - n_before, >, 0);
  g_assert_cmpuint (atomic_load (&n_copies) - n_before, <=, 2 * (n_late + 1));
}

static void
test_connections_share_the_rate (Fixture *self, gconstpointer data)
{
  gint64 begin_us = g_get_monotonic_time ();

  limit (self, PEER_REQUESTS, RATE);
  g_autoptr (Client) first = client_of_address (self);
  g_autoptr (Client) second = client_of_address (self);

  send_lines (first, BURST);
  expect_lines (first, BURST);
  send_lines (second, RATE);
  FIXTURE_WAIT_FOR (peers_n_refused (self->peers, PEER_REQUESTS) > 0);
  expect_lines (second, RATE);
  assert_no_faster (self, begin_us, 0);
}

static void
test_a_half_closed_flood_is_answered (Fixture *self, gconstpointer data)
{
  limit (self, PEER_REQUESTS, RATE);
  g_autoptr (Client) flooder = client_of_address (self);

  send_lines (flooder, BURST + 2);
  client_half_close (flooder);
  FIXTURE_WAIT_FOR (peers_n_refused (self->peers, PEER_REQUESTS) > 0);
  expect_lines (flooder, BURST + 2);
  client_expect_end (flooder);
}

static void
test_a_stop_answers_what_was_slowed_down (Fixture *self, gconstpointer data)
{
  const guint n = 400; /* more than a turn's budget, and what would take a minute */

  limit (self, PEER_REQUESTS, RATE);
  g_autoptr (Client) flooder = client_of_address (self);
  send_lines (flooder, n);
  FIXTURE_WAIT_FOR (peers_n_refused (self->peers, PEER_REQUESTS) > 0);
  worker_stop (self->worker->worker);
  expect_lines (flooder, n);
  client_expect (flooder, "notice stopping\n");
  client_expect_end (flooder);
}

static void
test_one_that_goes_while_it_is_slowed_down (Fixture *self, gconstpointer data)
{
  limit (self, PEER_REQUESTS, RATE);
  g_autoptr (Client) flooder = client_of_address (self);
  g_autoptr (Client) other = client_new (self->worker);

  send_lines (flooder, 400);
  FIXTURE_WAIT_FOR (peers_n_refused (self->peers, PEER_REQUESTS) > 0);
  client_reset (flooder);
  FIXTURE_WAIT_FOR (fixture_n_open (self->worker) == 1);
  client_round_trips (other, 10);
}

static void
test_an_address_has_its_share_of_the_pool (Fixture *self, gconstpointer data)
{
  limit (self, PEER_HEAVY, 0);
  g_autoptr (Client) first = client_of_address (self);
  g_autoptr (Client) second = client_of_address (self);
  g_autoptr (Client) other = client_new (self->worker);

  /* An eighth of a queue of 16. */
  client_send (first, "job a\njob b\necho in\n");
  client_expect (first, "in\n");
  client_send (first, "job c\n");
  client_expect (first, "refused c\n");
  client_send (second, "job d\n");
  client_expect (second, "refused d\n");
  g_assert_cmpuint (peers_n_refused (self->peers, PEER_HEAVY), ==, 2);
  client_send (other, "job e\n");
  fixture_open_gate (self->worker, 3);
  client_expect (other, "e\n");
  client_expect (first, "a\nb\n");

  /* What is done has given its place back. */
  client_send (second, "job f\n");
  fixture_open_gate (self->worker, 1);
  client_expect (second, "f\n");
}

static void
test_an_address_computes_so_often (Fixture *self, gconstpointer data)
{
  limit (self, PEER_HEAVY, 1);
  g_autoptr (Client) client = client_of_address (self);

  fixture_open_gate (self->worker, 2 * PEER_BURST_S);
  for (guint i = 0; i < PEER_BURST_S; i++)
    {
      client_send (client, "job x\n");
      client_expect (client, "x\n");
    }
  for (guint i = 0; i < PEER_BURST_S; i++)
    client_send (client, "job y\n");
  FIXTURE_WAIT_FOR (peers_n_refused (self->peers, PEER_HEAVY) > 0);
}

/* Uses up what the address may do, after so many others have come. Returns: whether there was
 * anything: this clock stands still, so that it comes back only when the address was forgotten */
static gboolean
can_use_all_up (Fixture *self, const guint8 *address)
{
  Peer *peer;

  for (guint32 i = 0; i < 5000; i++)
    {
      guint8 other[PEER_ADDRESS_BYTES] = { 0xfd };

      memcpy (other + 4, &i, sizeof i);
      g_assert_cmpint (peers_admit (self->peers, other, 0, &peer), ==, PEER_ADMITTED);
      peer_disconnected (peer);
      peer_unref (peer);
    }
  g_assert_cmpint (peers_admit (self->peers, address, 0, &peer), ==, PEER_ADMITTED);
  gboolean was_full = peer_take (peer, PEER_HEAVY, BURST, 0) == 0;
  peer_disconnected (peer);
  peer_unref (peer);
  return was_full;
}

/* Else each address that ever was would take some memory for good. */
static void
test_who_has_gone_can_be_forgotten (Fixture *self, gconstpointer data)
{
  const guint8 address[PEER_ADDRESS_BYTES] = { 0x20, 0x01, 0x0d, 0xb8 };

  limit (self, PEER_HEAVY, RATE);
  g_autoptr (Client) client = client_of_address (self);
  g_assert_true (can_use_all_up (self, address));
  g_assert_false (can_use_all_up (self, address));
  client_round_trips (client, 1);
  client_reset (client);
  FIXTURE_WAIT_FOR (can_use_all_up (self, address));
}

static void
test_too_many_of_an_address_are_told_so (Fixture *self, gconstpointer data)
{
  self->worker->is_full = TRUE;
  self->worker->is_crowd = TRUE;
  g_autoptr (Client) client = client_new (self->worker);

  client_expect (client, "notice crowd\n");
  client_expect_end (client);
}

#define SHARE_BYTES 1000

/* One that does not read yet, of an address that others make read, until let_them_read(). @lines:
 * what it says besides; before it has read all it does not get to know that there is room. */
static Client *
client_that_waits (Fixture *self, const char *lines, Peer **ret_others)
{
  static const guint8 address[PEER_ADDRESS_BYTES] = { 0x20, 0x01, 0x0d, 0xb8 };
  static const PeerLimits limits = { .max_bytes = SHARE_BYTES };
  g_autofree char *text = g_strconcat ("big 500000\nawait a\n", lines, NULL);

  g_assert_cmpint (peers_admit (self->peers, address, 0, ret_others), ==, PEER_ADMITTED);
  g_assert_cmpint (peers_admit (self->peers, address, 0, &self->worker->peer), ==, PEER_ADMITTED);
  Client *client = client_new_slow (self->worker);
  peers_set_limits (self->peers, &limits);
  client_send (client, text);
  FIXTURE_WAIT_FOR (peer_has_to_read (*ret_others));
  peer_add_bytes (*ret_others, SHARE_BYTES + 1, 0);
  return client;
}

static void
read_what_was_sent (Client *client)
{
  client_expect_run (client, 'x', 500000);
  client_expect (client, "a\n");
}

static void
let_them_read (Peer *others)
{
  peer_add_bytes (others, -SHARE_BYTES - 1, 0);
  peer_disconnected (others);
  peer_unref (others);
}

/* It has read all that is its own: nothing but time says when the others have. */
static void
test_who_waits_for_others_to_read_goes_on (Fixture *self, gconstpointer data)
{
  Peer *others;
  g_autoptr (Client) client = client_that_waits (self, "", &others);

  read_what_was_sent (client);
  let_them_read (others);
  client_expect (client, "room\n");
}

/* Between the look and what it is for. */
static void
test_others_may_be_faster (Fixture *self, gconstpointer data)
{
  Peer *others;
  g_autoptr (Client) client = client_that_waits (self, "", &others);

  atomic_store (&self->worker->n_expected_by_others, SHARE_BYTES + 1);
  read_what_was_sent (client);
  peer_add_bytes (others, -SHARE_BYTES - 1, 0);
  FIXTURE_WAIT_FOR (atomic_load (&self->worker->n_expected_by_others) == 0);
  peer_expect (others, -SHARE_BYTES - 1);
  client_expect (client, "room\n");
  peer_add_bytes (others, SHARE_BYTES + 1, 0);
  let_them_read (others);
}

static void
test_who_waits_may_shut_its_side (Fixture *self, gconstpointer data)
{
  Peer *others;
  g_autoptr (Client) client = client_that_waits (self, "", &others);

  client_half_close (client);
  read_what_was_sent (client);
  let_them_read (others);
  client_expect (client, "room\n");
  client_expect_end (client);
}

/* The rest of its input stays where it is. */
static void
test_who_waits_and_is_held_back_moves_nothing (Fixture *self, gconstpointer data)
{
  Peer *others;
  g_autoptr (Client) client = client_that_waits (self, "hold 256\necho b\n", &others);
  guint n_before = atomic_load (&n_copies);

  read_what_was_sent (client);
  client_expect (client, "256\n");
  guint n_turns = atomic_load (&self->worker->n_chores);
  FIXTURE_WAIT_FOR (atomic_load (&self->worker->n_chores) >= n_turns + 10);
  g_assert_cmpuint (atomic_load (&n_copies) - n_before, <=, 2);
  let_them_read (others);
  client_expect (client, "room\n");
  g_autoptr (Client) other = client_new (self->worker);
  client_send (other, "release 256\n");
  client_expect (other, "256\n");
  client_expect (client, "b\n");
}

/* However long it waits for others: looking at it does not give it more. */
static void
test_who_waits_has_no_more_time_for_a_line (Fixture *self, gconstpointer data)
{
  Peer *others;
  g_autoptr (Client) client = client_that_waits (self, "", &others);

  peer_expect (others, SHARE_BYTES + 1);
  peer_add_bytes (others, -SHARE_BYTES - 1, 0);
  read_what_was_sent (client);
  client_send (client, "echo");
  client_expect_end (client);
  peer_add_bytes (others, SHARE_BYTES + 1, 0);
  peer_expect (others, -SHARE_BYTES - 1);
  let_them_read (others);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, setup, function, teardown)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/net/address-limits/a-flood-of-lines-is-slowed-down", test_a_flood_of_lines_is_slowed_down);
  ADD ("/net/address-limits/a-worker-sleeps-meanwhile", test_a_worker_sleeps_meanwhile);
  ADD ("/net/address-limits/what-waits-stays-where-it-is", test_what_waits_stays_where_it_is);
  ADD ("/net/address-limits/connections-share-the-rate", test_connections_share_the_rate);
  ADD ("/net/address-limits/a-half-closed-flood-is-answered", test_a_half_closed_flood_is_answered);
  ADD ("/net/address-limits/a-stop-answers-what-was-slowed-down",
       test_a_stop_answers_what_was_slowed_down);
  ADD ("/net/address-limits/one-goes-while-it-is-slowed-down",
       test_one_that_goes_while_it_is_slowed_down);
  ADD ("/net/address-limits/an-address-has-its-share-of-the-pool",
       test_an_address_has_its_share_of_the_pool);
  ADD ("/net/address-limits/an-address-computes-so-often", test_an_address_computes_so_often);
  ADD ("/net/address-limits/who-has-gone-can-be-forgotten", test_who_has_gone_can_be_forgotten);
  ADD ("/net/address-limits/who-waits-for-others-to-read-goes-on",
       test_who_waits_for_others_to_read_goes_on);
  ADD ("/net/address-limits/others-may-be-faster", test_others_may_be_faster);
  ADD ("/net/address-limits/who-waits-may-shut-its-side", test_who_waits_may_shut_its_side);
  ADD ("/net/address-limits/who-waits-and-is-held-back-moves-nothing",
       test_who_waits_and_is_held_back_moves_nothing);
  g_test_add ("/net/address-limits/who-waits-has-no-more-time-for-a-line", Fixture, &strict, setup,
              test_who_waits_has_no_more_time_for_a_line, teardown);
  ADD ("/net/address-limits/too-many-of-an-address-are-told-so",
       test_too_many_of_an_address_are_told_so);
  return g_test_run ();
}
