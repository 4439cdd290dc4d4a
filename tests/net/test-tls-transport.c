/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What one receive of many messages makes the server's side of TLS do, with no worker around it.
 */
#include "server/net/transport-tls-identity.h"
#include "server/net/transport-tls.h"

#include <glib/gstdio.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#define ID "6f0d3c1e-2b6a-4c0e-9d0b-0a1b2c3d4e5f"
#define MAX_ANSWER_BYTES 64 /* more than a change of keys takes */

typedef struct
{
  TlsContext *context;
  TlsScratch *scratch;
  TransportTls *server;
  Output output; /* empty */
  OutputPool pool;
  int fds[2]; /* the server's, the client's */
  SSL_CTX *client_context;
  SSL *client;
} Pair;

static TlsContext *
make_context (void)
{
  g_autofree char *folder = g_dir_make_tmp ("parlance-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "identity.pem", NULL);

  g_assert_true (tls_identity_make (path, ID, NULL));
  TlsContext *context = tls_context_new (path, path, NULL);
  g_assert_nonnull (context);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  return context;
}

/* Gives the server, in one receive, what the client has written. */
static TlsStatus
pass_on (Pair *pair, gsize *ret_n_plain)
{
  char *bytes;
  char *plain;
  gsize n_bytes = (gsize)BIO_get_mem_data (SSL_get_wbio (pair->client), &bytes);
  TlsStatus status = transport_tls_receive (pair->server, bytes, n_bytes, &plain, ret_n_plain);

  (void)BIO_reset (SSL_get_wbio (pair->client));
  return status;
}

static void
answer (Pair *pair)
{
  char bytes[16384];
  gsize n_sent = 0;

  transport_tls_flush (pair->server, &pair->output, &pair->pool, pair->fds[0], &n_sent);
  ssize_t n = recv (pair->fds[1], bytes, sizeof bytes, MSG_DONTWAIT);
  if (n > 0)
    g_assert_cmpint (BIO_write (SSL_get_rbio (pair->client), bytes, (int)n), ==, n);
}

static void
setup (Pair *pair, gconstpointer data)
{
  gsize n_plain = 0;

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair->fds), ==, 0);
  pair->context = make_context ();
  pair->scratch = tls_scratch_new ();
  pair->server = transport_tls_new (pair->context, pair->scratch);
  pair->client_context = SSL_CTX_new (TLS_client_method ());
  pair->client = SSL_new (pair->client_context);
  g_assert_nonnull (pair->client);
  SSL_set_bio (pair->client, BIO_new (BIO_s_mem ()), BIO_new (BIO_s_mem ()));
  SSL_set_connect_state (pair->client);
  while (SSL_do_handshake (pair->client) != 1)
    {
      pass_on (pair, &n_plain);
      answer (pair);
    }
  g_assert_cmpint (pass_on (pair, &n_plain), ==, TLS_OPEN);
  g_assert_cmpuint (transport_tls_n_unsent (pair->server), ==, 0);
}

static void
teardown (Pair *pair, gconstpointer data)
{
  SSL_free (pair->client);
  SSL_CTX_free (pair->client_context);
  transport_tls_free (pair->server);
  tls_scratch_free (pair->scratch);
  tls_context_unref (pair->context);
  output_pool_clear (&pair->pool);
  close (pair->fds[0]);
  close (pair->fds[1]);
}

static void
change_keys (Pair *pair)
{
  g_assert_cmpint (SSL_key_update (pair->client, SSL_KEY_UPDATE_REQUESTED), ==, 1);
  g_assert_cmpint (SSL_do_handshake (pair->client), ==, 1);
}

/* However many come at once, those over what is allowed are not even looked at. */
static void
test_many_changes_of_keys_at_once (Pair *pair, gconstpointer data)
{
  gsize n_plain = 0;

  for (int i = 0; i < 1000; i++)
    change_keys (pair);
  g_assert_cmpint (pass_on (pair, &n_plain), ==, TLS_FAILED);
  g_assert_cmpuint (transport_tls_n_unsent (pair->server), <=, 33 * MAX_ANSWER_BYTES);
}

/* What is said between them counts, in the same receive as well. */
static void
test_changes_of_keys_that_are_earned (Pair *pair, gconstpointer data)
{
  char text[1024] = { 0 };
  gsize n_plain = 0;

  for (int i = 0; i < 50; i++)
    {
      change_keys (pair);
      g_assert_cmpint (SSL_write (pair->client, text, sizeof text), ==, sizeof text);
    }
  g_assert_cmpint (pass_on (pair, &n_plain), ==, TLS_OPEN);
  g_assert_cmpuint (n_plain, ==, 50 * sizeof text);
}

/* What came before the end is not handed out, and stays nowhere. */
static void
test_what_a_broken_receive_brought (Pair *pair, gconstpointer data)
{
  static const char SECRET[] = "a password\n";
  char *bytes;
  char *plain;
  gsize n_plain = 0;

  g_assert_cmpint (SSL_write (pair->client, SECRET, sizeof SECRET), ==, sizeof SECRET);
  g_assert_cmpint (BIO_write (SSL_get_wbio (pair->client), "nonsense", 8), ==, 8);
  gsize n_bytes = (gsize)BIO_get_mem_data (SSL_get_wbio (pair->client), &bytes);
  TlsStatus status = transport_tls_receive (pair->server, bytes, n_bytes, &plain, &n_plain);
  g_assert_cmpint (status, ==, TLS_FAILED);
  g_assert_cmpuint (n_plain, ==, 0);
  g_assert_true (plain[0] == '\0');
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/net/tls-transport/many-changes-of-keys-at-once", Pair, NULL, setup,
              test_many_changes_of_keys_at_once, teardown);
  g_test_add ("/net/tls-transport/changes-of-keys-that-are-earned", Pair, NULL, setup,
              test_changes_of_keys_that_are_earned, teardown);
  g_test_add ("/net/tls-transport/what-a-broken-receive-brought", Pair, NULL, setup,
              test_what_a_broken_receive_brought, teardown);
  return g_test_run ();
}
