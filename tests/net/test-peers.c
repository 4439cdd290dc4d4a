/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What one address may do, without a server.
 */
#include "server/net/peers.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#define NOW_MS 1000000
#define RATE 10
#define BURST (RATE * PEER_BURST_S)
#define N_THREADS 4
#define N_ADDRESSES 20000

static const PeerLimits small = {
  .max_connections = 3,
  .rates = { RATE, RATE, RATE, RATE, RATE },
};

static Peers *
peers_with (const PeerLimits *limits)
{
  Peers *peers = peers_new ();

  peers_set_limits (peers, limits);
  return peers;
}

/* Returns: (nullable): %NULL: not admitted, with @ret_verdict */
static Peer *
admit (Peers *peers, const char *text, gint64 now_ms, PeerVerdict *ret_verdict)
{
  guint8 address[PEER_ADDRESS_BYTES] = { [10] = 0xff, [11] = 0xff };
  Peer *peer = NULL;

  if (inet_pton (AF_INET, text, address + 12) != 1)
    g_assert_cmpint (inet_pton (AF_INET6, text, address), ==, 1);
  *ret_verdict = peers_admit (peers, address, now_ms, &peer);
  g_assert_true ((*ret_verdict == PEER_ADMITTED) == (peer != NULL));
  return peer;
}

static Peer *
admit_one (Peers *peers, const char *text)
{
  PeerVerdict verdict;
  Peer *peer = admit (peers, text, NOW_MS, &verdict);

  g_assert_nonnull (peer);
  return peer;
}

static void
let_go (Peer *peer)
{
  peer_disconnected (peer);
  peer_unref (peer);
}

static void
test_connections_at_once (void)
{
  Peers *peers = peers_with (&small);
  Peer *three[3];
  PeerVerdict verdict;

  for (guint i = 0; i < 3; i++)
    three[i] = admit_one (peers, "192.0.2.1");
  g_assert_null (admit (peers, "192.0.2.1", NOW_MS, &verdict));
  g_assert_cmpint (verdict, ==, PEER_REFUSED);
  g_assert_cmpuint (peers_n_refused (peers, PEER_CONNECTS), ==, 1);
  Peer *other = admit_one (peers, "192.0.2.2");
  let_go (three[0]);
  three[0] = admit_one (peers, "192.0.2.1");

  let_go (other);
  for (guint i = 0; i < 3; i++)
    let_go (three[i]);
  peers_free (peers);
}

/* The closed connection's struct may live on: it holds no place. */
static void
test_a_closed_connection_holds_no_place (void)
{
  Peers *peers = peers_with (&small);
  Peer *closed[3];

  for (guint i = 0; i < 3; i++)
    {
      closed[i] = admit_one (peers, "192.0.2.1");
      peer_disconnected (closed[i]);
    }
  Peer *next = admit_one (peers, "192.0.2.1");
  let_go (next);
  for (guint i = 0; i < 3; i++)
    peer_unref (closed[i]);
  peers_free (peers);
}

static void
test_connections_a_second (void)
{
  Peers *peers = peers_with (&small);
  PeerVerdict verdict;
  guint n_told = 0;

  for (guint i = 0; i < BURST; i++)
    let_go (admit_one (peers, "192.0.2.1"));
  /* Some are told so, and a flood is not. */
  for (guint i = 0; i < 100; i++)
    {
      g_assert_null (admit (peers, "192.0.2.1", NOW_MS, &verdict));
      n_told += verdict == PEER_REFUSED;
    }
  g_assert_cmpuint (n_told, ==, PEER_BURST_S);
  g_assert_cmpint (verdict, ==, PEER_IGNORED);
  let_go (admit_one (peers, "192.0.2.2"));
  let_go (admit (peers, "192.0.2.1", NOW_MS + 1000 / RATE, &verdict));
  g_assert_null (admit (peers, "192.0.2.1", NOW_MS + 1000 / RATE, &verdict));
  peers_free (peers);
}

