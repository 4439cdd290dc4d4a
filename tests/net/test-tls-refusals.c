/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What records of TLS 1.3 may not be, and the alerts that are for that.
 *
 * Source: RFC 8446, sections 4.6.3, 5 and 6
 */
#include "tests/net/tls-pair.h"

typedef struct
{
  guint8 type;
  const char *content;
  gsize n_content;
  guint8 alert;
} Refusal;

static void
test_refused (Pair *pair, gconstpointer data)
{
  const Refusal *refusal = data;

  client_says (pair, "before");
  client_seals (pair, refusal->type, refusal->content, refusal->n_content);
  client_says (pair, "behind");
  server_refuses (pair, refusal->alert);
  server_has_read (pair, "before");
}

/* Data, an end, and nothing at all. */
static void
test_what_is_inside_of_a_message (Pair *pair, gconstpointer data)
{
  client_seals (pair, TLS_TYPE_HANDSHAKE, "\30\0", 2);
  client_says (pair, "x");
  server_refuses (pair, UNEXPECTED_MESSAGE);
  g_assert_cmpint (pair->room[0], ==, '\0'); /* nor does it stay anywhere */
  pair_begin_anew (pair);
  client_seals (pair, TLS_TYPE_HANDSHAKE, "\30\0", 2);
  client_seals (pair, TLS_TYPE_ALERT, "\1\0", 2);
  server_refuses (pair, UNEXPECTED_MESSAGE);
  pair_begin_anew (pair);
  client_seals (pair, TLS_TYPE_HANDSHAKE, "\30\0", 2);
  client_says_nothing (pair, TLS_TYPE_HANDSHAKE);
  server_refuses (pair, UNEXPECTED_MESSAGE);
}

/* No answer is due to whoever has given up. */
static void
test_an_alert_ends_it (Pair *pair, gconstpointer data)
{
  client_seals (pair, TLS_TYPE_ALERT, "\2\24", 2);
  g_assert_cmpint (server_reads (pair), ==, TLS_FAILED);
  client_expects_no_more (pair);
  pair_begin_anew (pair);
  client_seals (pair, TLS_TYPE_ALERT, "\1\24", 2); /* however it calls it */
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
  server_has_read (pair, "a password");
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
  server_refuses (pair, BAD_RECORD_MAC);
  server_has_read (pair, "first");
}

static void
test_lengths (Pair *pair, gconstpointer data)
{
  static const guint8 too_long[] = { 23, 3, 3, 0x41, 0x01 }, longest[] = { 23, 3, 3, 0x41, 0x00 },
                      empty[] = { 23, 3, 3, 0, 0 }, tag_alone[] = { 23, 3, 3, 0, 15 };
  g_autofree char *content = g_strnfill (TLS_RECORD_BYTES + 1, 'x');

  /* It need not come whole to be refused. */
  g_byte_array_append (pair->stream, too_long, sizeof too_long);
  server_refuses (pair, RECORD_OVERFLOW);
  pair_begin_anew (pair);
  g_assert_cmpint (server_receives (pair, longest, sizeof longest), ==, TLS_OPEN);
  g_assert_true (tls_records_has_begun (&pair->server));
  pair_begin_anew (pair);
  g_byte_array_append (pair->stream, empty, sizeof empty);
  server_refuses (pair, BAD_RECORD_MAC);
  pair_begin_anew (pair);
  g_byte_array_append (pair->stream, tag_alone, sizeof tag_alone);
  g_byte_array_append (pair->stream, (const guint8 *)content, 15);
  server_refuses (pair, BAD_RECORD_MAC);
  pair_begin_anew (pair);
  client_seals (pair, TLS_TYPE_DATA, content, TLS_RECORD_BYTES + 1);
  server_refuses (pair, RECORD_OVERFLOW);
  g_assert_cmpint (pair->room[0], ==, '\0');
  /* Padding counts. */
  pair_begin_anew (pair);
  content[1] = TLS_TYPE_DATA;
  memset (content + 2, 0, TLS_RECORD_BYTES - 1);
  client_seals (pair, TLS_TYPE_PADDING, content, TLS_RECORD_BYTES);
  g_assert_cmpint (server_reads (pair), ==, TLS_OPEN);
  server_has_read (pair, "x");
  client_seals (pair, TLS_TYPE_PADDING, content, TLS_RECORD_BYTES + 1);
  server_refuses (pair, RECORD_OVERFLOW);
  /* A peer that wants small records has to send small ones. */
  pair_begin_anew (pair);
  pair->server.max_content = 512;
  client_seals (pair, TLS_TYPE_DATA, content, 512);
  g_assert_cmpint (server_reads (pair), ==, TLS_OPEN);
  client_seals (pair, TLS_TYPE_DATA, content, 513);
  server_refuses (pair, RECORD_OVERFLOW);
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
      server_refuses (pair, UNEXPECTED_MESSAGE);
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
  server_refuses (pair, UNEXPECTED_MESSAGE);
}

