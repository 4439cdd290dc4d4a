/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finding headwords in a text: where they begin and end, which one is taken, and what hostile text
 * costs.
 */
#include <string.h>

#include "tests/dictionary/fake-source.h"

#define MAX_SPANS 5000
#define N_HOSTILE 8192 /* [bytes] */

static const char english[] =
    "P\t1\ten\n"
    "E\tgive\tx\nE\tgave\tx\nE\tup\tx\nE\tgive up\tx\nE\tlook\tx\n"
    "E\tlook forward to\tx\nE\tice cream\tx\nE\tice\tx\nE\tcream\tx\n"
    "E\tdon't\tx\nE\twell-known\tx\nE\tmother-in-law\tx\nE\tcat\tx\n"
    "E\tchild\tx\nE\tchildren\tx\nE\tthe\tx\nE\tPolish\tx\nE\tpolish\tx\n"
    "E\ta.m.\tx\nE\t2\tx\nE\tcat.\tx\nE\tC++\tx\nE\tC+\tx\nE\twat\tx\nE\twater\tx\n"
    "E\tlie\tx\nE\tlay\tx\nE\ttake care of\tx\nE\ttake\tx\n"
    "L\tgave\tgive\nL\tlooking\tlook\nL\tlays\tlay\n";

static const char chinese[] =
    "P\t1\tzh\n"
    "E\t研究\tx\nE\t研究生\tx\nE\t生命\tx\nE\t命\tx\nE\t的\tx\nE\t起源\tx\n"
    "E\t卡拉OK\tx\nE\tT恤\tx\nE\t生\tx\nE\tガラス\tx\n";

/* "0-4:give 5-7:up~", the dictionary's index before the headword unless it is 0; "damaged". */
static char *
ask_annotate (
    Library *library, const char *text, gssize n_text, gint64 at, const char *dictionaries)
{
  g_autofree LibrarySpan *spans = g_new (LibrarySpan, MAX_SPANS);
  LibrarySelection selection = { .n_indexes = 0 };
  GString *answer = g_string_new (NULL);
  int n;

  for (; *dictionaries; dictionaries++)
    selection.indexes[selection.n_indexes++] = (guint8)(*dictionaries - '0');
  n = library_annotate (library, text, n_text < 0 ? strlen (text) : (gsize)n_text, at, &selection,
                        MAX_SPANS, spans);
  for (int i = 0; i < n; i++)
    {
      g_string_append_printf (answer, "%s%u-%u:", i > 0 ? " " : "", spans[i].start, spans[i].end);
      if (spans[i].dictionary > 0)
        g_string_append_printf (answer, "%u:", spans[i].dictionary);
      g_string_append_len (answer, spans[i].headword, spans[i].n_headword);
      if (spans[i].is_lemma)
        g_string_append_c (answer, '~');
    }
  return g_string_free (n < 0 ? g_string_assign (answer, "damaged") : answer, FALSE);
}

static void
assert_text (Library *library, const char *text, const char *expected)
{
  g_autofree char *answer = ask_annotate (library, text, -1, LIBRARY_WHOLE_TEXT, "");

  g_assert_cmpstr (answer, ==, expected);
}

static void
assert_at (Library *library, const char *text, gint64 at, const char *expected)
{
  g_autofree char *answer = ask_annotate (library, text, -1, at, "");

  g_assert_cmpstr (answer, ==, expected);
}

static Library *
load (Fixture *fixture)
{
  fixture_add (fixture, "a", english);
  fixture_add (fixture, "b", chinese);
  return fixture_load (fixture);
}

static void
test_takes_the_longest_from_left_to_right (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = load (fixture);

  assert_text (library, "give up the ice", "0-7:give up 8-11:the 12-15:ice");
  assert_text (library, "xx give yy up", "3-7:give 11-13:up");
  assert_text (library, "研究生命的起源。", "0-3:1:研究生 3-4:1:命 4-5:1:的 5-7:1:起源");
  assert_text (library, "我的研究", "1-2:1:的 2-4:1:研究");
  assert_text (library, "", "");
  assert_text (library, "zz, yy!", "");
}