static void
test_rates (void)
{
  Peers *peers = peers_with (&small);
  Peer *peer = admit_one (peers, "192.0.2.1");
  gint64 now_ms = NOW_MS;

  for (guint i = 0; i < BURST; i++)
    g_assert_cmpint (peer_take (peer, PEER_REQUESTS, 1, now_ms), ==, 0);
  gint64 wait_ms = peer_take (peer, PEER_REQUESTS, 1, now_ms);
  g_assert_cmpint (wait_ms, >=, 1000 / RATE);
  g_assert_cmpint (wait_ms, <=, 1000 / RATE + 1);
  /* Each kind has a bucket of its own. */
  g_assert_cmpint (peer_take (peer, PEER_SENDS, 1, now_ms), ==, 0);

  /* Being refused costs nothing, and waiting as long as was said is enough. */
  now_ms += wait_ms;
  g_assert_cmpint (peer_take (peer, PEER_REQUESTS, 1, now_ms), ==, 0);
  g_assert_cmpint (peer_take (peer, PEER_REQUESTS, 1, now_ms), >, 0);
  /* Silence earns ten seconds' worth and no more; many at once are as many one by one. */
  now_ms += 3600 * 1000;
  g_assert_cmpint (peer_take (peer, PEER_REQUESTS, BURST + 1, now_ms), >, 0);
  g_assert_cmpint (peer_take (peer, PEER_REQUESTS, BURST, now_ms), ==, 0);
  g_assert_cmpint (peer_take (peer, PEER_REQUESTS, 1, now_ms), >, 0);
  let_go (peer);
  peers_free (peers);
}

static void
test_none_is_no_limit (void)
{
  const PeerLimits none = { .max_connections = 0 };
  Peers *peers = peers_with (&none);
  Peer *many[1000];

  for (guint i = 0; i < G_N_ELEMENTS (many); i++)
    {
      many[i] = admit_one (peers, "192.0.2.1");
      g_assert_cmpint (peer_take (many[i], PEER_HEAVY, 1, NOW_MS), ==, 0);
    }
  /* Limits come for those that are there, too. */
  peers_set_limits (peers, &small);
  g_assert_cmpint (peer_take (many[0], PEER_HEAVY, BURST, NOW_MS), ==, 0);
  g_assert_cmpint (peer_take (many[0], PEER_HEAVY, 1, NOW_MS), >, 0);
  for (guint i = 0; i < G_N_ELEMENTS (many); i++)
    let_go (many[i]);
  peers_free (peers);
}

static void
test_what_is_one_address (void)
{
  static const struct
  {
    const char *a, *b;
    gboolean is_one;
  } pairs[] = {
    { "192.0.2.1", "192.0.2.1", TRUE },
    { "192.0.2.1", "192.0.2.2", FALSE },
    { "2001:db8:1:2::1", "2001:db8:1:2:3:4:5:6", TRUE },
    { "2001:db8:1:2::1", "2001:db8:1:3::1", FALSE },
    { "fe80::1", "fe80::2", FALSE },
  };
  const PeerLimits one = { .max_connections = 1 };

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      Peers *peers = peers_with (&one);
      PeerVerdict verdict;
      Peer *first = admit_one (peers, pairs[i].a);
      Peer *second = admit (peers, pairs[i].b, NOW_MS, &verdict);

      g_assert_cmpint (second == NULL, ==, pairs[i].is_one);
      g_assert_cmpuint (peers_n_known (peers), ==, pairs[i].is_one ? 1 : 2);
      let_go (first);
      if (second != NULL)
        let_go (second);
      peers_free (peers);
    }
}

static void
test_the_table_stays_small (void)
{
  Peers *peers = peers_with (&small);
  Peer *there = admit_one (peers, "192.0.2.1");

  g_assert_cmpint (peer_take (there, PEER_HEAVY, BURST, NOW_MS), ==, 0);
  for (guint i = 0; i < N_ADDRESSES; i++)
    {
      g_autofree char *text = g_strdup_printf ("10.0.%u.%u", i / 256, i % 256);
      let_go (admit_one (peers, text));
    }
  g_assert_cmpuint (peers_n_known (peers), <=, 4097);
  /* Who is there is not forgotten. */
  Peer *again = admit_one (peers, "192.0.2.1");
  g_assert_true (again == there);
  let_go (again);
  let_go (there);
  peers_free (peers);
}

