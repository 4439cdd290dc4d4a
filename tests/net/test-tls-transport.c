/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The server's side of TLS beside OpenSSL's client, with no worker around it: every version and
 * suite, and what one receive of many messages makes it do.
 */
#include "server/net/transport-tls-identity.h"
#include "server/net/transport-tls.h"

#include <glib/gstdio.h>
#include <malloc.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#define ID "6f0d3c1e-2b6a-4c0e-9d0b-0a1b2c3d4e5f"
#define MAX_ANSWER_BYTES 64 /* more than a change of keys takes */

/* What a client offers. */
typedef struct
{
  const char *name;
  const char *suites; /* (nullable): of TLS 1.3 */
  int version;
  guint8 max_fragment_length;
} Offer;

static const Offer offers[] = {
  { "aes-128", "TLS_AES_128_GCM_SHA256", TLS1_3_VERSION, 0 },
  { "aes-256", "TLS_AES_256_GCM_SHA384", TLS1_3_VERSION, 0 },
  { "chacha20", "TLS_CHACHA20_POLY1305_SHA256", TLS1_3_VERSION, 0 },
  { "small-records", "TLS_AES_128_GCM_SHA256", TLS1_3_VERSION, TLSEXT_max_fragment_length_512 },
  { "medium-records", "TLS_AES_128_GCM_SHA256", TLS1_3_VERSION, TLSEXT_max_fragment_length_4096 },
  { "tls-1-2", NULL, TLS1_2_VERSION, 0 },
};

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
  ssize_t n;

  transport_tls_flush (pair->server, &pair->output, &pair->pool, pair->fds[0], &n_sent);
  while ((n = recv (pair->fds[1], bytes, sizeof bytes, MSG_DONTWAIT)) > 0)
    g_assert_cmpint (BIO_write (SSL_get_rbio (pair->client), bytes, (int)n), ==, n);
}

static void
setup (Pair *pair, gconstpointer data)
{
  const Offer *offer = data;
  gsize n_plain = 0;

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair->fds), ==, 0);
  pair->context = make_context ();
  pair->scratch = tls_scratch_new ();
  pair->server = transport_tls_new (pair->context, pair->scratch);
  pair->client_context = SSL_CTX_new (TLS_client_method ());
  g_assert_cmpint (SSL_CTX_set_min_proto_version (pair->client_context, offer->version), ==, 1);
  g_assert_cmpint (SSL_CTX_set_max_proto_version (pair->client_context, offer->version), ==, 1);
  if (offer->suites != NULL)
    g_assert_cmpint (SSL_CTX_set_ciphersuites (pair->client_context, offer->suites), ==, 1);
  g_assert_cmpint (
      SSL_CTX_set_tlsext_max_fragment_length (pair->client_context, offer->max_fragment_length), ==,
      1);
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
  output_clear (&pair->output, &pair->pool);
  output_pool_clear (&pair->pool);
  close (pair->fds[0]);
  close (pair->fds[1]);
}

/* What the server says next. */
static void
client_reads (Pair *pair, const char *text, gsize n_text)
{
  g_autofree char *bytes = g_malloc (n_text);
  gsize n_bytes = 0;

  while (n_bytes < n_text)
    {
      size_t n = 0;

      if (SSL_read_ex (pair->client, bytes + n_bytes, n_text - n_bytes, &n) != 1)
        answer (pair);
      n_bytes += n;
    }
  g_assert_cmpmem (bytes, n_bytes, text, n_text);
}

static void
server_says (Pair *pair, const char *text, gsize n_text)
{
  output_append (&pair->output, &pair->pool, text, n_text);
}

