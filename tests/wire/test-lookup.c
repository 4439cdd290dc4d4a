/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parameters of define, match and annotate against docs/protocol.md, section 3.
 */
#include "protocol/wire/lookup.h"

#include <string.h>

typedef gboolean (*Parse) (const ParlanceJsonValue *, ParlanceLookup *, ParlanceFault *);

static gboolean
parse_with (Parse parse, const char *text, ParlanceLookup *ret_lookup, ParlanceFault *ret_fault)
{
  ParlanceJsonValue params;

  g_assert_true (parlance_json_parse (text, strlen (text), PARLANCE_MAX_DEPTH, &params));
  return parse (&params, ret_lookup, ret_fault);
}

static void
assert_refused (Parse parse, const char *text, ParlanceReason reason, const char *field)
{
  ParlanceLookup lookup;
  ParlanceFault fault;

  g_assert_false (parse_with (parse, text, &lookup, &fault));
  g_assert_cmpstr (parlance_reason_symbol (fault.reason), ==, parlance_reason_symbol (reason));
  g_assert_cmpstr (fault.member, ==, "field");
  g_assert_cmpmem (fault.value, fault.n_value, field, strlen (field));
}

static ParlanceLookup
accept (Parse parse, const char *text)
{
  ParlanceLookup lookup;
  ParlanceFault fault;

  g_assert_true (parse_with (parse, text, &lookup, &fault));
  return lookup;
}

static void
test_defaults (void)
{
  ParlanceLookup lookup = accept (parlance_define_parse, "{\"word\":\"run\",\"other\":[1]}");

  g_assert_cmpmem (lookup.word, lookup.n_word + 1, "run", 4);
  g_assert_null (lookup.dictionaries.text);
  g_assert_cmpuint (lookup.limit, ==, PARLANCE_DEFAULT_ENTRIES);

  lookup = accept (parlance_match_parse, "{\"word\":\"run\",\"dictionaries\":[ ]}");
  g_assert_null (lookup.dictionaries.text);
  g_assert_cmpuint (lookup.limit, ==, PARLANCE_DEFAULT_MATCHES);
  g_assert_cmpstr (lookup.strategy, ==, "prefix");
}

static void
test_all (void)
{
  ParlanceLookup lookup =
      accept (parlance_match_parse, "{\"limit\":1000,\"strategy\":\"suf\\u0066ix\","
                                    "\"dictionaries\":[\"a\",\"b\"],\"word\":\"r\\u0000\"}");

  g_assert_cmpmem (lookup.word, lookup.n_word, "r\0", 2);
  g_assert_cmpmem (lookup.dictionaries.text, lookup.dictionaries.n_bytes, "[\"a\",\"b\"]", 9);
  g_assert_cmpuint (lookup.limit, ==, 1000);
  g_assert_cmpstr (lookup.strategy, ==, "suffix");

  lookup = accept (parlance_define_parse, "{\"word\":\"a\",\"max_entries\":1,\"limit\":\"x\"}");
  g_assert_cmpuint (lookup.limit, ==, 1);
}

static void
test_word (void)
{
  static const Parse parsers[] = { parlance_define_parse, parlance_match_parse };
  ParlanceLookup lookup;
  ParlanceFault fault;

  for (gsize i = 0; i < G_N_ELEMENTS (parsers); i++)
    {
      assert_refused (parsers[i], "{}", PARLANCE_REASON_INVALID_PARAMS, "word");
      assert_refused (parsers[i], "{\"word\":5}", PARLANCE_REASON_INVALID_PARAMS, "word");
      assert_refused (parsers[i], "{\"word\":null}", PARLANCE_REASON_INVALID_PARAMS, "word");
      assert_refused (parsers[i], "{\"word\":\"\"}", PARLANCE_REASON_INVALID_PARAMS, "word");
      g_assert_false (parsers[i](NULL, &lookup, &fault));
      g_assert_cmpstr (fault.value, ==, "word");
      g_assert_false (parsers[i](&(ParlanceJsonValue){ 0 }, &lookup, &fault));
      g_assert_cmpstr (fault.value, ==, "word");
    }
}

/* A `params` whose word is @n_letters letters and one escape for one byte. */
static char *
params_with_word (gsize n_letters)
{
  g_autofree char *letters = g_strnfill (n_letters, 'x');

  return g_strdup_printf ("{\"word\":\"%s\\u0041\"}", letters);
}

