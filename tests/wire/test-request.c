/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Requests and replies against docs/protocol.md, sections 1 and 2.
 */
#include "protocol/wire/limits.h"
#include "protocol/wire/request.h"

#include <string.h>

/* @id: what the reply would echo; NULL: null */
static void
assert_refused (const char *line, const char *reason, const char *id)
{
  ParlanceRequest request;
  ParlanceFault fault;

  g_assert_false (parlance_request_parse (line, strlen (line), &request, &fault));
  g_assert_cmpstr (parlance_reason_symbol (fault.reason), ==, reason);
  g_assert_false (request.is_notification);
  if (id == NULL)
    g_assert_null (request.id.text);
  else
    g_assert_cmpmem (request.id.text, request.id.n_bytes, id, strlen (id));
}

static ParlanceRequest
parse (const char *line)
{
  ParlanceRequest request;
  ParlanceFault fault;

  g_assert_true (parlance_request_parse (line, strlen (line), &request, &fault));
  return request;
}

static void
test_valid (void)
{
  ParlanceRequest request =
      parse ("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"define\",\"params\":{\"word\":\"a\"}}");

  g_assert_cmpmem (request.id.text, request.id.n_bytes, "7", 1);
  g_assert_true (parlance_json_string_equals (&request.method, "define"));
  g_assert_cmpmem (request.params.text, request.params.n_bytes, "{\"word\":\"a\"}", 12);
  g_assert_false (request.is_notification);

  request = parse ("{\"method\":\"ping\",\"x\":[],\"id\":\"7\",\"j\\u0073onrpc\":\"2\\u002e0\"}");
  g_assert_cmpmem (request.id.text, request.id.n_bytes, "\"7\"", 3);
  g_assert_null (request.params.text);
}

static void
test_good_ids (void)
{
  static const char *const ids[] = { "0",
                                     "-0",
                                     "9223372036854775807",
                                     "-9223372036854775808",
                                     "\"\"",
                                     "\"\\u8dd1\\n\"",
                                     "\""
                                     "0123456789abcdef"
                                     "0123456789abcdef"
                                     "0123456789abcdef"
                                     "0123456789abcde\\u0066"
                                     "\"" };

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autofree char *line =
          g_strdup_printf ("{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"m\"}", ids[i]);
      ParlanceRequest request = parse (line);
      g_assert_cmpmem (request.id.text, request.id.n_bytes, ids[i], strlen (ids[i]));
      g_assert_false (request.is_notification);
    }
}

static void
test_bad_ids (void)
{
  static const char *const ids[] = { "null",
                                     "true",
                                     "1.0",
                                     "1e2",
                                     "[]",
                                     "{}",
                                     "9223372036854775808",
                                     "\""
                                     "0123456789abcdef"
                                     "0123456789abcdef"
                                     "0123456789abcdef"
                                     "0123456789abcdef"
                                     "x\"" };

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autofree char *line =
          g_strdup_printf ("{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"m\"}", ids[i]);
      assert_refused (line, "invalid_request", NULL);
    }
}

static void
test_parse_error (void)
{
  GString *deep =
      g_string_new ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"a\":");

  for (guint i = 0; i < PARLANCE_MAX_DEPTH - 1; i++)
    g_string_append_c (deep, '[');
  for (guint i = 0; i < PARLANCE_MAX_DEPTH - 1; i++)
    g_string_append_c (deep, ']');
  g_string_append (deep, "}}");

  assert_refused ("{\"id\":1,", "parse_error", NULL);
  assert_refused ("hello", "parse_error", NULL);
  assert_refused ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xC0\x80\"}", "parse_error", NULL);
  assert_refused (deep->str, "parse_error", NULL);
  g_string_free (deep, TRUE);
}

static void
test_invalid_request (void)
{
  assert_refused ("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"}]", "invalid_request", NULL);
  assert_refused ("1", "invalid_request", NULL);
  assert_refused ("{}", "invalid_request", NULL);
  assert_refused ("{\"id\":1,\"method\":\"m\"}", "invalid_request", "1");
  assert_refused ("{\"jsonrpc\":2.0,\"id\":1,\"method\":\"m\"}", "invalid_request", "1");
  assert_refused ("{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"m\"}", "invalid_request", "1");
  assert_refused ("{\"jsonrpc\":\"2.0\",\"id\":\"a\"}", "invalid_request", "\"a\"");
  assert_refused ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":5}", "invalid_request", "1");
  assert_refused ("{\"jsonrpc\":\"2.0\"}", "invalid_request", NULL);
  assert_refused ("{\"method\":\"m\"}", "invalid_request", NULL);
}

