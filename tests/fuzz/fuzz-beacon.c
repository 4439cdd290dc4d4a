/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One datagram, as a server and as a client read it. What is read is written again and read back,
 * and no answer is longer than the query it is for.
 */
#include "protocol/wire/beacon.h"
#include "tests/wire/json-oracle.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes);

static void
assert_json (const GString *text)
{
  ParlanceJsonValue root;

  g_assert_true (parlance_json_parse (text->str, text->len, 4, &root));
  g_assert_true (json_oracle_agrees (text->str, text->len, &root));
}

/* @name: the beacon's, which may have been cut */
static void
assert_read_back (const GString *answer, const char *nonce, const char *name)
{
  ParlanceBeacon beacon;
  ParlanceNonce read_nonce;

  assert_json (answer);
  g_assert_cmpuint (answer->len, <=, PARLANCE_BEACON_MAX_ANSWER);
  g_assert_true (parlance_beacon_parse_answer (answer->str, answer->len, read_nonce, &beacon));
  g_assert_cmpstr (read_nonce, ==, nonce);
  g_assert_true (g_str_has_prefix (name, beacon.name));
  g_assert_true (g_utf8_validate (beacon.name, -1, NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes)
{
  const char *bytes = (const char *)data;
  ParlanceBeacon beacon = { .id = "6f0d3c1e-2b6a-4c0e-9d0b-0a1b2c3d4e5f", .port = 9502 };
  ParlanceNonce nonce;
  g_autoptr (GString) out = g_string_new (NULL);

  if (parlance_beacon_parse_query (bytes, n_bytes, nonce))
    {
      gsize n_name = MIN (n_bytes, sizeof beacon.name - 1);

      /* Any bytes as a name, as far as they are text. */
      memcpy (beacon.name, bytes, n_name);
      const char *end;
      g_utf8_validate (beacon.name, (gssize)n_name, &end);
      beacon.name[end - beacon.name] = '\0';
      parlance_beacon_append_answer (out, nonce, &beacon);
      g_assert_cmpuint (out->len, <=, n_bytes);
      assert_read_back (out, nonce, beacon.name);

      g_string_truncate (out, 0);
      parlance_beacon_append_query (out, nonce);
      assert_json (out);
      g_assert_true (parlance_beacon_parse_query (out->str, out->len, nonce));
    }
  if (parlance_beacon_parse_answer (bytes, n_bytes, nonce, &beacon))
    {
      g_string_truncate (out, 0);
      parlance_beacon_append_answer (out, nonce, &beacon);
      assert_read_back (out, nonce, beacon.name);
    }
  return 0;
}
