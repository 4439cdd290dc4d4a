/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Listing and suggesting headwords.
 */
#include <string.h>

#include "tests/dictionary/fake-source.h"

static void
assert_match (
    Library *library, LibraryStrategy strategy, const char *word, guint limit, const char *expected)
{
  g_autofree char *answer = ask_match (library, strategy, word, "", limit);

  g_assert_cmpstr (answer, ==, expected);
}

static Library *
load_two (Fixture *fixture)
{
  fixture_add (fixture, "a",
               "E\trunner\tx\nE\tRun\tx\nE\trun\tx\nE\trun\ty\nE\tsun\tx\nE\tru\tx\n"
               "E\tRunic\tx\nE\tgun\tx\nL\tran\trun\nP\t1\ten\n");
  fixture_add (fixture, "b", "E\trun\tx\nE\trundown\tx\nE\tgum\tx\nP\t1\ten\n");
  return fixture_load (fixture);
}

static void
test_merges_in_order (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = load_two (fixture);

  assert_match (library, LIBRARY_STRATEGY_PREFIX, "RUN", 9,
                "0:Run 0:run 1:run 1:rundown 0:Runic 0:runner");
  assert_match (library, LIBRARY_STRATEGY_SUFFIX, "un", 9, "0:gun 0:Run 0:run 1:run 0:sun");
  assert_match (library, LIBRARY_STRATEGY_EXACT, "run", 9, "0:Run 0:run 1:run");
  assert_match (library, LIBRARY_STRATEGY_LEMMA, "ran", 9, "0:Run 0:run 1:run");
  assert_match (library, LIBRARY_STRATEGY_SOUNDEX, "goon", 9, "1:gum 0:gun");
  assert_match (library, LIBRARY_STRATEGY_PREFIX, "runs", 9, "");
  assert_match (library, LIBRARY_STRATEGY_SUFFIX, "xrun", 9, "");
  assert_match (library, LIBRARY_STRATEGY_PREFIX, "", 9, "");
  assert_match (library, LIBRARY_STRATEGY_SOUNDEX, "你", 9, "");
}

static void
test_order_follows_the_selection (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = load_two (fixture);
  g_autofree char *answer = ask_match (library, LIBRARY_STRATEGY_EXACT, "run", "10", 9);

  g_assert_cmpstr (answer, ==, "0:Run 1:run 0:run");
}

static void
test_more_says_whether_the_limit_cut (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = load_two (fixture);

  assert_match (library, LIBRARY_STRATEGY_PREFIX, "run", 5,
                "0:Run 0:run 1:run 1:rundown 0:Runic …");
  assert_match (library, LIBRARY_STRATEGY_PREFIX, "run", 6,
                "0:Run 0:run 1:run 1:rundown 0:Runic 0:runner");
  assert_match (library, LIBRARY_STRATEGY_SUFFIX, "un", 1, "0:gun …");
  assert_match (library, LIBRARY_STRATEGY_SUFFIX, "un", 2, "0:gun 0:Run …");
  assert_match (library, LIBRARY_STRATEGY_SUFFIX, "un", 4, "0:gun 0:Run 0:run 1:run …");
  assert_match (library, LIBRARY_STRATEGY_SUFFIX, "un", 5, "0:gun 0:Run 0:run 1:run 0:sun");
  assert_match (library, LIBRARY_STRATEGY_EXACT, "run", 1, "0:Run …");
  assert_match (library, LIBRARY_STRATEGY_SOUNDEX, "goon", 1, "1:gum …");
}

/* The selection of the smallest from a large range against plain sorting. */
static void
test_suffix_takes_the_first_of_many (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autoptr (GString) expected = g_string_new (NULL);

  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (lines, "E\tw%04ue\tx\n", (i * 2741) % 5000);
  for (guint i = 0; i < 100; i++)
    g_string_append_printf (expected, "0:w%04ue ", i);
  g_string_append (expected, "…");
  fixture_add (fixture, "a", lines->str);
  library = fixture_load (fixture);

  assert_match (library, LIBRARY_STRATEGY_SUFFIX, "e", 100, expected->str);
}

static void
test_suffixes_are_characters (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;

  fixture_add (fixture, "a", "E\tcafé\tx\nE\tblé\tx\nE\t大学\tx\nE\t学\tx\nE\tble\tx\n");
  library = fixture_load (fixture);

  assert_match (library, LIBRARY_STRATEGY_SUFFIX, "é", 9, "0:blé 0:café");
  assert_match (library, LIBRARY_STRATEGY_SUFFIX, "学", 9, "0:大学 0:学");
  assert_match (library, LIBRARY_STRATEGY_PREFIX, "大", 9, "0:大学");
}

