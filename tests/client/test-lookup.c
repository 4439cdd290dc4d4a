/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The typed methods: what they send, and what they make of results, good and bad.
 */
#include <string.h>

#include "tests/client/fake-server.h"

static const char running[] =
    "{\"word\":\"running\",\"later\":[[{}]],\"entries\":["
    "{\"dictionary\":\"ecdict\",\"headword\":\"running\",\"via\":\"exact\",\"phonetic\":\"'r\","
    "\"text\":\"n. 跑步\\na. x\",\"tags\":[\"zk\",\"gk\"],\"forms\":{\"past\":\"ran\"}},"
    "{\"dictionary\": \"wn\", \"headword\":\"run\",\"via\":\"lemma\",\"text\":\"t\","
    "\"phonetic\":null}],\"suggestions\":[]}";

static void
test_definition_holds_everything (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ParlanceDefinition) definition =
      parlance_definition_new_take_json (g_strdup (running), &error);
  g_assert_no_error (error);

  g_assert_cmpstr (parlance_definition_get_word (definition), ==, "running");
  g_assert_cmpstr (parlance_definition_get_json (definition), ==, running);
  g_assert_cmpuint (parlance_definition_get_n_entries (definition), ==, 2);
  g_assert_null (parlance_definition_get_suggestions (definition)[0]);

  const ParlanceEntry *first = parlance_definition_get_entry (definition, 0);
  const char *kind;
  g_assert_cmpstr (parlance_entry_get_dictionary (first), ==, "ecdict");
  g_assert_cmpstr (parlance_entry_get_phonetic (first), ==, "'r");
  g_assert_cmpstr (parlance_entry_get_text (first), ==, "n. 跑步\na. x");
  g_assert_cmpstr (parlance_entry_get_tags (first)[1], ==, "gk");
  g_assert_cmpuint (parlance_entry_get_n_forms (first), ==, 1);
  g_assert_cmpstr (parlance_entry_get_form (first, 0, &kind), ==, "ran");
  g_assert_cmpstr (kind, ==, "past");
  g_assert_false (parlance_entry_is_lemma (first));

  const ParlanceEntry *second = parlance_definition_get_entry (definition, 1);
  g_assert_true (parlance_entry_is_lemma (second));
  g_assert_null (parlance_entry_get_phonetic (second));
  g_assert_null (parlance_entry_get_tags (second)[0]);
  g_assert_cmpstr (parlance_entry_get_via (second), ==, "lemma");
}

static void
test_entry_outlives_its_definition (void)
{
  ParlanceDefinition *definition = parlance_definition_new_take_json (g_strdup (running), NULL);
  g_autoptr (ParlanceEntry) entry =
      parlance_entry_ref (parlance_definition_get_entry (definition, 0));

  parlance_definition_unref (definition);
  g_assert_cmpstr (parlance_entry_get_headword (entry), ==, "running");
}

static void
test_entry_is_shortened_at_a_character (void)
{
  g_autoptr (ParlanceDefinition) definition =
      parlance_definition_new_take_json (g_strdup (running), NULL);
  ParlanceEntry *entry = parlance_definition_get_entry (definition, 0);
  g_autoptr (ParlanceEntry) same = parlance_entry_shorten (entry, 1000);
  /* In the middle of the first character of "n. 跑步". */
  g_autoptr (ParlanceEntry) less = parlance_entry_shorten (entry, 4);
  const char *kind;

  g_assert_true (same == entry);
  g_assert_cmpstr (parlance_entry_get_text (less), ==, "n. …");
  g_assert_cmpstr (parlance_entry_get_headword (less), ==, "running");
  g_assert_cmpstr (parlance_entry_get_phonetic (less), ==, "'r");
  g_assert_cmpstr (parlance_entry_get_tags (less)[1], ==, "gk");
  g_assert_cmpstr (parlance_entry_get_form (less, 0, &kind), ==, "ran");
}

static void
test_last_of_equal_members_counts (void)
{
  g_autoptr (ParlanceDefinition) definition = parlance_definition_new_take_json (
      g_strdup ("{\"word\":\"a\",\"word\":\"b\",\"entries\":[],\"suggestions\":[\"x\"],"
                "\"suggestions\":[\"y\"]}"),
      NULL);

  g_assert_cmpstr (parlance_definition_get_word (definition), ==, "b");
  g_assert_cmpstr (parlance_definition_get_suggestions (definition)[0], ==, "y");
}

