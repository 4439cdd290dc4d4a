/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the JSON reader accepts, refuses and makes of it. Whatever is accepted here is shown to
 * json-c too.
 */
#include "protocol/wire/json-reader.h"
#include "tests/wire/json-oracle.h"

#include <string.h>

#define DEPTH 32

/* The single pass says what parsing and looking members up say, of every text that these tests
 * read. */
static void
assert_single_pass_agrees (const char *text, gsize n_bytes)
{
  static const ParlanceJsonName names[] = { PARLANCE_JSON_NAME ("a"), PARLANCE_JSON_NAME ("A"),
                                            PARLANCE_JSON_NAME ("b") };
  ParlanceJsonValue found[G_N_ELEMENTS (names)];
  ParlanceJsonValue root = { 0 };
  ParlanceJsonValue value;
  gboolean good = parlance_json_parse (text, n_bytes, DEPTH, &value);

  g_assert_cmpint (
      parlance_json_parse_members (text, n_bytes, DEPTH, names, G_N_ELEMENTS (names), &root, found),
      ==, good);
  if (!good)
    return;
  g_assert_true (root.text == value.text && root.n_bytes == value.n_bytes &&
                 root.type == value.type);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      ParlanceJsonValue member = { 0 };
      if (value.type == PARLANCE_JSON_OBJECT)
        parlance_json_get_member (&value, names[i].text, &member);
      g_assert_true (found[i].text == member.text && found[i].n_bytes == member.n_bytes &&
                     found[i].type == member.type);
    }
}

static gboolean
parses (const char *text, gsize n_bytes, ParlanceJsonValue *ret_value)
{
  /* A copy of its own, so that AddressSanitizer sees a read past the text. */
  g_autofree char *copy = g_malloc (MAX (n_bytes, 1));
  ParlanceJsonValue value;

  memcpy (copy, text, n_bytes);
  assert_single_pass_agrees (copy, n_bytes);
  if (!parlance_json_parse (copy, n_bytes, DEPTH, &value))
    return FALSE;
  g_assert_true (json_oracle_agrees (copy, n_bytes, &value));
  return parlance_json_parse (text, n_bytes, DEPTH, ret_value);
}

static ParlanceJsonValue
parse (const char *text)
{
  ParlanceJsonValue value;

  g_assert_true (parses (text, strlen (text), &value));
  return value;
}

static void
test_single_pass (void)
{
  parse ("{\"\\u0041\":1,\"a\":2,\"\\u0061\":3}");
  parse (" { \"a\" : [1] , \"b\" : {\"a\":2} , \"a\" : \"3\" } ");
  parse ("{}");
}