static void
test_keys_longer_than_a_word_sort_by_all_their_bytes (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;

  fixture_add (fixture, "a",
               "E\tabcdefghij\tx\nE\tabcdefgh\tx\nE\tabcdefghi\tx\nE\tabcdefgh a\tx\n"
               "E\tabcdefg\tx\nE\tzzabcdefghij\tx\nE\tyabcdefghij\tx\n");
  library = fixture_load (fixture);

  assert_match (library, LIBRARY_STRATEGY_PREFIX, "abc", 9,
                "0:abcdefg 0:abcdefgh 0:abcdefgh a 0:abcdefghi 0:abcdefghij");
  assert_match (library, LIBRARY_STRATEGY_SUFFIX, "abcdefghij", 9,
                "0:abcdefghij 0:yabcdefghij 0:zzabcdefghij");
  assert_match (library, LIBRARY_STRATEGY_SUFFIX, "yabcdefghij", 9, "0:yabcdefghij");
}

static void
test_other_keys_lead_to_headwords (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;

  fixture_add (fixture, "a",
               "E\t你好\tx\t\t\t\t\tr=nihao,r=nǐhǎo\nE\t学习\tx\t\t\t\t\ts=學習,r=xuexi\n"
               "E\t学\tx\t\t\t\t\ts=學,r=xue\nE\t学\ty\t\t\t\t\ts=斅,r=xue\nE\tnib\tx\n"
               "E\t西安\tx\t\t\t\t\tr=xian,r=xi'an\n");
  library = fixture_load (fixture);

  assert_match (library, LIBRARY_STRATEGY_PREFIX, "nih", 9, "0:你好");
  assert_match (library, LIBRARY_STRATEGY_PREFIX, "ni", 9, "0:nib 0:你好");
  assert_match (library, LIBRARY_STRATEGY_PREFIX, "ni", 1, "0:nib …");
  assert_match (library, LIBRARY_STRATEGY_PREFIX, "ni h", 9, "0:你好");
  assert_match (library, LIBRARY_STRATEGY_PREFIX, "ni3", 9, "0:你好");
  assert_match (library, LIBRARY_STRATEGY_PREFIX, "x", 9, "0:学 0:学习 0:西安");
  assert_match (library, LIBRARY_STRATEGY_PREFIX, "x", 2, "0:学 0:学习 …");
  assert_match (library, LIBRARY_STRATEGY_PREFIX, "xi a", 9, "0:西安");
  assert_match (library, LIBRARY_STRATEGY_PREFIX, "學", 9, "0:学 0:学习");
  assert_match (library, LIBRARY_STRATEGY_SUFFIX, "習", 9, "0:学习");
  assert_match (library, LIBRARY_STRATEGY_SUFFIX, "hao", 9, "");
  assert_match (library, LIBRARY_STRATEGY_EXACT, "斅", 9, "0:学");
  assert_match (library, LIBRARY_STRATEGY_EXACT, "ni3 hao3", 9, "0:你好");
  assert_match (library, LIBRARY_STRATEGY_EXACT, "ni", 9, "");
}

/* The first of many keys that each lead to the same few headwords. */
static void
test_prefix_takes_each_headword_once (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autoptr (GString) expected = g_string_new (NULL);

  for (guint i = 0; i < 4000; i++)
    {
      guint n = (i * 2741) % 4000;

      g_string_append_printf (lines, "E\tw%04u\tx\t\t\t\t\ts=k%u,r=k%u,r=ka%u\n", n, n, i,
                              4000 - n);
    }
  for (guint i = 0; i < 100; i++)
    g_string_append_printf (expected, "0:w%04u ", i);
  g_string_append (expected, "…");
  fixture_add (fixture, "a", lines->str);
  library = fixture_load (fixture);

  assert_match (library, LIBRARY_STRATEGY_PREFIX, "k", 100, expected->str);
}

static void
assert_suggest (Library *library, const char *word, guint limit, const char *expected)
{
  g_autofree char *answer = ask_suggest (library, word, limit);

  g_assert_cmpstr (answer, ==, expected);
}

static void
test_suggests_near_words_best_first (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;

  fixture_add (fixture, "a",
               "E\treceive\tx\t\t9\nE\trelieve\tx\t\t4\nE\trecede\tx\t\t0\nE\trecipe\tx\t\t7\n"
               "E\tdeceive\tx\t\t1\nE\treceiver\tx\t\t0\nE\treceived\tx\t\t3\n"
               "E\t你好\tx\nE\t你们\tx\n");
  fixture_add (fixture, "b", "E\treceive\tx\nE\treceive\ty\n");
  library = fixture_load (fixture);

  /* Swapped vowels are the likeliest error; of errors as likely, that of a frequent word. */
  assert_suggest (library, "recieve", 8,
                  "0:receive 0:relieve 0:received 0:deceive 0:recipe 0:receiver 0:recede");
  assert_suggest (library, "receive", 2, "0:received 0:deceive");
  assert_suggest (library, "recieve", 2, "0:receive 0:relieve");
  assert_suggest (library, "x", 8, "");
  assert_suggest (library, "", 8, "");
}

