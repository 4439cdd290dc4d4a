/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The JSON-RPC front door, byte for byte. Source: docs/protocol.md, sections 1 to 5
 */
#include "server/front/jsonrpc.h"
#include "tests/front/front-fixture.h"

#include <string.h>

static FrontFixture *
opened (void)
{
  FrontFixture *fixture = front_fixture_new ();

  front_open (fixture, &jsonrpc_door);
  return fixture;
}

#define ASK(method, params)                                                                        \
  "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"" method "\",\"params\":" params "}"

static void
assert_result (FrontFixture *fixture, const char *line, const char *result)
{
  g_autofree char *answer = front_ask (fixture, line);
  g_autofree char *expected =
      g_strdup_printf ("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":%s}\n", result);

  g_assert_cmpstr (answer, ==, expected);
}

static void
assert_has (FrontFixture *fixture, const char *line, const char *part)
{
  g_autofree char *answer = front_ask (fixture, line);

  g_test_message ("%s", answer);
  g_assert_nonnull (strstr (answer, part));
  g_assert_true (g_str_has_suffix (answer, "}\n"));
}

static void
test_define (void)
{
  g_autoptr (FrontFixture) fixture = opened ();

  assert_result (fixture, ASK ("define", "{\"word\":\"run\"}"),
                 "{\"word\":\"run\",\"entries\":["
                 "{\"dictionary\":\"main\",\"headword\":\"run\",\"via\":\"exact\","
                 "\"phonetic\":\"rʌn\",\"text\":\"to move\\nfast\"},"
                 "{\"dictionary\":\"more\",\"headword\":\"run\",\"via\":\"exact\","
                 "\"text\":\"a second entry\"}],\"suggestions\":[]}");
  assert_result (fixture, ASK ("define", "{\"word\":\" RUN \",\"max_entries\":1}"),
                 "{\"word\":\" RUN \",\"entries\":["
                 "{\"dictionary\":\"main\",\"headword\":\"run\",\"via\":\"exact\","
                 "\"phonetic\":\"rʌn\",\"text\":\"to move\\nfast\"}],\"suggestions\":[]}");
}

/* What has no hurry gives way to lookups, and to nothing else. */
static void
test_the_worker_is_told_of_lookups (void)
{
  g_autoptr (FrontFixture) fixture = opened ();

  assert_has (fixture, ASK ("ping", "{}"), "time");
  assert_has (fixture, ASK ("dictionaries", "{}"), "main");
  g_assert_cmpuint (fixture->n_asked, ==, 0);
  assert_has (fixture, ASK ("define", "{\"word\":\"run\"}"), "entries");
  g_assert_cmpuint (fixture->n_asked, ==, 1);
  assert_has (fixture, ASK ("match", "{\"word\":\"ru\",\"strategy\":\"prefix\"}"), "matches");
  g_assert_cmpuint (fixture->n_asked, ==, 2);
  assert_has (fixture, ASK ("annotate", "{\"text\":\"run\"}"), "result");
  g_assert_cmpuint (fixture->n_asked, ==, 3);
  assert_has (fixture, ASK ("search", "{\"text\":\"fast\"}"), "7");
  g_assert_cmpuint (fixture->n_asked, ==, 4);
}

static void
test_plain_text_is_refused_where_tls_is_required (void)
{
  g_autoptr (FrontFixture) fixture = opened ();

  fixture->refuses_plain = TRUE;
  assert_has (fixture, ASK ("define", "{\"word\":\"run\"}"),
              "\"id\":7,\"error\":{\"code\":-32012,");
  assert_has (fixture, ASK ("ping", "{}"), "\"data\":{\"reason\":\"tls_required\"}");
  assert_has (fixture, ASK ("nonsense", "{}"), "tls_required");
  assert_has (fixture, "nonsense", "parse_error");
  g_autofree char *nothing =
      front_ask (fixture, "{\"jsonrpc\":\"2.0\",\"method\":\"typing\",\"params\":{}}");
  g_assert_cmpstr (nothing, ==, "");
}

