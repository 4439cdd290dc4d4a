/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the worker says that its connections take, where peers speak TLS.
 */
#include "tests/net/tls-client.h"

#include <string.h>

static WorkerFixture *
fixture_new (void)
{
  static const WorkerTimeouts patient = { 60000, 60000, 60000, 0 };
  WorkerFixture *fixture = worker_fixture_new (&patient, 1);

  worker_set_tls (fixture->worker, tls_server_context_make ());
  fixture->tls = CONNECTION_TLS_OPTIONAL;
  return fixture;
}

static void
test_a_begun_record_is_accounted_for (void)
{
  static const char begun[] = "\x17\x03\x03\x3e\x80x"; /* of 16 000 bytes */
  g_autoptr (WorkerFixture) fixture = fixture_new ();
  g_autoptr (TlsClient) client = tls_client_new (client_new (fixture));
  Memory *memory = memory_new ();

  worker_set_memory (fixture->worker, memory);
  worker_fixture_start (fixture);
  tls_client_handshake (client);
  tls_client_send (client, "echo a\n");
  tls_client_expect (client, "a\n");
  FIXTURE_WAIT_FOR (memory_n_used (memory) < 4 * 1024);
  client_send_bytes (client->client, begun, strlen (begun));
  FIXTURE_WAIT_FOR (memory_n_used (memory) >= 16000);
  g_clear_pointer (&client, tls_client_free);
  FIXTURE_WAIT_FOR (memory_n_used (memory) < 4 * 1024);
  g_clear_pointer (&fixture, worker_fixture_free);
  memory_free (memory);
}

/* And who has said no more than how much it will say. */
static void
test_a_begun_handshake_is_accounted_for (void)
{
  static const char begun[] = "\x16\x03\x01\x00\x06\x01\x02\x01\x44\x03\x03";
  g_autoptr (WorkerFixture) fixture = fixture_new ();
  Client *client = client_new (fixture);
  Memory *memory = memory_new ();

  worker_set_memory (fixture->worker, memory);
  worker_fixture_start (fixture);
  client_send_bytes (client, begun, sizeof begun - 1);
  FIXTURE_WAIT_FOR (memory_n_used (memory) >= 200000);
  client_free (client);
  FIXTURE_WAIT_FOR (memory_n_used (memory) < 4 * 1024);
  g_clear_pointer (&fixture, worker_fixture_free);
  memory_free (memory);
}

/* Who has been told everything, and does not close, keeps nothing but a descriptor. With TLS 1.2
 * there is something to give back. */
static void
test_one_that_does_not_close_gives_its_state_back (void)
{
  g_autoptr (WorkerFixture) fixture = fixture_new ();
  g_autoptr (TlsClient) client = tls_client_new (client_new (fixture));
  Memory *memory = memory_new ();

  g_assert_cmpint (SSL_set_max_proto_version (client->ssl, TLS1_2_VERSION), ==, 1);
  worker_set_memory (fixture->worker, memory);
  worker_fixture_start (fixture);
  tls_client_handshake (client);
  tls_client_send (client, "echo a\n");
  tls_client_expect (client, "a\n");
  FIXTURE_WAIT_FOR (memory_n_used (memory) > 13 * 1024);
  tls_client_send (client, "end b\n");
  tls_client_expect (client, "b\n");
  tls_client_expect_end (client);
  FIXTURE_WAIT_FOR (memory_n_used (memory) < 4 * 1024);
  g_assert_cmpuint (fixture_n_open (fixture), ==, 1);
  g_clear_pointer (&client, tls_client_free);
  g_clear_pointer (&fixture, worker_fixture_free);
  memory_free (memory);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/tls-memory/a-begun-record-is-accounted-for",
                   test_a_begun_record_is_accounted_for);
  g_test_add_func ("/net/tls-memory/a-begun-handshake-is-accounted-for",
                   test_a_begun_handshake_is_accounted_for);
  g_test_add_func ("/net/tls-memory/one-that-does-not-close-gives-its-state-back",
                   test_one_that_does_not_close_gives_its_state_back);
  return g_test_run ();
}
