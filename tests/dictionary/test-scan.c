/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Listing headwords where every key is asked: substring, fuzzy, regexp.
 */
#include <string.h>

#include "tests/dictionary/fake-source.h"

static void
assert_scan (
    Library *library, LibraryStrategy strategy, const char *word, guint limit, const char *expected)
{
  g_autofree char *answer = ask_match (library, strategy, word, "", limit);

  g_assert_cmpstr (answer, ==, expected);
}

static Library *
load_two (Fixture *fixture)
{
  fixture_add (fixture, "a",
               "E\trunner\tx\nE\tRun\tx\t\t5\nE\trun\tx\t\t3\nE\trun\ty\nE\tsun\tx\t\t9\n"
               "E\tru\tx\nE\tRunic\tx\nE\tgun\tx\t\t4\nE\t你好\tx\nE\t你们\tx\nE\t好\tx\n"
               "L\tran\trun\nP\t1\ten\n");
  fixture_add (fixture, "b", "E\trun\tx\nE\trundown\tx\nE\tgum\tx\nE\tgun\tx\nP\t1\ten\n");
  return fixture_load (fixture);
}

static void
test_substring_is_in_order (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = load_two (fixture);

  assert_scan (library, LIBRARY_STRATEGY_SUBSTRING, "UN", 99,
               "0:gun 1:gun 0:Run 0:run 1:run 1:rundown 0:Runic 0:runner 0:sun");
  assert_scan (library, LIBRARY_STRATEGY_SUBSTRING, "un", 3, "0:gun 1:gun 0:Run …");
  assert_scan (library, LIBRARY_STRATEGY_SUBSTRING, "un", 9,
               "0:gun 1:gun 0:Run 0:run 1:run 1:rundown 0:Runic 0:runner 0:sun");
  assert_scan (library, LIBRARY_STRATEGY_SUBSTRING, "好", 99, "0:你好 0:好");
  assert_scan (library, LIBRARY_STRATEGY_SUBSTRING, "runnerx", 99, "");
  assert_scan (library, LIBRARY_STRATEGY_SUBSTRING, "", 99, "");
}

static void
test_fuzzy_is_by_distance_then_frequency_then_headword (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = load_two (fixture);

  /* Distance 0: run; 1: gun (4), sun (9), ru; 2: gum, runic. */
  assert_scan (library, LIBRARY_STRATEGY_FUZZY, "run", 99,
               "0:Run 0:run 1:run 0:gun 1:gun 0:sun 0:ru 1:gum 0:Runic");
  assert_scan (library, LIBRARY_STRATEGY_FUZZY, "run", 1, "0:Run …");
  assert_scan (library, LIBRARY_STRATEGY_FUZZY, "run", 4, "0:Run 0:run 1:run 0:gun …");
  assert_scan (library, LIBRARY_STRATEGY_FUZZY, "run", 9,
               "0:Run 0:run 1:run 0:gun 1:gun 0:sun 0:ru 1:gum 0:Runic");
  assert_scan (library, LIBRARY_STRATEGY_FUZZY, "xunic", 99, "0:Runic");
  assert_scan (library, LIBRARY_STRATEGY_FUZZY, "", 99, "");
}

static void
test_fuzzy_knows_the_frequency_of_forms (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;

  fixture_add (
      fixture, "a",
      "E\twalk\tx\t\t7\nE\twalked\tx\nE\twanked\tx\t\t900\nE\twaaked\tx\nL\twalked\twalk\n");
  library = fixture_load (fixture);

  assert_scan (library, LIBRARY_STRATEGY_FUZZY, "waxked", 9, "0:walked 0:wanked 0:waaked");
}

static void
test_chinese_is_not_fuzzed (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = load_two (fixture);

  assert_scan (library, LIBRARY_STRATEGY_FUZZY, "你好", 99, "0:你好");
  assert_scan (library, LIBRARY_STRATEGY_FUZZY, "你", 99, "");
  assert_scan (library, LIBRARY_STRATEGY_FUZZY, "u", 99,
               "0:ru 0:Run 0:run 1:run 0:gun 1:gun 0:sun 1:gum");
}

static void
test_regexp_is_searched_for_in_keys (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = load_two (fixture);

  assert_scan (library, LIBRARY_STRATEGY_REGEXP, "^R", 99,
               "0:ru 0:Run 0:run 1:run 1:rundown 0:Runic 0:runner");
  assert_scan (library, LIBRARY_STRATEGY_REGEXP, "^[gs]un$", 99, "0:gun 1:gun 0:sun");
  assert_scan (library, LIBRARY_STRATEGY_REGEXP, "N{2}", 99, "0:runner");
  assert_scan (library, LIBRARY_STRATEGY_REGEXP, "^.{2}$", 99, "0:ru 0:你们 0:你好");
  assert_scan (library, LIBRARY_STRATEGY_REGEXP, "^\\w$", 99, "0:好");
  assert_scan (library, LIBRARY_STRATEGY_REGEXP, "u", 2, "1:gum 0:gun …");
  assert_scan (library, LIBRARY_STRATEGY_REGEXP, "", 1, "1:gum …");
  assert_scan (library, LIBRARY_STRATEGY_REGEXP, "(*NO_JIT)^[gs]un$", 99, "0:gun 1:gun 0:sun");
}

