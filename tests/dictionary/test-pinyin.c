/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ways to type a reading, and how readings are printed.
 */
#include <string.h>

#include "server/dictionary/pinyin.h"

/* @expected NULL: @typed is no pinyin, or a key already. */
static void
assert_key (const char *typed, const char *expected)
{
  LibraryKey key, written;
  library_fold (typed, strlen (typed), &key);
  gboolean is_other = pinyin_key (&key, &written);
  g_assert_cmpstr (is_other ? written.text : NULL, ==, expected);
  if (is_other && expected != NULL)
    g_assert_cmpuint (written.n_bytes, ==, strlen (expected));
}

static void
assert_marked (const char *text, const char *expected)
{
  g_autoptr (GString) out = g_string_new (NULL);
  pinyin_append_marked (out, text, strlen (text));
  g_assert_cmpstr (out->str, ==, expected);
}

static void
brings_all_ways_to_one (void)
{
  static const char *const typed[] = { "ni3 hao3", "ni3hao3", "nǐ hǎo",   "NǏ HǍO",
                                       "Ni3-Hao3", "nǐ hao3", "ni3'hao3", "ｎi3hao3" };
  for (gsize i = 0; i < G_N_ELEMENTS (typed); i++)
    assert_key (typed[i], "nǐhǎo");
  assert_key ("nǐhǎo", NULL);
  assert_key ("nihao", NULL);
  assert_key ("ni hao", "nihao");
}

static void
takes_v_and_a_colon_for_dots (void)
{
  assert_key ("nv3", "nǚ");
  assert_key ("nu:3", "nǚ");
  assert_key ("NÜ3", "nǚ");
  assert_key ("lve4", "lüè");
  assert_key ("lu:e4 duo2", "lüèduó");
  assert_key ("nv", "nü");
  assert_key ("nü", NULL);
  assert_key ("jv", "ju");
  assert_key ("xü4", "xù");
}

static void
keeps_borders_before_vowels (void)
{
  assert_key ("xi an", "xi'an");
  assert_key ("xi1an1", "xī'ān");
  assert_key ("xi’an", "xi'an");
  assert_key ("xi'an", NULL);
  assert_key ("fan gan", "fangan");
  assert_key ("fang an", "fang'an");
  assert_key ("nv er", "nü'er");
}

static void
places_marks_as_the_orthography_says (void)
{
  static const struct
  {
    const char *typed;
    const char *expected;
  } cases[] = {
    { "liu2", "liú" },       { "gui4", "guì" },      { "xiong2", "xióng" }, { "dou1", "dōu" },
    { "jiao4", "jiào" },     { "guo2", "guó" },      { "jue2", "jué" },     { "er4", "èr" },
    { "zhuang4", "zhuàng" }, { "m2", "ḿ" },          { "ng4", "ǹg" },       { "m4", "m̀" },
    { "hm5", "hm5" },        { "zhe4ge5", "zhège" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_key (cases[i].typed,
                strcmp (cases[i].typed, cases[i].expected) == 0 ? NULL : cases[i].expected);
}

static void
tells_neutral_tones_from_none (void)
{
  assert_key ("le5", NULL);
  assert_key ("le 5", NULL);
  assert_key ("le0", "le5");
  assert_key ("peng2you5", "péngyou");
  assert_key ("péng you", "péngyou");
  assert_key ("yi1 xia4 r5", "yīxiàr");
}

static void
leaves_other_words_alone (void)
{
  static const char *const words[] = { "hello", "mp3", "3",  "8ball", "你好", "naïve", "b2b",
                                       "a:b",   "",    "''", "5",     "x9",   "c#",    "ni33" };
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    assert_key (words[i], NULL);
  g_autofree char *longer = g_strnfill (PINYIN_MAX + 1, 'v');
  assert_key (longer, NULL);
}

static void
prints_marks (void)
{
  assert_marked ("ni3 hao3", "nǐ hǎo");
  assert_marked ("Bei3 jing1", "Běi jīng");
  assert_marked ("E2 luo2 si1", "É luó sī");
  assert_marked ("lu:4 se4", "lǜ sè");
  assert_marked ("Lu:3 da2", "Lǚ dá");
  assert_marked ("yi1 xia4 r5", "yī xià r");
  assert_marked ("san1 C", "sān C");
  assert_marked ("A cai4", "A cài");
  assert_marked ("Ma3 li4 · Ju1 li3", "Mǎ lì · Jū lǐ");
  assert_marked ("yi1 , er4", "yī, èr");
  assert_marked ("qi1yan2 lu:4shi1", "qī yán lǜ shī");
  assert_marked ("m2", "ḿ");
  assert_marked ("xx5", "xx");
  assert_marked ("bcd4", "bcd");
  assert_marked ("", "");
  assert_marked ("u::4 :3", "u::4 :3");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dictionary/pinyin/brings-all-ways-to-one", brings_all_ways_to_one);
  g_test_add_func ("/dictionary/pinyin/takes-v-and-a-colon-for-dots", takes_v_and_a_colon_for_dots);
  g_test_add_func ("/dictionary/pinyin/keeps-borders-before-vowels", keeps_borders_before_vowels);
  g_test_add_func ("/dictionary/pinyin/places-marks-as-the-orthography-says",
                   places_marks_as_the_orthography_says);
  g_test_add_func ("/dictionary/pinyin/tells-neutral-tones-from-none",
                   tells_neutral_tones_from_none);
  g_test_add_func ("/dictionary/pinyin/leaves-other-words-alone", leaves_other_words_alone);
  g_test_add_func ("/dictionary/pinyin/prints-marks", prints_marks);
  return g_test_run ();
}
