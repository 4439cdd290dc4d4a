/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/net/tls-pair.h"

typedef struct
{
  guint16 suite;
  const PairTest *test;
} Case;

static void
pair_init (Pair *pair, const TlsSuite *suite)
{
  TlsSecrets secrets = { 0 };

  memset (pair, 0, sizeof *pair);
  pair->suite = suite;
  secrets.n_client = (guint8)tls_suite_n_secret (suite);
  secrets.n_server = secrets.n_client;
  memset (secrets.client, 'c', sizeof secrets.client);
  memset (secrets.server, 's', sizeof secrets.server);
  pair->aead = tls_aead_new ();
  pair->stream = g_byte_array_new ();
  pair->cipher = g_byte_array_new ();
  pair->plain = g_byte_array_new ();
  g_assert_true (tls_records_init (&pair->server, suite, &secrets, TLS_RECORD_BYTES));
  g_assert_true (tls_keys_init (&pair->client_out, suite, secrets.client));
  g_assert_true (tls_keys_init (&pair->client_in, suite, secrets.server));
}

static void
pair_clear (Pair *pair)
{
  tls_records_clear (&pair->server);
  tls_aead_free (pair->aead);
  g_byte_array_unref (pair->stream);
  g_byte_array_unref (pair->cipher);
  g_byte_array_unref (pair->plain);
}

void
pair_begin_anew (Pair *pair)
{
  const TlsSuite *suite = pair->suite;

  pair_clear (pair);
  pair_init (pair, suite);
}

static void
run (gconstpointer data)
{
  const Case *self = data;
  g_autofree Pair *pair = g_new (Pair, 1);

  pair_init (pair, tls_suite_find (self->suite));
  self->test->run (pair, self->test->data);
  pair_clear (pair);
}

void
pair_add_tests (const char *prefix, const PairTest *tests, gsize n_tests)
{
  static const struct
  {
    const char *name;
    guint16 id;
  } suites[] = {
    { "aes-128", 0x1301 },
    { "aes-256", 0x1302 },
    { "chacha20", 0x1303 },
  };

  for (gsize i = 0; i < n_tests * G_N_ELEMENTS (suites); i++)
    {
      const PairTest *test = &tests[i / G_N_ELEMENTS (suites)];
      gsize suite = i % G_N_ELEMENTS (suites);
      g_autofree char *path = g_strconcat (prefix, test->name, "/", suites[suite].name, NULL);
      Case *self = g_new (Case, 1);

      *self = (Case){ .suite = suites[suite].id, .test = test };
      g_test_add_data_func_full (path, self, run, g_free);
    }
}

void
client_seals (Pair *pair, TlsType type, const void *content, gsize n_content)
{
  g_autofree guint8 *record = g_malloc (tls_sealed_size (n_content));

  g_assert_true (
      tls_keys_seal (&pair->client_out, pair->suite, pair->aead, type, content, n_content, record));
  g_byte_array_append (pair->stream, record, (guint)tls_sealed_size (n_content));
}

void
client_says (Pair *pair, const char *text)
{
  client_seals (pair, TLS_TYPE_DATA, text, strlen (text));
}

void
client_says_nothing (Pair *pair, TlsType type)
{
  guint8 inner = (guint8)type;

  client_seals (pair, TLS_TYPE_PADDING, &inner, 1);
}

void
client_changes_keys (Pair *pair, guint8 request)
{
  guint8 message[] = { 24, 0, 0, 1, request };

  client_seals (pair, TLS_TYPE_HANDSHAKE, message, sizeof message);
  g_assert_true (tls_keys_update (&pair->client_out, pair->suite));
}

void
client_expects (Pair *pair, TlsType type, const void *content, gsize n_content)
{
  const guint8 *record = pair->cipher->data + pair->n_read;
  gsize n_sealed = n_content + 1 + TLS_TAG_BYTES;
  guint8 inner[64];

  g_assert_cmpuint (n_content, <, sizeof inner);
  g_assert_cmpuint (pair->cipher->len - pair->n_read, >=, tls_sealed_size (n_content));
  g_assert_cmpuint ((guint)record[3] << 8 | record[4], ==, n_sealed);
  gssize n = tls_keys_open (&pair->client_in, pair->suite, pair->aead, record,
                            record + TLS_HEADER_BYTES, n_sealed, inner);
  g_assert_cmpint (n, ==, n_content + 1);
  g_assert_cmpint (inner[n_content], ==, type);
  g_assert_cmpmem (inner, n_content, content, n_content);
  pair->n_read += tls_sealed_size (n_content);
}

void
client_expects_alert (Pair *pair, guint8 level, guint8 alert)
{
  guint8 message[] = { level, alert };

  client_expects (pair, TLS_TYPE_ALERT, message, sizeof message);
}

void
client_expects_no_more (Pair *pair)
{
  g_assert_cmpuint (pair->n_read, ==, pair->cipher->len);
}

TlsStatus
server_receives (Pair *pair, const guint8 *bytes, gsize n_bytes)
{
  gsize n_plain = 0;
  TlsStatus status = tls_records_receive (&pair->server, pair->aead, bytes, n_bytes, pair->cipher,
                                          pair->room, &n_plain);

  g_byte_array_append (pair->plain, pair->room, (guint)n_plain);
  return status;
}

TlsStatus
server_reads (Pair *pair)
{
  TlsStatus status = server_receives (pair, pair->stream->data, pair->stream->len);

  g_byte_array_set_size (pair->stream, 0);
  return status;
}

void
server_has_read (Pair *pair, const char *text)
{
  g_assert_cmpmem (pair->plain->data, pair->plain->len, text, strlen (text));
}

void
server_refuses (Pair *pair, guint8 alert)
{
  g_assert_cmpint (server_reads (pair), ==, TLS_FAILED);
  client_expects_alert (pair, 2, alert);
  client_expects_no_more (pair);
}
