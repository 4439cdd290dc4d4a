/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Connecting to a server of several addresses (RFC 8305), over loopback.
 */
#include "tests/client/fake-server.h"

#include <string.h>
#include <sys/socket.h>

#define STAGGER_US (250 * 1000)

/* A port where nobody ever answers: its queue of connections is full. */
typedef struct
{
  GSocket *listener;
  GSocket *filler;
  char *address;
} DeadEnd;

/* Returns: %FALSE: the port is taken */
static gboolean
dead_end_init_at (DeadEnd *self, const char *host, guint16 port)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (host, port);
  GSocketFamily family = g_socket_address_get_family (address);

  self->listener = g_socket_new (family, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);
  g_socket_set_listen_backlog (self->listener, 0);
  if (!g_socket_bind (self->listener, address, FALSE, NULL) ||
      !g_socket_listen (self->listener, NULL))
    {
      g_object_unref (self->listener);
      return FALSE;
    }
  self->filler = g_socket_new (family, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);
  g_autoptr (GSocketAddress) bound = g_socket_get_local_address (self->listener, &error);
  g_assert_true (g_socket_connect (self->filler, bound, NULL, &error));
  self->address = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (bound));
  return TRUE;
}

static void
dead_end_init (DeadEnd *self)
{
  g_assert_true (dead_end_init_at (self, "127.0.0.1", 0));
}

static void
dead_end_clear (DeadEnd *self)
{
  g_object_unref (self->filler);
  g_object_unref (self->listener);
  g_free (self->address);
}

static guint
n_open_files (void)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n_files = 0;

  while (g_dir_read_name (folder) != NULL)
    n_files++;
  return n_files;
}

typedef struct
{
  gboolean done;
  GError *error;
} Attempt;

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Attempt *attempt = user_data;

  (void)parlance_session_connect_finish (PARLANCE_SESSION (source), result, &attempt->error);
  attempt->done = TRUE;
}

/* Returns: how long it took [µs] */
static gint64
connect_session (ParlanceSession *session, Attempt *attempt)
{
  gint64 start_us = g_get_monotonic_time ();

  parlance_session_connect_async (session, NULL, on_connected, attempt);
  fake_server_wait_for (&attempt->done);
  return g_get_monotonic_time () - start_us;
}

static void
test_silent_address_costs_a_quarter_second (void)
{
  DeadEnd dead_end;
  FakeServer server;
  Attempt attempt = { 0 };

  dead_end_init (&dead_end);
  fake_server_init (&server);
  const char *const addresses[] = { dead_end.address, server.address, NULL };
  g_autoptr (ParlanceSession) session = parlance_session_new_for_addresses (addresses);
  fake_server_speak_plainly (session);
  gint64 took_us = connect_session (session, &attempt);
  g_autofree char *peer = parlance_session_dup_peer (session);

  g_assert_no_error (attempt.error);
  g_assert_cmpstr (peer, ==, server.address);
  g_assert_cmpint (took_us, >=, STAGGER_US - 10000);
  g_assert_cmpint (took_us, <, 10 * STAGGER_US);
  parlance_session_close (session);
  fake_server_clear (&server);
  dead_end_clear (&dead_end);
}

static void
test_refused_address_costs_nothing (void)
{
  FakeServer gone;
  FakeServer server;
  Attempt attempt = { 0 };

  fake_server_init (&gone);
  fake_server_init (&server);
  g_autofree char *gone_address = g_strdup (gone.address);
  fake_server_clear (&gone);
  const char *const addresses[] = { gone_address, server.address, NULL };
  g_autoptr (ParlanceSession) session = parlance_session_new_for_addresses (addresses);
  fake_server_speak_plainly (session);
  gint64 took_us = connect_session (session, &attempt);
  g_autofree char *peer = parlance_session_dup_peer (session);

  g_assert_no_error (attempt.error);
  g_assert_cmpstr (peer, ==, server.address);
  g_assert_cmpint (took_us, <, STAGGER_US);
  parlance_session_close (session);
  fake_server_clear (&server);
}

static void
test_attempts_that_lost_are_given_up (void)
{
  DeadEnd dead_end;
  FakeServer server;
  Attempt attempt = { 0 };

  dead_end_init (&dead_end);
  fake_server_init (&server);
  guint n_before = n_open_files ();
  const char *const addresses[] = { dead_end.address, server.address, NULL };
  g_autoptr (ParlanceSession) session = parlance_session_new_for_addresses (addresses);
  fake_server_speak_plainly (session);

  (void)connect_session (session, &attempt);
  g_assert_no_error (attempt.error);
  while (server.connection == NULL || n_open_files () > n_before + 2)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n_open_files (), ==, n_before + 2); /* both ends of the one that won */
  parlance_session_close (session);
  fake_server_clear (&server);
  dead_end_clear (&dead_end);
}

static void
test_closing_gives_all_attempts_up (void)
{
  DeadEnd one;
  DeadEnd other;
  Attempt attempt = { 0 };

  dead_end_init (&one);
  dead_end_init (&other);
  guint n_before = n_open_files ();
  const char *const addresses[] = { one.address, other.address, NULL };
  g_autoptr (ParlanceSession) session = parlance_session_new_for_addresses (addresses);
  fake_server_speak_plainly (session);

  parlance_session_connect_async (session, NULL, on_connected, &attempt);
  while (n_open_files () < n_before + 2) /* both attempts are under way */
    g_main_context_iteration (NULL, TRUE);
  parlance_session_close (session);
  fake_server_wait_for (&attempt.done);
  g_assert_error (attempt.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&attempt.error);
  while (n_open_files () > n_before)
    g_main_context_iteration (NULL, TRUE);
  dead_end_clear (&one);
  dead_end_clear (&other);
}

