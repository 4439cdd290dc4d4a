/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Laying text out, and making strangers' text harmless, character by character.
 */
#include <string.h>

#include "client-cli/display-text.h"
#include "client-cli/wrap.h"

static void
assert_wrapped (const char *text, guint indent, guint columns, const char *expected)
{
  g_autoptr (GString) out = g_string_new (NULL);

  wrap_append (out, text, indent, columns);
  g_assert_cmpstr (out->str, ==, expected);
}

static void
test_breaks_at_spaces (void)
{
  assert_wrapped ("one two three four five", 2, 18, "  one two three\n  four five\n");
  assert_wrapped ("sixteen letters! next", 0, 16, "sixteen letters!\nnext\n");
  assert_wrapped ("sixteen letters!    next", 0, 16, "sixteen letters!\nnext\n");
  assert_wrapped ("", 2, 20, "\n");
  assert_wrapped ("a\n\nb\n\n", 2, 20, "  a\n\n  b\n");
}

static void
test_cuts_a_word_that_is_too_wide (void)
{
  assert_wrapped ("abcdefghijklmnopqrstuvwxyz", 0, 16, "abcdefghijklmnop\nqrstuvwxyz\n");
  assert_wrapped ("跑跑跑跑跑跑跑跑跑", 0, 17, "跑跑跑跑跑跑跑跑\n跑\n");
}

static void
test_narrow_terminal_keeps_some_room (void)
{
  assert_wrapped ("one two three four", 4, 1, "    one two three\n    four\n");
}

static void
test_own_indent_hangs (void)
{
  assert_wrapped ("  one two three four five", 0, 18, "  one two three\n  four five\n");
  assert_wrapped ("                              deep", 0, 20, "    deep\n");
}

static const char filled[] =
    "run\n"
    "     n 1: a score in baseball made by a runner touching all four\n"
    "          bases safely; \"the Yankees scored three runs in the ninth\n"
    "          inning\"\n"
    "     2: the act of testing something\n"
    "          an example of it\n"
    "          another one\n";

static void
test_filled_text_is_filled_again (void)
{
  assert_wrapped (filled, 0, 44,
                  "run\n"
                  "     n 1: a score in baseball made by a\n"
                  "          runner touching all four bases\n"
                  "          safely; \"the Yankees scored three\n"
                  "          runs in the ninth inning\"\n"
                  "     2: the act of testing something\n"
                  "          an example of it\n"
                  "          another one\n");
}

static void
test_filled_text_that_fits_stays (void)
{
  assert_wrapped (filled, 0, 80, filled);
}

static void
test_lines_of_one_indent_stay_apart (void)
{
  assert_wrapped ("n. the first of several translations, as long as lines are\n"
                  "v. the second of several translations, as long as the first",
                  0, 40,
                  "n. the first of several translations, as\nlong as lines are\n"
                  "v. the second of several translations,\nas long as the first\n");
}

static void
test_combining_marks_take_no_room (void)
{
  assert_wrapped ("e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301"
                  "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301 x",
                  0, 16,
                  "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301"
                  "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301\nx\n");
}

static void
test_punctuation_stays_with_its_character (void)
{
  assert_wrapped ("跑跑跑跑跑跑跑步。", 0, 17, "跑跑跑跑跑跑跑\n步。\n");
  assert_wrapped ("跑跑跑跑跑跑跑（步）", 0, 16, "跑跑跑跑跑跑跑\n（步）\n");
}

static void
test_tabs_are_columns (void)
{
  assert_wrapped ("a\tb", 0, 40, "a       b\n");
  assert_wrapped ("跑\tb", 2, 40, "  跑      b\n");
  assert_wrapped ("a\tb", 2, 0, "  a\tb\n");
}

static void
assert_shown (const char *text, gsize n_bytes, DisplayLayout layout, const char *expected)
{
  g_autoptr (GString) out = g_string_new (NULL);

  display_append (out, text, n_bytes, layout);
  g_assert_cmpstr (out->str, ==, expected);
}

static void
test_ill_formed_bytes_are_replaced (void)
{
  assert_shown ("a\xff\xfe"
                "b\xe2\x80",
                6, DISPLAY_LINE, "a\uFFFD\uFFFDb\uFFFD\uFFFD");
  assert_shown ("a\0b", 3, DISPLAY_LINE, "a␀b");
}

static void
test_every_control_is_shown (void)
{
  for (gunichar c = 0; c <= 0x10FFFF; c++)
    {
      GUnicodeType type = g_unichar_type (c);
      if (type != G_UNICODE_CONTROL && type != G_UNICODE_LINE_SEPARATOR &&
          type != G_UNICODE_PARAGRAPH_SEPARATOR)
        continue;

      char bytes[6];
      gsize n_bytes = (gsize)g_unichar_to_utf8 (c, bytes);
      g_autoptr (GString) out = g_string_new (NULL);
      display_append (out, bytes, n_bytes, DISPLAY_LINE);
      g_assert_cmpuint (out->len, >, 1);
      g_assert_null (g_strstr_len (out->str, (gssize)out->len, "\033"));
      g_assert_cmpint (memcmp (out->str, bytes, n_bytes), !=, 0);
    }
}

static void
test_layout_passes_in_text_only (void)
{
  assert_shown ("a\n\tb\r", 5, DISPLAY_TEXT, "a\n\tb␍");
  assert_shown ("a\n\tb", 4, DISPLAY_LINE, "a␊␉b");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/wrap/breaks-at-spaces", test_breaks_at_spaces);
  g_test_add_func ("/cli/wrap/cuts-a-word-that-is-too-wide", test_cuts_a_word_that_is_too_wide);
  g_test_add_func ("/cli/wrap/narrow-terminal-keeps-some-room",
                   test_narrow_terminal_keeps_some_room);
  g_test_add_func ("/cli/wrap/own-indent-hangs", test_own_indent_hangs);
  g_test_add_func ("/cli/wrap/filled-text-is-filled-again", test_filled_text_is_filled_again);
  g_test_add_func ("/cli/wrap/filled-text-that-fits-stays", test_filled_text_that_fits_stays);
  g_test_add_func ("/cli/wrap/lines-of-one-indent-stay-apart", test_lines_of_one_indent_stay_apart);
  g_test_add_func ("/cli/wrap/combining-marks-take-no-room", test_combining_marks_take_no_room);
  g_test_add_func ("/cli/wrap/punctuation-stays-with-its-character",
                   test_punctuation_stays_with_its_character);
  g_test_add_func ("/cli/wrap/tabs-are-columns", test_tabs_are_columns);
  g_test_add_func ("/cli/display-text/ill-formed-bytes-are-replaced",
                   test_ill_formed_bytes_are_replaced);
  g_test_add_func ("/cli/display-text/every-control-is-shown", test_every_control_is_shown);
  g_test_add_func ("/cli/display-text/layout-passes-in-text-only", test_layout_passes_in_text_only);
  return g_test_run ();
}