static void
test_cuts_at_the_borders_of_words (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = load (fixture);

  assert_text (library, "upper thecat give2 2up", "");
  assert_text (library, "don't well-known mother-in-law",
               "0-5:don't 6-16:well-known 17-30:mother-in-law");
  assert_text (library, "up-cat (the) \"ice\"", "0-2:up 3-6:cat 8-11:the 14-17:ice");
  assert_text (library, "唱卡拉OK穿T恤", "1-5:1:卡拉OK 6-8:1:T恤");
  assert_text (library, "the cat. At 5 a.m. the", "0-3:the 4-7:cat 14-18:a.m. 19-22:the");
  assert_text (library, "C++ C+ C+++", "0-3:C++ 4-6:C+");
}

static void
test_inflections_count (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = load (fixture);

  assert_text (library, "he gave up", "3-10:give up~");
  assert_text (library, "looking forward to ice creams", "0-18:look forward to~ 19-29:ice cream~");
  assert_text (library, "gave", "0-4:gave");
  assert_text (library, "taking care of cats", "0-14:take care of~ 15-19:cat~");
  assert_text (library, "took care of", "0-12:take care of~");
  assert_text (library, "children's cat's", "0-10:children~ 11-16:cat~");
  assert_text (library, "the water", "0-3:the 4-9:water");
}

static void
test_matches_as_keys_are_folded (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = load (fixture);

  assert_text (library, "ＧＩＶＥ　ＵＰ", "0-7:give up");
  assert_text (library, "Give\n  up, don’t", "0-9:give up 11-16:don't");
  assert_text (library, "Polish polish POLISH", "0-6:Polish 7-13:polish 14-20:Polish");
  assert_text (library, "ｶﾞﾗｽ", "0-4:1:ガラス");
  assert_text (library, "e\xcc\x81 cat", "3-6:cat");
}

static void
test_a_place_has_every_headword_over_it (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = load (fixture);

  assert_at (library, "he gave up", 3, "3-10:give up~ 3-7:gave 3-7:give~");
  assert_at (library, "he gave up", 6, "3-10:give up~ 3-7:gave 3-7:give~");
  assert_at (library, "he gave up", 9, "3-10:give up~ 8-10:up");
  assert_at (library, "研究生命", 2, "0-3:1:研究生 2-4:1:生命 2-3:1:生");
  assert_at (library, "研究生命", 3, "2-4:1:生命 3-4:1:命");
  assert_at (library, "well-known", 4, "0-10:well-known");
  assert_at (library, "children's", 9, "0-10:children~ 0-10:child~");
  assert_at (library, "the water", 5, "4-9:water");
  assert_at (library, "lay", 0, "0-3:lay 0-3:lie~");
  assert_at (library, "give up give up", 9, "8-15:give up 8-12:give");
}

static void
test_between_words_there_is_none (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = load (fixture);

  assert_at (library, "give up", 4, "");
  assert_at (library, "give up", 7, "");
  assert_at (library, "give, up", 4, "");
  assert_at (library, "", 0, "");
}

static void
test_order_of_preference (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;
  g_autofree char *turned = NULL, *only = NULL;

  fixture_add (fixture, "a", "P\t1\ten\nL\tsaws\tsee\nE\tsee\tx\nE\tha ha\tx\nE\tlong word\tx\n");
  fixture_add (fixture, "b", "P\t1\ten\nE\tsaws\tx\nE\tsee\tx\nE\tlong\tx\n");
  library = fixture_load (fixture);

  assert_text (library, "saws", "0-4:1:saws");
  assert_text (library, "see", "0-3:see");
  assert_at (library, "saws", 0, "0-4:1:saws 0-4:see~");
  assert_at (library, "ha ha ha", 3, "0-5:ha ha");
  turned = ask_annotate (library, "see long word", -1, LIBRARY_WHOLE_TEXT, "10");
  g_assert_cmpstr (turned, ==, "0-3:1:see 4-13:long word");
  only = ask_annotate (library, "saws long word", -1, LIBRARY_WHOLE_TEXT, "1");
  g_assert_cmpstr (only, ==, "0-4:1:saws 5-9:1:long");
}

