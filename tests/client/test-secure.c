/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A session and servers that encrypt, do not, or are not who they were.
 */
#include "protocol/client/known-servers.h"
#include "protocol/client/lookup.h"
#include "protocol/wire/errors.h"
#include "tests/client/fake-server.h"
#include "tests/client/tls-server.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  TlsServer server;
  char *folder;
  char *path; /* of known_servers */
  ParlanceTrust *trust;
  ParlanceSession *session; /* (nullable) */
  gboolean done;
  GError *error; /* (nullable): of the last attempt to connect */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  tls_server_init (&self->server);
  self->folder = g_dir_make_tmp ("parlance-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "known_servers", NULL);
  self->trust = parlance_trust_new (PARLANCE_TLS_USE_AUTO);
  parlance_trust_set_path (self->trust, self->path);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->session);
  tls_server_clear (&self->server);
  parlance_trust_unref (self->trust);
  g_clear_error (&self->error);
  (void)g_unlink (self->path);
  g_autofree char *lock = g_strconcat (self->path, ".lock", NULL);
  (void)g_unlink (lock);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->path);
  g_free (self->folder);
}

static void
use (Fixture *self, ParlanceTlsUse use)
{
  parlance_trust_unref (self->trust);
  self->trust = parlance_trust_new (use);
  parlance_trust_set_path (self->trust, self->path);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;

  g_clear_error (&self->error);
  (void)parlance_session_connect_finish (PARLANCE_SESSION (source), result, &self->error);
  self->done = TRUE;
}

static void
connect_to (Fixture *self, TlsServerKind kind)
{
  g_clear_object (&self->session);
  self->server.kind = kind;
  self->server.n_connections = 0;
  self->session = parlance_session_new (self->server.address);
  parlance_session_set_trust (self->session, self->trust);
  self->done = FALSE;
  parlance_session_connect_async (self->session, NULL, on_connected, self);
  fake_server_wait_for (&self->done);
}

static void
assert_speaks (Fixture *self, const char *fingerprint)
{
  Outcome outcome = { 0 };

  g_assert_no_error (self->error);
  g_assert_cmpstr (parlance_session_get_peer_fingerprint (self->session), ==, fingerprint);
  parlance_session_call_async (self->session, "stats", NULL, NULL, outcome_store, &outcome);
  fake_server_wait_for (&outcome.done);
  g_assert_no_error (outcome.error);
  g_assert_cmpstr (outcome.result, ==, self->server.answer);
  outcome_clear (&outcome);
}

static void
assert_refused (const Fixture *self, ParlanceTrustError code)
{
  g_assert_error (self->error, PARLANCE_TRUST_ERROR, (gint)code);
  g_assert_cmpuint (self->server.n_answers, ==, 0);
}

static const char *
known (const Fixture *self)
{
  g_autoptr (ParlanceKnownServers) servers = parlance_known_servers_load (self->path, NULL);

  return g_intern_string (
      parlance_known_servers_find (servers, PARLANCE_KNOWN_BY_ID, TLS_SERVER_ID));
}

