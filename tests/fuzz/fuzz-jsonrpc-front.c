/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bytes of one JSON-RPC connection, through the door and a real library. Every line is answered
 * with nothing or with one line of valid JSON that is a reply.
 */
#include "protocol/wire/json-reader.h"
#include "server/front/jsonrpc.h"
#include "tests/front/front-fixture.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes);

static void
assert_answer (const GString *sent)
{
  ParlanceJsonValue root;
  ParlanceJsonValue value;

  if (sent->len == 0)
    return;
  g_assert_cmpuint (sent->len, <=, PARLANCE_MAX_REPLY_LINE + 1);
  g_assert_true (memchr (sent->str, '\n', sent->len) == sent->str + sent->len - 1);
  g_assert_true (parlance_json_parse (sent->str, sent->len, PARLANCE_MAX_DEPTH, &root));
  g_assert_cmpint (root.type, ==, PARLANCE_JSON_OBJECT);
  g_assert_true (parlance_json_get_member (&root, "id", &value));
  g_assert_true (parlance_json_get_member (&root, "result", &value) !=
                 parlance_json_get_member (&root, "error", &value));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes)
{
  static FrontFixture *fixture;
  const char *bytes = (const char *)data;
  const char *end = bytes + n_bytes;

  if (fixture == NULL)
    fixture = front_fixture_new ();
  front_open (fixture, &jsonrpc_door);
  while (bytes < end && !fixture->is_ended)
    {
      const char *lf = memchr (bytes, '\n', (size_t)(end - bytes));
      const char *line_end = lf != NULL ? lf + 1 : end;

      g_string_truncate (fixture->sent, 0);
      front_feed (fixture, bytes, (gsize)(line_end - bytes));
      assert_answer (fixture->sent);
      bytes = line_end;
    }
  return 0;
}
