/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The answerer over loopback. What needs other interfaces is in tests/net-ns.
 */
#include "server/discovery.h"

#include "protocol/wire/beacon.h"

#include <arpa/inet.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define NONCE "0123456789abcdef0123456789abcdef"
#define ID "6f0d3c1e-2b6a-4c0e-9d0b-0a1b2c3d4e5f"
#define WAIT_MS 5000 /* for what must come */
#define SILENCE_MS 100

typedef struct
{
  Loop *loop;
  GPtrArray *listeners;
  Discovery *discovery;
  guint16 tcp_port;
} Fixture;

static const Door no_door;

static void
count (DiscoveryCounts *ret_counts, gpointer data)
{
  *ret_counts = (DiscoveryCounts){ .n_users = 7, .n_dictionaries = 2 };
}

static void
accepted (int fd, const Address *peer, const Door *door, gpointer data)
{
  close (fd);
}

static void
fixture_init (Fixture *fixture, const char *const *addresses)
{
  const ListenerOptions listening = { .accepted = accepted };
  const DiscoveryOptions options = { .id = ID, .name = "Study room", .count = count };
  g_autoptr (GError) error = NULL;

  fixture->loop = loop_new (&error);
  g_assert_no_error (error);
  fixture->listeners = g_ptr_array_new_with_free_func ((GDestroyNotify)listener_free);
  for (; *addresses != NULL; addresses++)
    {
      Address address;

      g_assert_true (address_parse (*addresses, 0, &address, &error));
      Listener *listener = listener_new (fixture->loop, &address, &no_door, &listening, &error);
      g_assert_no_error (error);
      g_ptr_array_add (fixture->listeners, listener);
      const char *bound = listener_address (listener);
      fixture->tcp_port = (guint16)g_ascii_strtoull (strrchr (bound, ':') + 1, NULL, 10);
    }
  fixture->discovery = discovery_new (fixture->loop, 0, fixture->listeners, &options, &error);
  g_assert_no_error (error);
  discovery_start (fixture->discovery);
}

static void
fixture_clear (Fixture *fixture)
{
  discovery_free (fixture->discovery);
  g_ptr_array_unref (fixture->listeners);
  loop_free (fixture->loop);
}

