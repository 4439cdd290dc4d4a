/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Undoing inflections of English: the first guess that is a word has to be the right one.
 */
#include "server/dictionary/english-forms.h"

#include <string.h>

/* The guesses for @word, or its irregular lemmas, with a space between. */
static char *
guesses_of (const char *word)
{
  EnglishGuess guesses[ENGLISH_MAX_GUESSES];
  guint n = english_guess_lemmas (word, strlen (word), guesses);
  GString *all = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (all, "%s%.*s", i > 0 ? " " : "", (int)guesses[i].n_text,
                            guesses[i].text);
  return g_string_free (all, FALSE);
}

static char *
irregulars_of (const char *word)
{
  const char *lemmas[ENGLISH_MAX_GUESSES];
  guint n = english_irregular_lemmas (word, strlen (word), lemmas);
  GString *all = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (all, "%s%s", i > 0 ? " " : "", lemmas[i]);
  return g_string_free (all, FALSE);
}

static void
test_regular (void)
{
  static const char *const pairs[][2] = {
    { "dogs", "dog" },
    { "boxes", "box boxe" },
    { "cities", "city citie" },
    { "wolves", "wolve wolf wolfe" },
    { "stopped", "stop stopp" },
    { "hoped", "hope hop" },
    { "walked", "walk walke" },
    { "called", "call cal" },
    { "travelled", "travell travel" },
    { "visited", "visit visite" },
    { "loving", "love lov" },
    { "tried", "try tri trie" },
    { "bigger", "big bigg" },
    { "largest", "large larg" },
    { "happier", "happy happi happie" },
    { "houses", "house hous" },
    { "handled", "handle handl" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *guesses = guesses_of (pairs[i][0]);

      g_assert_cmpstr (guesses, ==, pairs[i][1]);
    }
}

static void
test_no_form (void)
{
  static const char *const words[] = { "",           "s",     "bus", "glass", "this",
                                       "thing",      "apple", "red", "Dogs",  "caf\xc3\xa9s",
                                       "ice creams", "bring" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autofree char *guesses = guesses_of (words[i]);

      g_assert_cmpstr (guesses, ==, "");
    }
}

static void
test_irregular (void)
{
  static const char *const pairs[][2] = {
    { "went", "go" },
    { "mice", "mouse" },
    { "axes", "axis ax" },
    { "more", "much many" },
    { "go", "" },
    { "", "" },
    { "yes", "" },
    { "addenda", "addendum" },
    { "wrung", "wring" },
    { "written", "write" },
    { "averyveryverylongword", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *lemmas = irregulars_of (pairs[i][0]);

      g_assert_cmpstr (lemmas, ==, pairs[i][1]);
    }
}

static void
test_long_and_short_words_are_left_alone (void)
{
  g_autofree char *longest = g_strnfill (ENGLISH_MAX_WORD - 1, 'a');
  g_autofree char *fits = g_strconcat (longest, "s", NULL);
  g_autofree char *passes = g_strconcat (longest, "as", NULL);
  g_autofree char *found = guesses_of (fits);
  g_autofree char *none = guesses_of (passes);

  g_assert_cmpstr (found, ==, longest);
  g_assert_cmpstr (none, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dictionary/english-forms/undoes-regular-inflections", test_regular);
  g_test_add_func ("/dictionary/english-forms/leaves-other-words-alone", test_no_form);
  g_test_add_func ("/dictionary/english-forms/knows-irregular-forms", test_irregular);
  g_test_add_func ("/dictionary/english-forms/looks-at-words-up-to-a-length",
                   test_long_and_short_words_are_left_alone);
  return g_test_run ();
}
