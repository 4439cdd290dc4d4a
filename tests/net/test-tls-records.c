/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The records of TLS 1.3 as the server reads and writes them, with a client that may seal anything.
 * test-tls-transport.c has them beside OpenSSL's.
 *
 * Source: RFC 8446; the known answers are those of RFC 8448, section 3
 */
#include "server/net/transport-tls-records.h"

#include <string.h>

#define SUITE 0x1301
#define UNEXPECTED_MESSAGE 10
#define BAD_RECORD_MAC 20
#define RECORD_OVERFLOW 22
#define ILLEGAL_PARAMETER 47
#define DECODE_ERROR 50
#define PADDING 0 /* as a type: what is sealed ends with zeros */

typedef struct
{
  const TlsSuite *suite;
  TlsAead *aead;
  TlsRecords server;
  TlsKeys client_out;
  TlsKeys client_in;
  GByteArray *stream; /* that the client has sealed */
  GByteArray *cipher; /* that the server has */
  gsize n_read;       /* [bytes] of it by the client */
  GByteArray *plain;  /* that the server has read */
  guint8 room[1024 * 1024];
} Pair;

static void
setup (Pair *pair, gconstpointer data)
{
  TlsSecrets secrets = { .n_client = 32, .n_server = 32 };

  memset (secrets.client, 'c', sizeof secrets.client);
  memset (secrets.server, 's', sizeof secrets.server);
  pair->suite = tls_suite_find (SUITE);
  pair->aead = tls_aead_new ();
  pair->stream = g_byte_array_new ();
  pair->cipher = g_byte_array_new ();
  pair->plain = g_byte_array_new ();
  g_assert_true (tls_records_init (&pair->server, pair->suite, &secrets));
  g_assert_true (tls_keys_init (&pair->client_out, pair->suite, secrets.client));
  g_assert_true (tls_keys_init (&pair->client_in, pair->suite, secrets.server));
}

static void
teardown (Pair *pair, gconstpointer data)
{
  tls_records_clear (&pair->server);
  tls_aead_free (pair->aead);
  g_byte_array_unref (pair->stream);
  g_byte_array_unref (pair->cipher);
  g_byte_array_unref (pair->plain);
}

static void
begin_anew (Pair *pair)
{
  teardown (pair, NULL);
  memset (pair, 0, sizeof *pair);
  setup (pair, NULL);
}

/* --- the client ------------------------------------------------------------------------------- */

static void
client_seals (Pair *pair, TlsType type, const void *content, gsize n_content)
{
  g_autofree guint8 *record = g_malloc (tls_sealed_size (n_content));

  g_assert_true (
      tls_keys_seal (&pair->client_out, pair->suite, pair->aead, type, content, n_content, record));
  g_byte_array_append (pair->stream, record, (guint)tls_sealed_size (n_content));
}

static void
client_says (Pair *pair, const char *text)
{
  client_seals (pair, TLS_TYPE_DATA, text, strlen (text));
}

/* Nothing but its type. */
static void
client_says_nothing (Pair *pair, TlsType type)
{
  guint8 inner = (guint8)type;

  client_seals (pair, PADDING, &inner, 1);
}

static void
client_changes_keys (Pair *pair, guint8 request)
{
  guint8 message[] = { 24, 0, 0, 1, request };

  client_seals (pair, TLS_TYPE_HANDSHAKE, message, sizeof message);
  g_assert_true (tls_keys_update (&pair->client_out, pair->suite));
}

/* The next record of the server. */
static void
client_expects (Pair *pair, TlsType type, const void *content, gsize n_content)
{
  const guint8 *record = pair->cipher->data + pair->n_read;
  gsize n_sealed = n_content + 1 + TLS_TAG_BYTES;

  g_assert_cmpuint (pair->cipher->len - pair->n_read, >=, tls_sealed_size (n_content));
  g_assert_cmpuint ((guint)record[3] << 8 | record[4], ==, n_sealed);
  gssize n = tls_keys_open (&pair->client_in, pair->suite, pair->aead, record,
                            record + TLS_HEADER_BYTES, n_sealed, pair->room);
  g_assert_cmpint (n, ==, n_content + 1);
  g_assert_cmpint (pair->room[n_content], ==, type);
  g_assert_cmpmem (pair->room, n_content, content, n_content);
  pair->n_read += tls_sealed_size (n_content);
}

static void
client_expects_alert (Pair *pair, guint8 level, guint8 alert)
{
  guint8 message[] = { level, alert };

  client_expects (pair, TLS_TYPE_ALERT, message, sizeof message);
}

static void
client_expects_no_more (Pair *pair)
{
  g_assert_cmpuint (pair->n_read, ==, pair->cipher->len);
}

