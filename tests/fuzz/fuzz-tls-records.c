/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The records of TLS 1.3, from a client that can seal whatever it likes, read at once and in
 * pieces: both have to come to the same. What the server answers is what a client can open.
 *
 * The input is the suite and the size of the pieces (a byte each), then what the client does: a
 * byte that says what, a length (one byte), and so many bytes. It says them under the type that a
 * further byte has, sends them as they are, or changes its keys.
 */
#include "server/net/transport-tls-records.h"

#include <stdint.h>
#include <string.h>

#define MAX_STREAM_BYTES 65536

enum
{
  DO_SEAL,
  DO_SEND,
  DO_CHANGE_KEYS,
  N_DEEDS,
};

typedef struct
{
  TlsStatus status;
  GByteArray *plain;
  GByteArray *cipher;
} Reading;

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes);

static TlsAead *aead; /* for the life of the process */

static void
make_secrets (const TlsSuite *suite, TlsSecrets *secrets)
{
  memset (secrets->client, 'c', sizeof secrets->client);
  memset (secrets->server, 's', sizeof secrets->server);
  secrets->n_client = (guint8)tls_suite_n_secret (suite);
  secrets->n_server = secrets->n_client;
}

static void
seal (const TlsSuite *suite,
      TlsKeys *keys,
      guint8 type,
      const guint8 *bytes,
      gsize n_bytes,
      GByteArray *stream)
{
  guint n_before = stream->len;

  if (n_bytes == 0)
    return;
  g_byte_array_set_size (stream, n_before + (guint)tls_sealed_size (n_bytes));
  g_assert_true (tls_keys_seal (keys, suite, aead, type, bytes, n_bytes, stream->data + n_before));
}

/* Returns: how many bytes of the input that took */
static gsize
act (const TlsSuite *suite, TlsKeys *keys, const uint8_t *data, size_t n_bytes, GByteArray *stream)
{
  gsize n = MIN ((gsize)data[1], n_bytes - 3);
  guint8 change[] = { 24, 0, 0, 1, data[2] & 1 };

  switch (data[0] % N_DEEDS)
    {
    case DO_SEAL:
      seal (suite, keys, data[2], data + 3, n, stream);
      return 3 + n;
    case DO_SEND:
      g_byte_array_append (stream, data + 3, (guint)n);
      return 3 + n;
    default:
      seal (suite, keys, TLS_TYPE_HANDSHAKE, change, sizeof change, stream);
      g_assert_true (tls_keys_update (keys, suite));
      return 3;
    }
}

static void
read_stream (const TlsSuite *suite, const GByteArray *stream, gsize n_piece, Reading *reading)
{
  static guint8 room[MAX_STREAM_BYTES + TLS_MAX_SEALED_BYTES];
  TlsSecrets secrets = { 0 };
  TlsRecords records = { 0 };

  make_secrets (suite, &secrets);
  g_assert_true (tls_records_init (&records, suite, &secrets, TLS_RECORD_BYTES));
  reading->status = TLS_OPEN;
  reading->plain = g_byte_array_new ();
  reading->cipher = g_byte_array_new ();
  for (gsize at = 0; at < stream->len && reading->status == TLS_OPEN; at += n_piece)
    {
      gsize n = MIN (n_piece, stream->len - at);
      g_autofree guint8 *piece = g_memdup2 (stream->data + at, n); /* of just its size */
      gsize n_plain = 0;

      reading->status =
          tls_records_receive (&records, aead, piece, n, reading->cipher, room, &n_plain);
      g_assert_cmpuint (n_plain, <=, sizeof room);
      g_assert_cmpuint (tls_records_n_bytes (&records), <=, TLS_MAX_SEALED_BYTES);
      g_byte_array_append (reading->plain, room, (guint)n_plain);
    }
  g_assert_cmpint (reading->status, !=, TLS_HANDSHAKING);
  tls_records_clear (&records);
}

/* Opens the record at @at of what was answered. Returns where the next one begins. */
static gsize
assert_answer (const TlsSuite *suite, TlsKeys *keys, const Reading *reading, gsize at)
{
  const guint8 *header = reading->cipher->data + at;
  gsize n_sealed = (gsize)header[3] << 8 | header[4];
  gsize next = at + TLS_HEADER_BYTES + n_sealed;
  guint8 inner[64];

  g_assert_cmpuint (n_sealed, <=, sizeof inner);
  gssize n = tls_keys_open (keys, suite, aead, header, header + TLS_HEADER_BYTES, n_sealed, inner);
  g_assert_cmpint (n, >, 0);
  if (inner[n - 1] == TLS_TYPE_ALERT)
    {
      g_assert_cmpint (reading->status, ==, TLS_FAILED);
      g_assert_cmpuint (next, ==, reading->cipher->len);
      return next;
    }
  g_assert_cmpint (inner[n - 1], ==, TLS_TYPE_HANDSHAKE);
  g_assert_true (tls_keys_update (keys, suite));
  return next;
}

/* Changes of keys, and an alert at the end at most. */
static void
assert_answers (const TlsSuite *suite, const Reading *reading)
{
  TlsSecrets secrets = { 0 };
  TlsKeys keys = { 0 };

  if (reading->cipher->len == 0)
    return;
  make_secrets (suite, &secrets);
  g_assert_true (tls_keys_init (&keys, suite, secrets.server));
  for (gsize at = 0; at < reading->cipher->len;)
    at = assert_answer (suite, &keys, reading, at);
}

static void
reading_clear (Reading *reading)
{
  g_byte_array_unref (reading->plain);
  g_byte_array_unref (reading->cipher);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes)
{
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  TlsSecrets secrets = { 0 };
  TlsKeys keys = { 0 };
  Reading whole, pieces;

  if (n_bytes < 2)
    return 0;
  if (aead == NULL)
    aead = tls_aead_new ();
  const TlsSuite *suite = tls_suite_find ((guint16)(0x1301 + data[0] % 3));
  gsize n_piece = 1 + (gsize)data[1];
  make_secrets (suite, &secrets);
  g_assert_true (tls_keys_init (&keys, suite, secrets.client));
  for (gsize at = 2; at + 3 <= n_bytes && stream->len < MAX_STREAM_BYTES - 1024;)
    at += act (suite, &keys, data + at, n_bytes - at, stream);

  read_stream (suite, stream, MAX_STREAM_BYTES, &whole);
  read_stream (suite, stream, n_piece, &pieces);
  g_assert_cmpint (whole.status, ==, pieces.status);
  g_assert_cmpmem (whole.plain->data, whole.plain->len, pieces.plain->data, pieces.plain->len);
  g_assert_cmpmem (whole.cipher->data, whole.cipher->len, pieces.cipher->data, pieces.cipher->len);
  assert_answers (suite, &whole);
  reading_clear (&whole);
  reading_clear (&pieces);
  return 0;
}