static void
test_word_limit (void)
{
  g_autofree char *just = params_with_word (PARLANCE_MAX_WORD - 1);
  g_autofree char *over = params_with_word (PARLANCE_MAX_WORD);
  ParlanceLookup lookup = accept (parlance_define_parse, just);
  ParlanceFault fault;

  g_assert_cmpuint (lookup.n_word, ==, PARLANCE_MAX_WORD);
  g_assert_cmpint ((guchar)lookup.word[PARLANCE_MAX_WORD - 1], ==, 'A');
  g_assert_cmpint ((guchar)lookup.word[PARLANCE_MAX_WORD], ==, '\0');
  assert_refused (parlance_define_parse, over, PARLANCE_REASON_TOO_LONG, "word");
  g_assert_false (parse_with (parlance_define_parse, over, &lookup, &fault));
  g_assert_cmpint (fault.limit, ==, PARLANCE_MAX_WORD);
}

static void
test_dictionaries (void)
{
  static const char *const texts[] = { "{\"word\":\"a\",\"dictionaries\":\"ecdict\"}",
                                       "{\"word\":\"a\",\"dictionaries\":null}",
                                       "{\"word\":\"a\",\"dictionaries\":[\"b\",1]}",
                                       "{\"word\":\"a\",\"dictionaries\":{}}" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_refused (parlance_define_parse, texts[i], PARLANCE_REASON_INVALID_PARAMS,
                    "dictionaries");
}

static void
test_counts (void)
{
  static const char *const counts[] = {
    "0", "-1", "1001", "1.0", "\"5\"", "null", "99999999999999999999"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_autofree char *entries = g_strdup_printf ("{\"word\":\"a\",\"max_entries\":%s}", counts[i]);
      g_autofree char *limit = g_strdup_printf ("{\"word\":\"a\",\"limit\":%s}", counts[i]);
      assert_refused (parlance_define_parse, entries, PARLANCE_REASON_INVALID_PARAMS,
                      "max_entries");
      assert_refused (parlance_match_parse, limit, PARLANCE_REASON_INVALID_PARAMS, "limit");
    }
  assert_refused (parlance_define_parse, "{\"word\":\"a\",\"max_entries\":101}",
                  PARLANCE_REASON_INVALID_PARAMS, "max_entries");
}

static void
test_strategy (void)
{
  ParlanceLookup lookup;

  assert_refused (parlance_match_parse, "{\"word\":\"a\",\"strategy\":1}",
                  PARLANCE_REASON_INVALID_PARAMS, "strategy");
  lookup = accept (parlance_match_parse, "{\"word\":\"a\",\"strategy\":\"prefix\\u0000\"}");
  g_assert_cmpstr (lookup.strategy, ==, "prefix?");
  lookup = accept (parlance_match_parse, "{\"word\":\"a\",\"strategy\":\"\"}");
  g_assert_cmpstr (lookup.strategy, ==, "");
}

static void
test_long_strategy (void)
{
  ParlanceLookup lookup;

  lookup = accept (parlance_match_parse,
                   "{\"word\":\"a\",\"strategy\":\"0123456789012345678901234567890\"}");
  g_assert_cmpstr (lookup.strategy, ==, "0123456789012345678901234567890");
  lookup = accept (parlance_match_parse,
                   "{\"word\":\"a\",\"strategy\":\"01234567890123456789012345678901\"}");
  g_assert_cmpstr (lookup.strategy, ==, "0123456789012345678901234567890");
  lookup = accept (parlance_match_parse,
                   "{\"word\":\"a\",\"strategy\":\"01234567890123456789012345678\xE8\xB7\x91\"}");
  g_assert_cmpstr (lookup.strategy, ==, "01234567890123456789012345678");
}

static void
test_search (void)
{
  g_autofree char *text = g_strnfill (PARLANCE_MAX_WORD + 1, 'x');
  g_autofree char *over = g_strdup_printf ("{\"text\":\"%s\"}", text);
  ParlanceLookup lookup = accept (parlance_search_parse, "{\"text\":\"heavy \\u96e8\",\"word\":5}");

  g_assert_cmpmem (lookup.word, lookup.n_word, "heavy 雨", strlen ("heavy 雨"));
  g_assert_null (lookup.dictionaries.text);
  g_assert_cmpuint (lookup.limit, ==, PARLANCE_DEFAULT_HITS);
  lookup =
      accept (parlance_search_parse, "{\"limit\":200,\"dictionaries\":[\"a\"],\"text\":\"b\"}");
  g_assert_cmpuint (lookup.limit, ==, PARLANCE_MAX_HITS);
  g_assert_cmpmem (lookup.dictionaries.text, lookup.dictionaries.n_bytes, "[\"a\"]", 5);

  assert_refused (parlance_search_parse, "{\"word\":\"a\"}", PARLANCE_REASON_INVALID_PARAMS,
                  "text");
  assert_refused (parlance_search_parse, "{\"text\":[]}", PARLANCE_REASON_INVALID_PARAMS, "text");
  assert_refused (parlance_search_parse, "{\"text\":\"\"}", PARLANCE_REASON_INVALID_PARAMS, "text");
  assert_refused (parlance_search_parse, over, PARLANCE_REASON_TOO_LONG, "text");
  assert_refused (parlance_search_parse, "{\"text\":\"a\",\"limit\":201}",
                  PARLANCE_REASON_INVALID_PARAMS, "limit");
  assert_refused (parlance_search_parse, "{\"text\":\"a\",\"dictionaries\":1}",
                  PARLANCE_REASON_INVALID_PARAMS, "dictionaries");
}

static void
test_append (void)
{
  static const char *const names[] = { "ecdict", "w\"n", NULL };
  static const char *const none[] = { NULL };
  g_autoptr (GString) out = g_string_new (NULL);

  parlance_define_append (out, "r\"n", NULL, 0);
  g_assert_cmpstr (out->str, ==, "{\"word\":\"r\\\"n\"}");
  g_string_truncate (out, 0);
  parlance_define_append (out, "a", names, 5);
  g_assert_cmpstr (out->str, ==,
                   "{\"word\":\"a\",\"dictionaries\":[\"ecdict\",\"w\\\"n\"],\"max_entries\":5}");
  g_string_truncate (out, 0);
  parlance_search_append (out, "a b", names, 7);
  g_assert_cmpstr (out->str, ==,
                   "{\"text\":\"a b\",\"dictionaries\":[\"ecdict\",\"w\\\"n\"],\"limit\":7}");
  g_string_truncate (out, 0);
  parlance_match_append (out, "a", NULL, none, 0);
  g_assert_cmpstr (out->str, ==, "{\"word\":\"a\"}");
  g_string_truncate (out, 0);
  parlance_match_append (out, "a", "soundex", names, 9);
  g_assert_cmpstr (out->str, ==,
                   "{\"word\":\"a\",\"dictionaries\":[\"ecdict\",\"w\\\"n\"],\"limit\":9,"
                   "\"strategy\":\"soundex\"}");
  ParlanceLookup lookup = accept (parlance_match_parse, out->str);
  g_assert_cmpstr (lookup.strategy, ==, "soundex");
  g_assert_cmpuint (lookup.limit, ==, 9);
}

static gboolean
parse_annotate (const char *text, ParlanceAnnotate *ret_annotate, ParlanceFault *ret_fault)
{
  ParlanceJsonValue params;

  g_assert_true (parlance_json_parse (text, strlen (text), PARLANCE_MAX_DEPTH, &params));
  return parlance_annotate_parse (&params, ret_annotate, ret_fault);
}

static void
assert_annotate_refused (const char *text, ParlanceReason reason, const char *field)
{
  ParlanceAnnotate annotate;
  ParlanceFault fault;

  g_assert_false (parse_annotate (text, &annotate, &fault));
  g_assert_cmpstr (parlance_reason_symbol (fault.reason), ==, parlance_reason_symbol (reason));
  g_assert_cmpmem (fault.value, fault.n_value, field, strlen (field));
}

static void
test_annotate_text (void)
{
  g_autofree char *longest = g_strnfill (PARLANCE_MAX_TEXT, 'a');
  g_autofree char *fits = g_strdup_printf ("{\"text\":\"%s\"}", longest);
  g_autofree char *passes = g_strdup_printf ("{\"text\":\"%sa\"}", longest);
  ParlanceAnnotate annotate;
  ParlanceFault fault;

  g_assert_true (parse_annotate ("{\"text\":\"a\\u0000\\n好\",\"dictionaries\":[\"wn\"],\"x\":1}",
                                 &annotate, &fault));
  g_assert_cmpmem (annotate.text, annotate.n_text + 1, "a\0\n好", 7);
  g_assert_cmpint (annotate.at, ==, -1);
  g_assert_cmpuint (annotate.dictionaries.n_bytes, ==, 6);
  g_assert_true (parse_annotate ("{\"text\":\"\"}", &annotate, &fault));
  g_assert_cmpuint (annotate.n_text, ==, 0);
  g_assert_null (annotate.dictionaries.text);
  g_assert_true (parse_annotate (fits, &annotate, &fault));
  g_assert_cmpuint (annotate.n_text, ==, PARLANCE_MAX_TEXT);

  assert_annotate_refused (passes, PARLANCE_REASON_TOO_LONG, "text");
  assert_annotate_refused ("{}", PARLANCE_REASON_INVALID_PARAMS, "text");
  assert_annotate_refused ("{\"text\":1}", PARLANCE_REASON_INVALID_PARAMS, "text");
  assert_annotate_refused ("{\"text\":\"\",\"dictionaries\":{}}", PARLANCE_REASON_INVALID_PARAMS,
                           "dictionaries");
  g_assert_false (parlance_annotate_parse (NULL, &annotate, &fault));
}

static void
test_annotate_at (void)
{
  ParlanceAnnotate annotate;
  ParlanceFault fault;

  g_assert_true (parse_annotate ("{\"at\":3,\"text\":\"好\\u0000好\"}", &annotate, &fault));
  g_assert_cmpint (annotate.at, ==, 3);
  g_assert_true (parse_annotate ("{\"at\":0,\"text\":\"\"}", &annotate, &fault));
  g_assert_cmpint (annotate.at, ==, 0);
  assert_annotate_refused ("{\"at\":4,\"text\":\"好\\u0000好\"}", PARLANCE_REASON_INVALID_PARAMS,
                           "at");
  assert_annotate_refused ("{\"at\":-1,\"text\":\"a\"}", PARLANCE_REASON_INVALID_PARAMS, "at");
  assert_annotate_refused ("{\"at\":\"0\",\"text\":\"a\"}", PARLANCE_REASON_INVALID_PARAMS, "at");
  assert_annotate_refused ("{\"at\":null,\"text\":\"a\"}", PARLANCE_REASON_INVALID_PARAMS, "at");
}

static void
test_annotate_append (void)
{
  static const char *const names[] = { "wn", NULL };
  g_autoptr (GString) whole = g_string_new (NULL);
  g_autoptr (GString) place = g_string_new (NULL);

  parlance_annotate_append (whole, "a\0\"", 3, -1, NULL);
  g_assert_cmpstr (whole->str, ==, "{\"text\":\"a\\u0000\\\"\"}");
  parlance_annotate_append (place, "好", 3, 0, names);
  g_assert_cmpstr (place->str, ==, "{\"text\":\"好\",\"dictionaries\":[\"wn\"],\"at\":0}");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/lookup/has-the-defaults-of-the-protocol", test_defaults);
  g_test_add_func ("/wire/lookup/reads-every-member", test_all);
  g_test_add_func ("/wire/lookup/needs-a-word", test_word);
  g_test_add_func ("/wire/lookup/limits-the-word-decoded", test_word_limit);
  g_test_add_func ("/wire/lookup/takes-only-names-as-dictionaries", test_dictionaries);
  g_test_add_func ("/wire/lookup/takes-only-counts-in-range", test_counts);
  g_test_add_func ("/wire/lookup/takes-any-string-as-strategy", test_strategy);
  g_test_add_func ("/wire/lookup/cuts-a-long-strategy-at-a-character", test_long_strategy);
  g_test_add_func ("/wire/lookup/reads-a-search", test_search);
  g_test_add_func ("/wire/lookup/writes-what-it-reads", test_append);
  g_test_add_func ("/wire/lookup/annotate-takes-any-text", test_annotate_text);
  g_test_add_func ("/wire/lookup/annotate-takes-a-place-in-the-text", test_annotate_at);
  g_test_add_func ("/wire/lookup/annotate-writes-what-it-reads", test_annotate_append);
  return g_test_run ();
}
