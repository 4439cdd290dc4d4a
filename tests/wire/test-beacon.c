/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Datagrams of discovery against docs/protocol.md, section 8.
 */
#include "protocol/wire/beacon.h"

#include "protocol/wire/json-reader.h"

#include <string.h>

#define NONCE "0123456789abcdefABCDEF0123456789"
#define ID "6f0d3c1e-2b6a-4c0e-9d0b-0a1b2c3d4e5f"
#define FINGERPRINT "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static ParlanceBeacon
beacon_new (const char *name)
{
  ParlanceBeacon beacon = { .id = ID,
                            .version = "0.1.0",
                            .tls = PARLANCE_TLS_OFF,
                            .port = 9502,
                            .n_users = 3,
                            .n_dictionaries = 5 };

  g_assert_cmpuint (g_strlcpy (beacon.name, name, sizeof beacon.name), <, sizeof beacon.name);
  return beacon;
}

static void
assert_equal (const ParlanceBeacon *a, const ParlanceBeacon *b)
{
  g_assert_cmpstr (a->id, ==, b->id);
  g_assert_cmpstr (a->name, ==, b->name);
  g_assert_cmpstr (a->version, ==, b->version);
  g_assert_cmpstr (a->fingerprint, ==, b->fingerprint);
  g_assert_cmpint ((int)a->tls, ==, (int)b->tls);
  g_assert_cmpuint (a->port, ==, b->port);
  g_assert_cmpuint (a->n_users, ==, b->n_users);
  g_assert_cmpuint (a->n_dictionaries, ==, b->n_dictionaries);
}

/* @json, filled up with spaces to @n_bytes. Returns: whether it is a query */
static gboolean
is_query (const char *json, gsize n_bytes)
{
  g_autofree char *datagram = g_strdup_printf ("%-*s", (int)n_bytes, json);
  ParlanceNonce nonce = "untouched";

  if (parlance_beacon_parse_query (datagram, n_bytes, nonce))
    return TRUE;
  g_assert_cmpstr (nonce, ==, "untouched");
  return FALSE;
}

static void
test_query_is_read_back (void)
{
  static const char *const nonces[] = { "0123456789abcdef", NONCE };

  for (guint i = 0; i < G_N_ELEMENTS (nonces); i++)
    {
      g_autoptr (GString) query = g_string_new ("before");
      ParlanceNonce nonce;

      parlance_beacon_append_query (query, nonces[i]);
      g_assert_cmpuint (query->len - strlen ("before"), ==, 512);
      g_assert_true (parlance_beacon_parse_query (query->str + strlen ("before"), 512, nonce));
      g_assert_cmpstr (nonce, ==, nonces[i]);
    }
}

static void
test_short_query_is_dropped (void)
{
  static const char json[] = "{\"parlance\":1,\"query\":\"" NONCE "\"}";

  g_assert_false (is_query (json, sizeof json - 1));
  g_assert_false (is_query (json, 511));
  g_assert_true (is_query (json, 512));
  g_assert_true (is_query (json, 65507));
}

static void
test_bad_query_is_dropped (void)
{
  static const char *const bad[] = {
    "",
    "nonsense",
    "[1]",
    "\"0123456789abcdef\"",
    "{\"parlance\":1}",
    "{\"query\":\"" NONCE "\"}",
    "{\"parlance\":2,\"query\":\"" NONCE "\"}",
    "{\"parlance\":0,\"query\":\"" NONCE "\"}",
    "{\"parlance\":\"1\",\"query\":\"" NONCE "\"}",
    "{\"parlance\":1.0,\"query\":\"" NONCE "\"}",
    "{\"parlance\":1,\"query\":\"0123456789abcde\"}",
    "{\"parlance\":1,\"query\":\"" NONCE "0\"}",
    "{\"parlance\":1,\"query\":\"0123456789abcdeg\"}",
    "{\"parlance\":1,\"query\":\"0123456789abcde\\u0000\"}",
    "{\"parlance\":1,\"query\":[\"" NONCE "\"]}",
    "{\"parlance\":1,\"query\":1234567890123456}",
    "{\"parlance\":1,\"query\":null}",
    "{\"parlance\":1,\"query\":\"" NONCE "\"",
    "{\"parlance\":1,\"query\":\"" NONCE "\"} {}",
    "{\"parlance\":1,\"query\":\"" NONCE "\",}",
    "{\"parlance\":1,\"query\":\"" NONCE "\",\"pad\":\"\xff\"}",
    "{\"parlance\":1,\"nonce\":\"" NONCE "\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      if (is_query (bad[i], 600))
        g_error ("this is no query: %s", bad[i]);
    }
}