static void
test_selection (void)
{
  g_autoptr (FrontFixture) fixture = opened ();
  const char *only_more = "{\"word\":\"run\",\"entries\":["
                          "{\"dictionary\":\"more\",\"headword\":\"run\",\"via\":\"exact\","
                          "\"text\":\"a second entry\"}],\"suggestions\":[]}";

  assert_result (fixture, ASK ("define", "{\"word\":\"run\",\"dictionaries\":[\"more\"]}"),
                 only_more);
  assert_result (fixture,
                 ASK ("define", "{\"word\":\"run\",\"dictionaries\":[\"more\",\"m\\u006fre\"]}"),
                 only_more);
  /* In the order that was asked for. */
  assert_result (fixture,
                 ASK ("match", "{\"word\":\"run\",\"strategy\":\"exact\","
                               "\"dictionaries\":[\"more\",\"main\"]}"),
                 "{\"word\":\"run\",\"strategy\":\"exact\",\"matches\":["
                 "{\"dictionary\":\"more\",\"headword\":\"run\"},"
                 "{\"dictionary\":\"main\",\"headword\":\"run\"}],\"more\":false}");
  assert_has (fixture, ASK ("define", "{\"word\":\"run\",\"dictionaries\":[]}"), "\"main\"");
  assert_has (fixture, ASK ("define", "{\"word\":\"run\",\"dictionaries\":[\"more\",\"x\\\"\"]}"),
              "\"reason\":\"no_such_dictionary\",\"dictionary\":\"x\\\"\"");
  assert_has (fixture, ASK ("define", "{\"word\":\"run\",\"dictionaries\":[1]}"),
              "\"field\":\"dictionaries\"");
}

static void
test_not_found_is_no_error (void)
{
  g_autoptr (FrontFixture) fixture = opened ();
  g_autoptr (GString) long_id = g_string_new ("{\"jsonrpc\":\"2.0\",\"method\":\"define\","
                                              "\"params\":{\"word\":\"zzzzzzzzzz\"},\"id\":\"");

  assert_result (fixture, ASK ("define", "{\"word\":\"zzzzz\\u0000\"}"),
                 "{\"word\":\"zzzzz\\u0000\",\"entries\":[],\"suggestions\":[]}");
  assert_has (fixture, ASK ("define", "{\"word\":\"runnar\"}"), "\"suggestions\":[\"runner\"");

  /* The longest spelling of an id has to wait for the pool too. */
  for (int i = 0; i < PARLANCE_MAX_ID; i++)
    g_string_append (long_id, "\\u0041");
  g_string_append (long_id, "\"}");
  assert_has (fixture, long_id->str, "\"id\":\"\\u0041\\u0041");

  fixture->is_pool_full = TRUE;
  assert_has (fixture, ASK ("define", "{\"word\":\"runnar\"}"), "\"error\":{\"code\":-32017,");
  assert_has (fixture, ASK ("define", "{\"word\":\"runnar\"}"),
              "\"data\":{\"reason\":\"busy\",\"retry_after_ms\":100}}");
}

static void
test_slow_matches_are_charged (void)
{
  g_autoptr (FrontFixture) fixture = opened ();

  g_free (front_ask (fixture, ASK ("match", "{\"word\":\"run\"}")));
  g_assert_cmpuint (fixture->n_charged, ==, 0);
  g_free (front_ask (fixture, ASK ("match", "{\"word\":\"n\",\"strategy\":\"suffix\"}")));
  g_assert_cmpuint (fixture->n_charged, ==, CONNECTION_LINES_PER_TURN);
  g_free (front_ask (fixture, ASK ("match", "{\"word\":\"n\",\"strategy\":\"soundex\"}")));
  g_assert_cmpuint (fixture->n_charged, ==, 2 * CONNECTION_LINES_PER_TURN);
}

static void
test_match (void)
{
  g_autoptr (FrontFixture) fixture = opened ();

  assert_result (fixture, ASK ("match", "{\"word\":\"run\",\"limit\":2}"),
                 "{\"word\":\"run\",\"strategy\":\"prefix\",\"matches\":["
                 "{\"dictionary\":\"main\",\"headword\":\"run\"},"
                 "{\"dictionary\":\"more\",\"headword\":\"run\"}],\"more\":true}");
  assert_result (fixture, ASK ("match", "{\"word\":\"say\"}"),
                 "{\"word\":\"say\",\"strategy\":\"prefix\",\"matches\":["
                 "{\"dictionary\":\"main\",\"headword\":\"say \\\"hi\\\"\"}],\"more\":false}");
  assert_has (fixture, ASK ("match", "{\"word\":\"run\",\"strategy\":\"guess\"}"),
              "\"reason\":\"no_such_strategy\",\"strategy\":\"guess\"");
}