static void
test_accepts (void)
{
  static const struct
  {
    const char *text;
    ParlanceJsonType type;
  } cases[] = {
    { "null", PARLANCE_JSON_NULL },
    { "true", PARLANCE_JSON_TRUE },
    { " \t\r\nfalse \n", PARLANCE_JSON_FALSE },
    { "0", PARLANCE_JSON_INTEGER },
    { "-0", PARLANCE_JSON_INTEGER },
    { "-12", PARLANCE_JSON_INTEGER },
    { "123456789012345678901234567890", PARLANCE_JSON_INTEGER },
    { "1.0", PARLANCE_JSON_REAL },
    { "-0.5e-3", PARLANCE_JSON_REAL },
    { "1E+2", PARLANCE_JSON_REAL },
    { "1e2", PARLANCE_JSON_REAL },
    { "\"\"", PARLANCE_JSON_STRING },
    { "\"a\x7f b\"", PARLANCE_JSON_STRING },
    { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\uD83D\\uDE00\"", PARLANCE_JSON_STRING },
    { "\"a string that is longer than sixteen bytes\"", PARLANCE_JSON_STRING },
    { "\"\xC3\xA9 \xE8\xB7\x91\xE6\xAD\xA5 \xF0\x9F\x98\x80 \xEF\xBF\xBF\"", PARLANCE_JSON_STRING },
    { "[]", PARLANCE_JSON_ARRAY },
    { "[ ]", PARLANCE_JSON_ARRAY },
    { "[1, [2, {}], \"x\"]", PARLANCE_JSON_ARRAY },
    { "{}", PARLANCE_JSON_OBJECT },
    { "{ \"a\" : { \"b\" : [ ] } , \"c\" : null }", PARLANCE_JSON_OBJECT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ParlanceJsonValue value;
      if (!parses (cases[i].text, strlen (cases[i].text), &value))
        g_error ("refused: %s", cases[i].text);
      g_assert_cmpint (value.type, ==, cases[i].type);
    }
}

static void
assert_refused (const char *const *texts)
{
  for (; *texts != NULL; texts++)
    {
      ParlanceJsonValue value;
      if (parses (*texts, strlen (*texts), &value))
        g_error ("accepted: %s", *texts);
    }
}

static void
test_refuses_structure (void)
{
  static const char *const texts[] = { "",
                                       " ",
                                       "{",
                                       "}",
                                       "[",
                                       "]",
                                       "[1",
                                       "[1,",
                                       "[1,]",
                                       "[,1]",
                                       "[1 2]",
                                       "{\"a\"",
                                       "{\"a\"}",
                                       "{\"a\":",
                                       "{\"a\":}",
                                       "{\"a\":1",
                                       "{\"a\":1,}",
                                       "{,}",
                                       "{a:1}",
                                       "{1:1}",
                                       "{'a':1}",
                                       "[1}",
                                       "{\"a\":1]",
                                       "1 2",
                                       "{} {}",
                                       "[]]",
                                       "nul",
                                       "nulll",
                                       "True",
                                       "tru",
                                       "//x\n1",
                                       "/**/1",
                                       "\xEF\xBB\xBF{}",
                                       "{\"a\":1;\"b\":2}",
                                       "[1]x",
                                       "undefined",
                                       "{\"a\" 1}",
                                       "\v1",
                                       NULL };
  assert_refused (texts);
}

static void
test_refuses_numbers (void)
{
  static const char *const texts[] = { "NaN", "-NaN", "Infinity",   "-Infinity", "01",
                                       "-01", "+1",   "-",          "1.",        ".5",
                                       "-.5", "1e",   "1e+",        "1.e1",      "0x1",
                                       "1_0", "1.5.", "--1",        "1e1.5",     "00",
                                       "[-]", "[1.]", "{\"a\":01}", NULL };
  assert_refused (texts);
}

static void
test_refuses_strings (void)
{
  static const char *const texts[] = { "\"",
                                       "\"abc",
                                       "\"\\\"",
                                       "\"\\",
                                       "\"\\x\"",
                                       "\"\\u\"",
                                       "\"\\u12\"",
                                       "\"\\u12g4\"",
                                       "\"\\U0041\"",
                                       "\"a\nb\"",
                                       "\"a\tb\"",
                                       "\"\x1f\"",
                                       "'a'",
                                       "\"\\u123",
                                       "\"0123456789abcdef\x01\"",
                                       "\"\\'\"",
                                       "\"\\0\"",
                                       "{\"a\nb\":1}",
                                       "\"0123456789abcdef",
                                       NULL };
  ParlanceJsonValue value;

  assert_refused (texts);
  g_assert_false (parses ("\"a\0b\"", 5, &value));
  g_assert_false (parses ("1\0", 2, &value));
  g_assert_false (parses ("{}\0", 3, &value));
}

static void
test_refuses_surrogate_escapes (void)
{
  static const char *const texts[] = { "\"\\uD800\"",
                                       "\"\\uDFFF\"",
                                       "\"\\uDC00\\uD800\"",
                                       "\"\\uD800\\u0041\"",
                                       "\"\\uD800\\uD800\"",
                                       "\"\\uD800x\"",
                                       "\"\\uD800\\n\"",
                                       "\"\\uD800\\uDC0\"",
                                       "\"\\uD800\\uE000\"",
                                       "{\"\\uDBFF\":1}",
                                       NULL };
  assert_refused (texts);
}

static void
test_refuses_utf8 (void)
{
  static const char *const texts[] = {
    "\"\x80\"",             /* a continuation byte alone */
    "\"\xC3\"",             /* cut short */
    "\"\xE8\xB7\"",         /* cut short */
    "\"\xC0\xAF\"",         /* overlong, two bytes */
    "\"\xE0\x80\xAF\"",     /* overlong, three bytes */
    "\"\xF0\x80\x80\xAF\"", /* overlong, four bytes */
    "\"\xED\xA0\x80\"",     /* a surrogate */
    "\"\xF4\x90\x80\x80\"", /* over U+10FFFF */
    "\"\xF8\x88\x80\x80\x80\"", "\"\xFF\"", "\"0123456789abcdef0123\xFE\"", "{\"\xC0\x80\":1}",
    /* Bytes that the block-wise scan meets first in a block, and before the quote in one. */
    "\"\xC3(0123456789abcdef0123\"", "[\"\x80\", \"0123456789abcdef\"]", "\xE8\xB7\x91",
    "[\"ok\", \"\xC3(\"]", NULL
  };
  assert_refused (texts);
}

/* @n brackets that open, of both kinds, and those that close them. */
static char *
nested (guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (text, i % 2 == 0 ? "[" : "{\"a\":");
  g_string_append (text, "0");
  for (guint i = n; i > 0; i--)
    g_string_append (text, (i - 1) % 2 == 0 ? "]" : "}");
  return g_string_free (text, FALSE);
}

static void
test_depth (void)
{
  g_autofree char *just = nested (DEPTH);
  g_autofree char *over = nested (DEPTH + 1);
  g_autofree char *deepest = nested (PARLANCE_JSON_DEEPEST);
  ParlanceJsonValue value;

  g_assert_true (parses (just, strlen (just), &value));
  g_assert_false (parses (over, strlen (over), &value));
  g_assert_true (parlance_json_parse (deepest, strlen (deepest), PARLANCE_JSON_DEEPEST, &value));
  g_assert_true (parlance_json_parse ("1", 1, 0, &value));
  g_assert_false (parlance_json_parse ("[]", 2, 0, &value));
}

static void
test_untouched (void)
{
  ParlanceJsonValue value = { .n_bytes = 7 };

  g_assert_false (parlance_json_parse ("[1", 2, DEPTH, &value));
  g_assert_null (value.text);
  g_assert_cmpuint (value.n_bytes, ==, 7);
}

static void
assert_text (const ParlanceJsonValue *value, const char *text)
{
  g_assert_cmpmem (value->text, value->n_bytes, text, strlen (text));
}

static void
test_members (void)
{
  ParlanceJsonValue object = parse (
      " { \"a\" : \"}\\\"\" ,\"b\":[1,{\"]\":2}], \"c\":{\"d\":{}},\"e\":-1.5e3,\"f\":true } ");
  static const char *const expected[] = { "\"a\"", "\"}\\\"\"",  "\"b\"", "[1,{\"]\":2}]",
                                          "\"c\"", "{\"d\":{}}", "\"e\"", "-1.5e3",
                                          "\"f\"", "true" };
  ParlanceJsonValue key;
  ParlanceJsonValue value;
  guint32 cursor = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (expected); i += 2)
    {
      g_assert_true (parlance_json_next_member (&object, &cursor, &key, &value));
      assert_text (&key, expected[i]);
      assert_text (&value, expected[i + 1]);
    }
  g_assert_false (parlance_json_next_member (&object, &cursor, &key, &value));
  g_assert_false (parlance_json_next_member (&object, &cursor, &key, &value));
  assert_text (&value, "true");
}

