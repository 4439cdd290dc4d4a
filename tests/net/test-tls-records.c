/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the records of TLS 1.3 carry, and the keys that they are protected with.
 * test-tls-refusals.c has what they may not be, test-tls-transport.c has them beside OpenSSL's.
 *
 * Source: RFC 8446; the known answers are those of RFC 8448, section 3
 */
#include "tests/net/tls-pair.h"

#include <dlfcn.h>
#include <openssl/kdf.h>

/* --- what is known ---------------------------------------------------------------------------- */

static GByteArray *
from_hex (const char *hex)
{
  GByteArray *bytes = g_byte_array_new ();

  for (; hex[0] != '\0'; hex += 2)
    {
      guint8 byte = (guint8)(g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]));

      g_byte_array_append (bytes, &byte, 1);
    }
  return bytes;
}

static const char client_secret_line[] =
    "CLIENT_TRAFFIC_SECRET_0 00 9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5";
static const char server_secret_line[] =
    "SERVER_TRAFFIC_SECRET_0 00 a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643";
static const char client_data[] = "1703030043a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f"
                                  "2b9819a8a5b46b395bd54a9a20441e2b"
                                  "62974e1f5a6292a2977014bd1e3deae63aeebb21694915e4";
static const char server_data[] = "17030300432e937e11ef4ac740e538ad36005fc4a46932fc3225d05f82aa1b36"
                                  "e30efaf97d90e6dffc602dcb501a59a8"
                                  "fcc49c4bf2e5f0a21c0047c2abf332540dd032e167c2955d";
static const char client_end[] = "1703030013c9872760655666b74d7ff1153efd6db6d0b0e3";
static const char server_end[] = "1703030013b58fd67166ebf599d24720cfbe7efa7a8864a9";

static void
test_known_answers (void)
{
  const TlsSuite *suite = tls_suite_find (0x1301);
  TlsAead *aead = tls_aead_new ();
  guint8 room[256];
  g_autoptr (GByteArray) cipher = g_byte_array_new ();
  TlsSecrets secrets = { 0 };
  TlsRecords server = { 0 };
  guint8 content[50];
  gsize n_plain = 0;
  g_autoptr (GByteArray) in = from_hex (client_data);
  g_autoptr (GByteArray) in_end = from_hex (client_end);
  g_autoptr (GByteArray) out = from_hex (server_data);
  g_autoptr (GByteArray) out_end = from_hex (server_end);

  for (gsize i = 0; i < sizeof content; i++)
    content[i] = (guint8)i;
  tls_secrets_note (&secrets, client_secret_line);
  tls_secrets_note (&secrets, "EXPORTER_SECRET 00 0123");
  tls_secrets_note (&secrets, server_secret_line);
  g_assert_true (tls_records_init (&server, suite, &secrets, TLS_RECORD_BYTES));
  g_assert_cmpint (tls_records_receive (&server, aead, in->data, in->len, cipher, room, &n_plain),
                   ==, TLS_OPEN);
  g_assert_cmpmem (room, n_plain, content, sizeof content);
  server.out.seq = 1; /* that server has sent a ticket before */
  g_assert_true (tls_records_send (&server, aead, content, sizeof content, cipher));
  g_assert_cmpmem (cipher->data, cipher->len, out->data, out->len);
  g_byte_array_set_size (cipher, 0);
  g_assert_cmpint (
      tls_records_receive (&server, aead, in_end->data, in_end->len, cipher, room, &n_plain), ==,
      TLS_ENDED);
  g_assert_cmpuint (n_plain, ==, 0);
  g_assert_true (tls_records_end (&server, aead, cipher));
  g_assert_cmpmem (cipher->data, cipher->len, out_end->data, out_end->len);
  tls_records_clear (&server);
  tls_aead_free (aead);
}

