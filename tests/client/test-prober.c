/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Queries and answers over loopback, with an answerer of the test's own. Other interfaces are a
 * matter of tests/net-ns.
 */
#include "protocol/client/prober.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#define ID "6f0d3c1e-2b6a-4c0e-9d0b-0a1b2c3d4e5f"
#define DEADLINE_US (20 * G_USEC_PER_SEC)

typedef struct
{
  int fd; /* the answerer's */
  guint16 port;
  ParlanceProber *prober;
  guint n_queries;
  ParlanceNonce nonce; /* of the last query */
  struct sockaddr_in from;
  gint64 query_us;
  guint n_heard;
  ParlanceHeard heard; /* the last; its pointers are of no use */
  ParlanceBeacon beacon;
} Fixture;

static void
on_heard (const ParlanceHeard *heard, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->n_heard++;
  fixture->heard = *heard;
  fixture->beacon = *heard->beacon;
  g_assert_cmpuint (g_inet_socket_address_get_port (heard->address), ==, 4711);
}

static void
setup (Fixture *fixture, gconstpointer data)
{
  struct sockaddr_in own = { .sin_family = AF_INET };
  socklen_t n_bytes = sizeof own;

  fixture->fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  g_assert_cmpint (bind (fixture->fd, (struct sockaddr *)(void *)&own, sizeof own), ==, 0);
  g_assert_cmpint (getsockname (fixture->fd, (struct sockaddr *)(void *)&own, &n_bytes), ==, 0);
  fixture->port = ntohs (own.sin_port);
  fixture->prober = parlance_prober_new (fixture->port, on_heard, fixture);
  parlance_prober_set_loopback_only (fixture->prober, TRUE);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  parlance_prober_free (fixture->prober);
  close (fixture->fd);
}

static void
start (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (parlance_prober_start (fixture->prober, &error));
  g_assert_no_error (error);
}

