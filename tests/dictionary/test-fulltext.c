/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Full-text search: what is found, in which order, with which snippet.
 */
#include <pthread.h>
#include <string.h>

#include "tests/dictionary/fake-source.h"

#define ENGLISH                                                                                    \
  "E\trun\tn. 跑步, 运转\\nvi. 奔跑; 走得快\t\t200\n"                                     \
  "E\tjog\tvi. 慢跑步\t\t5000\n"                                                                \
  "E\trunning\ta. 奔跑的\t\t900\n"                                                              \
  "E\tlottery\tn. a game in which people run risks\t\t7000\n"                                      \
  "E\tcafé\tn. a house that serves coffee; crème brûlée is well known there\n"                 \
  "E\tChina\tn. 中国, 瓷器\t\t600\n"                                                           \
  "E\tmiddle\ta. 中间的国家\t\t1200\n"                                                        \
  "E\tquote\tsay \\\"heavy rain\\\" and back\\\\slash\n"

#define CHINESE                                                                                    \
  "E\t跑步\tto run; to jog\n"                                                                    \
  "E\t中国\tChina; the Middle Kingdom\n"                                                         \
  "E\t大雨\theavy rain\n"                                                                        \
  "E\t雨\train\n"

typedef struct
{
  Fixture *fixture;
  Library *library;
} Two;

static void
two_clear (Two *two)
{
  library_unref (two->library);
  fixture_free (two->fixture);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Two, two_clear)

static Two
load_two (void)
{
  Two two = { .fixture = fixture_new () };

  two.fixture->wants_search = TRUE;
  fixture_add (two.fixture, "en", ENGLISH);
  fixture_add (two.fixture, "zh", CHINESE);
  two.library = fixture_load (two.fixture);
  g_assert_cmpuint (two.fixture->reports->len, ==, 0);
  return two;
}

/* The headwords of the answer, with spaces between them. */
static char *
headwords (Library *library, const char *text, const char *dictionaries)
{
  g_autofree char *answer = ask_search (library, text, dictionaries, 20);
  g_auto (GStrv) lines = g_strsplit (answer, "\n", -1);
  GString *found = g_string_new (NULL);

  for (guint i = 0; lines[i]; i++)
    {
      char *end = strchr (lines[i], '|');

      if (end)
        *end = '\0';
      if (*lines[i])
        g_string_append_printf (found, "%s%s", i > 0 ? " " : "", lines[i]);
    }
  return g_string_free (found, FALSE);
}

static void
assert_found (Library *library, const char *text, const char *dictionaries, const char *expected)
{
  g_autofree char *found = headwords (library, text, dictionaries);

  g_assert_cmpstr (found, ==, expected);
}

static void
test_chinese_inside_of_english_entries (void)
{
  g_auto (Two) two = load_two ();

  assert_found (two.library, "跑", "0", "0:run 0:running 0:jog");
  assert_found (two.library, "跑步", "0", "0:run 0:jog");
  assert_found (two.library, "中国", "0", "0:China");
  assert_found (two.library, "中 国", "0", "0:China 0:middle");
  assert_found (two.library, "国中", "0", "");
}

static void
test_english_inside_of_chinese_entries (void)
{
  g_auto (Two) two = load_two ();

  assert_found (two.library, "rain", "1", "1:雨 1:大雨");
  assert_found (two.library, "RAINING", "1", "1:雨 1:大雨");
  assert_found (two.library, "jog", "", "0:jog 1:跑步");
  assert_found (two.library, "kingdoms", "1", "1:中国");
}

static void
test_all_words_are_in_a_hit (void)
{
  g_auto (Two) two = load_two ();

  assert_found (two.library, "run jog", "", "1:跑步");
  assert_found (two.library, "run 跑步", "", "0:run 1:跑步");
  assert_found (two.library, "rain coffee", "", "");
  assert_found (two.library, "rain rain RAIN", "1", "1:雨 1:大雨");
}

static void
test_phrases (void)
{
  g_auto (Two) two = load_two ();

  assert_found (two.library, "\"heavy rain\"", "", "1:大雨 0:quote");
  assert_found (two.library, "“heavy rain”", "", "1:大雨 0:quote");
  assert_found (two.library, "\"rain heavy\"", "", "");
  assert_found (two.library, "heavy-rain", "", "1:大雨 0:quote");
  assert_found (two.library, "\"heavy rain", "", "1:大雨 0:quote");
  assert_found (two.library, "\"to run\" jog", "", "1:跑步");
  /* Not from the headword into the text. */
  assert_found (two.library, "\"China n\"", "", "");
}

