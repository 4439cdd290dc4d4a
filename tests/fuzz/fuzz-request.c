/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One line of a client: read as a request, its parameters as those of each lookup, and answered.
 * What the reader accepts must be JSON of the same meaning to json-c, and every reply valid JSON.
 */
#include "protocol/wire/json-writer.h"
#include "protocol/wire/lookup.h"
#include "protocol/wire/request.h"
#include "tests/wire/json-oracle.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes);

static void
assert_reply (const GString *reply, const char *member)
{
  ParlanceJsonValue root;
  ParlanceJsonValue value;

  g_assert_true (g_str_has_suffix (reply->str, "}\n"));
  g_assert_null (memchr (reply->str, '\n', reply->len - 1));
  g_assert_true (parlance_json_parse (reply->str, reply->len, PARLANCE_MAX_DEPTH, &root));
  g_assert_true (json_oracle_agrees (reply->str, reply->len, &root));
  g_assert_true (parlance_json_get_member (&root, "id", &value));
  g_assert_true (parlance_json_get_member (&root, member, &value));
}

static void
refuse (const ParlanceJsonValue *id, const ParlanceFault *fault)
{
  g_autoptr (GString) reply = g_string_new (NULL);

  parlance_reply_error (reply, id, fault);
  assert_reply (reply, "error");
}

static void
answer (const ParlanceJsonValue *id, const ParlanceLookup *lookup)
{
  g_autoptr (GString) reply = g_string_new (NULL);

  g_assert_cmpuint (lookup->n_word, >=, 1);
  g_assert_cmpuint (lookup->n_word, <=, PARLANCE_MAX_WORD);
  g_assert_cmpint ((guchar)lookup->word[lookup->n_word], ==, '\0');
  g_assert_true (g_utf8_validate (lookup->strategy, -1, NULL));
  parlance_reply_begin (reply, id);
  g_string_append (reply, "{\"word\":");
  parlance_json_append_string (reply, lookup->word, lookup->n_word);
  g_string_append (reply, ",\"strategy\":");
  parlance_json_append_string (reply, lookup->strategy, strlen (lookup->strategy));
  g_string_append_c (reply, '}');
  parlance_reply_end (reply);
  assert_reply (reply, "result");
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes)
{
  const char *line = (const char *)data;
  ParlanceJsonValue root;
  ParlanceRequest request;
  ParlanceFault fault;
  ParlanceLookup lookup;

  /* What comes out of a line reader has no LF in it. */
  if (n_bytes == 0 || memchr (line, '\n', n_bytes) != NULL)
    return 0;
  if (parlance_json_parse (line, n_bytes, PARLANCE_MAX_DEPTH, &root))
    g_assert_true (json_oracle_agrees (line, n_bytes, &root));
  if (!parlance_request_parse (line, n_bytes, &request, &fault))
    {
      refuse (&request.id, &fault);
      return 0;
    }
  if (parlance_define_parse (&request.params, &lookup, &fault))
    answer (&request.id, &lookup);
  else
    refuse (&request.id, &fault);
  if (parlance_match_parse (&request.params, &lookup, &fault))
    answer (&request.id, &lookup);
  else
    refuse (&request.id, &fault);
  return 0;
}