/* A client at @own, an address of the loopback. */
static int
client_new (const char *own)
{
  Address address;
  int one = 1;

  g_assert_true (address_parse (own, 0, &address, NULL));
  int fd = socket (address.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (bind (fd, &address.any, address.n_bytes), ==, 0);
  g_assert_cmpint (setsockopt (fd, SOL_SOCKET, SO_BROADCAST, &one, sizeof one), ==, 0);
  return fd;
}

static void
client_send (const Fixture *fixture, int fd, const char *to, const char *bytes, gsize n_bytes)
{
  Address address;

  g_assert_true (address_parse (to, discovery_port (fixture->discovery), &address, NULL));
  g_assert_cmpint (sendto (fd, bytes, n_bytes, 0, &address.any, address.n_bytes), ==,
                   (gssize)n_bytes);
}

static void
client_ask (const Fixture *fixture, int fd, const char *to)
{
  g_autoptr (GString) query = g_string_new (NULL);

  parlance_beacon_append_query (query, NONCE);
  client_send (fixture, fd, to, query->str, query->len);
}

/* Turns the loop until a datagram is there or @wait_ms have passed. Returns: its length, or -1 */
static gssize
client_receive (
    const Fixture *fixture, int fd, int wait_ms, char *out, gsize size, Address *ret_from)
{
  gint64 until_us = g_get_monotonic_time () + wait_ms * 1000;

  do
    {
      ret_from->n_bytes = sizeof ret_from->storage;
      gssize n_bytes = recvfrom (fd, out, size, 0, &ret_from->any, &ret_from->n_bytes);

      if (n_bytes >= 0)
        return n_bytes;
      loop_turn (fixture->loop, 10);
    }
  while (g_get_monotonic_time () < until_us);
  return -1;
}

/* Returns: whether an answer came, from @from when that is given. */
static gboolean
client_hears (const Fixture *fixture, int fd, int wait_ms, const char *from)
{
  char bytes[1024];
  Address peer;
  ParlanceNonce nonce;
  ParlanceBeacon beacon;
  gssize n_bytes = client_receive (fixture, fd, wait_ms, bytes, sizeof bytes, &peer);

  if (n_bytes < 0)
    return FALSE;
  g_assert_cmpint (n_bytes, <=, 512);
  g_assert_true (parlance_beacon_parse_answer (bytes, (gsize)n_bytes, nonce, &beacon));
  g_assert_cmpstr (nonce, ==, NONCE);
  g_assert_cmpstr (beacon.id, ==, ID);
  g_assert_cmpstr (beacon.name, ==, "Study room");
  g_assert_cmpstr (beacon.version, ==, PARLANCE_VERSION);
  g_assert_cmpstr (beacon.fingerprint, ==, "");
  g_assert_cmpint ((int)beacon.tls, ==, (int)PARLANCE_TLS_OFF);
  g_assert_cmpuint (beacon.port, ==, fixture->tcp_port);
  g_assert_cmpuint (beacon.n_users, ==, 7);
  g_assert_cmpuint (beacon.n_dictionaries, ==, 2);
  if (from != NULL)
    {
      g_autofree char *text = address_format (&peer);
      g_autofree char *expected =
          g_strdup_printf ("%s:%u", from, discovery_port (fixture->discovery));
      g_assert_cmpstr (text, ==, expected);
    }
  return TRUE;
}

static const char *const ipv4_loopback[] = { "127.0.0.1:0", NULL };

static void
test_answers_from_the_address_asked (void)
{
  static const char *const asked[] = { "127.255.255.255", "127.0.0.1" };
  Fixture fixture;

  fixture_init (&fixture, ipv4_loopback);
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    {
      int fd = client_new ("127.0.0.5");

      client_ask (&fixture, fd, asked[i]);
      g_assert_true (client_hears (&fixture, fd, WAIT_MS, "127.0.0.1"));
      close (fd);
    }
  fixture_clear (&fixture);
}

static void
test_answers_over_ipv6 (void)
{
  static const char *const addresses[] = { "[::1]:0", NULL };
  Fixture fixture;
  int fd = socket (AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in6 own = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };

  if (fd < 0 || bind (fd, (struct sockaddr *)(void *)&own, sizeof own) != 0)
    {
      g_test_skip ("this machine has no IPv6");
      return;
    }
  close (fd);
  fixture_init (&fixture, addresses);
  fd = client_new ("[::1]");
  client_ask (&fixture, fd, "[::1]");
  g_assert_true (client_hears (&fixture, fd, WAIT_MS, "[::1]"));
  close (fd);
  fixture_clear (&fixture);
}

static void
test_silent_where_nobody_could_connect (void)
{
  Fixture fixture;
  int fd = client_new ("127.0.0.5");

  fixture_init (&fixture, ipv4_loopback);
  client_ask (&fixture, fd, "127.0.0.9");
  g_assert_false (client_hears (&fixture, fd, SILENCE_MS, NULL));
  client_ask (&fixture, fd, "127.255.255.255");
  g_assert_true (client_hears (&fixture, fd, WAIT_MS, "127.0.0.1"));
  close (fd);
  fixture_clear (&fixture);
}

static void
test_drops_what_is_no_query (void)
{
  Fixture fixture;
  int fd = client_new ("127.0.0.1");
  g_autoptr (GString) query = g_string_new (NULL);
  g_autofree char *large = g_strnfill (60000, ' ');

  fixture_init (&fixture, ipv4_loopback);
  parlance_beacon_append_query (query, NONCE);
  client_send (&fixture, fd, "127.0.0.1", query->str, 511);
  client_send (&fixture, fd, "127.0.0.1", large, 60000);
  client_send (&fixture, fd, "127.0.0.1", "", 0);
  query->str[3] = 'x';
  client_send (&fixture, fd, "127.0.0.1", query->str, 512);
  g_assert_false (client_hears (&fixture, fd, SILENCE_MS, NULL));

  /* A query may be as long as it likes. */
  g_string_truncate (query, 0);
  parlance_beacon_append_query (query, NONCE);
  memcpy (large, query->str, query->len);
  client_send (&fixture, fd, "127.0.0.1", large, 60000);
  g_assert_true (client_hears (&fixture, fd, WAIT_MS, NULL));
  close (fd);
  fixture_clear (&fixture);
}

static void
test_one_address_gets_ten_a_second (void)
{
  Fixture fixture;
  int fd = client_new ("127.0.0.1");
  int other = client_new ("127.0.0.2");
  guint n_heard = 0;

  fixture_init (&fixture, ipv4_loopback);
  gint64 start_us = g_get_monotonic_time ();
  for (guint i = 0; i < 50; i++)
    client_ask (&fixture, fd, "127.0.0.1");
  client_ask (&fixture, other, "127.0.0.1");
  g_assert_true (client_hears (&fixture, other, WAIT_MS, NULL));
  while (client_hears (&fixture, fd, SILENCE_MS, NULL))
    n_heard++;
  if (g_get_monotonic_time () - start_us < G_USEC_PER_SEC)
    g_assert_cmpuint (n_heard, ==, 10);
  close (fd);
  close (other);
  fixture_clear (&fixture);
}

/* 250 askers at once: 200 are answered at once, the others as soon as the second is over, as far
 * as the kernel's buffer holds them. */
static void
test_all_together_get_200_a_second (void)
{
  enum
  {
    N_CLIENTS = 250
  };
  Fixture fixture;
  int fds[N_CLIENTS];
  gboolean has_heard[N_CLIENTS] = { FALSE };
  gint64 one_more_us = G_MAXINT64; /* when somebody has heard whom the first second left out */
  guint n_heard = 0;

  fixture_init (&fixture, ipv4_loopback);
  gint64 begin_us = g_get_monotonic_time ();
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      g_autofree char *own = g_strdup_printf ("127.0.1.%u", i + 1);

      fds[i] = client_new (own);
      client_ask (&fixture, fds[i], "127.0.0.1");
      if (i % 50 == 49)
        loop_turn (fixture.loop, 0);
    }
  gint64 until_us = g_get_monotonic_time () + 3 * G_USEC_PER_SEC;
  while (n_heard < N_CLIENTS && g_get_monotonic_time () < until_us)
    {
      loop_turn (fixture.loop, 20);
      for (guint i = 0; i < N_CLIENTS; i++)
        {
          char bytes[1024];

          if (has_heard[i] || recv (fds[i], bytes, sizeof bytes, 0) <= 0)
            continue;
          has_heard[i] = TRUE;
          if (++n_heard == 201)
            one_more_us = g_get_monotonic_time ();
        }
    }
  g_assert_cmpuint (n_heard, >=, 200);
  g_assert_cmpint (one_more_us - begin_us, >=, 900 * 1000);
  for (guint i = 0; i < N_CLIENTS; i++)
    close (fds[i]);
  fixture_clear (&fixture);
}