static void
test_invalid_params (void)
{
  static const char *const params[] = { "[]", "null", "1", "\"x\"", "false" };

  for (gsize i = 0; i < G_N_ELEMENTS (params); i++)
    {
      g_autofree char *line = g_strdup_printf (
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":%s}", params[i]);
      ParlanceRequest request;
      ParlanceFault fault;
      assert_refused (line, "invalid_params", "1");
      g_assert_false (parlance_request_parse (line, strlen (line), &request, &fault));
      g_assert_cmpstr (fault.member, ==, "field");
      g_assert_cmpstr (fault.value, ==, "params");
    }
}

static void
test_notification (void)
{
  static const char bad_params[] = "{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":[]}";
  ParlanceRequest request = parse ("{\"jsonrpc\":\"2.0\",\"method\":\"m\"}");
  ParlanceFault fault;

  g_assert_true (request.is_notification);
  g_assert_null (request.id.text);
  g_assert_false (parlance_request_parse (bad_params, strlen (bad_params), &request, &fault));
  g_assert_true (request.is_notification);
}

static void
test_duplicates (void)
{
  ParlanceRequest request = parse (
      "{\"jsonrpc\":1,\"id\":null,\"method\":2,\"method\":\"m\",\"id\":3,\"jsonrpc\":\"2.0\"}");

  g_assert_cmpmem (request.id.text, request.id.n_bytes, "3", 1);
}

static void
test_request_append (void)
{
  g_autoptr (GString) out = g_string_new (NULL);

  parlance_request_append (out, 5, "define", "{\"word\":\"a\"}");
  parlance_request_append (out, -1, "ping", NULL);
  g_assert_cmpstr (
      out->str, ==,
      "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"define\",\"params\":{\"word\":\"a\"}}\n"
      "{\"jsonrpc\":\"2.0\",\"id\":-1,\"method\":\"ping\"}\n");
}

static void
test_reply (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  ParlanceRequest request = parse ("{\"jsonrpc\":\"2.0\",\"id\":\"\\u0061\",\"method\":\"m\"}");

  parlance_reply_begin (out, &request.id);
  g_string_append (out, "{}");
  parlance_reply_end (out);
  g_assert_cmpstr (out->str, ==, "{\"jsonrpc\":\"2.0\",\"id\":\"\\u0061\",\"result\":{}}\n");
}

static void
test_reply_error (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  ParlanceRequest request = parse ("{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"m\"}");
  ParlanceFault fault = parlance_fault_field (PARLANCE_REASON_TOO_LONG, "line");

  fault.detail = "a \"long\" line";
  fault.limit = PARLANCE_MAX_LINE;
  parlance_reply_error (out, NULL, &fault);
  g_assert_cmpstr (out->str, ==,
                   "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32007,"
                   "\"message\":\"a \\\"long\\\" line\",\"data\":{\"reason\":\"too_long\","
                   "\"field\":\"line\",\"limit\":65536}}}\n");

  g_string_truncate (out, 0);
  fault = (ParlanceFault){ .reason = PARLANCE_REASON_METHOD_NOT_FOUND,
                           .member = "method",
                           .value = "a\nb and more",
                           .n_value = 3 };
  parlance_reply_error (out, &request.id, &fault);
  g_assert_nonnull (strstr (out->str, "\"id\":3,\"error\":{\"code\":-32601,\"message\":\""));
  g_assert_true (
      g_str_has_suffix (out->str, "\"reason\":\"method_not_found\",\"method\":\"a\\nb\"}}}\n"));

  g_string_truncate (out, 0);
  fault = (ParlanceFault){ .reason = PARLANCE_REASON_BUSY, .retry_after_ms = 250 };
  parlance_reply_error (out, &request.params, &fault);
  g_assert_nonnull (strstr (out->str, "\"id\":null"));
  g_assert_true (
      g_str_has_suffix (out->str, "\"data\":{\"reason\":\"busy\",\"retry_after_ms\":250}}}\n"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/request/reads-members-in-any-order", test_valid);
  g_test_add_func ("/wire/request/echoes-good-ids-unchanged", test_good_ids);
  g_test_add_func ("/wire/request/refuses-bad-ids", test_bad_ids);
  g_test_add_func ("/wire/request/answers-non-json-with-parse-error", test_parse_error);
  g_test_add_func ("/wire/request/answers-other-json-with-invalid-request", test_invalid_request);
  g_test_add_func ("/wire/request/takes-only-an-object-as-params", test_invalid_params);
  g_test_add_func ("/wire/request/marks-notifications", test_notification);
  g_test_add_func ("/wire/request/lets-the-last-duplicate-count", test_duplicates);
  g_test_add_func ("/wire/request/writes-requests", test_request_append);
  g_test_add_func ("/wire/request/writes-replies", test_reply);
  g_test_add_func ("/wire/request/writes-error-replies", test_reply_error);
  return g_test_run ();
}
