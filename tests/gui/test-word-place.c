/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which word stands at a place, counted in code points, without asking a server.
 */
#include "client-gui/word-place.h"

static const struct
{
  const char *text;
  gint64 at;
  const char *word; /* NULL: none */
} cases[] = {
  { "I ran home", 3, "ran" },
  { "I ran home", 0, "I" },
  { "I ran home", 5, NULL },
  { "I ran home", 9, "home" },
  { "I ran home", 10, NULL },
  { "don't stop", 3, "don't" },
  { "don’t stop", 4, "don’t" },
  { "'quoted'", 0, NULL },
  { "'quoted'", 1, "quoted" },
  { "well-known", 4, "well-known" },
  { "a - b", 2, NULL },
  { "naïve café", 2, "naïve" },
  { "nai\u0308ve", 3, "nai\u0308ve" },
  { "我爱北京", 2, "北" },
  { "说hello吧", 3, "hello" },
  { "𝒳😀word", 1, NULL },
  { "😀word", 1, "word" },
  { "", 0, NULL },
};

static void
test_finds_word (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  gint64 start;
  gint64 end;

  if (!parlance_word_place_find (cases[i].text, cases[i].at, &start, &end))
    {
      g_assert_null (cases[i].word);
      return;
    }
  g_autofree char *word = g_utf8_substring (cases[i].text, start, end);
  g_assert_cmpstr (word, ==, cases[i].word);
  g_assert_cmpint (start, <=, cases[i].at);
  g_assert_cmpint (end, >, cases[i].at);
}

/* What is selected stands between "[" and "]"; NULL: it is not one word. */
static const struct
{
  const char *text;
  const char *word;
} selections[] = {
  { "they [gave] up", "gave" },
  { "they[ gave ]up", "gave" },
  { "they g[av]e up", NULL },
  { "they gave[ u]p", NULL },
  { "they [gave up]", NULL },
  { "never give [up!]", "up" },
  { "[“don’t”] he said", "don’t" },
  { "[well-known]", "well-known" },
  { "in [1984]", NULL },
  { "the [3rd] time", "3rd" },
  { "see [example.org/x]", NULL },
  { "a[, ]b", NULL },
  { "我[天安门]广场", "天安门" },
  { "[「天安门」]", "天安门" },
  { "[我爱北京天安门广场]", NULL },
  { "说[hello吧]", NULL },
  { "说[hello]吧", "hello" },
};

static void
test_narrows_a_selection (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_auto (GStrv) parts = g_strsplit_set (selections[i].text, "[]", -1);
  g_autofree char *text = g_strjoinv ("", parts);
  gint64 start = g_utf8_strlen (parts[0], -1);
  gint64 end = start + g_utf8_strlen (parts[1], -1);

  if (!parlance_word_place_narrow (text, &start, &end))
    {
      g_assert_null (selections[i].word);
      return;
    }
  g_autofree char *word = g_utf8_substring (text, start, end);
  g_assert_cmpstr (word, ==, selections[i].word);
}

static void
expect_candidates (const char *text, gint64 at, const char *wanted)
{
  g_auto (GStrv) candidates = parlance_word_place_list_candidates (text, at);
  g_autofree char *joined = g_strjoinv ("|", candidates);

  g_assert_cmpstr (joined, ==, wanted);
}

static void
test_candidates_are_phrases_around (void)
{
  expect_candidates ("he gave up.", 4, "he gave up|gave up|he gave|gave");
  expect_candidates ("北京人", 1, "北京人|京人|北京|京");
  expect_candidates ("a, b", 0, "a");
  expect_candidates ("...", 1, "");
}

static void
test_long_text_is_cut_around_the_place (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 offset;
  gint64 start;
  gint64 end;

  for (guint i = 0; i < 2000; i++)
    g_string_append (text, "好");
  g_string_append (text, " word ");
  for (guint i = 0; i < 100000; i++)
    g_string_append (text, "x");

  g_autofree char *window = parlance_word_place_dup_window (text->str, 2003, &offset);
  g_assert_cmpint (g_utf8_strlen (window, -1), <=, 1000);
  g_assert_cmpint (offset, >, 1000);
  g_assert_true (parlance_word_place_find (text->str, 2003, &start, &end));
  g_assert_cmpint (start, ==, 2001);
  g_assert_cmpint (end, ==, 2005);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/gui/word-place/finds-word/%u", i);
      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_finds_word);
    }
  for (guint i = 0; i < G_N_ELEMENTS (selections); i++)
    {
      g_autofree char *path = g_strdup_printf ("/gui/word-place/narrows-selection/%u", i);
      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_narrows_a_selection);
    }
  g_test_add_func ("/gui/word-place/candidates-are-phrases-around",
                   test_candidates_are_phrases_around);
  g_test_add_func ("/gui/word-place/long-text-is-cut-around-the-place",
                   test_long_text_is_cut_around_the_place);
  return g_test_run ();
}