static void
test_what_is_shown_first_is_remembered (Fixture *self, gconstpointer data)
{
  g_autofree char *fingerprint = tls_server_fingerprint (&self->server, TLS_SERVER_ONE);
  GStatBuf status;

  for (int i = 0; i < 2; i++)
    {
      connect_to (self, TLS_SERVER_ONE);
      assert_speaks (self, fingerprint);
      g_assert_cmpstr (known (self), ==, fingerprint);
      g_assert_cmpuint (self->server.n_connections, ==, 1);
    }
  g_assert_cmpint (g_stat (self->path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
}

static void
test_another_certificate_is_refused_until_it_is_accepted (Fixture *self, gconstpointer data)
{
  g_autofree char *one = tls_server_fingerprint (&self->server, TLS_SERVER_ONE);
  g_autofree char *other = tls_server_fingerprint (&self->server, TLS_SERVER_OTHER);

  connect_to (self, TLS_SERVER_ONE);
  g_assert_no_error (self->error);
  for (int i = 0; i < 2; i++)
    {
      connect_to (self, TLS_SERVER_OTHER);
      assert_refused (self, PARLANCE_TRUST_ERROR_CHANGED);
      g_assert_cmpstr (parlance_session_get_peer_fingerprint (self->session), ==, other);
      g_assert_cmpstr (parlance_trust_get_known (self->trust), ==, one);
      g_assert_cmpstr (known (self), ==, one);
    }
  g_assert_true (parlance_trust_accept (self->trust, NULL));
  connect_to (self, TLS_SERVER_OTHER);
  assert_speaks (self, other);
  self->server.n_answers = 0;
  connect_to (self, TLS_SERVER_ONE);
  assert_refused (self, PARLANCE_TRUST_ERROR_CHANGED);
}

static void
test_a_server_that_encrypted_has_to_go_on_to (Fixture *self, gconstpointer data)
{
  connect_to (self, TLS_SERVER_ONE);
  g_assert_no_error (self->error);
  parlance_trust_set_id (self->trust, TLS_SERVER_ID);
  connect_to (self, TLS_SERVER_HANGS_UP);
  assert_refused (self, PARLANCE_TRUST_ERROR_PLAIN);
  g_assert_cmpstr (parlance_trust_get_known (self->trust), ==, known (self));
  connect_to (self, TLS_SERVER_SAYS_SO);
  assert_refused (self, PARLANCE_TRUST_ERROR_PLAIN);
  /* Whatever the network says of it. */
  parlance_trust_set_announced (self->trust, TLS_SERVER_ID, PARLANCE_TLS_OFF, "");
  connect_to (self, TLS_SERVER_HANGS_UP);
  assert_refused (self, PARLANCE_TRUST_ERROR_PLAIN);
  g_assert_nonnull (strstr (known (self), "sha256:"));

  parlance_trust_set_accepting (self->trust, TRUE);
  connect_to (self, TLS_SERVER_HANGS_UP);
  assert_speaks (self, NULL);
  g_assert_cmpstr (known (self), ==, PARLANCE_KNOWN_PLAIN);
}

static void
test_a_server_that_is_gone_is_not_one_that_stopped_to_encrypt (Fixture *self, gconstpointer data)
{
  connect_to (self, TLS_SERVER_ONE);
  g_assert_no_error (self->error);
  connect_to (self, TLS_SERVER_IS_GONE);
  g_assert_nonnull (self->error);
  g_assert_true (self->error->domain == G_IO_ERROR);
}

/* The server was being started anew, or had no room just then. */
static void
test_one_handshake_that_is_cut_says_nothing (Fixture *self, gconstpointer data)
{
  g_autofree char *one = tls_server_fingerprint (&self->server, TLS_SERVER_ONE);

  for (int i = 0; i < 2; i++) /* the first contact, and a server that is known */
    {
      self->server.n_to_cut = 1;
      connect_to (self, TLS_SERVER_CUTS);
      assert_speaks (self, one);
      g_assert_cmpstr (known (self), ==, one);
      g_assert_cmpuint (self->server.n_connections, ==, 2);
    }
}

static void
assert_passes (Fixture *self, const char *fault, GQuark domain, gint code)
{
  g_autofree char *before = g_strdup (known (self));

  self->server.n_to_cut = G_MAXUINT;
  self->server.fault = fault;
  connect_to (self, TLS_SERVER_CUTS);
  g_assert_error (self->error, domain, code);
  g_assert_cmpuint (self->server.n_answers, ==, 0);
  g_assert_cmpstr (known (self), ==, before);
}

#define FAULT(id, code, reason)                                                                    \
  "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"error\":{\"code\":" code                                   \
  ",\"message\":\"no\",\"data\":{\"reason\":\"" reason "\"}}}\n"

static void
test_why_nobody_is_served_is_not_taken_for_plain_text (Fixture *self, gconstpointer data)
{
  for (int i = 0; i < 2; i++) /* the first contact, and a server that is known */
    {
      assert_passes (self, FAULT ("null", "-32014", "server_full"), PARLANCE_ERROR,
                     PARLANCE_REASON_SERVER_FULL);
      assert_passes (self, FAULT ("null", "-32015", "shutting_down"), PARLANCE_ERROR,
                     PARLANCE_REASON_SHUTTING_DOWN);
      assert_passes (self, FAULT ("1", "-32012", "tls_required"), G_IO_ERROR,
                     G_IO_ERROR_CONNECTION_CLOSED);
      assert_passes (self, "220 attic mail\n", G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      assert_passes (self, "{\"jsonrpc\":\"2.0\",", G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
      connect_to (self, TLS_SERVER_ONE);
      g_assert_no_error (self->error);
      self->server.n_answers = 0;
    }
}

static void
test_an_answer_without_end_is_given_up (Fixture *self, gconstpointer data)
{
  g_autofree char *endless = g_strnfill (5000, '.');

  assert_passes (self, endless, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

/* The person decides, and the network does not say otherwise. */
static void
test_plain_text_can_be_accepted (Fixture *self, gconstpointer data)
{
  g_autofree char *one = tls_server_fingerprint (&self->server, TLS_SERVER_ONE);

  parlance_trust_set_announced (self->trust, TLS_SERVER_ID, PARLANCE_TLS_OPTIONAL, one);
  connect_to (self, TLS_SERVER_ONE);
  g_assert_no_error (self->error);
  connect_to (self, TLS_SERVER_HANGS_UP);
  assert_refused (self, PARLANCE_TRUST_ERROR_PLAIN);
  g_assert_true (parlance_trust_accept (self->trust, NULL));
  g_assert_cmpstr (known (self), ==, PARLANCE_KNOWN_PLAIN);
  connect_to (self, TLS_SERVER_HANGS_UP);
  assert_speaks (self, NULL);
}

static void
test_a_server_without_tls_is_spoken_to_without (Fixture *self, gconstpointer data)
{
  connect_to (self, TLS_SERVER_HANGS_UP);
  assert_speaks (self, NULL);
  g_assert_cmpuint (self->server.n_connections, ==, 3);
  connect_to (self, TLS_SERVER_SAYS_SO);
  assert_speaks (self, NULL);
  g_assert_cmpuint (self->server.n_connections, ==, 3);
  parlance_trust_set_announced (self->trust, TLS_SERVER_ID, PARLANCE_TLS_OFF, "");
  connect_to (self, TLS_SERVER_HANGS_UP);
  assert_speaks (self, NULL);
  g_assert_cmpstr (known (self), ==, PARLANCE_KNOWN_PLAIN);
  /* It may begin to encrypt, and cannot go back. */
  parlance_trust_set_announced (self->trust, TLS_SERVER_ID, PARLANCE_TLS_OPTIONAL, "");
  connect_to (self, TLS_SERVER_ONE);
  g_assert_no_error (self->error);
  g_assert_nonnull (strstr (known (self), "sha256:"));
}

/* Anybody on the network can announce that. */
static void
test_that_it_does_not_encrypt_is_not_believed (Fixture *self, gconstpointer data)
{
  g_autofree char *one = tls_server_fingerprint (&self->server, TLS_SERVER_ONE);

  parlance_trust_set_announced (self->trust, TLS_SERVER_ID, PARLANCE_TLS_OFF, "");
  self->server.n_to_cut = 0;
  connect_to (self, TLS_SERVER_CUTS); /* both are spoken there */
  assert_speaks (self, one);
  g_assert_cmpstr (known (self), ==, one);
}

static void
test_what_is_announced_has_to_be_shown (Fixture *self, gconstpointer data)
{
  g_autofree char *one = tls_server_fingerprint (&self->server, TLS_SERVER_ONE);

  parlance_trust_set_announced (self->trust, TLS_SERVER_ID, PARLANCE_TLS_REQUIRED, one);
  connect_to (self, TLS_SERVER_OTHER);
  assert_refused (self, PARLANCE_TRUST_ERROR_CHANGED);
  connect_to (self, TLS_SERVER_HANGS_UP);
  assert_refused (self, PARLANCE_TRUST_ERROR_PLAIN);
  g_assert_null (known (self));
  connect_to (self, TLS_SERVER_ONE);
  assert_speaks (self, one);
}

static void
test_tls_can_be_required_and_left_out (Fixture *self, gconstpointer data)
{
  use (self, PARLANCE_TLS_USE_REQUIRE);
  connect_to (self, TLS_SERVER_HANGS_UP);
  assert_refused (self, PARLANCE_TRUST_ERROR_PLAIN);
  connect_to (self, TLS_SERVER_ONE);
  g_assert_no_error (self->error);
  use (self, PARLANCE_TLS_USE_OFF);
  parlance_trust_set_id (self->trust, TLS_SERVER_ID);
  connect_to (self, TLS_SERVER_HANGS_UP);
  assert_speaks (self, NULL);
  g_assert_cmpuint (self->server.n_connections, ==, 1);
}

/* Nothing is known of it but what it has shown itself: somebody interrupts, and takes its place. */
static void
test_the_next_connection_has_to_show_the_same (Fixture *self, gconstpointer data)
{
  parlance_trust_set_path (self->trust, "/proc/parlance/known_servers");
  connect_to (self, TLS_SERVER_ONE);
  g_assert_no_error (self->error);
  connect_to (self, TLS_SERVER_HANGS_UP);
  assert_refused (self, PARLANCE_TRUST_ERROR_PLAIN);
  connect_to (self, TLS_SERVER_OTHER);
  assert_refused (self, PARLANCE_TRUST_ERROR_CHANGED);
  connect_to (self, TLS_SERVER_ONE);
  g_assert_no_error (self->error);
}

static void
test_without_its_memory_nobody_is_spoken_to (Fixture *self, gconstpointer data)
{
  parlance_trust_set_path (self->trust, "/dev/null/parlance/known_servers");
  connect_to (self, TLS_SERVER_ONE);
  assert_refused (self, PARLANCE_TRUST_ERROR_MEMORY);
  g_assert_nonnull (strstr (self->error->message, "/dev/null/parlance/known_servers"));
  g_assert_cmpuint (self->server.n_connections, ==, 0);
}

#define TOLD_ID "0a1b2c3d-2b6a-4c0e-9d0b-6f0d3c1e4e5f" /* that no certificate here names */

static void
on_hello (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;
  g_autoptr (ParlanceServerInfo) info =
      parlance_session_hello_finish (PARLANCE_SESSION (source), result, &self->error);

  g_assert_true ((info == NULL) == (self->error != NULL));
  self->done = TRUE;
}

static void
greet (Fixture *self, TlsServerKind kind)
{
  connect_to (self, kind);
  g_assert_no_error (self->error);
  self->done = FALSE;
  parlance_session_hello_async (self->session, "test/1", NULL, on_hello, self);
  fake_server_wait_for (&self->done);
}

static void
test_who_said_its_id_has_to_show_the_same (Fixture *self, gconstpointer data)
{
  self->server.answer =
      "{\"protocol\":1,\"server\":{\"name\":\"s\",\"version\":\"1\",\"id\":\"" TOLD_ID
      "\"},\"limits\":{\"text\":100,\"rooms\":64}}";
  greet (self, TLS_SERVER_ONE);
  g_assert_no_error (self->error);
  /* Another day. */
  self->server.n_answers = 0;
  use (self, PARLANCE_TLS_USE_AUTO);
  parlance_trust_set_id (self->trust, TOLD_ID);
  connect_to (self, TLS_SERVER_OTHER);
  assert_refused (self, PARLANCE_TRUST_ERROR_CHANGED);
  connect_to (self, TLS_SERVER_HANGS_UP);
  assert_refused (self, PARLANCE_TRUST_ERROR_PLAIN);
  /* Nor is somebody taken for it who is met without a name. */
  use (self, PARLANCE_TLS_USE_AUTO);
  greet (self, TLS_SERVER_HANGS_UP);
  g_assert_error (self->error, PARLANCE_TRUST_ERROR, (gint)PARLANCE_TRUST_ERROR_PLAIN);
}

static void
test_an_answer_of_many_records_arrives (Fixture *self, gconstpointer data)
{
  g_autofree char *one = tls_server_fingerprint (&self->server, TLS_SERVER_ONE);
  g_autofree char *run = g_strnfill (100000, 'x');
  g_autofree char *answer = g_strdup_printf ("\"%s\"", run);

  self->server.answer = answer;
  connect_to (self, TLS_SERVER_ONE);
  assert_speaks (self, one);
  assert_speaks (self, one);
}

static gboolean
close_session (gpointer user_data)
{
  parlance_session_close (user_data);
  return G_SOURCE_REMOVE;
}

static void
test_closing_ends_a_handshake (Fixture *self, gconstpointer data)
{
  self->server.kind = TLS_SERVER_IS_SILENT;
  self->session = parlance_session_new (self->server.address);
  parlance_session_set_trust (self->session, self->trust);
  parlance_session_connect_async (self->session, NULL, on_connected, self);
  while (self->server.n_connections == 0)
    g_main_context_iteration (NULL, TRUE);
  g_idle_add (close_session, self->session);
  fake_server_wait_for (&self->done);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*run) (Fixture *, gconstpointer);
  } tests[] = {
    { "what-is-shown-first-is-remembered", test_what_is_shown_first_is_remembered },
    { "another-certificate-is-refused-until-it-is-accepted",
      test_another_certificate_is_refused_until_it_is_accepted },
    { "a-server-that-encrypted-has-to-go-on-to", test_a_server_that_encrypted_has_to_go_on_to },
    { "a-server-that-is-gone-is-not-one-that-stopped-to-encrypt",
      test_a_server_that_is_gone_is_not_one_that_stopped_to_encrypt },
    { "one-handshake-that-is-cut-says-nothing", test_one_handshake_that_is_cut_says_nothing },
    { "why-nobody-is-served-is-not-taken-for-plain-text",
      test_why_nobody_is_served_is_not_taken_for_plain_text },
    { "an-answer-without-end-is-given-up", test_an_answer_without_end_is_given_up },
    { "plain-text-can-be-accepted", test_plain_text_can_be_accepted },
    { "a-server-without-tls-is-spoken-to-without", test_a_server_without_tls_is_spoken_to_without },
    { "that-it-does-not-encrypt-is-not-believed", test_that_it_does_not_encrypt_is_not_believed },
    { "what-is-announced-has-to-be-shown", test_what_is_announced_has_to_be_shown },
    { "tls-can-be-required-and-left-out", test_tls_can_be_required_and_left_out },
    { "the-next-connection-has-to-show-the-same", test_the_next_connection_has_to_show_the_same },
    { "without-its-memory-nobody-is-spoken-to", test_without_its_memory_nobody_is_spoken_to },
    { "who-said-its-id-has-to-show-the-same", test_who_said_its_id_has_to_show_the_same },
    { "an-answer-of-many-records-arrives", test_an_answer_of_many_records_arrives },
    { "closing-ends-a-handshake", test_closing_ends_a_handshake },
  };

  if (tls_server_is_beyond_sanitizer ())
    return 0;
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/client/secure/", tests[i].name, NULL);
      g_test_add (path, Fixture, NULL, set_up, tests[i].run, tear_down);
    }
  return g_test_run ();
}