static void
test_elements (void)
{
  ParlanceJsonValue array = parse ("[ 1 , \"]\" ,[ ],{ },null]");
  static const char *const expected[] = { "1", "\"]\"", "[ ]", "{ }", "null" };
  ParlanceJsonValue value;
  guint32 cursor = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_assert_true (parlance_json_next_element (&array, &cursor, &value));
      assert_text (&value, expected[i]);
    }
  g_assert_false (parlance_json_next_element (&array, &cursor, &value));

  array = parse ("[  ]");
  cursor = 0;
  g_assert_false (parlance_json_next_element (&array, &cursor, &value));
}

static void
test_get_member (void)
{
  ParlanceJsonValue object = parse ("{\"word\":1,\"wor\\u0064\":2,\"words\":3,\"wor\":4,"
                                    "\"word\\u0000\":5,\"w\\\\\":6}");
  ParlanceJsonValue value;

  g_assert_true (parlance_json_get_member (&object, "word", &value));
  assert_text (&value, "2");
  g_assert_true (parlance_json_get_member (&object, "wor", &value));
  assert_text (&value, "4");
  g_assert_true (parlance_json_get_member (&object, "w\\", &value));
  assert_text (&value, "6");
  g_assert_false (parlance_json_get_member (&object, "w\\\\", &value));
  g_assert_false (parlance_json_get_member (&object, "", &value));
  g_assert_false (parlance_json_get_member (&object, "wordy", &value));
  assert_text (&value, "6");
}

static void
test_equals (void)
{
  ParlanceJsonValue string = parse ("\"\\u8dd1\xE6\xAD\xA5\\n\"");

  g_assert_true (parlance_json_string_equals (&string, "\xE8\xB7\x91\xE6\xAD\xA5\n"));
  g_assert_false (parlance_json_string_equals (&string, "\xE8\xB7\x91\xE6\xAD\xA5"));
  g_assert_false (parlance_json_string_equals (&string, "\xE8\xB7\x91\xE6\xAD\xA5\nx"));
  string = parse ("\"\"");
  g_assert_true (parlance_json_string_equals (&string, ""));
  g_assert_false (parlance_json_string_equals (&string, "a"));
  string = parse ("\"\\u0000\"");
  g_assert_false (parlance_json_string_equals (&string, ""));
}