static void
test_other_forms_and_diacritics (void)
{
  g_auto (Two) two = load_two ();

  assert_found (two.library, "games", "", "0:lottery");
  assert_found (two.library, "creme brulee", "", "0:café");
  assert_found (two.library, "CAFE", "", "0:café");
  assert_found (two.library, "served", "", "0:café");
}

static void
test_the_headword_itself_comes_first (void)
{
  g_auto (Two) two = load_two ();

  assert_found (two.library, "run", "0", "0:run 0:running 0:lottery");
  assert_found (two.library, "running", "0", "0:running 0:run 0:lottery");
  assert_found (two.library, "china", "", "0:China 1:中国");
}

static void
test_rare_words_come_after_frequent_ones (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;

  fixture->wants_search = TRUE;
  fixture_add (
      fixture, "a",
      "E\tb\tcolour of snow\t\t9000\nE\tc\tcolour of snow\nE\td\tcolour of snow\t\t90\n"
      "E\te\tcolour of snow, and of many other things that one would not think of\t\t90\n");
  library = fixture_load (fixture);
  assert_found (library, "snow", "", "0:d 0:e 0:b 0:c");
}

static void
test_the_limit_cuts_and_says_so (void)
{
  g_auto (Two) two = load_two ();
  g_autofree char *one = ask_search (two.library, "rain", "1", 1);
  g_autofree char *both = ask_search (two.library, "rain", "1", 2);

  g_assert_cmpstr (one, ==, "1:雨|rain\n…");
  g_assert_cmpstr (both, ==, "1:雨|rain\n1:大雨|heavy rain\n");
}

/* More entries than are ever looked at, and the one that is meant is the last. */
static void
test_a_headword_among_very_many_is_found (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autofree char *answer = NULL;

  for (guint i = 0; i < 6000; i++)
    g_string_append_printf (lines, "E\tthe %u\tthe text of the\n", i);
  g_string_append (lines, "E\tthe\tarticle\n");
  fixture->wants_search = TRUE;
  fixture_add (fixture, "a", lines->str);
  library = fixture_load (fixture);
  answer = ask_search (library, "the", "", 1);
  g_assert_cmpstr (answer, ==, "0:the|article\n…");
}

static void
test_snippets (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (Library) library = NULL;
  g_autoptr (GString) lines = g_string_new ("E\ta\tone\\n  two\\tthree \\\"four\\\"\n");
  g_autofree char *one_line = NULL;
  g_autofree char *english = NULL;
  g_autofree char *chinese = NULL;

  g_string_append (lines, "E\tb\t");
  for (guint i = 0; i < 100; i++)
    g_string_append (lines, "before ");
  g_string_append (lines, "needle");
  for (guint i = 0; i < 100; i++)
    g_string_append (lines, " behind");
  g_string_append (lines, "\nE\tc\t");
  for (guint i = 0; i < 400; i++)
    g_string_append (lines, i == 200 ? "针" : "草");
  g_string_append (lines, "\n");
  fixture->wants_search = TRUE;
  fixture_add (fixture, "a", lines->str);
  library = fixture_load (fixture);

  one_line = ask_search (library, "three", "", 1);
  g_assert_cmpstr (one_line, ==, "0:a|one two three \\\"four\\\"\n");

  english = ask_search (library, "needle", "", 1);
  g_assert_true (g_str_has_prefix (english, "0:b|…before before "));
  g_assert_nonnull (strstr (english, " needle behind "));
  g_assert_true (g_str_has_suffix (english, " behind…\n"));
  g_assert_cmpuint (g_utf8_strlen (english, -1), <, 180);

  chinese = ask_search (library, "针", "", 1);
  g_assert_true (g_str_has_prefix (chinese, "0:c|…草"));
  g_assert_nonnull (strstr (chinese, "草针草"));
  g_assert_cmpuint (g_utf8_strlen (chinese, -1), ==, strlen ("0:c|\n") + 160 + 2);
}