static void
test_a_name_is_looked_up (void)
{
  FakeServer server;
  Attempt attempt = { 0 };

  fake_server_init (&server);
  g_autofree char *name = g_strconcat ("localhost", strrchr (server.address, ':'), NULL);
  g_autoptr (ParlanceSession) session = parlance_session_new (name);
  fake_server_speak_plainly (session);
  (void)connect_session (session, &attempt);
  g_autofree char *peer = parlance_session_dup_peer (session);
  g_assert_no_error (attempt.error);
  g_assert_cmpstr (peer, ==, server.address);
  parlance_session_close (session);
  fake_server_clear (&server);
}

/* --- a name of two families ------------------------------------------------------------------- */

#define TEST_TYPE_RESOLVER (test_resolver_get_type ())
G_DECLARE_FINAL_TYPE (TestResolver, test_resolver, TEST, RESOLVER, GResolver)

/* Every name has the two loopback addresses. */
struct _TestResolver
{
  GResolver parent_instance;
};

G_DEFINE_FINAL_TYPE (TestResolver, test_resolver, G_TYPE_RESOLVER)

static void
free_addresses (gpointer addresses)
{
  g_resolver_free_addresses (addresses);
}

static void
test_resolver_lookup_async (GResolver *resolver,
                            const char *hostname,
                            GResolverNameLookupFlags flags,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);
  GList *addresses = NULL;

  if ((flags & G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY) == 0)
    addresses = g_list_prepend (addresses, g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4));
  if ((flags & G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY) == 0)
    addresses = g_list_prepend (addresses, g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV6));
  g_task_return_pointer (task, addresses, free_addresses);
}

static GList *
test_resolver_lookup_finish (GResolver *resolver, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
test_resolver_class_init (TestResolverClass *klass)
{
  GResolverClass *resolver_class = G_RESOLVER_CLASS (klass);

  resolver_class->lookup_by_name_with_flags_async = test_resolver_lookup_async;
  resolver_class->lookup_by_name_with_flags_finish = test_resolver_lookup_finish;
}

static void
test_resolver_init (TestResolver *self)
{
}

static guint16
port_of (const char *address)
{
  return (guint16)g_ascii_strtoull (strrchr (address, ':') + 1, NULL, 10);
}

/* Nobody says that the IPv6 address is dead: the system would give it up after two minutes. */
static void
test_a_name_whose_ipv6_address_is_dead (void)
{
  g_autoptr (GResolver) usual = g_resolver_get_default ();
  g_autoptr (GResolver) resolver = g_object_new (TEST_TYPE_RESOLVER, NULL);
  DeadEnd dead_end;
  FakeServer server;
  Attempt attempt = { 0 };

  if (!dead_end_init_at (&dead_end, "::1", 0))
    {
      g_test_skip ("there is no IPv6 here");
      return;
    }
  dead_end_clear (&dead_end);
  fake_server_init (&server);
  while (!dead_end_init_at (&dead_end, "::1", port_of (server.address)))
    {
      fake_server_clear (&server);
      fake_server_init (&server);
    }
  g_resolver_set_default (resolver);
  g_autofree char *name = g_strdup_printf ("study.example:%u", port_of (server.address));
  g_autoptr (ParlanceSession) session = parlance_session_new (name);
  fake_server_speak_plainly (session);
  gint64 took_us = connect_session (session, &attempt);
  g_autofree char *peer = parlance_session_dup_peer (session);

  g_assert_no_error (attempt.error);
  g_assert_cmpstr (peer, ==, server.address);
  g_assert_cmpint (took_us, >=, STAGGER_US - 10000);
  g_assert_cmpint (took_us, <, 10 * STAGGER_US);
  parlance_session_close (session);
  g_resolver_set_default (usual);
  fake_server_clear (&server);
  dead_end_clear (&dead_end);
}

static void
test_no_address_accepts (void)
{
  FakeServer gone;
  Attempt attempt = { 0 };

  fake_server_init (&gone);
  const char *const addresses[] = { gone.address, gone.address, NULL };
  g_autoptr (ParlanceSession) session = parlance_session_new_for_addresses (addresses);
  fake_server_speak_plainly (session);
  fake_server_clear (&gone);
  (void)connect_session (session, &attempt);
  g_assert_error (attempt.error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  g_clear_error (&attempt.error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/connector/silent-address-costs-a-quarter-second",
                   test_silent_address_costs_a_quarter_second);
  g_test_add_func ("/client/connector/refused-address-costs-nothing",
                   test_refused_address_costs_nothing);
  g_test_add_func ("/client/connector/attempts-that-lost-are-given-up",
                   test_attempts_that_lost_are_given_up);
  g_test_add_func ("/client/connector/closing-gives-all-attempts-up",
                   test_closing_gives_all_attempts_up);
  g_test_add_func ("/client/connector/a-name-is-looked-up", test_a_name_is_looked_up);
  g_test_add_func ("/client/connector/a-name-whose-ipv6-address-is-dead-is-reached-by-ipv4",
                   test_a_name_whose_ipv6_address_is_dead);
  g_test_add_func ("/client/connector/no-address-accepts", test_no_address_accepts);
  return g_test_run ();
}