static const struct
{
  const char *json;
  const char *complaint; /* part of the message */
} bad_definitions[] = {
  { "[]", "object" },
  { "{\"entries\":[]}", "“word” is missing" },
  { "{\"word\":1,\"entries\":[]}", "“word” is not a string" },
  { "{\"word\":\"a\\u0000b\",\"entries\":[]}", "“word” is not a string" },
  { "{\"word\":\"a\",\"entries\":{}}", "“entries” is not an array" },
  { "{\"word\":\"a\",\"entries\":[1]}", "object" },
  { "{\"word\":\"a\",\"entries\":[{}]}", "is missing" },
  { "{\"word\":\"a\",\"entries\":[],\"suggestions\":[1]}", "“suggestions”" },
  { "{\"word\":\"a\",\"entries\":[{\"dictionary\":\"d\",\"headword\":\"h\",\"via\":\"exact\","
    "\"text\":\"t\",\"forms\":{\"a\":1}}]}",
    "“forms”" },
};

static void
test_bad_definition_is_refused (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (ParlanceDefinition) definition =
      parlance_definition_new_take_json (g_strdup (bad_definitions[i].json), &error);

  g_assert_null (definition);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_nonnull (strstr (error->message, bad_definitions[i].complaint));
}

static void
test_unknown_members_are_passed_over (void)
{
  /* A tree of what is not asked for would take hundreds of bytes for each of these. */
  g_autoptr (GString) json = g_string_new ("{\"word\":\"a\",\"entries\":[],\"x\":[[]");
  for (guint i = 0; i < 1000000; i++)
    g_string_append (json, ",[]");
  g_string_append (json, "]}");

  g_autoptr (ParlanceDefinition) definition =
      parlance_definition_new_take_json (g_strdup (json->str), NULL);
  g_assert_nonnull (definition);
}

static void
test_matches_hold_everything (void)
{
  g_autoptr (ParlanceMatches) matches = parlance_matches_new_take_json (
      g_strdup ("{\"word\":\"ru\",\"strategy\":\"prefix\",\"matches\":[{\"dictionary\":\"wn\","
                "\"headword\":\"run\"}],\"more\":true}"),
      NULL);
  const char *dictionary;

  g_assert_cmpstr (parlance_matches_get_word (matches), ==, "ru");
  g_assert_cmpstr (parlance_matches_get_strategy (matches), ==, "prefix");
  g_assert_cmpuint (parlance_matches_get_n_matches (matches), ==, 1);
  g_assert_cmpstr (parlance_matches_get_headword (matches, 0, &dictionary), ==, "run");
  g_assert_cmpstr (dictionary, ==, "wn");
  g_assert_true (parlance_matches_has_more (matches));
}

static void
test_spans_hold_everything (void)
{
  const char *json =
      "{\"spans\":[{\"start\":0,\"end\":7,\"headword\":\"give up\",\"via\":\"lemma\"},"
      "{\"start\":8,\"end\":9,\"headword\":\"好\",\"via\":\"exact\",\"x\":[]}]}";
  g_autoptr (ParlanceSpans) spans = parlance_spans_new_take_json (g_strdup (json), NULL);
  const ParlanceSpan *span;

  g_assert_nonnull (spans);
  g_assert_cmpuint (parlance_spans_get_n_spans (spans), ==, 2);
  span = parlance_spans_get_span (spans, 0);
  g_assert_cmpint (span->start, ==, 0);
  g_assert_cmpint (span->end, ==, 7);
  g_assert_cmpstr (span->headword, ==, "give up");
  g_assert_true (span->is_lemma);
  g_assert_false (parlance_spans_get_span (spans, 1)->is_lemma);
  g_assert_cmpstr (parlance_spans_get_json (spans), ==, json);
}