static TlsStatus
server_receives (Pair *pair, const guint8 *bytes, gsize n_bytes)
{
  gsize n_plain = 0;
  TlsStatus status = tls_records_receive (&pair->server, pair->aead, bytes, n_bytes, pair->cipher,
                                          pair->room, &n_plain);

  g_byte_array_append (pair->plain, pair->room, (guint)n_plain);
  return status;
}

/* All that the client has sealed, at once. */
static TlsStatus
server_reads (Pair *pair)
{
  TlsStatus status = server_receives (pair, pair->stream->data, pair->stream->len);

  g_byte_array_set_size (pair->stream, 0);
  return status;
}

static void
assert_plain (Pair *pair, const char *text)
{
  g_assert_cmpmem (pair->plain->data, pair->plain->len, text, strlen (text));
}

static void
assert_refused (Pair *pair, guint8 alert)
{
  g_assert_cmpint (server_reads (pair), ==, TLS_FAILED);
  client_expects_alert (pair, 2, alert);
  client_expects_no_more (pair);
}

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
test_known_answers (Pair *pair, gconstpointer data)
{
  TlsSecrets secrets = { 0 };
  TlsRecords server = { 0 };
  guint8 content[50];
  gsize n_plain = 0;
  g_autoptr (GByteArray) in = from_hex (client_data);
  g_autoptr (GByteArray) in_end = from_hex (client_end);
  g_autoptr (GByteArray) out = from_hex (server_data);
  g_autoptr (GByteArray) out_end = from_hex (server_end);

  for (guint8 i = 0; i < sizeof content; i++)
    content[i] = i;
  tls_secrets_note (&secrets, client_secret_line);
  tls_secrets_note (&secrets, "EXPORTER_SECRET 00 0123");
  tls_secrets_note (&secrets, server_secret_line);
  g_assert_true (tls_records_init (&server, pair->suite, &secrets));
  g_assert_cmpint (tls_records_receive (&server, pair->aead, in->data, in->len, pair->cipher,
                                        pair->room, &n_plain),
                   ==, TLS_OPEN);
  g_assert_cmpmem (pair->room, n_plain, content, sizeof content);
  server.out.seq = 1; /* that server has sent a ticket before */
  g_assert_true (tls_records_send (&server, pair->aead, content, sizeof content, pair->cipher));
  g_assert_cmpmem (pair->cipher->data, pair->cipher->len, out->data, out->len);
  g_byte_array_set_size (pair->cipher, 0);
  g_assert_cmpint (tls_records_receive (&server, pair->aead, in_end->data, in_end->len,
                                        pair->cipher, pair->room, &n_plain),
                   ==, TLS_ENDED);
  g_assert_cmpuint (n_plain, ==, 0);
  g_assert_true (tls_records_end (&server, pair->aead, pair->cipher));
  g_assert_cmpmem (pair->cipher->data, pair->cipher->len, out_end->data, out_end->len);
  tls_records_clear (&server);
}