static void
test_servers_share_a_port (void)
{
  const DiscoveryOptions options = { .id = "513ee51a-6033-407a-be03-21bf35ebc02d",
                                     .name = "another",
                                     .count = count };
  g_autoptr (GError) error = NULL;
  Fixture fixture;
  int fd = client_new ("127.0.0.1");
  guint n_heard = 0;

  fixture_init (&fixture, ipv4_loopback);
  guint16 port = discovery_port (fixture.discovery);
  Discovery *second = discovery_new (fixture.loop, port, fixture.listeners, &options, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (discovery_port (second), ==, port);
  discovery_start (second);
  client_ask (&fixture, fd, "127.255.255.255");
  char bytes[1024];
  Address from;
  while (client_receive (&fixture, fd, SILENCE_MS, bytes, sizeof bytes, &from) > 0)
    n_heard++;
  g_assert_cmpuint (n_heard, ==, 2);
  close (fd);
  discovery_free (second);
  fixture_clear (&fixture);
}

static void
test_a_taken_port_is_an_error (void)
{
  const DiscoveryOptions options = { .id = ID, .name = "another", .count = count };
  g_autoptr (GError) error = NULL;
  Fixture fixture;
  Address taken = { .n_bytes = sizeof taken.storage };
  int fd = client_new ("0.0.0.0");

  fixture_init (&fixture, ipv4_loopback);
  g_assert_cmpint (getsockname (fd, &taken.any, &taken.n_bytes), ==, 0);
  guint16 port = ntohs (((struct sockaddr_in *)&taken.storage)->sin_port);
  g_assert_null (discovery_new (fixture.loop, port, fixture.listeners, &options, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "--discovery-port"));
  close (fd);
  fixture_clear (&fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/answers-from-the-address-asked",
                   test_answers_from_the_address_asked);
  g_test_add_func ("/discovery/answers-over-ipv6", test_answers_over_ipv6);
  g_test_add_func ("/discovery/silent-where-nobody-could-connect",
                   test_silent_where_nobody_could_connect);
  g_test_add_func ("/discovery/drops-what-is-no-query", test_drops_what_is_no_query);
  g_test_add_func ("/discovery/one-address-gets-ten-a-second", test_one_address_gets_ten_a_second);
  g_test_add_func ("/discovery/all-together-get-200-a-second", test_all_together_get_200_a_second);
  g_test_add_func ("/discovery/servers-share-a-port", test_servers_share_a_port);
  g_test_add_func ("/discovery/a-taken-port-is-an-error", test_a_taken_port_is_an_error);
  return g_test_run ();
}
