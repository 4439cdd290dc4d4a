/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Folding: what is the same word and what is not.
 */
#include <string.h>

#include "server/dictionary/library.h"

static void
assert_folds (const char *word, const char *expected)
{
  LibraryKey key;

  library_fold (word, strlen (word), &key);
  g_assert_cmpstr (key.text, ==, expected);
  g_assert_cmpuint (key.n_bytes, ==, strlen (expected));
}

static void
test_ascii (void)
{
  assert_folds ("hello", "hello");
  assert_folds ("HeLLo World", "hello world");
  assert_folds ("  a \t\n b\v\f\r", "a b");
  assert_folds ("@[`{AZ", "@[`{az");
  assert_folds ("", "");
  assert_folds (" \t\n", "");
}

static void
test_unicode (void)
{
  assert_folds ("ｈｅｌｌｏ", "hello");
  assert_folds ("Straße", "strasse");
  assert_folds ("STRASSE", "strasse");
  assert_folds ("ﬁne", "fine");
  assert_folds ("Cafe\xcc\x81", "café");
  assert_folds ("CAFÉ", "café");
  assert_folds ("ΣΊΣΥΦΟΣ", "σίσυφοσ");
  assert_folds ("İ", "i\xcc\x87");
  assert_folds ("你好", "你好");
  assert_folds ("卡拉OK", "卡拉ok");
  assert_folds ("が", "が");
  assert_folds ("か\xe3\x82\x99", "が");
  assert_folds ("\xef\xa4\x80", "\xe8\xb1\x88"); /* a compatibility ideograph */
}

static void
test_white_space (void)
{
  assert_folds ("a\xc2\xa0\xe2\x80\x83\xe3\x80\x80z", "a z");
  assert_folds ("\xe3\x80\x80你\xe3\x80\x80", "你");
  assert_folds ("\xc2\x85 a\xe2\x80\xa8", "a");
  assert_folds ("\xc2\xa0", "");
  /* A spacing accent is a space and a mark; neither may eat the other. */
  assert_folds ("a\xc2\xb4", "a \xcc\x81");
}

static void
test_nul_is_found_nowhere (void)
{
  LibraryKey key;

  library_fold ("a\0b", 3, &key);
  g_assert_cmpstr (key.text, ==,
                   "a\xef\xbf\xbd"
                   "b");
}

static void
test_not_utf8_is_empty (void)
{
  LibraryKey key;

  library_fold ("a\xff", 2, &key);
  g_assert_cmpuint (key.n_bytes, ==, 0);
}

static void
assert_cut (const char *word)
{
  LibraryKey key;

  library_fold (word, strlen (word), &key);
  g_assert_cmpuint (key.n_bytes, <=, LIBRARY_MAX_KEY);
  g_assert_cmpuint (key.n_bytes, ==, strlen (key.text));
  g_assert_true (g_utf8_validate (key.text, -1, NULL));
  g_assert_true (g_str_has_suffix (key.text, "\xef\xbf\xbd"));
}

/* What is cut must not find a headword that begins like it. */
static void
test_too_long_is_found_nowhere (void)
{
  g_autofree char *fits = g_strnfill (LIBRARY_MAX_KEY, 'a');
  g_autofree char *long_ascii = g_strnfill (LIBRARY_MAX_KEY + 1, 'a');
  g_autoptr (GString) ligatures = g_string_new (NULL);
  g_autoptr (GString) ideographs = g_string_new ("a");

  assert_folds (fits, fits);
  assert_cut (long_ascii);
  for (guint i = 0; i < 85; i++)
    g_string_append (ligatures, "\xef\xb7\xba"); /* 18 letters each */
  assert_cut (ligatures->str);
  for (guint i = 0; i < 700; i++)
    g_string_append (ideographs, "你");
  assert_cut (ideographs->str);
}

static void
assert_idempotent (const GString *word)
{
  LibraryKey once, twice;

  library_fold (word->str, word->len, &once);
  library_fold (once.text, once.n_bytes, &twice);
  g_assert_cmpstr (once.text, ==, twice.text);
}

static void
test_idempotent (void)
{
  g_autoptr (GString) word = g_string_new (NULL);

  for (gunichar c = 1; c < 0x20000; c++)
    {
      if (!g_unichar_isdefined (c) || !g_unichar_validate (c) ||
          (c > 0x3400 && c < 0xd7a4 && c % 64 != 0))
        continue;
      g_string_truncate (word, 0);
      g_string_append_unichar (word, c);
      assert_idempotent (word);
      /* Marks that move past each other, and a space that comes and goes. */
      g_string_prepend (word, "a\xcd\x85\xcc\x81");
      g_string_append (word, "\xcc\xa3 ");
      assert_idempotent (word);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dictionary/fold/ascii", test_ascii);
  g_test_add_func ("/dictionary/fold/unicode", test_unicode);
  g_test_add_func ("/dictionary/fold/white-space", test_white_space);
  g_test_add_func ("/dictionary/fold/nul-is-found-nowhere", test_nul_is_found_nowhere);
  g_test_add_func ("/dictionary/fold/not-utf8-is-empty", test_not_utf8_is_empty);
  g_test_add_func ("/dictionary/fold/too-long-is-found-nowhere", test_too_long_is_found_nowhere);
  g_test_add_func ("/dictionary/fold/idempotent", test_idempotent);
  return g_test_run ();
}