static void
test_unknown_members_of_a_query_are_passed_over (void)
{
  g_assert_true (
      is_query ("{\"new\":{\"a\":[1]},\"qu\\u0065ry\":\"" NONCE "\",\"parlance\":1}", 512));
}

static void
test_answer_is_read_back (void)
{
  ParlanceBeacon beacon = beacon_new ("Study room \"7\"\n\xe2\x80\xae");
  ParlanceBeacon read;
  ParlanceNonce nonce;
  g_autoptr (GString) answer = g_string_new ("before");

  g_strlcpy (beacon.fingerprint, FINGERPRINT, sizeof beacon.fingerprint);
  beacon.tls = PARLANCE_TLS_REQUIRED;
  parlance_beacon_append_answer (answer, NONCE, &beacon);
  g_string_erase (answer, 0, (gssize)strlen ("before"));
  g_assert_true (parlance_beacon_parse_answer (answer->str, answer->len, nonce, &read));
  g_assert_cmpstr (nonce, ==, NONCE);
  assert_equal (&read, &beacon);
}

/* As docs/protocol.md has it. */
static void
test_answer_of_the_protocol_is_read (void)
{
  static const char answer[] =
      "{\"parlance\": 1, \"nonce\": \"" NONCE "\", \"server\": {\"id\": \"" ID
      "\", \"name\": \"Study room\", \"port\": 9502, \"tls\": \"off\", \"fingerprint\": \"\", "
      "\"version\": \"0.1.0\", \"users\": 3, \"dictionaries\": 5, \"later\": true}}";
  ParlanceBeacon expected = beacon_new ("Study room");
  ParlanceBeacon read;
  ParlanceNonce nonce;

  g_assert_true (parlance_beacon_parse_answer (answer, strlen (answer), nonce, &read));
  assert_equal (&read, &expected);
}

/* The longest of everything, and names of every kind: none makes an answer longer than 512 bytes,
 * and what is cut is cut between code points. */
static void
test_long_name_is_cut (void)
{
  static const char *const pieces[] = { "a", "é", "学", "\xf0\x9f\x8e\xb2", "\"", "\x01", "a学" };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      ParlanceBeacon beacon = beacon_new ("");
      ParlanceBeacon read;
      ParlanceNonce nonce;
      g_autoptr (GString) answer = g_string_new (NULL);

      g_strlcpy (beacon.fingerprint, FINGERPRINT, sizeof beacon.fingerprint);
      g_strlcpy (beacon.version, "1.2.3-a-very-long-version-that-has-no-room", 500);
      beacon.tls = PARLANCE_TLS_REQUIRED;
      beacon.port = G_MAXUINT16;
      beacon.n_users = G_MAXUINT32;
      beacon.n_dictionaries = G_MAXUINT32;
      while (strlen (beacon.name) + strlen (pieces[i]) < sizeof beacon.name)
        g_strlcat (beacon.name, pieces[i], sizeof beacon.name);

      parlance_beacon_append_answer (answer, NONCE, &beacon);
      g_assert_cmpuint (answer->len, <=, 512);
      g_assert_cmpuint (answer->len, >, 512 - 6); /* no code point is longer when it is escaped */
      g_assert_true (g_utf8_validate (answer->str, (gssize)answer->len, NULL));
      g_assert_true (parlance_beacon_parse_answer (answer->str, answer->len, nonce, &read));
      g_assert_true (g_str_has_prefix (beacon.name, read.name));
      g_assert_cmpuint (strlen (read.name), >, 0);
      g_assert_cmpstr (read.version, ==, "1.2.3-a-very-long-version-that-h");
    }
}

/* @member: what replaces a good one of the server's, with its name */
static gboolean
is_answer_with (const char *name, const char *value)
{
  static const char *const good[][2] = {
    { "id", "\"" ID "\"" },    { "name", "\"a\"" },   { "port", "1" },  { "tls", "\"optional\"" },
    { "fingerprint", "\"\"" }, { "version", "\"\"" }, { "users", "0" }, { "dictionaries", "0" },
  };
  g_autoptr (GString) answer =
      g_string_new ("{\"parlance\":1,\"nonce\":\"" NONCE "\",\"server\":{\"x\":0");
  ParlanceBeacon beacon;
  ParlanceNonce nonce;

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      const char *text = strcmp (good[i][0], name) == 0 ? value : good[i][1];
      if (text != NULL)
        g_string_append_printf (answer, ",\"%s\":%s", good[i][0], text);
    }
  g_string_append (answer, "}}");
  return parlance_beacon_parse_answer (answer->str, answer->len, nonce, &beacon);
}