static void
test_order_among_inflections (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;
  g_autofree char *turned = NULL;

  fixture_add (fixture, "a", "P\t1\ten\nL\tseeing\tsee\nE\tsee\tx\n");
  fixture_add (fixture, "b", "P\t1\ten\nL\tseeing\tseer\nE\tseer\tx\n");
  library = fixture_load (fixture);

  assert_text (library, "seeing", "0-6:see~");
  turned = ask_annotate (library, "seeing", -1, LIBRARY_WHOLE_TEXT, "10");
  g_assert_cmpstr (turned, ==, "0-6:1:seer~");
}

static void
test_positions_are_the_texts_own (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = load (fixture);
  g_autofree char *nul = NULL;

  assert_text (library, "👨‍👩‍👧 cat ﷺ cat", "6-9:cat 12-15:cat");
  assert_text (library, "é\xcc\x81ﬁ½ cat", "5-8:cat");
  assert_at (library, "㏂", 0, "0-1:a.m.");
  assert_text (library, "up ㏂", "0-2:up 3-4:a.m.");
  nul = ask_annotate (library, "cat\0cat up", 10, LIBRARY_WHOLE_TEXT, "");
  g_assert_cmpstr (nul, ==, "0-3:cat 4-7:cat 8-10:up");
}

static void
test_longest_headword_that_is_found (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;
  g_autoptr (GString) most = g_string_new ("长");
  g_autoptr (GString) lines = g_string_new ("E\t长\tx\nE\t");
  g_autofree char *found = NULL, *missed = NULL;

  for (guint i = 1; i < 32; i++)
    g_string_append (most, "短");
  g_string_append_printf (lines, "%s\tx\nE\t%s词\tx\n", most->str, most->str);
  fixture_add (fixture, "a", lines->str);
  library = fixture_load (fixture);

  g_string_append (most, "词");
  found = ask_annotate (library, most->str, (gssize)most->len - 3, 31, "");
  g_assert_true (g_str_has_prefix (found, "0-32:长短"));
  missed = ask_annotate (library, most->str, -1, 32, "");
  g_assert_cmpstr (missed, ==, "");
}

/* Each piece over and over: the answer has to be right, and soon. */
static void
test_hostile_text_is_bounded (void)
{
  static const struct
  {
    const char *piece;
    guint n_spans;
  } texts[] = {
    { "a", 0 },
    { " ", 0 },
    { "\xcc\x81\xcc\xa7", 0 },
    { "👨‍👩‍👧‍👦", 0 },
    { "مرحبا", 0 },
    { "\n\t", 0 },
    { "'", 0 },
    { "cat ", 2048 },
    { "研", 0 },
    { "生", 2730 },
    { "a\xcc\x81", 0 },
    { "-", 0 },
    { "\xef\xb7\xba", 0 },
    { "give ", 1638 },
    { "gave up ", 1024 },
    { "\xe2\x80\x8d", 0 },
  };
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = load (fixture);
  g_autofree LibrarySpan *spans = g_new (LibrarySpan, MAX_SPANS);
  LibrarySelection all = { .n_indexes = 0 };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      gint64 begin_us = g_get_monotonic_time ();
      glong n_points;

      while (text->len + strlen (texts[i].piece) <= N_HOSTILE)
        g_string_append (text, texts[i].piece);
      n_points = g_utf8_strlen (text->str, -1);
      g_assert_cmpint (library_annotate (library, text->str, text->len, LIBRARY_WHOLE_TEXT, &all,
                                         MAX_SPANS, spans),
                       ==, texts[i].n_spans);
      for (glong at = 0; at <= n_points; at += 97)
        g_assert_cmpint (
            library_annotate (library, text->str, text->len, at, &all, MAX_SPANS, spans), >=, 0);
      /* It takes a hundredth of that; sanitizers and other programs slow it down. */
      g_assert_cmpint (g_get_monotonic_time () - begin_us, <, 30 * G_USEC_PER_SEC);
      if (texts[i].n_spans > 0)
        g_assert_cmpint (
            library_annotate (library, text->str, text->len, LIBRARY_WHOLE_TEXT, &all, 7, spans),
            ==, 7);
    }
}