static void
test_suggests_where_spaces_belong (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;

  fixture_add (fixture, "a",
               "E\ta lot\tx\nE\tallot\tx\nE\tslot\tx\nE\tsomething\tx\nE\tcan't\tx\nE\tcant\tx\n"
               "E\twell-known\tx\n");
  library = fixture_load (fixture);

  assert_suggest (library, "alot", 1, "0:a lot");
  assert_suggest (library, "some thing", 8, "0:something");
  assert_suggest (library, "cannt", 1, "0:cant");
  assert_suggest (library, "well known", 8, "0:well-known");
  assert_suggest (library, "wellknown", 8, "0:well-known");
}

/* Of a Chinese text that is no headword, the headwords that stand in it. */
static void
test_suggests_the_words_of_a_chinese_text (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;

  fixture_add (fixture, "a", "E\t你\tx\nE\t你好\tx\nE\t中国\tx\nE\t中国人\tx\nE\t人\tx\n");
  library = fixture_load (fixture);

  assert_suggest (library, "你好中国人", 8, "0:你好 0:中国人");
  assert_suggest (library, "你好，中国们你好", 8, "0:你好 0:中国");
  assert_suggest (library, "你好中国人", 1, "0:你好");
  assert_suggest (library, "你们", 8, "0:你");
  assert_suggest (library, "你好", 8, "");
  assert_suggest (library, "们", 8, "");
}

static void
test_suggests_what_begins_otherwise (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;

  fixture_add (fixture, "a",
               "E\tknow\tx\nE\tknowledge\tx\nE\tphone\tx\nE\tÄrger\tx\nE\tpicture\tx\n");
  library = fixture_load (fixture);

  assert_suggest (library, "nkow", 8, "0:know");
  assert_suggest (library, "nkowlege", 8, "0:knowledge");
  assert_suggest (library, "nowledge", 8, "0:knowledge");
  assert_suggest (library, "jnowledge", 8, "0:knowledge");
  assert_suggest (library, "xphone", 8, "0:phone");
  assert_suggest (library, "xpictre", 8, "0:picture");
  assert_suggest (library, "räger", 8, "0:Ärger");
}

static void
test_suggests_one_spelling_of_a_word (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;

  fixture_add (fixture, "a", "E\tWeird\tx\nE\tWield\tx\n");
  fixture_add (fixture, "b", "E\tweird\tx\t\t7\nE\twield\tx\t\t9\n");
  library = fixture_load (fixture);

  assert_suggest (library, "wierd", 8, "1:weird 1:wield");
}

/* Asked in traditional characters, too; pinyin inside of something else is no word. */
static void
test_suggests_the_words_of_traditional_text (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;

  fixture_add (fixture, "a",
               "E\t中国\tx\t\t\t\t\ts=中國,r=zhongguo\nE\t学习\tx\t\t\t\t\ts=學習\n"
               "E\t龙\tx\t\t\t\t\ts=龍,r=x\n");
  library = fixture_load (fixture);

  assert_suggest (library, "中國學習龍", 9, "0:中国 0:学习 0:龙");
  assert_suggest (library, "中国學習x", 9, "0:中国 0:学习");
  assert_suggest (library, "學習", 9, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dictionary/match/merges-in-order", test_merges_in_order);
  g_test_add_func ("/dictionary/match/order-follows-the-selection",
                   test_order_follows_the_selection);
  g_test_add_func ("/dictionary/match/more-says-whether-the-limit-cut",
                   test_more_says_whether_the_limit_cut);
  g_test_add_func ("/dictionary/match/suffix-takes-the-first-of-many",
                   test_suffix_takes_the_first_of_many);
  g_test_add_func ("/dictionary/match/suffixes-are-characters", test_suffixes_are_characters);
  g_test_add_func ("/dictionary/match/keys-longer-than-a-word-sort-by-all-their-bytes",
                   test_keys_longer_than_a_word_sort_by_all_their_bytes);
  g_test_add_func ("/dictionary/match/other-keys-lead-to-headwords",
                   test_other_keys_lead_to_headwords);
  g_test_add_func ("/dictionary/match/prefix-takes-each-headword-once",
                   test_prefix_takes_each_headword_once);
  g_test_add_func ("/dictionary/suggest/near-words-best-first",
                   test_suggests_near_words_best_first);
  g_test_add_func ("/dictionary/suggest/where-spaces-belong", test_suggests_where_spaces_belong);
  g_test_add_func ("/dictionary/suggest/the-words-of-a-chinese-text",
                   test_suggests_the_words_of_a_chinese_text);
  g_test_add_func ("/dictionary/suggest/what-begins-otherwise",
                   test_suggests_what_begins_otherwise);
  g_test_add_func ("/dictionary/suggest/one-spelling-of-a-word",
                   test_suggests_one_spelling_of_a_word);
  g_test_add_func ("/dictionary/suggest/words-of-traditional-text",
                   test_suggests_the_words_of_traditional_text);
  return g_test_run ();
}