/* Folded, \S would be \s and find nothing but headwords of several words. */
static void
test_regexp_is_not_folded (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;

  fixture_add (fixture, "a", "E\tgive up\tx\nE\tgive\tx\n");
  library = fixture_load (fixture);

  assert_scan (library, LIBRARY_STRATEGY_REGEXP, "^\\S+$", 9, "0:give");
  assert_scan (library, LIBRARY_STRATEGY_REGEXP, "\\s", 9, "0:give up");
  assert_scan (library, LIBRARY_STRATEGY_REGEXP, " ", 9, "0:give up");
}

static void
test_regexp_tells_what_is_wrong_with_it (void)
{
  static const struct
  {
    const char *pattern;
    const char *says;
  } wrong[] = {
    { "(run", "missing closing parenthesis (at byte 4)" },
    { "run)", "(at byte 3)" },
    { "*run", "quantifier does not follow a repeatable item" },
    { "[z-a]", "range out of order" },
    { "\\C", "not a regular expression" },
    { "(?<=.*)x", "lookbehind assertion is not fixed length" },
    { "\\", "\\ at end of pattern" },
  };
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = load_two (fixture);

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *answer =
          ask_match (library, LIBRARY_STRATEGY_REGEXP, wrong[i].pattern, "", 9);

      if (!strstr (answer, wrong[i].says))
        g_error ("%s: %s", wrong[i].pattern, answer);
    }
}

/* The headwords are made for the expressions, as an enemy with a dictionary would. */
static void
test_exploding_regexps_end (void)
{
  static const char *const patterns[] = {
    "^(a+)+$",
    "^(a|aa)+$",
    "(a*)*b",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "(.*)*x\\1y",
    "^(?:a?){60}a{60}b$",
    "(a+)+(b+)+(c+)+\\d",
    "(?:(?:a*)*)*\\d",
    "(?R)?a(?R)?b",
    "^(?=(a+)+b)",
    "((a{0,50}){0,50}){0,20}!",
    "(*NO_JIT)^(a+)+$",
    "(*NO_JIT)(?R)?a(?R)?b",
  };
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;
  g_autoptr (GString) lines = g_string_new (NULL);
  guint n_refused = 0;

  for (guint i = 0; i < 300; i++)
    {
      g_string_append (lines, "E\t");
      for (guint j = 0; j < 200; j++)
        g_string_append_c (lines, 'a');
      g_string_append_printf (lines, "%u!\tx\n", i);
    }
  fixture_add (fixture, "a", lines->str);
  library = fixture_load (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (patterns); i++)
    {
      gint64 begin_us = g_get_monotonic_time ();
      g_autofree char *answer = ask_match (library, LIBRARY_STRATEGY_REGEXP, patterns[i], "", 9);

      n_refused += strstr (answer, "the regular expression takes too") != NULL;
      g_assert_cmpint (g_get_monotonic_time () - begin_us, <, 10 * G_USEC_PER_SEC);
    }
  g_assert_cmpuint (n_refused, >=, 3);
}

/* Each strategy with words that are odd in some way; those that are headwords find themselves. */
static void
test_odd_words (void)
{
  static const LibraryStrategy strategies[] = { LIBRARY_STRATEGY_SUBSTRING, LIBRARY_STRATEGY_FUZZY,
                                                LIBRARY_STRATEGY_REGEXP };
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autofree char *long_word = g_strnfill (256, 'w');
  g_autofree char *long_typo = g_strnfill (255, 'w');
  const char *words[] = {
    "x", "e\xcc\x81", "a\xcc\xa7\xcc\x81", "😀", "👩‍👩‍👧", "שלום", "مرحبا", "नमस्ते",
    "ǆ", long_word
  };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    g_string_append_printf (lines, "E\t%s\tx\n", words[i]);
  fixture_add (fixture, "a", lines->str);
  library = fixture_load (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autofree char *expected = g_strconcat ("0:", words[i], NULL);

      for (gsize j = 0; j < G_N_ELEMENTS (strategies); j++)
        {
          g_autofree char *answer = ask_match (library, strategies[j], words[i], "", 99);

          /* Keys are composed: what is decomposed in an expression stays so. */
          if (strategies[j] == LIBRARY_STRATEGY_REGEXP && (i == 1 || i == 2 || i == 8))
            continue;
          if (!strstr (answer, expected))
            g_error ("%s: %s", words[i], answer);
        }
    }
  assert_scan (library, LIBRARY_STRATEGY_FUZZY, "שלם", 1, "0:שלום");
  assert_scan (library, LIBRARY_STRATEGY_FUZZY, "مرحا", 1, "0:مرحبا");
  g_autofree char *expected = g_strconcat ("0:", long_word, NULL);
  assert_scan (library, LIBRARY_STRATEGY_FUZZY, long_typo, 9, expected);
}

