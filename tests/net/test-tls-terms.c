/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * On which terms the server speaks TLS: versions, suites, one handshake a connection and none that
 * is resumed. The library is told to be lax, as a machine's configuration may tell it: what is
 * refused then is refused by us.
 */
#include "tests/net/tls-client.h"

#include <glib/gstdio.h>
#include <openssl/pem.h>

static const WorkerTimeouts patient = { 60000, 60000, 60000, 5000 };

static WorkerFixture *
fixture_new (void)
{
  WorkerFixture *fixture = worker_fixture_new (&patient, 1);
  TlsContext *context = tls_server_context_make ();
  SSL_CTX *ssl = tls_context_ssl (context);

  SSL_CTX_set_security_level (ssl, 0);
  (void)SSL_CTX_set_options (ssl, SSL_OP_ALLOW_CLIENT_RENEGOTIATION);
  worker_set_tls (fixture->worker, context);
  fixture->tls = CONNECTION_TLS_OPTIONAL;
  worker_fixture_start (fixture);
  return fixture;
}

static TlsClient *
client_with_versions (WorkerFixture *fixture, int minimum, int maximum)
{
  TlsClient *client = tls_client_new (client_new (fixture));

  SSL_set_security_level (client->ssl, 0);
  g_assert_cmpint (SSL_set_min_proto_version (client->ssl, minimum), ==, 1);
  g_assert_cmpint (SSL_set_max_proto_version (client->ssl, maximum), ==, 1);
  return client;
}

static void
test_old_versions_are_refused (void)
{
  g_autoptr (WorkerFixture) fixture = fixture_new ();
  g_autoptr (TlsClient) old = client_with_versions (fixture, TLS1_VERSION, TLS1_1_VERSION);
  g_autoptr (TlsClient) good = client_with_versions (fixture, TLS1_VERSION, TLS1_2_VERSION);

  g_assert_false (tls_client_try_handshake (old));
  tls_client_handshake (good);
  tls_client_send (good, "echo one\n");
  tls_client_expect (good, "one\n");
}

/* A certificate with an RSA key, as one's own may be. */
static TlsContext *
make_rsa_context (void)
{
  g_autofree char *folder = g_dir_make_tmp ("parlance-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "rsa.pem", NULL);
  g_autoptr (GError) error = NULL;
  EVP_PKEY *key = EVP_RSA_gen (2048);
  X509 *certificate = X509_new ();
  BIO *file = BIO_new_file (path, "w");

  g_assert_nonnull (X509_gmtime_adj (X509_getm_notBefore (certificate), 0));
  g_assert_nonnull (X509_gmtime_adj (X509_getm_notAfter (certificate), 3600));
  g_assert_cmpint (X509_set_pubkey (certificate, key), ==, 1);
  g_assert_cmpint (X509_sign (certificate, key, EVP_sha256 ()), >, 0);
  g_assert_cmpint (PEM_write_bio_PrivateKey (file, key, NULL, NULL, 0, NULL, NULL), ==, 1);
  g_assert_cmpint (PEM_write_bio_X509 (file, certificate), ==, 1);
  BIO_free (file);
  X509_free (certificate);
  EVP_PKEY_free (key);
  g_assert_cmpint (g_chmod (path, 0600), ==, 0);
  TlsContext *context = tls_context_new (path, path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  return context;
}

/* Returns: whether the server speaks TLS 1.2 with a client that knows this suite alone */
static gboolean
speaks_suite (WorkerFixture *fixture, const char *suite)
{
  g_autoptr (TlsClient) client = tls_client_new (client_new (fixture));

  g_assert_cmpint (SSL_set_max_proto_version (client->ssl, TLS1_2_VERSION), ==, 1);
  g_assert_cmpint (SSL_set_cipher_list (client->ssl, suite), ==, 1);
  return tls_client_try_handshake (client);
}

static void
test_weak_suites_are_refused (void)
{
  g_autoptr (WorkerFixture) fixture = fixture_new ();

  g_assert_true (speaks_suite (fixture, "ECDHE-ECDSA-AES128-GCM-SHA256"));
  g_assert_true (speaks_suite (fixture, "ECDHE-ECDSA-CHACHA20-POLY1305"));
  g_assert_false (speaks_suite (fixture, "ECDHE-ECDSA-AES128-SHA256"));
  worker_set_tls (fixture->worker, make_rsa_context ());
  g_assert_true (speaks_suite (fixture, "ECDHE-RSA-AES256-GCM-SHA384"));
  g_assert_false (speaks_suite (fixture, "AES128-GCM-SHA256"));
  g_assert_false (speaks_suite (fixture, "ECDHE-RSA-AES128-SHA"));
}

static void
test_nobody_renegotiates (void)
{
  g_autoptr (WorkerFixture) fixture = fixture_new ();
  g_autoptr (TlsClient) client = client_with_versions (fixture, TLS1_2_VERSION, TLS1_2_VERSION);

  tls_client_handshake (client);
  g_assert_cmpint (SSL_renegotiate (client->ssl), ==, 1);
  g_assert_false (tls_client_try_handshake (client));
}

/* Whatever a client has kept of a connection, the next one proves anew who the server is. */
static void
test_nothing_is_resumed (void)
{
  static const int versions[] = { TLS1_2_VERSION, TLS1_3_VERSION };
  g_autoptr (WorkerFixture) fixture = fixture_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (versions); i++)
    {
      g_autoptr (TlsClient) first = client_with_versions (fixture, versions[i], versions[i]);
      g_autoptr (TlsClient) second = client_with_versions (fixture, versions[i], versions[i]);

      tls_client_handshake (first);
      tls_client_send (first, "echo one\n");
      tls_client_expect (first, "one\n"); /* a ticket would have come before */
      SSL_SESSION *session = SSL_get1_session (first->ssl);
      g_assert_nonnull (session);
      g_assert_false (SSL_SESSION_is_resumable (session));
      g_assert_cmpint (SSL_set_session (second->ssl, session), ==, 1);
      SSL_SESSION_free (session);
      tls_client_handshake (second);
      g_assert_false (SSL_session_reused (second->ssl));
      tls_client_send (second, "echo two\n");
      tls_client_expect (second, "two\n");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/tls-terms/old-versions-are-refused", test_old_versions_are_refused);
  g_test_add_func ("/net/tls-terms/weak-suites-are-refused", test_weak_suites_are_refused);
  g_test_add_func ("/net/tls-terms/nobody-renegotiates", test_nobody_renegotiates);
  g_test_add_func ("/net/tls-terms/nothing-is-resumed", test_nothing_is_resumed);
  return g_test_run ();
}