/* Both sides, more than a record of it and less, and an end. */
static void
test_a_conversation (Pair *pair, gconstpointer data)
{
  g_autofree char *much = g_strnfill (40000, 'x');
  gsize n_plain = 0;

  g_assert_cmpint (SSL_write (pair->client, "x", 1), ==, 1);
  g_assert_cmpint (SSL_write (pair->client, much, 40000), ==, 40000);
  g_assert_cmpint (pass_on (pair, &n_plain), ==, TLS_OPEN);
  g_assert_cmpuint (n_plain, ==, 40001);
  server_says (pair, "one", 3);
  client_reads (pair, "one", 3);
  server_says (pair, much, 40000);
  client_reads (pair, much, 40000);
  transport_tls_end (pair->server);
  transport_tls_end (pair->server);
  answer (pair);
  g_assert_cmpint (SSL_read (pair->client, much, 1), <=, 0);
  g_assert_cmpint (SSL_get_shutdown (pair->client), ==, SSL_RECEIVED_SHUTDOWN);
  g_assert_cmpint (SSL_shutdown (pair->client), ==, 1);
  g_assert_cmpint (pass_on (pair, &n_plain), ==, TLS_ENDED);
  g_assert_cmpuint (n_plain, ==, 0);
}

/* 12 KiB is what one may take that speaks TLS 1.3; OpenSSL's state alone has more. */
static void
test_what_it_takes (Pair *pair, gconstpointer data)
{
  const Offer *offer = data;

  if (offer->version == TLS1_3_VERSION)
    g_assert_cmpuint (transport_tls_n_bytes (pair->server), <, 512);
  else
    g_assert_cmpuint (transport_tls_n_bytes (pair->server), >, 12 * 1024);
}

/* Whatever has come of a record, until all of it is there. */
static void
test_a_begun_record (Pair *pair, gconstpointer data)
{
  const Offer *offer = data;
  char *record;
  char *plain;
  gsize n_plain = 0;

  g_assert_cmpint (SSL_write (pair->client, "question", 8), ==, 8);
  gsize n_record = (gsize)BIO_get_mem_data (SSL_get_wbio (pair->client), &record);
  gsize n_idle = transport_tls_n_bytes (pair->server);
  g_assert_false (transport_tls_has_begun_record (pair->server));
  for (gsize i = 0; i < n_record; i++)
    {
      g_assert_cmpint (transport_tls_receive (pair->server, record + i, 1, &plain, &n_plain), ==,
                       TLS_OPEN);
      g_assert_cmpint (transport_tls_has_begun_record (pair->server), ==, i + 1 < n_record);
      g_assert_cmpuint (n_plain, ==, i + 1 < n_record ? 0 : 8);
      /* OpenSSL makes room for the body with the last byte of the header, we with the next. */
      if (i + 1 >= TLS_HEADER_BYTES + (offer->version == TLS1_3_VERSION) && i + 1 < n_record)
        g_assert_cmpuint (transport_tls_n_bytes (pair->server), >, n_idle);
    }
  g_assert_cmpuint (transport_tls_n_bytes (pair->server), ==, n_idle);
}

/* Who says at its beginning that a hello will be as long as one may be makes OpenSSL keep room for
 * it: no less is accounted for. (With a sanitizer's own allocator nothing is told, and nothing is
 * compared.) */
static void
test_a_hello_that_is_announced (void)
{
  static const char begin[] =
      "\x16\x03\x01\x00\x06\x01\x02\x01\x44\x03\x03"; /* 2 of 131 396 bytes */
  TlsContext *context = make_context ();
  TlsScratch *scratch = tls_scratch_new ();
  TransportTls *servers[16];
  gsize n_accounted = 0;
  gsize n_before = mallinfo2 ().uordblks + mallinfo2 ().hblkhd;

  for (gsize i = 0; i < G_N_ELEMENTS (servers); i++)
    {
      char *plain;
      gsize n_plain;

      servers[i] = transport_tls_new (context, scratch);
      g_assert_cmpint (
          transport_tls_receive (servers[i], begin, sizeof begin - 1, &plain, &n_plain), ==,
          TLS_HANDSHAKING);
      g_assert_cmpuint (n_plain, ==, 0);
      n_accounted += transport_tls_n_bytes (servers[i]);
    }
  gsize n_taken = mallinfo2 ().uordblks + mallinfo2 ().hblkhd - n_before;
  g_test_message ("%zu bytes each, %zu accounted for", n_taken / G_N_ELEMENTS (servers),
                  n_accounted / G_N_ELEMENTS (servers));
  g_assert_cmpuint (n_taken, <, n_accounted + 4096 * G_N_ELEMENTS (servers));
  for (gsize i = 0; i < G_N_ELEMENTS (servers); i++)
    transport_tls_free (servers[i]);
  tls_scratch_free (scratch);
  tls_context_unref (context);
}