static void
test_annotate (void)
{
  g_autoptr (FrontFixture) fixture = opened ();

  assert_result (fixture, ASK ("annotate", "{\"text\":\"Polish 跑 zz runs\"}"),
                 "{\"spans\":[{\"start\":0,\"end\":6,\"headword\":\"Polish\",\"via\":\"exact\"},"
                 "{\"start\":7,\"end\":8,\"headword\":\"跑\",\"via\":\"exact\"},"
                 "{\"start\":12,\"end\":16,\"headword\":\"run\",\"via\":\"lemma\"}]}");
  assert_result (fixture, ASK ("annotate", "{\"text\":\"run 跑\",\"dictionaries\":[\"main\"]}"),
                 "{\"spans\":[{\"start\":0,\"end\":3,\"headword\":\"run\",\"via\":\"exact\"}]}");
  assert_result (fixture, ASK ("annotate", "{\"text\":\"\"}"), "{\"spans\":[]}");
  g_assert_cmpuint (fixture->n_charged, ==, 0);

  /* A place is not for the pool. */
  fixture->is_pool_full = TRUE;
  assert_result (fixture, ASK ("annotate", "{\"text\":\"run 跑\",\"at\":4}"),
                 "{\"spans\":[{\"start\":4,\"end\":5,\"headword\":\"跑\",\"via\":\"exact\"}]}");
  assert_result (fixture, ASK ("annotate", "{\"text\":\"run 跑\",\"at\":3}"), "{\"spans\":[]}");
  g_assert_cmpuint (fixture->n_charged, ==, 2 * CONNECTION_LINES_PER_TURN);
  assert_has (fixture, ASK ("annotate", "{\"text\":\"run\",\"at\":4}"), "\"field\":\"at\"");
  assert_has (fixture, ASK ("annotate", "{\"text\":\"run\",\"dictionaries\":[\"no\"]}"),
              "\"reason\":\"no_such_dictionary\"");
  assert_has (fixture, ASK ("annotate", "{\"text\":\"run\"}"), "\"reason\":\"busy\"");
}

static void
test_dictionaries (void)
{
  g_autoptr (FrontFixture) fixture = opened ();

  assert_result (fixture, ASK ("dictionaries", "{}"),
                 "{\"dictionaries\":[{\"name\":\"main\",\"title\":\"Main \\\"words\\\"\","
                 "\"entries\":6,\"source\":\"en\",\"target\":\"zh\",\"format\":\"tsv\","
                 "\"license\":\"free\"},{\"name\":\"more\",\"title\":\"More\",\"entries\":2,"
                 "\"source\":\"en\",\"target\":\"en\",\"format\":\"tsv\",\"license\":\"\"}]}");
}

static void
test_errors (void)
{
  g_autoptr (FrontFixture) fixture = opened ();

  assert_has (fixture, "nonsense", "\"id\":null,\"error\":{\"code\":-32700");
  assert_has (fixture, "[]", "\"code\":-32600");
  assert_has (fixture, ASK ("no\\u0020such", "{}"), "\"method\":\"no such\"");
  assert_has (fixture, ASK ("define", "{\"word\":\" \"}"), "\"field\":\"word\"");
  assert_has (fixture, ASK ("define", "{}"), "\"field\":\"word\"");
  assert_has (fixture, ASK ("hello", "{\"protocol\":2}"), "\"field\":\"protocol\"");
  assert_has (fixture, ASK ("hello", "{\"protocol\":1}"), "\"name\":\"Study \\\"room\\\"\"");
  assert_has (fixture, ASK ("ping", "{}"), "\"time\":");
  assert_has (fixture, ASK ("stats", "{}"), "\"lookups\":0,");
  fixture->is_local = FALSE;
  assert_has (fixture, ASK ("stats", "{}"), "\"reason\":\"auth_required\"");
}