/* Half of a handshake's secrets, or those of another suite, open nothing. */
static void
test_secrets_have_to_be_there (Pair *pair, gconstpointer data)
{
  TlsSecrets secrets = { 0 };
  TlsRecords server = { 0 };

  tls_secrets_note (&secrets, client_secret_line);
  g_assert_false (tls_records_init (&server, pair->suite, &secrets));
  tls_secrets_note (&secrets, server_secret_line);
  g_assert_false (tls_records_init (&server, tls_suite_find (0x1302), &secrets));
  g_assert_true (tls_records_init (&server, tls_suite_find (0x1303), &secrets));
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
  client_seals (pair, PADDING, padded, sizeof padded);
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

  assert_plain (pair, all);
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

  for (guint at = 1; at<n; at += at> 100 && at < n - 400 ? 97 : 1)
    {
      write_conversation (pair);
      n = pair->stream->len;
      g_assert_cmpint (server_receives (pair, pair->stream->data, at), ==, TLS_OPEN);
      g_assert_cmpint (server_receives (pair, pair->stream->data + at, n - at), ==, TLS_ENDED);
      assert_conversation (pair);
      begin_anew (pair);
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
  assert_plain (pair, "all");
  client_expects_no_more (pair);
}

/* --- what is refused -------------------------------------------------------------------------- */

typedef struct
{
  const char *name;
  guint8 type;
  const char *content;
  gsize n_content;
  guint8 alert;
} Refusal;

static const Refusal refusals[] = {
  { "refuses-another-type", 23 + 1, "x", 1, UNEXPECTED_MESSAGE },
  { "refuses-a-change-of-ciphers", 20, "\1", 1, UNEXPECTED_MESSAGE },
  { "refuses-padding-alone", PADDING, "\0\0\0", 3, UNEXPECTED_MESSAGE },
  { "refuses-another-message", TLS_TYPE_HANDSHAKE, "\1\0\0\1\0", 5, UNEXPECTED_MESSAGE },
  { "refuses-an-empty-message", PADDING, "\26", 1, UNEXPECTED_MESSAGE },
  { "refuses-a-change-of-keys-too-long", TLS_TYPE_HANDSHAKE, "\30\0\0\2\0\0", 6, DECODE_ERROR },
  { "refuses-a-change-of-keys-far-too-long", TLS_TYPE_HANDSHAKE, "\30\1\0\1", 4, DECODE_ERROR },
  { "refuses-a-change-of-keys-of-nothing", TLS_TYPE_HANDSHAKE, "\30\0\0\0", 4, DECODE_ERROR },
  { "refuses-a-change-of-keys-for-no-reason", TLS_TYPE_HANDSHAKE, "\30\0\0\1\2", 5,
    ILLEGAL_PARAMETER },
  { "refuses-two-messages-of-one-key", TLS_TYPE_HANDSHAKE, "\30\0\0\1\0\30\0\0\1\0", 10,
    UNEXPECTED_MESSAGE },
  { "refuses-half-an-alert", TLS_TYPE_ALERT, "\2", 1, DECODE_ERROR },
  { "refuses-an-alert-too-long", TLS_TYPE_ALERT, "\1\0\0", 3, DECODE_ERROR },
};

static void
test_refused (Pair *pair, gconstpointer data)
{
  const Refusal *refusal = data;

  client_says (pair, "before");
  client_seals (pair, refusal->type, refusal->content, refusal->n_content);
  client_says (pair, "behind");
  assert_refused (pair, refusal->alert);
  assert_plain (pair, "before");
}

static void
test_data_inside_of_a_message (Pair *pair, gconstpointer data)
{
  client_seals (pair, TLS_TYPE_HANDSHAKE, "\30\0", 2);
  client_says (pair, "x");
  assert_refused (pair, UNEXPECTED_MESSAGE);
}

/* No answer is due to whoever has given up. */
static void
test_an_alert_ends_it (Pair *pair, gconstpointer data)
{
  client_seals (pair, TLS_TYPE_ALERT, "\2\24", 2);
  g_assert_cmpint (server_reads (pair), ==, TLS_FAILED);
  client_expects_no_more (pair);
}

/* Every bit of a record is protected. */
static void
test_a_bit_that_fell_over (Pair *pair, gconstpointer data)
{
  client_says (pair, "a password");
  for (guint bit = 0; bit < 8 * pair->stream->len; bit++)
    {
      TlsRecords before = pair->server;
      TlsKeys client_in = pair->client_in;
      gsize n_plain = 1;

      pair->stream->data[bit / 8] ^= (guint8)(1 << bit % 8);
      memset (pair->room, 0, 64);
      TlsStatus status =
          tls_records_receive (&pair->server, pair->aead, pair->stream->data, pair->stream->len,
                               pair->cipher, pair->room, &n_plain);
      g_assert_cmpuint (n_plain, ==, 0);
      /* One that is longer than it was is waited for. */
      g_assert_true (status == TLS_FAILED || tls_records_has_begun (&pair->server));
      g_assert_cmpmem (pair->room, 10, "\0\0\0\0\0\0\0\0\0\0", 10);
      pair->stream->data[bit / 8] ^= (guint8)(1 << bit % 8);
      g_free (pair->server.sealed);
      pair->server = before;
      pair->client_in = client_in;
    }
  g_assert_cmpint (server_reads (pair), ==, TLS_OPEN);
  assert_plain (pair, "a password");
}

static void
test_a_record_comes_once_and_in_its_turn (Pair *pair, gconstpointer data)
{
  gsize n_first;
  g_autofree guint8 *first = NULL;

  client_says (pair, "first");
  n_first = pair->stream->len;
  first = g_memdup2 (pair->stream->data, n_first);
  g_assert_cmpint (server_reads (pair), ==, TLS_OPEN);
  g_assert_cmpint (server_receives (pair, first, n_first), ==, TLS_FAILED);
  client_expects_alert (pair, 2, BAD_RECORD_MAC);
  client_expects_no_more (pair);

  client_says (pair, "second");
  g_byte_array_set_size (pair->stream, 0);
  client_says (pair, "third");
  assert_refused (pair, BAD_RECORD_MAC);
  assert_plain (pair, "first");
}

static void
test_lengths (Pair *pair, gconstpointer data)
{
  static const guint8 too_long[] = { 23, 3, 3, 0x41, 0x01 }, longest[] = { 23, 3, 3, 0x41, 0x00 },
                      empty[] = { 23, 3, 3, 0, 0 }, tag_alone[] = { 23, 3, 3, 0, 15 };
  g_autofree char *content = g_strnfill (TLS_RECORD_BYTES + 1, 'x');

  /* It need not come whole to be refused. */
  g_byte_array_append (pair->stream, too_long, sizeof too_long);
  assert_refused (pair, RECORD_OVERFLOW);
  begin_anew (pair);
  g_assert_cmpint (server_receives (pair, longest, sizeof longest), ==, TLS_OPEN);
  g_assert_true (tls_records_has_begun (&pair->server));
  begin_anew (pair);
  g_byte_array_append (pair->stream, empty, sizeof empty);
  assert_refused (pair, BAD_RECORD_MAC);
  begin_anew (pair);
  g_byte_array_append (pair->stream, tag_alone, sizeof tag_alone);
  g_byte_array_append (pair->stream, (const guint8 *)content, 15);
  assert_refused (pair, BAD_RECORD_MAC);
  begin_anew (pair);
  client_seals (pair, TLS_TYPE_DATA, content, TLS_RECORD_BYTES + 1);
  assert_refused (pair, RECORD_OVERFLOW);
}

/* In plain text nothing comes any more, an alert neither. */
static void
test_plain_records (Pair *pair, gconstpointer data)
{
  for (guint type = 0; type < 256; type++)
    {
      guint8 record[] = { (guint8)type, 3, 3, 0, 2, 1, 0 };

      if (type == TLS_TYPE_DATA)
        continue;
      g_byte_array_append (pair->stream, record, sizeof record);
      assert_refused (pair, UNEXPECTED_MESSAGE);
    }
}

static void
test_much_of_nothing (Pair *pair, gconstpointer data)
{
  for (int i = 0; i < 32; i++)
    client_says_nothing (pair, TLS_TYPE_DATA);
  client_says (pair, "x");
  for (int i = 0; i < 16; i++)
    {
      client_says_nothing (pair, TLS_TYPE_DATA);
      client_seals (pair, TLS_TYPE_ALERT, "\1\132", 2);
    }
  g_assert_cmpint (server_reads (pair), ==, TLS_OPEN);
  client_says_nothing (pair, TLS_TYPE_DATA);
  assert_refused (pair, UNEXPECTED_MESSAGE);
}

/* --- keys ------------------------------------------------------------------------------------- */

static void
test_a_key_is_not_used_for_ever (Pair *pair, gconstpointer data)
{
  pair->server.out.seq = TLS_RECORDS_PER_KEY - 1;
  pair->client_in.seq = TLS_RECORDS_PER_KEY - 1;
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
  assert_refused (pair, UNEXPECTED_MESSAGE);
}

static void
test_secrets_are_overwritten (Pair *pair, gconstpointer data)
{
  static const TlsKeys zeros = { 0 };

  tls_records_clear (&pair->server);
  g_assert_cmpmem (&pair->server.in, sizeof zeros, &zeros, sizeof zeros);
  g_assert_cmpmem (&pair->server.out, sizeof zeros, &zeros, sizeof zeros);
}

typedef struct
{
  const char *name;
  void (*run) (Pair *pair, gconstpointer data);
} Test;

static const Test tests[] = {
  { "known-answers", test_known_answers },
  { "secrets-have-to-be-there", test_secrets_have_to_be_there },
  { "all-at-once", test_all_at_once },
  { "byte-by-byte", test_byte_by_byte },
  { "cut-anywhere", test_cut_anywhere },
  { "nothing-is-read-behind-the-end", test_nothing_is_read_behind_the_end },
  { "data-inside-of-a-message", test_data_inside_of_a_message },
  { "an-alert-ends-it", test_an_alert_ends_it },
  { "a-bit-that-fell-over", test_a_bit_that_fell_over },
  { "a-record-comes-once-and-in-its-turn", test_a_record_comes_once_and_in_its_turn },
  { "lengths", test_lengths },
  { "plain-records", test_plain_records },
  { "much-of-nothing", test_much_of_nothing },
  { "a-key-is-not-used-for-ever", test_a_key_is_not_used_for_ever },
  { "changes-of-keys-are-counted", test_changes_of_keys_are_counted },
  { "secrets-are-overwritten", test_secrets_are_overwritten },
};

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/net/tls-records/", tests[i].name, NULL);

      g_test_add (path, Pair, NULL, setup, tests[i].run, teardown);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *path = g_strconcat ("/net/tls-records/", refusals[i].name, NULL);

      g_test_add (path, Pair, &refusals[i], setup, test_refused, teardown);
    }
  return g_test_run ();
}