/* --- threads ---------------------------------------------------------------------------------- */

typedef struct
{
  Peer *peer;
  guint n_taken;
} Taker;

static void *
take_all (void *data)
{
  Taker *self = data;

  while (peer_take (self->peer, PEER_REQUESTS, 1, NOW_MS) == 0)
    self->n_taken++;
  let_go (self->peer);
  return NULL;
}

static void
test_threads_get_as_much_as_one (void)
{
  const PeerLimits limits = { .rates = { [PEER_REQUESTS] = 5000 } };
  Peers *peers = peers_with (&limits);
  pthread_t threads[N_THREADS];
  Taker takers[N_THREADS] = { { NULL, 0 } };
  guint n_taken = 0;

  for (guint i = 0; i < N_THREADS; i++)
    {
      takers[i].peer = admit_one (peers, "192.0.2.1");
      g_assert_cmpint (pthread_create (&threads[i], NULL, take_all, &takers[i]), ==, 0);
    }
  for (guint i = 0; i < N_THREADS; i++)
    {
      g_assert_cmpint (pthread_join (threads[i], NULL), ==, 0);
      n_taken += takers[i].n_taken;
    }
  g_assert_cmpuint (n_taken, ==, 5000 * PEER_BURST_S);
  peers_free (peers);
}

/* Of all its connections: what is unsent it has to read, and with too much of either no more come.
 */
static void
test_bytes (void)
{
  static const PeerLimits limits = { .max_bytes = 1000 };
  Peers *peers = peers_with (&limits);
  Peer *one = admit_one (peers, "192.0.2.1");
  Peer *two = admit_one (peers, "192.0.2.1");
  PeerVerdict verdict;

  peer_add_bytes (one, 600, 400);
  g_assert_false (peer_has_to_read (one));
  g_assert_true (peer_has_room (one));
  let_go (admit_one (peers, "192.0.2.1"));
  peer_add_bytes (two, 0, 1);
  g_assert_false (peer_has_to_read (one));
  g_assert_false (peer_has_room (one));
  g_assert_null (admit (peers, "192.0.2.1", NOW_MS, &verdict));
  g_assert_cmpint (verdict, ==, PEER_REFUSED);
  let_go (admit_one (peers, "192.0.2.2"));
  /* What is being got ready keeps nothing from it but more of the kind. */
  peer_expect (two, 400);
  g_assert_true (peer_takes_answers (one));
  peer_expect (one, 1);
  g_assert_false (peer_takes_answers (one));
  g_assert_false (peer_has_to_read (one));
  peer_expect (two, -401);
  g_assert_true (peer_takes_answers (one));
  peer_add_bytes (two, 401, 0);
  g_assert_true (peer_has_to_read (one));
  g_assert_false (peer_takes_answers (one));
  guint8 address[PEER_ADDRESS_BYTES] = { [10] = 0xff, 0xff, 192, 0, 2, 1 };
  g_assert_true (peers_has_to_read (peers, address));
  address[15] = 2;
  g_assert_false (peers_has_to_read (peers, address));
  address[15] = 3;
  g_assert_false (peers_has_to_read (peers, address));
  peer_add_bytes (one, -600, -400);
  g_assert_false (peer_has_to_read (two));
  let_go (admit_one (peers, "192.0.2.1"));
  let_go (one);
  let_go (two);
  peers_free (peers);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/peers/so-many-connections-at-once", test_connections_at_once);
  g_test_add_func ("/net/peers/a-closed-connection-holds-no-place",
                   test_a_closed_connection_holds_no_place);
  g_test_add_func ("/net/peers/so-many-connections-a-second", test_connections_a_second);
  g_test_add_func ("/net/peers/rates", test_rates);
  g_test_add_func ("/net/peers/bytes", test_bytes);
  g_test_add_func ("/net/peers/none-is-no-limit", test_none_is_no_limit);
  g_test_add_func ("/net/peers/what-is-one-address", test_what_is_one_address);
  g_test_add_func ("/net/peers/the-table-stays-small", test_the_table_stays_small);
  g_test_add_func ("/net/peers/threads-get-as-much-as-one", test_threads_get_as_much_as_one);
  return g_test_run ();
}