/* Half of a handshake's secrets, or those of another suite, open nothing. */
static void
test_secrets_have_to_be_there (void)
{
  TlsSecrets secrets = { 0 };
  TlsRecords server = { 0 };

  tls_secrets_note (&secrets, client_secret_line);
  g_assert_false (tls_records_init (&server, tls_suite_find (0x1301), &secrets, TLS_RECORD_BYTES));
  tls_secrets_note (&secrets, server_secret_line);
  g_assert_false (tls_records_init (&server, tls_suite_find (0x1302), &secrets, TLS_RECORD_BYTES));
  g_assert_true (tls_records_init (&server, tls_suite_find (0x1303), &secrets, TLS_RECORD_BYTES));
  tls_records_clear (&server);
  g_assert_null (tls_suite_find (0x1304));
}

/* --- what is read ----------------------------------------------------------------------------- */

static void
write_conversation (Pair *pair)
{
  g_autofree char *much = g_strnfill (TLS_RECORD_BYTES, 'x');
  static const char padded[] = "padded\27\0\0\0\0\0\0";

  client_says (pair, "first");
  client_says_nothing (pair, TLS_TYPE_DATA);
  client_changes_keys (pair, 1);
  client_seals (pair, TLS_TYPE_DATA, much, TLS_RECORD_BYTES);
  client_seals (pair, TLS_TYPE_PADDING, padded, sizeof padded);
  client_changes_keys (pair, 0);
  client_seals (pair, TLS_TYPE_HANDSHAKE, "\30\0", 2);
  client_seals (pair, TLS_TYPE_HANDSHAKE, "\0", 1);
  client_seals (pair, TLS_TYPE_HANDSHAKE, "\1\0", 2);
  g_assert_true (tls_keys_update (&pair->client_out, pair->suite));
  client_seals (pair, TLS_TYPE_ALERT, "\1\132", 2); /* user_canceled */
  client_says (pair, "last");
  client_seals (pair, TLS_TYPE_ALERT, "\1\0", 2);
}

static void
assert_conversation (Pair *pair)
{
  g_autofree char *much = g_strnfill (TLS_RECORD_BYTES, 'x');
  g_autofree char *all = g_strconcat ("first", much, "paddedlast", NULL);

  server_has_read (pair, all);
  client_expects (pair, TLS_TYPE_HANDSHAKE, "\30\0\0\1\0", 5);
  client_expects_no_more (pair);
  g_assert_false (tls_records_has_begun (&pair->server));
  g_assert_cmpuint (tls_records_n_bytes (&pair->server), ==, 0);
}

static void
test_all_at_once (Pair *pair, gconstpointer data)
{
  write_conversation (pair);
  g_assert_cmpint (server_reads (pair), ==, TLS_ENDED);
  assert_conversation (pair);
}

static void
test_byte_by_byte (Pair *pair, gconstpointer data)
{
  TlsStatus status = TLS_OPEN;

  write_conversation (pair);
  for (guint i = 0; i < pair->stream->len; i++)
    {
      g_assert_cmpint (status, ==, TLS_OPEN);
      status = server_receives (pair, pair->stream->data + i, 1);
      g_assert_cmpuint (tls_records_n_bytes (&pair->server), <=, TLS_MAX_SEALED_BYTES);
    }
  g_assert_cmpint (status, ==, TLS_ENDED);
  assert_conversation (pair);
}

/* In two parts, at every byte. */
static void
test_cut_anywhere (Pair *pair, gconstpointer data)
{
  guint n = 1;
  guint at = 1;

  while (at < n)
    {
      write_conversation (pair);
      n = pair->stream->len;
      g_assert_cmpint (server_receives (pair, pair->stream->data, at), ==, TLS_OPEN);
      g_assert_cmpint (server_receives (pair, pair->stream->data + at, n - at), ==, TLS_ENDED);
      assert_conversation (pair);
      pair_begin_anew (pair);
      /* Inside of the long record not every byte: it is the same each time. */
      at += at > 200 && at < n - 400 ? 97 : 1;
    }
}

static void
test_nothing_is_read_behind_the_end (Pair *pair, gconstpointer data)
{
  client_says (pair, "all");
  client_seals (pair, TLS_TYPE_ALERT, "\1\0", 2);
  client_says (pair, "more");
  g_byte_array_append (pair->stream, (const guint8 *)"nonsense", 8);
  g_assert_cmpint (server_reads (pair), ==, TLS_ENDED);
  server_has_read (pair, "all");
  client_expects_no_more (pair);
}

/* --- keys ------------------------------------------------------------------------------------- */