static void
test_bad_members_of_an_answer_are_refused (void)
{
  static const char *const bad[][2] = {
    { "id", NULL },
    { "id", "\"\"" },
    { "id", "\"6f0d3c1e2b6a4c0e9d0b0a1b2c3d4e5f0000\"" },
    { "id", "\"" ID "0\"" },
    { "id", "7" },
    { "name", NULL },
    { "name", "null" },
    { "name", "\"a\\u0000b\"" },
    { "port", NULL },
    { "port", "0" },
    { "port", "65536" },
    { "port", "-1" },
    { "port", "\"1\"" },
    { "port", "1.5" },
    { "tls", NULL },
    { "tls", "\"on\"" },
    { "tls", "true" },
    { "fingerprint", NULL },
    { "fingerprint", "\"md5:00\"" },
    { "fingerprint", "\"sha256:\"" },
    { "fingerprint", "\"sha256:0g\"" },
    { "version", NULL },
    { "version", "1" },
    { "users", NULL },
    { "users", "-1" },
    { "users", "4294967296" },
    { "dictionaries", NULL },
    { "dictionaries", "99999999999999999999" },
  };

  g_assert_true (is_answer_with ("none", NULL));
  g_assert_true (is_answer_with ("fingerprint", "\"" FINGERPRINT "\""));
  g_assert_true (is_answer_with ("port", "65535"));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      if (is_answer_with (bad[i][0], bad[i][1]))
        g_error ("an answer was taken with “%s” = %s", bad[i][0], bad[i][1]);
    }
}

static void
test_long_answer_is_refused (void)
{
  ParlanceBeacon beacon = beacon_new ("a");
  ParlanceNonce nonce;
  g_autoptr (GString) answer = g_string_new (NULL);

  parlance_beacon_append_answer (answer, NONCE, &beacon);
  while (answer->len < 512)
    g_string_append_c (answer, ' ');
  g_assert_true (parlance_beacon_parse_answer (answer->str, answer->len, nonce, &beacon));
  g_string_append_c (answer, ' ');
  g_assert_false (parlance_beacon_parse_answer (answer->str, answer->len, nonce, &beacon));
}

static void
test_a_query_is_no_answer (void)
{
  g_autoptr (GString) query = g_string_new (NULL);
  g_autoptr (GString) answer = g_string_new (NULL);
  ParlanceBeacon beacon = beacon_new ("a");
  ParlanceNonce nonce;

  parlance_beacon_append_query (query, NONCE);
  g_assert_false (parlance_beacon_parse_answer (query->str, query->len, nonce, &beacon));

  parlance_beacon_append_answer (answer, NONCE, &beacon);
  while (answer->len < 512)
    g_string_append_c (answer, ' ');
  g_assert_false (parlance_beacon_parse_query (answer->str, answer->len, nonce));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/beacon/query-is-read-back", test_query_is_read_back);
  g_test_add_func ("/wire/beacon/short-query-is-dropped", test_short_query_is_dropped);
  g_test_add_func ("/wire/beacon/bad-query-is-dropped", test_bad_query_is_dropped);
  g_test_add_func ("/wire/beacon/unknown-members-of-a-query-are-passed-over",
                   test_unknown_members_of_a_query_are_passed_over);
  g_test_add_func ("/wire/beacon/answer-is-read-back", test_answer_is_read_back);
  g_test_add_func ("/wire/beacon/answer-of-the-protocol-is-read",
                   test_answer_of_the_protocol_is_read);
  g_test_add_func ("/wire/beacon/long-name-is-cut", test_long_name_is_cut);
  g_test_add_func ("/wire/beacon/bad-members-of-an-answer-are-refused",
                   test_bad_members_of_an_answer_are_refused);
  g_test_add_func ("/wire/beacon/long-answer-is-refused", test_long_answer_is_refused);
  g_test_add_func ("/wire/beacon/a-query-is-no-answer", test_a_query_is_no_answer);
  return g_test_run ();
}