static void
test_hostile_texts (void)
{
  static const char *const texts[] = {
    "rain AND",
    "rain OR sun",
    "NOT rain",
    "NEAR(rain sun)",
    "headword:rain",
    "{text headword}:rain",
    "^rain",
    "rain*",
    "rain + sun",
    "(rain",
    "rain')--",
    "\"\"\" rain",
    "'; DROP TABLE entries; --",
    "\x02rain",
    "\\\"rain\\u0000",
    "🌧 rain \xd9\x85\xd8\xb7\xd8\xb1",
    "a\xcc\x80\xcc\x80\xcc\x80\xcc\x80",
  };
  static const char *const empty[] = {
    "", " ", "!?…", "\"", "\"\"", "''", "。", "🌧", "\x01\x02"
  };
  g_auto (Two) two = load_two ();
  g_autoptr (GString) many = g_string_new (NULL);
  g_autofree char *nothing = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *answer = ask_search (two.library, texts[i], "", 20);

      g_assert_false (g_str_has_prefix (answer, "damaged"));
      g_assert_false (g_str_has_prefix (answer, "empty"));
    }
  for (guint i = 0; i < G_N_ELEMENTS (empty); i++)
    {
      g_autofree char *answer = ask_search (two.library, empty[i], "", 20);

      g_assert_cmpstr (answer, ==, "empty");
    }
  for (guint i = 0; i < 4000; i++)
    g_string_append_printf (many, "%u ", i);
  nothing = ask_search (two.library, many->str, "", 20);
  g_assert_null (strchr (nothing, '|'));
  g_assert_cmpstr (nothing, !=, "damaged");
  assert_found (two.library, "rain*", "1", "1:雨 1:大雨");
  assert_found (two.library, "NOT rain", "1", "");
}

static void *
search_in_thread (void *data)
{
  for (guint i = 0; i < 200; i++)
    {
      assert_found (data, "rain", "1", "1:雨 1:大雨");
      assert_found (data, "跑步", "0", "0:run 0:jog");
    }
  return NULL;
}

static void
test_many_threads_search (void)
{
  g_auto (Two) two = load_two ();
  pthread_t threads[12];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_cmpint (pthread_create (&threads[i], NULL, search_in_thread, two.library), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_cmpint (pthread_join (threads[i], NULL), ==, 0);
}

static void
test_a_cancelled_search_ends_at_once (void)
{
  g_auto (Two) two = load_two ();
  LibraryCancel cancelled = TRUE;
  LibrarySelection all = { .n_indexes = 0 };
  LibrarySearch search = { "rain", 4, &all, 5, &cancelled };
  LibraryHit hits[5];
  guint n_hits;
  gboolean more;

  g_assert_cmpint (library_search (two.library, &search, hits, &n_hits, &more), ==,
                   LIBRARY_SEARCH_DONE);
  g_assert_cmpuint (n_hits, ==, 0);
  g_assert_true (more);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dictionary/fulltext/finds-chinese-inside-of-english-entries",
                   test_chinese_inside_of_english_entries);
  g_test_add_func ("/dictionary/fulltext/finds-english-inside-of-chinese-entries",
                   test_english_inside_of_chinese_entries);
  g_test_add_func ("/dictionary/fulltext/finds-entries-with-all-words",
                   test_all_words_are_in_a_hit);
  g_test_add_func ("/dictionary/fulltext/finds-phrases", test_phrases);
  g_test_add_func ("/dictionary/fulltext/finds-other-forms-and-without-diacritics",
                   test_other_forms_and_diacritics);
  g_test_add_func ("/dictionary/fulltext/puts-the-headword-itself-first",
                   test_the_headword_itself_comes_first);
  g_test_add_func ("/dictionary/fulltext/puts-frequent-and-short-entries-first",
                   test_rare_words_come_after_frequent_ones);
  g_test_add_func ("/dictionary/fulltext/says-when-the-limit-cut", test_the_limit_cuts_and_says_so);
  g_test_add_func ("/dictionary/fulltext/finds-the-headword-among-very-many",
                   test_a_headword_among_very_many_is_found);
  g_test_add_func ("/dictionary/fulltext/shows-one-line-around-what-was-found", test_snippets);
  g_test_add_func ("/dictionary/fulltext/takes-no-text-for-syntax", test_hostile_texts);
  g_test_add_func ("/dictionary/fulltext/is-searched-by-many-threads", test_many_threads_search);
  g_test_add_func ("/dictionary/fulltext/ends-when-cancelled",
                   test_a_cancelled_search_ends_at_once);
  return g_test_run ();
}
