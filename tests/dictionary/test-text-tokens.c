/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cutting texts into tokens, and stemming.
 */
#include "server/dictionary/text-tokens.h"

#include <string.h>

#include "server/dictionary/stem.h"

static void
assert_tokens (const char *text, gboolean is_json, const char *expected)
{
  TextCursor cursor = { text, (guint32)strlen (text), 0, is_json };
  g_autoptr (GString) tokens = g_string_new (NULL);
  TextToken token;

  while (text_token_next (&cursor, &token))
    {
      g_assert_cmpuint (token.begin, <, token.end);
      g_assert_cmpuint (token.end, <=, cursor.n_text);
      g_string_append_printf (tokens, "%s%.*s", tokens->len > 0 ? " " : "", (int)token.n_text,
                              token.text);
    }
  g_assert_cmpstr (tokens->str, ==, expected);
}

static void
test_tokens (void)
{
  assert_tokens ("", FALSE, "");
  assert_tokens (" .,;!?…—「」，。", FALSE, "");
  assert_tokens ("n. 跑步, 运转", FALSE, "n 跑 步 运 转");
  assert_tokens ("3D打印 ひらカナ", FALSE, "3d 打 印 ひ ら カ ナ");
  assert_tokens ("Crème BRÛLÉE Straße ｈｅｌｌｏ", FALSE, "creme brule strass hello");
  assert_tokens ("don't dog's dogs' ’tis rock’n’roll", FALSE, "dont dog dog tis rocknrol");
  assert_tokens ("a\\nb\\tc\\\"d\\\\e\\u0001f", TRUE, "a b c d e f");
  assert_tokens ("a\\nb", FALSE, "a nb");
  assert_tokens ("cut\\", TRUE, "cut");
  assert_tokens ("cut\\u00", TRUE, "cut");
  assert_tokens ("bad \xff\xc3 bytes \xe4\xb8", FALSE, "bad byte");
  assert_tokens ("हिन्दी", FALSE, "हिन्दी");
}

static void
test_long_words_are_cut (void)
{
  g_autofree char *ascii = g_strnfill (100000, 'q');
  g_autofree char *first = g_strndup (ascii, TEXT_TOKEN_MAX);
  g_autoptr (GString) greek = g_string_new (NULL);

  assert_tokens (ascii, FALSE, first);
  for (guint i = 0; i < 1000; i++)
    g_string_append (greek, "λ");
  g_string_truncate (greek, TEXT_TOKEN_MAX);
  assert_tokens (greek->str, FALSE, greek->str);
}

static void
test_stems (void)
{
  static const char *const families[] = {
    "run runs running",
    "hope hopes hoped hoping",
    "hop hops hopped hopping",
    "make makes making",
    "change changes changed changing",
    "fly flies flied",
    "agree agrees agreed agreeing",
    "control controls controlled controlling",
    "fall falls falling",
    "dictionary dictionaries",
    "house houses housed housing",
    "glass glasses",
    "create creates created creating",
  };
  static const char *const unchanged[] = {
    "bus", "this", "sing", "bed", "go", "s", "virus", "red"
  };

  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    {
      g_auto (GStrv) words = g_strsplit (families[i], " ", -1);
      gsize n_first = stem_english (words[0], strlen (words[0]));

      for (guint j = 1; words[j]; j++)
        g_assert_cmpmem (words[j], stem_english (words[j], strlen (words[j])), words[0], n_first);
    }
  for (guint i = 0; i < G_N_ELEMENTS (unchanged); i++)
    {
      g_autofree char *word = g_strdup (unchanged[i]);

      g_assert_cmpmem (word, stem_english (word, strlen (word)), unchanged[i],
                       strlen (unchanged[i]));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dictionary/text-tokens/cuts-texts-into-tokens", test_tokens);
  g_test_add_func ("/dictionary/text-tokens/cuts-long-words", test_long_words_are_cut);
  g_test_add_func ("/dictionary/text-tokens/stems-forms-of-a-word-alike", test_stems);
  return g_test_run ();
}
