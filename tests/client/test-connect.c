/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reaching a server, or failing to.
 */
#include "tests/client/fake-server.h"

typedef struct
{
  gboolean done;
  gboolean connected;
  GError *error;
} Attempt;

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Attempt *attempt = user_data;

  attempt->connected =
      parlance_session_connect_finish (PARLANCE_SESSION (source), result, &attempt->error);
  attempt->done = TRUE;
}

static void
test_bad_address_is_refused (gconstpointer data)
{
  g_autoptr (ParlanceSession) session = parlance_session_new (data);
  fake_server_speak_plainly (session);
  Attempt attempt = { 0 };

  parlance_session_connect_async (session, NULL, on_connected, &attempt);
  fake_server_wait_for (&attempt.done);
  g_assert_false (attempt.connected);
  g_assert_error (attempt.error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&attempt.error);
}

static void
test_refused_connection_is_said (void)
{
  FakeServer server;
  fake_server_init (&server);
  g_autoptr (ParlanceSession) session = parlance_session_new (server.address);
  fake_server_speak_plainly (session);
  fake_server_clear (&server);
  Attempt attempt = { 0 };

  parlance_session_connect_async (session, NULL, on_connected, &attempt);
  fake_server_wait_for (&attempt.done);
  g_assert_error (attempt.error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  g_clear_error (&attempt.error);
}

static void
test_cancelled_attempt_is_said (void)
{
  FakeServer server;
  fake_server_init (&server);
  g_autoptr (ParlanceSession) session = parlance_session_new (server.address);
  fake_server_speak_plainly (session);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Attempt attempt = { 0 };

  parlance_session_connect_async (session, cancellable, on_connected, &attempt);
  g_cancellable_cancel (cancellable);
  fake_server_wait_for (&attempt.done);
  g_assert_error (attempt.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&attempt.error);
  fake_server_clear (&server);
}

static void
test_close_ends_the_attempt (void)
{
  FakeServer server;
  fake_server_init (&server);
  g_autoptr (ParlanceSession) session = parlance_session_new (server.address);
  fake_server_speak_plainly (session);
  Attempt attempt = { 0 };

  parlance_session_connect_async (session, NULL, on_connected, &attempt);
  parlance_session_close (session);
  fake_server_wait_for (&attempt.done);
  g_assert_error (attempt.error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&attempt.error);
  fake_server_clear (&server);
}

static void
test_second_attempt_is_refused (void)
{
  FakeServer server;
  fake_server_init (&server);
  g_autoptr (ParlanceSession) session = fake_server_connect (&server);
  Attempt attempt = { 0 };

  parlance_session_connect_async (session, NULL, on_connected, &attempt);
  fake_server_wait_for (&attempt.done);
  g_assert_error (attempt.error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&attempt.error);
  parlance_session_close (session);
  fake_server_clear (&server);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/client/connect/refuses-bad-port", "localhost:99999",
                        test_bad_address_is_refused);
  g_test_add_data_func ("/client/connect/refuses-open-bracket", "[::1",
                        test_bad_address_is_refused);
  g_test_add_data_func ("/client/connect/refuses-empty-port",
                        "localhost:", test_bad_address_is_refused);
  g_test_add_func ("/client/connect/refused-connection-is-said", test_refused_connection_is_said);
  g_test_add_func ("/client/connect/cancelled-attempt-is-said", test_cancelled_attempt_is_said);
  g_test_add_func ("/client/connect/close-ends-the-attempt", test_close_ends_the_attempt);
  g_test_add_func ("/client/connect/second-attempt-is-refused", test_second_attempt_is_refused);
  return g_test_run ();
}