/* Traditional characters and synonyms are other ways to write a headword; how one is pronounced is
 * none, or English would be full of pinyin. */
static void
test_other_spellings_count_and_readings_do_not (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;

  fixture_add (
      fixture, "a",
      "P\t1\tzh\n"
      "E\t学习\tx\t\t\t\t\ts=學習,r=xuexi\nE\t研究\tx\nE\t生命\tx\n"
      "E\t研究生\tx\t\t\t\t\ts=研究生員\n"
      "E\t发展\tx\t\t\t\t\ts=發展\nE\t中国\tx\t\t\t\t\ts=中國\nE\t国\tx\t\t\t\t\ts=國\n"
      "E\t发\tx\t\t\t\t\ts=發,v=髮\nE\t发\ty\t\t\t\t\ts=髮,v=發\n"
      "E\t社\tx\t\t\t\t\tr=she\nE\t龙\tx\t\t\t\t\ts=龍,r=long\nE\t你好\tx\t\t\t\t\tr=ni hao\n"
      "E\tcolor\tx\t\t\t\t\ts=colour\nE\tice cream\tx\t\t\t\t\ts=frozen custard pie\n");
  library = fixture_load (fixture);

  assert_text (library, "我學習中國的發展", "1-3:学习 3-5:中国 6-8:发展");
  assert_text (library, "我学习中国的发展", "1-3:学习 3-5:中国 6-8:发展");
  assert_text (library, "研究生員研究生命", "0-4:研究生 4-7:研究生");
  assert_text (library, "頭髮", "1-2:发");
  assert_text (library, "she is long, ni hao", "");
  assert_text (library, "the Colour of a frozen custard pie", "4-10:color 16-34:ice cream");
  assert_at (library, "中國", 1, "0-2:中国 1-2:国");
  assert_at (library, "color colour", 7, "6-12:color");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dictionary/annotate/takes-the-longest-from-left-to-right",
                   test_takes_the_longest_from_left_to_right);
  g_test_add_func ("/dictionary/annotate/cuts-at-the-borders-of-words",
                   test_cuts_at_the_borders_of_words);
  g_test_add_func ("/dictionary/annotate/inflections-count", test_inflections_count);
  g_test_add_func ("/dictionary/annotate/matches-as-keys-are-folded",
                   test_matches_as_keys_are_folded);
  g_test_add_func ("/dictionary/annotate/a-place-has-every-headword-over-it",
                   test_a_place_has_every_headword_over_it);
  g_test_add_func ("/dictionary/annotate/between-words-there-is-none",
                   test_between_words_there_is_none);
  g_test_add_func ("/dictionary/annotate/order-of-preference", test_order_of_preference);
  g_test_add_func ("/dictionary/annotate/order-among-inflections", test_order_among_inflections);
  g_test_add_func ("/dictionary/annotate/positions-are-the-texts-own",
                   test_positions_are_the_texts_own);
  g_test_add_func ("/dictionary/annotate/longest-headword-that-is-found",
                   test_longest_headword_that_is_found);
  g_test_add_func ("/dictionary/annotate/other-spellings-count-and-readings-do-not",
                   test_other_spellings_count_and_readings_do_not);
  g_test_add_func ("/dictionary/annotate/hostile-text-is-bounded", test_hostile_text_is_bounded);
  return g_test_run ();
}