static void
test_decode (void)
{
  static const char decoded[] = "a\"\\/\b\f\n\r\t\0\xC3\xA9\xE8\xB7\x91\xF0\x9F\x98\x80z";
  ParlanceJsonValue string =
      parse ("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\u00e9\\u8DD1\\uD83d\\uDe00z\"");
  gsize n_decoded = parlance_json_string_n_decoded (&string);

  g_assert_cmpuint (n_decoded, ==, sizeof decoded - 1);
  g_autofree char *out = g_malloc (n_decoded);
  g_assert_cmpuint (parlance_json_string_decode (&string, out), ==, n_decoded);
  g_assert_cmpmem (out, n_decoded, decoded, sizeof decoded - 1);
}

static void
test_int64 (void)
{
  static const struct
  {
    const char *text;
    gboolean fits;
    gint64 number;
  } cases[] = {
    { "0", TRUE, 0 },
    { "-0", TRUE, 0 },
    { "-1", TRUE, -1 },
    { "9223372036854775807", TRUE, G_MAXINT64 },
    { "-9223372036854775808", TRUE, G_MININT64 },
    { "9223372036854775808", FALSE, 0 },
    { "-9223372036854775809", FALSE, 0 },
    { "18446744073709551616", FALSE, 0 },
    { "99999999999999999999999", FALSE, 0 },
    { "1.0", FALSE, 0 },
    { "1e3", FALSE, 0 },
    { "\"1\"", FALSE, 0 },
    { "null", FALSE, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ParlanceJsonValue value = parse (cases[i].text);
      gint64 number = 42;
      g_assert_cmpint (parlance_json_get_int64 (&value, &number), ==, cases[i].fits);
      g_assert_cmpint (number, ==, cases[i].fits ? cases[i].number : 42);
    }
}

/* Texts made at random out of pieces of JSON: most are wrong, many are right, and no reading of
 * them may differ from json-c's or touch what lies beyond. */
static void
test_random (void)
{
  static const char *const pieces[] = { "{",      "}",
                                        "[",      "]",
                                        ",",      ":",
                                        "\"a\"",  "\"\\u0041\"",
                                        "\"a\":", "1",
                                        "-0",     "2.5",
                                        "true",   " ",
                                        "[1,2]",  "{\"b\":",
                                        "}",      "]",
                                        "null",   "\"\xC3\xA9\"",
                                        "1e",     "\"",
                                        "\\",     "9e9",
                                        "\n",     "\"\\ud83d\\ude00\"" };
  guint n_accepted = 0;

  for (guint round = 0; round < 200000; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      gint n_pieces = g_test_rand_int_range (1, 9);
      ParlanceJsonValue value;
      for (gint i = 0; i < n_pieces; i++)
        g_string_append (text, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
      if (parses (text->str, text->len, &value))
        n_accepted++;
    }
  g_assert_cmpuint (n_accepted, >, 1000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/json-reader/accepts-what-rfc-8259-does", test_accepts);
  g_test_add_func ("/wire/json-reader/refuses-broken-structure", test_refuses_structure);
  g_test_add_func ("/wire/json-reader/refuses-broken-numbers", test_refuses_numbers);
  g_test_add_func ("/wire/json-reader/refuses-broken-strings", test_refuses_strings);
  g_test_add_func ("/wire/json-reader/refuses-lone-surrogates", test_refuses_surrogate_escapes);
  g_test_add_func ("/wire/json-reader/refuses-ill-formed-utf8", test_refuses_utf8);
  g_test_add_func ("/wire/json-reader/nests-exactly-to-the-limit", test_depth);
  g_test_add_func ("/wire/json-reader/leaves-result-alone-on-failure", test_untouched);
  g_test_add_func ("/wire/json-reader/walks-members", test_members);
  g_test_add_func ("/wire/json-reader/walks-elements", test_elements);
  g_test_add_func ("/wire/json-reader/finds-last-member-by-decoded-key", test_get_member);
  g_test_add_func ("/wire/json-reader/finds-members-in-the-pass-that-checks", test_single_pass);
  g_test_add_func ("/wire/json-reader/compares-decoded-strings", test_equals);
  g_test_add_func ("/wire/json-reader/decodes-every-escape", test_decode);
  g_test_add_func ("/wire/json-reader/reads-integers-that-fit", test_int64);
  g_test_add_func ("/wire/json-reader/agrees-with-json-c-on-random-texts", test_random);
  return g_test_run ();
}