static void
test_notifications_are_not_answered (void)
{
  static const char *const lines[] = {
    "{\"jsonrpc\":\"2.0\",\"method\":\"define\",\"params\":{\"word\":\"run\"}}",
    "{\"jsonrpc\":\"2.0\",\"method\":\"define\",\"params\":{\"word\":\"zzz\"}}",
    "{\"jsonrpc\":\"2.0\",\"method\":\"define\",\"params\":{}}",
    "{\"jsonrpc\":\"2.0\",\"method\":\"ping\"}",
    "{\"jsonrpc\":\"2.0\",\"method\":\"none\"}",
  };
  g_autoptr (FrontFixture) fixture = opened ();

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *answer = front_ask (fixture, lines[i]);
      g_assert_cmpstr (answer, ==, "");
    }
}

static void
test_bad_lines_in_a_row_end_the_connection (void)
{
  g_autoptr (FrontFixture) fixture = opened ();

  for (int i = 1; i < PARLANCE_MAX_BAD_LINES; i++)
    assert_has (fixture, "{", "-32700");
  assert_has (fixture, "{}", "-32600");
  for (int i = 1; i < PARLANCE_MAX_BAD_LINES; i++)
    assert_has (fixture, "{", "-32700");
  g_assert_false (fixture->is_ended);
  assert_has (fixture, "{", "-32700");
  g_assert_true (fixture->is_ended);
}

static void
test_a_long_line_is_told (void)
{
  g_autoptr (FrontFixture) fixture = opened ();
  g_autofree char *line = g_strnfill (PARLANCE_MAX_LINE + 1, 'a');

  assert_has (fixture, line, "\"reason\":\"too_long\"");
  assert_has (fixture, ASK ("ping", "{}"), "\"id\":7,\"result\"");
}

static void
test_notices (void)
{
  g_autoptr (FrontFixture) fixture = opened ();

  jsonrpc_door.notice (fixture->connection, DOOR_NOTICE_SERVER_FULL);
  jsonrpc_door.notice (fixture->connection, DOOR_NOTICE_SHUTTING_DOWN);
  jsonrpc_door.notice (fixture->connection, DOOR_NOTICE_SLOW_CONSUMER);
  jsonrpc_door.notice (fixture->connection, DOOR_NOTICE_CROWD);
  g_autofree char *sent = front_take (fixture);
  g_auto (GStrv) lines = g_strsplit (sent, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 5);
  g_assert_nonnull (strstr (lines[0], "\"id\":null,\"error\":{\"code\":-32014"));
  g_assert_nonnull (strstr (lines[1], "\"id\":null,\"error\":{\"code\":-32015"));
  g_assert_nonnull (strstr (lines[2], "\"id\":null,\"error\":{\"code\":-32016"));
  g_assert_nonnull (strstr (lines[3], "too many connections from your address"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/front/jsonrpc/plain-text-is-refused-where-tls-is-required",
                   test_plain_text_is_refused_where_tls_is_required);
  g_test_add_func ("/front/jsonrpc/define", test_define);
  g_test_add_func ("/front/jsonrpc/selection", test_selection);
  g_test_add_func ("/front/jsonrpc/not-found-is-no-error", test_not_found_is_no_error);
  g_test_add_func ("/front/jsonrpc/match", test_match);
  g_test_add_func ("/front/jsonrpc/annotate", test_annotate);
  g_test_add_func ("/front/jsonrpc/slow-matches-are-charged", test_slow_matches_are_charged);
  g_test_add_func ("/front/jsonrpc/the-worker-is-told-of-lookups",
                   test_the_worker_is_told_of_lookups);
  g_test_add_func ("/front/jsonrpc/dictionaries", test_dictionaries);
  g_test_add_func ("/front/jsonrpc/errors", test_errors);
  g_test_add_func ("/front/jsonrpc/notifications-are-not-answered",
                   test_notifications_are_not_answered);
  g_test_add_func ("/front/jsonrpc/bad-lines-in-a-row-end-the-connection",
                   test_bad_lines_in_a_row_end_the_connection);
  g_test_add_func ("/front/jsonrpc/a-long-line-is-told", test_a_long_line_is_told);
  g_test_add_func ("/front/jsonrpc/notices", test_notices);
  return g_test_run ();
}