static const Refusal another_type = { 23 + 1, "x", 1, UNEXPECTED_MESSAGE };
static const Refusal a_change_of_ciphers = { 20, "\1", 1, UNEXPECTED_MESSAGE };
static const Refusal padding_alone = { TLS_TYPE_PADDING, "\0\0\0", 3, UNEXPECTED_MESSAGE };
static const Refusal another_message = { TLS_TYPE_HANDSHAKE, "\1\0\0\1\0", 5, UNEXPECTED_MESSAGE };
static const Refusal an_empty_message = { TLS_TYPE_PADDING, "\26", 1, UNEXPECTED_MESSAGE };
static const Refusal a_change_of_keys_too_long = { TLS_TYPE_HANDSHAKE, "\30\0\0\2\0\0", 6,
                                                   DECODE_ERROR };
static const Refusal a_change_of_keys_far_too_long = { TLS_TYPE_HANDSHAKE, "\30\1\0\1", 4,
                                                       DECODE_ERROR };
static const Refusal a_change_of_keys_of_nothing = { TLS_TYPE_HANDSHAKE, "\30\0\0\0", 4,
                                                     DECODE_ERROR };
static const Refusal a_change_of_keys_for_no_reason = { TLS_TYPE_HANDSHAKE, "\30\0\0\1\2", 5,
                                                        ILLEGAL_PARAMETER };
static const Refusal two_messages_of_one_key = { TLS_TYPE_HANDSHAKE, "\30\0\0\1\0\30\0\0\1\0", 10,
                                                 UNEXPECTED_MESSAGE };
static const Refusal an_empty_alert = { TLS_TYPE_PADDING, "\25", 1, UNEXPECTED_MESSAGE };
static const Refusal half_an_alert = { TLS_TYPE_ALERT, "\2", 1, DECODE_ERROR };
static const Refusal an_alert_too_long = { TLS_TYPE_ALERT, "\1\0\0", 3, DECODE_ERROR };

int
main (int argc, char *argv[])
{
  static const PairTest tests[] = {
    { "what-is-inside-of-a-message", test_what_is_inside_of_a_message, NULL },
    { "an-alert-ends-it", test_an_alert_ends_it, NULL },
    { "a-bit-that-fell-over", test_a_bit_that_fell_over, NULL },
    { "a-record-comes-once-and-in-its-turn", test_a_record_comes_once_and_in_its_turn, NULL },
    { "lengths", test_lengths, NULL },
    { "plain-records", test_plain_records, NULL },
    { "much-of-nothing", test_much_of_nothing, NULL },
    { "refuses-another-type", test_refused, &another_type },
    { "refuses-a-change-of-ciphers", test_refused, &a_change_of_ciphers },
    { "refuses-padding-alone", test_refused, &padding_alone },
    { "refuses-another-message", test_refused, &another_message },
    { "refuses-an-empty-message", test_refused, &an_empty_message },
    { "refuses-a-change-of-keys-too-long", test_refused, &a_change_of_keys_too_long },
    { "refuses-a-change-of-keys-far-too-long", test_refused, &a_change_of_keys_far_too_long },
    { "refuses-a-change-of-keys-of-nothing", test_refused, &a_change_of_keys_of_nothing },
    { "refuses-a-change-of-keys-for-no-reason", test_refused, &a_change_of_keys_for_no_reason },
    { "refuses-two-messages-of-one-key", test_refused, &two_messages_of_one_key },
    { "refuses-an-empty-alert", test_refused, &an_empty_alert },
    { "refuses-half-an-alert", test_refused, &half_an_alert },
    { "refuses-an-alert-too-long", test_refused, &an_alert_too_long },
  };

  g_test_init (&argc, &argv, NULL);
  pair_add_tests ("/net/tls-refusals/", tests, G_N_ELEMENTS (tests));
  return g_test_run ();
}
