/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is a word in messages, and what is asked for with one.
 */
#include "server/chat/journal-words.h"

#include <string.h>

static void
assert_words (const char *text, const char *expected)
{
  g_autoptr (GString) words = g_string_new (NULL);
  guint n = journal_words_append (words, text, strlen (text));
  guint n_spaces = 0;

  for (const char *at = words->str; *at; at++)
    n_spaces += *at == ' ';
  g_assert_cmpstr (words->str, ==, expected);
  g_assert_cmpuint (n, ==, n_spaces);
}

static void
assert_query (const char *text, const char *expected)
{
  g_autoptr (GString) query = g_string_new (NULL);

  g_assert_cmpint (journal_words_append_query (query, text), ==, *expected != '\0');
  g_assert_cmpstr (query->str, ==, expected);
}

static void
test_what_is_a_word (void)
{
  assert_words ("Hello, WORLD-wide 42!", "hello world wide 42 ");
  assert_words ("snake_case don't", "snake case don t ");
  assert_words ("", "");
  assert_words (" .,;!? ", "");
  assert_words ("Straße ΣΊΣΥΦΟΣ", "strasse σισυφοσ ");
  assert_words ("Crème brûlée, naïve, Tiếng Việt", "creme brulee naive tieng viet ");
  assert_words ("cre\xcc\x80me", "creme ");
  assert_words ("ｆｕｌｌ　ｗｉｄｔｈ ﬁne", "full width fine ");
  assert_words ("Ёлка ёж", "елка еж ");
  assert_words ("مُحَمَّد", "محمد ");
  assert_words ("हिन्दी", "हिन्दी ");
  assert_words ("co\xc2\xadoperate", "cooperate "); /* a soft hyphen */
  assert_words ("go👍👍🏽now", "go 👍 👍 now ");
}

static void
test_scripts_without_spaces (void)
{
  assert_words ("你好，世界", "你 好 世 界 ");
  assert_words ("用iPhone打电话3次", "用 iphone 打 电 话 3 次 ");
  assert_words ("がコーヒー", "が コ ー ヒ ー ");
  assert_words ("ｶﾞ", "ガ ");
  assert_words ("한국", "한 국 ");
  assert_words ("ไทย", "ไ ท ย ");
}

static void
test_what_is_asked (void)
{
  assert_query ("Hello world", "\"hello\" \"world\"");
  assert_query ("你好 世界", "\"你 好\" \"世 界\"");
  assert_query ("你好，世界", "\"你 好\" \"世 界\"");
  assert_query ("你好world世界", "\"你 好\" \"world\" \"世 界\"");
  assert_query ("\"a\" OR b* NEAR(c, d) ^e text:f -g {h}",
                "\"a\" \"or\" \"b\" \"near\" \"c\" \"d\" \"e\" \"text\" \"f\" \"g\" \"h\"");
  assert_query ("", "");
  assert_query ("*\"'()", "");
}

static void
test_a_long_question_is_cut (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) query = g_string_new (NULL);

  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (text, "w%u ", i);
  g_assert_true (journal_words_append_query (query, text->str));
  g_assert_nonnull (strstr (query->str, "\"w63\""));
  g_assert_null (strstr (query->str, "\"w64\""));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat/journal-words/what-is-a-word", test_what_is_a_word);
  g_test_add_func ("/chat/journal-words/scripts-without-spaces", test_scripts_without_spaces);
  g_test_add_func ("/chat/journal-words/what-is-asked", test_what_is_asked);
  g_test_add_func ("/chat/journal-words/a-long-question-is-cut", test_a_long_question_is_cut);
  return g_test_run ();
}
