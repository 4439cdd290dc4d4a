/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * American Soundex: the codes that the rules of the archives give for known names.
 */
#include <string.h>

#include "server/dictionary/soundex.h"

static char *
code_of (const char *key)
{
  int code = soundex_code (key, strlen (key));

  if (code < 0)
    return g_strdup ("none");
  return g_strdup_printf ("%c%d%d%d", 'A' + code / 343, code / 49 % 7, code / 7 % 7, code % 7);
}

static void
assert_code (const char *key, const char *expected)
{
  g_autofree char *code = code_of (key);

  g_assert_cmpstr (code, ==, expected);
}

static void
test_codes (void)
{
  assert_code ("robert", "R163");
  assert_code ("rupert", "R163");
  assert_code ("rubin", "R150");
  assert_code ("ashcraft", "A261");
  assert_code ("ashcroft", "A261");
  assert_code ("tymczak", "T522");
  assert_code ("pfister", "P236");
  assert_code ("honeyman", "H555");
  assert_code ("washington", "W252");
  assert_code ("lee", "L000");
  assert_code ("gutierrez", "G362");
  assert_code ("jackson", "J250");
}

static void
test_only_letters_count (void)
{
  assert_code ("o'hara", "O600");
  assert_code ("jack-son 2", "J250");
  assert_code ("x’s", "X000"); /* the sounds are equal; the apostrophe is no letter */
  assert_code ("42", "none");
  assert_code ("", "none");
  assert_code ("café", "none");
  assert_code ("你好", "none");
  assert_code ("caf\xff", "none");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dictionary/soundex/codes", test_codes);
  g_test_add_func ("/dictionary/soundex/only-letters-count", test_only_letters_count);
  return g_test_run ();
}
