/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is written as JSON, and that it reads back as it was.
 */
#include "protocol/wire/json-reader.h"
#include "protocol/wire/json-writer.h"

#include <string.h>

static void
assert_written (const char *text, gsize n_bytes, const char *expected)
{
  g_autoptr (GString) out = g_string_new ("x");

  parlance_json_append_string (out, text, n_bytes);
  g_assert_cmpstr (out->str + 1, ==, expected);
}

static void
test_escapes (void)
{
  assert_written ("", 0, "\"\"");
  assert_written ("plain", 5, "\"plain\"");
  assert_written ("\"\\\n\t\r\0\x1f\x7f/", 9, "\"\\\"\\\\\\n\\t\\u000d\\u0000\\u001f\x7f/\"");
  assert_written ("\xE8\xB7\x91\xE6\xAD\xA5", 6, "\"\xE8\xB7\x91\xE6\xAD\xA5\"");
  assert_written ("sixteen bytes or more, then\na line", 34,
                  "\"sixteen bytes or more, then\\na line\"");
}

static void
assert_reads_back (const char *text, guint n_bytes)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *back = g_malloc (n_bytes + 1);
  ParlanceJsonValue value;

  parlance_json_append_string (out, text, n_bytes);
  g_assert_true (parlance_json_parse (out->str, out->len, 0, &value));
  g_assert_cmpuint (parlance_json_string_n_decoded (&value), ==, n_bytes);
  gsize n_back = parlance_json_string_decode (&value, back);
  g_assert_cmpmem (back, n_back, text, n_bytes);
}

static void
test_round_trip (void)
{
  char text[64];

  for (guint round = 0; round < 6400; round++)
    {
      guint n_bytes = round % sizeof text;
      for (guint i = 0; i < n_bytes; i++)
        text[i] = (char)(g_test_rand_bit () ? g_test_rand_int_range (0, 0x80) : 'a');
      assert_reads_back (text, n_bytes);
    }
}

static void
test_int64 (void)
{
  g_autoptr (GString) out = g_string_new (NULL);

  parlance_json_append_int64 (out, 0);
  g_string_append_c (out, ' ');
  parlance_json_append_int64 (out, -10);
  g_string_append_c (out, ' ');
  parlance_json_append_int64 (out, G_MAXINT64);
  g_string_append_c (out, ' ');
  parlance_json_append_int64 (out, G_MININT64);
  g_assert_cmpstr (out->str, ==, "0 -10 9223372036854775807 -9223372036854775808");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/json-writer/escapes-what-must-be", test_escapes);
  g_test_add_func ("/wire/json-writer/writes-what-reads-back", test_round_trip);
  g_test_add_func ("/wire/json-writer/writes-integers", test_int64);
  return g_test_run ();
}