static void
change_keys (Pair *pair)
{
  g_assert_cmpint (SSL_key_update (pair->client, SSL_KEY_UPDATE_REQUESTED), ==, 1);
  g_assert_cmpint (SSL_do_handshake (pair->client), ==, 1);
}

/* Ours too, and both can be read after it. */
static void
test_a_change_of_keys (Pair *pair, gconstpointer data)
{
  gsize n_plain = 0;

  for (int i = 0; i < 3; i++)
    {
      change_keys (pair);
      g_assert_cmpint (SSL_write (pair->client, "question", 8), ==, 8);
      g_assert_cmpint (pass_on (pair, &n_plain), ==, TLS_OPEN);
      g_assert_cmpuint (n_plain, ==, 8);
      server_says (pair, "answer", 6);
      client_reads (pair, "answer", 6);
    }
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

/* The client is told why, in what it can read. */
static void
test_nonsense_is_answered_by_an_alert (Pair *pair, gconstpointer data)
{
  char byte;
  gsize n_plain = 0;

  g_assert_cmpint (SSL_write (pair->client, "x", 1), ==, 1);
  g_assert_cmpint (SSL_write (pair->client, "y", 1), ==, 1);
  char *bytes;
  gsize n_bytes = (gsize)BIO_get_mem_data (SSL_get_wbio (pair->client), &bytes);
  bytes[n_bytes - 1] ^= 1;
  g_assert_cmpint (pass_on (pair, &n_plain), ==, TLS_FAILED);
  answer (pair);
  g_assert_cmpint (SSL_read (pair->client, &byte, 1), <=, 0);
  g_assert_cmpint (ERR_GET_REASON (ERR_peek_last_error ()), ==, SSL_R_SSLV3_ALERT_BAD_RECORD_MAC);
}

typedef struct
{
  const char *name;
  void (*run) (Pair *pair, gconstpointer data);
} Test;

static const Test tests[] = {
  { "a-conversation", test_a_conversation },
  { "what-it-takes", test_what_it_takes },
  { "a-begun-record", test_a_begun_record },
  { "what-a-broken-receive-brought", test_what_a_broken_receive_brought },
  { "nonsense-is-answered-by-an-alert", test_nonsense_is_answered_by_an_alert },
};

/* TLS 1.2 has nothing like it. */
static const Test tests_of_keys[] = {
  { "a-change-of-keys", test_a_change_of_keys },
  { "many-changes-of-keys-at-once", test_many_changes_of_keys_at_once },
  { "changes-of-keys-that-are-earned", test_changes_of_keys_that_are_earned },
};

static void
add_test (const Offer *offer, const Test *test)
{
  g_autofree char *path = g_strconcat ("/net/tls-transport/", test->name, "/", offer->name, NULL);

  g_test_add (path, Pair, offer, setup, test->run, teardown);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (offers); i++)
    {
      for (gsize j = 0; j < G_N_ELEMENTS (tests); j++)
        add_test (&offers[i], &tests[j]);
      for (gsize j = 0; offers[i].version == TLS1_3_VERSION && j < G_N_ELEMENTS (tests_of_keys);
           j++)
        add_test (&offers[i], &tests_of_keys[j]);
    }
  g_test_add_func ("/net/tls-transport/a-hello-that-is-announced", test_a_hello_that_is_announced);
  return g_test_run ();
}