static gboolean
on_tick (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* Returns: whether a query was there to be taken in */
static gboolean
take_query (Fixture *fixture)
{
  char bytes[2048];
  socklen_t n_from = sizeof fixture->from;
  ssize_t n_bytes = recvfrom (fixture->fd, bytes, sizeof bytes, 0,
                              (struct sockaddr *)(void *)&fixture->from, &n_from);

  if (n_bytes < 0)
    return FALSE;
  g_assert_cmpint (n_bytes, ==, PARLANCE_BEACON_MIN_QUERY);
  g_assert_true (parlance_beacon_parse_query (bytes, (gsize)n_bytes, fixture->nonce));
  fixture->query_us = g_get_monotonic_time ();
  fixture->n_queries++;
  return TRUE;
}

/* Turns the main loop until *@counter is @n, or for @limit_us. Queries are taken in meanwhile. */
static gboolean
wait_for (Fixture *fixture, const guint *counter, guint n, gint64 limit_us)
{
  gint64 until_us = g_get_monotonic_time () + limit_us;
  guint tick = g_timeout_add (2, on_tick, NULL);

  while (*counter < n && g_get_monotonic_time () < until_us)
    {
      if (!take_query (fixture))
        g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (tick);
  return *counter >= n;
}

static void
send_bytes (const Fixture *fixture, const char *bytes, gsize n_bytes)
{
  g_assert_cmpint (sendto (fixture->fd, bytes, n_bytes, 0,
                           (const struct sockaddr *)(const void *)&fixture->from,
                           sizeof fixture->from),
                   ==, (gssize)n_bytes);
}

static void
answer (const Fixture *fixture, const char *nonce)
{
  const ParlanceBeacon beacon = { .id = ID, .name = "Study room", .port = 4711, .n_users = 3 };
  g_autoptr (GString) datagram = g_string_new (NULL);

  parlance_beacon_append_answer (datagram, nonce, &beacon);
  send_bytes (fixture, datagram->str, datagram->len);
}

static const ParlanceProbe *
find_probe (const Fixture *fixture, ParlanceWay way)
{
  const GArray *probes = parlance_prober_get_probes (fixture->prober);

  for (guint i = 0; i < probes->len; i++)
    {
      const ParlanceProbe *probe = &g_array_index (probes, ParlanceProbe, i);
      if (probe->way == way)
        return probe;
    }
  return NULL;
}

static void
test_an_answer_is_heard (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  g_assert_true (wait_for (fixture, &fixture->n_queries, 1, DEADLINE_US));
  answer (fixture, fixture->nonce);
  g_assert_true (wait_for (fixture, &fixture->n_heard, 1, DEADLINE_US));
  g_assert_cmpstr (fixture->beacon.id, ==, ID);
  g_assert_cmpstr (fixture->beacon.name, ==, "Study room");
  g_assert_true (fixture->heard.is_local);
  g_assert_cmpuint (fixture->heard.interface, ==, if_nametoindex ("lo"));
  g_assert_cmpint ((int)fixture->heard.way, ==, (int)PARLANCE_WAY_BROADCAST);
  g_assert_cmpuint (fixture->heard.round, >=, 1);
  g_assert_cmpint (fixture->heard.delay_us, >=, 0);

  const ParlanceProbe *probe = find_probe (fixture, PARLANCE_WAY_BROADCAST);
  g_assert_nonnull (probe);
  g_assert_cmpuint (probe->n_sent, >=, 1);
  g_assert_cmpuint (probe->n_heard, ==, 1);
  g_assert_cmpint (probe->last_error, ==, 0);
}

static void
test_asks_at_0_and_a_quarter_and_1_s (Fixture *fixture, gconstpointer data)
{
  static const gint64 due_us[] = { 0, 250000, 1000000, 3000000 };
  gint64 start_us = g_get_monotonic_time ();

  start (fixture);
  for (guint i = 0; i < 3; i++)
    {
      ParlanceNonce before;

      memcpy (before, fixture->nonce, sizeof before);
      g_assert_true (wait_for (fixture, &fixture->n_queries, i + 1, DEADLINE_US));
      g_assert_cmpstr (fixture->nonce, !=, before);
      g_assert_cmpint (fixture->query_us - start_us, >=, due_us[i] - 20000);
    }
  g_assert_cmpuint (parlance_prober_get_round (fixture->prober), ==, 3);
  if (g_get_monotonic_time () - start_us < due_us[3] - 500000)
    g_assert_false (wait_for (fixture, &fixture->n_queries, 4, 500000));
}

static void
test_a_late_answer_counts_and_one_of_long_ago_does_not (Fixture *fixture, gconstpointer data)
{
  ParlanceNonce first;

  start (fixture);
  g_assert_true (wait_for (fixture, &fixture->n_queries, 1, DEADLINE_US));
  memcpy (first, fixture->nonce, sizeof first);
  g_assert_true (wait_for (fixture, &fixture->n_queries, 2, DEADLINE_US));
  answer (fixture, first);
  g_assert_true (wait_for (fixture, &fixture->n_heard, 1, DEADLINE_US));
  g_assert_cmpuint (fixture->heard.round, ==, 1);

  for (guint i = 0; i < 4; i++)
    parlance_prober_restart (fixture->prober);
  answer (fixture, first);
  g_assert_false (wait_for (fixture, &fixture->n_heard, 2, 100000));
}

static void
test_hostile_answers_are_dropped (Fixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (65000, ' ');
  const ParlanceBeacon beacon = { .id = ID, .name = "a", .port = 4711 };
  g_autoptr (GString) datagram = g_string_new (NULL);

  start (fixture);
  g_assert_true (wait_for (fixture, &fixture->n_queries, 1, DEADLINE_US));
  answer (fixture, "0123456789abcdef0123456789abcdef");
  parlance_beacon_append_answer (datagram, fixture->nonce, &beacon);
  memcpy (large, datagram->str, datagram->len);
  send_bytes (fixture, large, 65000);
  send_bytes (fixture, datagram->str, datagram->len - 1);
  send_bytes (fixture, "", 0);
  g_assert_false (wait_for (fixture, &fixture->n_heard, 1, 100000));
  answer (fixture, fixture->nonce);
  g_assert_true (wait_for (fixture, &fixture->n_heard, 1, DEADLINE_US));
}

static void
test_asks_one_address (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new_from_string ("127.0.0.1", fixture->port);

  start (fixture);
  g_assert_cmpint (parlance_prober_ask (fixture->prober, G_INET_SOCKET_ADDRESS (address)), ==, 0);
  g_assert_true (wait_for (fixture, &fixture->n_queries, 2, DEADLINE_US));
  answer (fixture, fixture->nonce);
  g_assert_true (wait_for (fixture, &fixture->n_heard, 1, DEADLINE_US));
  g_assert_cmpint ((int)fixture->heard.way, ==, (int)PARLANCE_WAY_UNICAST);
  g_assert_cmpuint (find_probe (fixture, PARLANCE_WAY_UNICAST)->n_heard, ==, 1);
}

static void
test_stops (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  g_assert_true (wait_for (fixture, &fixture->n_queries, 1, DEADLINE_US));
  answer (fixture, fixture->nonce);
  parlance_prober_stop (fixture->prober);
  g_assert_false (wait_for (fixture, &fixture->n_heard, 1, 300000));
  g_assert_cmpuint (fixture->n_queries, ==, 1);

  start (fixture);
  g_assert_true (wait_for (fixture, &fixture->n_queries, 2, DEADLINE_US));
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "an-answer-is-heard", test_an_answer_is_heard },
    { "asks-at-0-and-a-quarter-and-1-s", test_asks_at_0_and_a_quarter_and_1_s },
    { "a-late-answer-counts-and-one-of-long-ago-does-not",
      test_a_late_answer_counts_and_one_of_long_ago_does_not },
    { "hostile-answers-are-dropped", test_hostile_answers_are_dropped },
    { "asks-one-address", test_asks_one_address },
    { "stops", test_stops },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/client/prober/%s", tests[i].name);
      g_test_add (path, Fixture, NULL, setup, tests[i].test, teardown);
    }
  return g_test_run ();
}