static void
test_a_key_is_not_used_for_ever (Pair *pair, gconstpointer data)
{
  pair->server.out.seq = TLS_RECORDS_PER_KEY - 2;
  pair->client_in.seq = TLS_RECORDS_PER_KEY - 2;
  for (int i = 0; i < 3; i++)
    g_assert_true (tls_records_send (&pair->server, pair->aead, "x", 1, pair->cipher));
  client_expects (pair, TLS_TYPE_DATA, "x", 1);
  client_expects (pair, TLS_TYPE_HANDSHAKE, "\30\0\0\1\0", 5);
  g_assert_true (tls_keys_update (&pair->client_in, pair->suite));
  client_expects (pair, TLS_TYPE_DATA, "x", 1);
  client_expects (pair, TLS_TYPE_DATA, "x", 1);
  client_expects_no_more (pair);
}

/* Those for which ours are asked for and those for which not. */
static void
test_changes_of_keys_are_counted (Pair *pair, gconstpointer data)
{
  for (int i = 0; i < 32; i++)
    client_changes_keys (pair, 0);
  g_assert_cmpint (server_reads (pair), ==, TLS_OPEN);
  client_changes_keys (pair, 0);
  server_refuses (pair, UNEXPECTED_MESSAGE);
}

/* Stands before OpenSSL's. */
static guint derive_fails_in; /* that call from now on; 0: none */

int
EVP_KDF_derive (EVP_KDF_CTX *context, unsigned char *key, size_t n_key, const OSSL_PARAM params[])
{
  static int (*derive) (EVP_KDF_CTX *, unsigned char *, size_t, const OSSL_PARAM[]);

  if (derive_fails_in > 0 && --derive_fails_in == 0)
    return 0;
  if (derive == NULL)
    *(void **)&derive = dlsym (RTLD_NEXT, "EVP_KDF_derive");
  return derive (context, key, n_key, params);
}

/* Where there is no memory for other keys nothing is sealed twice with a number, and nothing is
 * sent that cannot be read. */
static void
test_a_change_of_keys_that_fails (Pair *pair, gconstpointer data)
{
  /* Three derivations for the client's keys, and three for the server's. */
  for (guint n = 1; n <= 6; n++)
    {
      client_changes_keys (pair, 1);
      derive_fails_in = n;
      g_assert_cmpint (server_reads (pair), ==, TLS_FAILED);
      g_assert_cmpuint (derive_fails_in, ==, 0);
      if (n <= 3)
        client_expects_alert (pair, 2, INTERNAL_ERROR);
      else
        client_expects (pair, TLS_TYPE_HANDSHAKE, "\30\0\0\1\0", 5);
      client_expects_no_more (pair);
      pair_begin_anew (pair);
    }
}

static void
test_secrets_are_overwritten (Pair *pair, gconstpointer data)
{
  static const TlsKeys zeros = { 0 };

  tls_records_clear (&pair->server);
  g_assert_cmpmem (&pair->server.in, sizeof zeros, &zeros, sizeof zeros);
  g_assert_cmpmem (&pair->server.out, sizeof zeros, &zeros, sizeof zeros);
}

int
main (int argc, char *argv[])
{
  static const PairTest tests[] = {
    { "all-at-once", test_all_at_once, NULL },
    { "byte-by-byte", test_byte_by_byte, NULL },
    { "cut-anywhere", test_cut_anywhere, NULL },
    { "nothing-is-read-behind-the-end", test_nothing_is_read_behind_the_end, NULL },
    { "a-key-is-not-used-for-ever", test_a_key_is_not_used_for_ever, NULL },
    { "a-change-of-keys-that-fails", test_a_change_of_keys_that_fails, NULL },
    { "changes-of-keys-are-counted", test_changes_of_keys_are_counted, NULL },
    { "secrets-are-overwritten", test_secrets_are_overwritten, NULL },
  };

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/tls-records/known-answers", test_known_answers);
  g_test_add_func ("/net/tls-records/secrets-have-to-be-there", test_secrets_have_to_be_there);
  pair_add_tests ("/net/tls-records/", tests, G_N_ELEMENTS (tests));
  return g_test_run ();
}