static void
test_a_cancelled_scan_gives_nothing (void)
{
  static const LibraryStrategy strategies[] = { LIBRARY_STRATEGY_SUBSTRING, LIBRARY_STRATEGY_FUZZY,
                                                LIBRARY_STRATEGY_REGEXP };
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = load_two (fixture);
  const LibrarySelection all = { .n_indexes = 0 };
  LibraryCancel cancelled;
  LibraryKey key;

  atomic_init (&cancelled, TRUE);
  library_fold ("run", 3, &key);
  for (gsize i = 0; i < G_N_ELEMENTS (strategies); i++)
    {
      const LibraryScan scan = { strategies[i], "run", 3, &key, &all, 9, &cancelled };
      g_autoptr (GError) error = NULL;
      LibraryMatch matches[9];
      gboolean more;

      g_assert_cmpint (library_scan (library, &scan, matches, &more, &error), ==, -1);
      g_assert_error (error, LIBRARY_ERROR, LIBRARY_ERROR_CANCELLED);
    }
}

/* Sorted by headword wherever they were found; each once, though found in several ways; the limit
 * cuts the end of that list. */
static void
test_other_spellings_are_scanned (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;

  fixture_add (fixture, "a",
               "E\t中国\tx\t\t\t\t\ts=中國,r=zhongguo\nE\t三国\tx\t\t\t\t\ts=三國\n"
               "E\t万国\tx\t\t\t\t\ts=萬國,v=万國\nE\t國\tx\nE\t钟\tx\t\t\t\t\ts=鐘,r=zhong\n"
               "E\tcolor\tx\t\t\t\t\ts=colour\nE\tour\tx\nE\tzhon\tx\n");
  fixture_add (fixture, "b", "E\t中国\tx\t\t\t\t\ts=中國\n");
  library = fixture_load (fixture);

  assert_scan (library, LIBRARY_STRATEGY_SUBSTRING, "國", 99, "0:万国 0:三国 0:中国 1:中国 0:國");
  assert_scan (library, LIBRARY_STRATEGY_SUBSTRING, "國", 5, "0:万国 0:三国 0:中国 1:中国 0:國");
  assert_scan (library, LIBRARY_STRATEGY_SUBSTRING, "國", 1, "0:万国 …");
  assert_scan (library, LIBRARY_STRATEGY_SUBSTRING, "OUR", 99, "0:color 0:our");
  assert_scan (library, LIBRARY_STRATEGY_SUBSTRING, "our", 1, "0:color …");
  assert_scan (library, LIBRARY_STRATEGY_SUBSTRING, "hon", 99, "0:zhon");
  assert_scan (library, LIBRARY_STRATEGY_REGEXP, "^.國$", 99, "0:万国 0:三国 0:中国 1:中国");
  assert_scan (library, LIBRARY_STRATEGY_REGEXP, "^.國$", 2, "0:万国 0:三国 …");
  assert_scan (library, LIBRARY_STRATEGY_REGEXP, "OU", 99, "0:color 0:our");
  assert_scan (library, LIBRARY_STRATEGY_REGEXP, "^zh", 99, "0:zhon");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dictionary/scan/substring-is-in-order", test_substring_is_in_order);
  g_test_add_func ("/dictionary/scan/fuzzy-is-by-distance-then-frequency-then-headword",
                   test_fuzzy_is_by_distance_then_frequency_then_headword);
  g_test_add_func ("/dictionary/scan/fuzzy-knows-the-frequency-of-forms",
                   test_fuzzy_knows_the_frequency_of_forms);
  g_test_add_func ("/dictionary/scan/chinese-is-not-fuzzed", test_chinese_is_not_fuzzed);
  g_test_add_func ("/dictionary/scan/regexp-is-searched-for-in-keys",
                   test_regexp_is_searched_for_in_keys);
  g_test_add_func ("/dictionary/scan/regexp-is-not-folded", test_regexp_is_not_folded);
  g_test_add_func ("/dictionary/scan/regexp-tells-what-is-wrong-with-it",
                   test_regexp_tells_what_is_wrong_with_it);
  g_test_add_func ("/dictionary/scan/exploding-regexps-end", test_exploding_regexps_end);
  g_test_add_func ("/dictionary/scan/other-spellings-are-scanned",
                   test_other_spellings_are_scanned);
  g_test_add_func ("/dictionary/scan/odd-words", test_odd_words);
  g_test_add_func ("/dictionary/scan/a-cancelled-scan-gives-nothing",
                   test_a_cancelled_scan_gives_nothing);
  return g_test_run ();
}
