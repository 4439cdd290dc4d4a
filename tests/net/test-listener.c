/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Listening sockets on loopback.
 */
#include "server/net/listener.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define MAX_TURNS 100
#define TURN_MS 100

typedef struct
{
  Loop *loop;
  guint n_accepted;
  int last_fd;
  const Door *door;
  gboolean peer_is_local;
} Fixture;

static const Door test_door = { .name = "test" };

static void
setup (Fixture *fixture, gconstpointer data)
{
  fixture->loop = loop_new (NULL);
  fixture->last_fd = -1;
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  if (fixture->last_fd >= 0)
    close (fixture->last_fd);
  loop_free (fixture->loop);
}

static void
accepted (int fd, const Address *peer, const Door *door, gpointer data)
{
  Fixture *fixture = data;

  if (fixture->last_fd >= 0)
    close (fixture->last_fd);
  fixture->last_fd = fd;
  fixture->n_accepted++;
  fixture->door = door;
  fixture->peer_is_local = address_is_loopback (peer);
}

static Listener *
listen_on (Fixture *fixture, const char *text, GError **error)
{
  const ListenerOptions options = { .accepted = accepted, .data = fixture };
  Address address;

  g_assert_true (address_parse (text, 0, &address, NULL));
  return listener_new (fixture->loop, &address, &test_door, &options, error);
}

/* Returns the client's descriptor. */
static int
connect_to (const char *text)
{
  Address address;

  g_assert_true (address_parse (text, 0, &address, NULL));
  int fd = socket (address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (connect (fd, &address.any, address.n_bytes), ==, 0);
  return fd;
}

static void
turn_until_accepted (Fixture *fixture, guint n)
{
  for (int i = 0; i < MAX_TURNS && fixture->n_accepted < n; i++)
    loop_turn (fixture->loop, TURN_MS);
  g_assert_cmpuint (fixture->n_accepted, ==, n);
}

static int
get_option (int fd, int level, int name)
{
  int value = 0;
  socklen_t n_bytes = sizeof value;

  g_assert_cmpint (getsockopt (fd, level, name, &value, &n_bytes), ==, 0);
  return value;
}

static void
test_port_0_picks_a_free_one (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Listener *listener = listen_on (fixture, "127.0.0.1:0", &error);

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (listener_address (listener), "127.0.0.1:"));
  g_assert_false (g_str_has_suffix (listener_address (listener), ":0"));
  listener_free (listener);
  listener_free (NULL);
}

static void
test_a_port_in_use_is_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Listener *listener = listen_on (fixture, "127.0.0.1:0", &error);
  Listener *second = listen_on (fixture, listener_address (listener), &error);

  g_assert_null (second);
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, listener_address (listener)));
  g_assert_nonnull (strstr (error->message, "another"));
  listener_free (listener);
}

static void
test_an_address_of_no_interface_is_told_apart (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (listen_on (fixture, "192.0.2.1:0", &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NXIO);
  g_assert_nonnull (strstr (error->message, "192.0.2.1:0"));
}

static void
test_accepts_once_it_is_started (Fixture *fixture, gconstpointer data)
{
  Listener *listener = listen_on (fixture, "127.0.0.1:0", NULL);
  int client = connect_to (listener_address (listener));

  loop_turn (fixture->loop, 0);
  g_assert_cmpuint (fixture->n_accepted, ==, 0);
  listener_start (listener);
  turn_until_accepted (fixture, 1);
  g_assert_true (fixture->door == &test_door);
  g_assert_true (fixture->peer_is_local);
  g_assert_cmpint (listener_retry_ms (listener), ==, -1);
  close (client);
  listener_free (listener);
}

static void
test_sockets_inherit_their_options (Fixture *fixture, gconstpointer data)
{
  Listener *listener = listen_on (fixture, "127.0.0.1:0", NULL);
  int client = connect_to (listener_address (listener));

  listener_start (listener);
  turn_until_accepted (fixture, 1);
  int fd = fixture->last_fd;
  g_assert_cmpint (get_option (fd, IPPROTO_TCP, TCP_NODELAY), !=, 0);
  g_assert_cmpint (get_option (fd, SOL_SOCKET, SO_KEEPALIVE), !=, 0);
  g_assert_cmpint (get_option (fd, IPPROTO_TCP, TCP_KEEPIDLE) +
                       get_option (fd, IPPROTO_TCP, TCP_KEEPINTVL) *
                           get_option (fd, IPPROTO_TCP, TCP_KEEPCNT),
                   <=, 120);
  close (client);
  listener_free (listener);
}

static void
test_accepts_many (Fixture *fixture, gconstpointer data)
{
  Listener *listener = listen_on (fixture, "127.0.0.1:0", NULL);
  int clients[150];

  for (gsize i = 0; i < G_N_ELEMENTS (clients); i++)
    clients[i] = connect_to (listener_address (listener));
  listener_start (listener);
  turn_until_accepted (fixture, G_N_ELEMENTS (clients));
  for (gsize i = 0; i < G_N_ELEMENTS (clients); i++)
    close (clients[i]);
  listener_free (listener);
}

/* A process without descriptors stops asking, and goes on when there are some again. */
static void
test_pauses_without_descriptors (Fixture *fixture, gconstpointer data)
{
  Listener *listener = listen_on (fixture, "127.0.0.1:0", NULL);
  int client = connect_to (listener_address (listener));
  struct rlimit before;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &before), ==, 0);
  const struct rlimit none = { .rlim_cur = 0, .rlim_max = before.rlim_max };
  listener_start (listener);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &none), ==, 0);
  loop_turn (fixture->loop, 1000);
  g_assert_cmpuint (fixture->n_accepted, ==, 0);
  int retry_ms = listener_retry_ms (listener);
  g_assert_cmpint (retry_ms, >, 0);
  g_assert_cmpint (retry_ms, <=, 1000);

  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &before), ==, 0);
  for (int i = 0; i < MAX_TURNS && retry_ms >= 0; i++)
    {
      loop_turn (fixture->loop, retry_ms);
      retry_ms = listener_retry_ms (listener);
    }
  turn_until_accepted (fixture, 1);
  close (client);
  listener_free (listener);
}

#define ADD(name, function) g_test_add (name, Fixture, NULL, setup, function, teardown)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/net/listener/port-0-picks-a-free-one", test_port_0_picks_a_free_one);
  ADD ("/net/listener/a-port-in-use-is-refused", test_a_port_in_use_is_refused);
  ADD ("/net/listener/an-address-of-no-interface-is-told-apart",
       test_an_address_of_no_interface_is_told_apart);
  ADD ("/net/listener/accepts-once-it-is-started", test_accepts_once_it_is_started);
  ADD ("/net/listener/sockets-inherit-their-options", test_sockets_inherit_their_options);
  ADD ("/net/listener/accepts-many", test_accepts_many);
  ADD ("/net/listener/pauses-without-descriptors", test_pauses_without_descriptors);
  return g_test_run ();
}