static void
test_bad_spans_are_refused (void)
{
  static const char huge[] =
      "{\"spans\":[{\"start\":9223372036854775806,\"end\":9223372036854775807,"
      "\"headword\":\"a\",\"via\":\"exact\"}]}";
  static const char *const bad[] = {
    "{}",
    "{\"spans\":{}}",
    "{\"spans\":[1]}",
    "{\"spans\":[{\"start\":0,\"end\":1,\"via\":\"exact\"}]}",
    "{\"spans\":[{\"start\":1,\"end\":1,\"headword\":\"a\",\"via\":\"exact\"}]}",
    "{\"spans\":[{\"start\":-1,\"end\":1,\"headword\":\"a\",\"via\":\"exact\"}]}",
    "{\"spans\":[{\"start\":0,\"end\":8193,\"headword\":\"a\",\"via\":\"exact\"}]}",
    huge,
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parlance_spans_new_take_json (g_strdup (bad[i]), &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

static void
test_bad_matches_are_refused (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (parlance_matches_new_take_json (
      g_strdup ("{\"word\":\"ru\",\"strategy\":\"prefix\",\"matches\":[{\"dictionary\":\"wn\"}]}"),
      &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

static void
test_search_hits_hold_everything (void)
{
  static const char json[] =
      "{\"text\":\"rain\",\"hits\":[{\"dictionary\":\"wn\",\"headword\":"
      "\"storm\",\"snippet\":\"wind and \\\"rain\\\"…\"},{\"headword\":\"雨\","
      "\"dictionary\":\"c\",\"snippet\":\"\"}],\"more\":true}";
  g_autoptr (ParlanceSearchHits) hits = parlance_search_hits_new_take_json (g_strdup (json), NULL);
  g_autoptr (ParlanceSearchHits) same = parlance_search_hits_ref (hits);
  const char *dictionary;
  const char *headword;

  g_assert_cmpstr (parlance_search_hits_get_text (hits), ==, "rain");
  g_assert_cmpuint (parlance_search_hits_get_n_hits (hits), ==, 2);
  g_assert_cmpstr (parlance_search_hits_get_snippet (hits, 0, &headword, &dictionary), ==,
                   "wind and \"rain\"…");
  g_assert_cmpstr (headword, ==, "storm");
  g_assert_cmpstr (dictionary, ==, "wn");
  g_assert_cmpstr (parlance_search_hits_get_snippet (same, 1, NULL, NULL), ==, "");
  g_assert_true (parlance_search_hits_has_more (hits));
  g_assert_cmpstr (parlance_search_hits_get_json (hits), ==, json);
}

static void
test_bad_search_hits_are_refused (void)
{
  static const char *const bad[] = {
    "[]",
    "{\"text\":\"a\"}",
    "{\"text\":\"a\",\"hits\":[1]}",
    "{\"text\":\"a\",\"hits\":[{\"dictionary\":\"d\",\"headword\":\"h\"}]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parlance_search_hits_new_take_json (g_strdup (bad[i]), &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_assert_nonnull (strstr (error->message, "search"));
    }
}

static void
test_server_info_holds_everything (void)
{
  g_autoptr (ParlanceServerInfo) info = parlance_server_info_new_take_json (
      g_strdup (
          "{\"protocol\":1,\"server\":{\"id\":\"u\",\"name\":\"Study room\",\"version\":\"0.1.0\","
          "\"time\":1},\"limits\":{},\"capabilities\":[\"define\"]}"),
      NULL);

  g_assert_cmpint (parlance_server_info_get_protocol (info), ==, 1);
  g_assert_cmpstr (parlance_server_info_get_id (info), ==, "u");
  g_assert_cmpstr (parlance_server_info_get_name (info), ==, "Study room");
  g_assert_cmpstr (parlance_server_info_get_version (info), ==, "0.1.0");
  g_assert_cmpstr (parlance_server_info_get_capabilities (info)[0], ==, "define");
}

typedef struct
{
  gboolean done;
  GPtrArray *dictionaries;
  gint64 time_ms;
  GError *error;
} Answer;

static void
on_dictionaries (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->dictionaries =
      parlance_session_dictionaries_finish (PARLANCE_SESSION (source), result, &answer->error);
  answer->done = TRUE;
}

static void
on_ping (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  (void)parlance_session_ping_finish (PARLANCE_SESSION (source), result, &answer->time_ms,
                                      &answer->error);
  answer->done = TRUE;
}

static void
test_dictionaries_are_listed (void)
{
  FakeServer server;
  Answer answer = { 0 };
  fake_server_init (&server);
  g_autoptr (ParlanceSession) session = fake_server_connect (&server);

  parlance_session_dictionaries_async (session, NULL, on_dictionaries, &answer);
  fake_server_wait_lines (&server, 1);
  fake_server_send (&server, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"dictionaries\":["
                             "{\"name\":\"wn\",\"title\":\"WordNet\",\"entries\":147311}]}}\n");
  fake_server_wait_for (&answer.done);
  g_assert_no_error (answer.error);
  g_assert_cmpuint (answer.dictionaries->len, ==, 1);

  const ParlanceDictionaryInfo *info = g_ptr_array_index (answer.dictionaries, 0);
  g_assert_cmpstr (parlance_dictionary_info_get_title (info), ==, "WordNet");
  g_assert_cmpint (parlance_dictionary_info_get_n_entries (info), ==, 147311);
  g_assert_cmpstr (parlance_dictionary_info_get_license (info), ==, "");
  g_ptr_array_unref (answer.dictionaries);
  parlance_session_close (session);
  fake_server_clear (&server);
}

static void
test_ping_gives_the_time (void)
{
  FakeServer server;
  Answer answer = { 0 };
  fake_server_init (&server);
  g_autoptr (ParlanceSession) session = fake_server_connect (&server);

  parlance_session_ping_async (session, NULL, on_ping, &answer);
  fake_server_wait_lines (&server, 1);
  fake_server_send (&server, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"time\":17}}\n");
  fake_server_wait_for (&answer.done);
  g_assert_no_error (answer.error);
  g_assert_cmpint (answer.time_ms, ==, 17);
  parlance_session_close (session);
  fake_server_clear (&server);
}

static void
test_requests_carry_their_options (void)
{
  static const char *const names[] = { "wn", "ecdict", NULL };
  ParlanceLookupOptions options = { .dictionaries = names, .strategy = "suffix", .limit = 7 };
  FakeServer server;
  Outcome outcomes[3] = { 0 };
  fake_server_init (&server);
  g_autoptr (ParlanceSession) session = fake_server_connect (&server);

  parlance_session_define_async (session, "a\"b", &options, NULL, outcome_store, &outcomes[0]);
  parlance_session_match_async (session, "跑", &options, NULL, outcome_store, &outcomes[1]);
  parlance_session_search_async (session, "heavy rain", &options, NULL, outcome_store,
                                 &outcomes[2]);
  fake_server_wait_lines (&server, 3);
  g_assert_nonnull (strstr (server.received->str, "\"text\":\"heavy rain\""));
  g_assert_nonnull (strstr (server.received->str, "\"word\":\"a\\\"b\""));
  g_assert_nonnull (strstr (server.received->str, "\"dictionaries\":[\"wn\",\"ecdict\"]"));
  g_assert_nonnull (strstr (server.received->str, "\"max_entries\":7"));
  g_assert_nonnull (strstr (server.received->str, "\"word\":\"跑\""));
  g_assert_nonnull (strstr (server.received->str, "\"strategy\":\"suffix\""));
  g_assert_nonnull (strstr (server.received->str, "\"limit\":7"));

  parlance_session_close (session);
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    {
      fake_server_wait_for (&outcomes[i].done);
      outcome_clear (&outcomes[i]);
    }
  fake_server_clear (&server);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/lookup/definition-holds-everything", test_definition_holds_everything);
  g_test_add_func ("/client/lookup/entry-outlives-its-definition",
                   test_entry_outlives_its_definition);
  g_test_add_func ("/client/lookup/entry-is-shortened-at-a-character",
                   test_entry_is_shortened_at_a_character);
  g_test_add_func ("/client/lookup/last-of-equal-members-counts",
                   test_last_of_equal_members_counts);
  for (guint i = 0; i < G_N_ELEMENTS (bad_definitions); i++)
    {
      g_autofree char *path = g_strdup_printf ("/client/lookup/bad-definition-is-refused/%u", i);
      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_bad_definition_is_refused);
    }
  g_test_add_func ("/client/lookup/unknown-members-are-passed-over",
                   test_unknown_members_are_passed_over);
  g_test_add_func ("/client/lookup/matches-hold-everything", test_matches_hold_everything);
  g_test_add_func ("/client/lookup/bad-matches-are-refused", test_bad_matches_are_refused);
  g_test_add_func ("/client/lookup/spans-hold-everything", test_spans_hold_everything);
  g_test_add_func ("/client/lookup/bad-spans-are-refused", test_bad_spans_are_refused);
  g_test_add_func ("/client/lookup/search-hits-hold-everything", test_search_hits_hold_everything);
  g_test_add_func ("/client/lookup/bad-search-hits-are-refused", test_bad_search_hits_are_refused);
  g_test_add_func ("/client/lookup/server-info-holds-everything",
                   test_server_info_holds_everything);
  g_test_add_func ("/client/lookup/dictionaries-are-listed", test_dictionaries_are_listed);
  g_test_add_func ("/client/lookup/ping-gives-the-time", test_ping_gives_the_time);
  g_test_add_func ("/client/lookup/requests-carry-their-options",
                   test_requests_carry_their_options);
  return g_test_run ();
}
