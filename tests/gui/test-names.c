/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names that people type and strangers' text on one line: client-gui/name-rules.h and plain-text.h.
 */
#include "client-gui/name-rules.h"
#include "client-gui/plain-text.h"

#include <string.h>

#define FSI "\u2068"
#define PDI "\u2069"

static void
assert_problem (char *problem, const char *part)
{
  if (part == NULL)
    g_assert_null (problem);
  else
    {
      g_assert_nonnull (problem);
      g_assert_nonnull (strstr (problem, part));
    }
  g_free (problem);
}

static void
test_room_names (void)
{
  g_autofree char *longest = g_strnfill (64, 'a');
  g_autofree char *too_long = g_strnfill (65, 'a');

  assert_problem (parlance_room_name_problem (""), NULL);
  assert_problem (parlance_room_name_problem ("tea time"), NULL);
  assert_problem (parlance_room_name_problem ("学习室"), NULL);
  assert_problem (parlance_room_name_problem (longest), NULL);
  assert_problem (parlance_room_name_problem (too_long), "at most 64");
  assert_problem (parlance_room_name_problem ("#tea"), "“#”");
  assert_problem (parlance_room_name_problem ("tea "), "neither begins nor ends");
  assert_problem (parlance_room_name_problem (" tea"), "neither begins nor ends");
  assert_problem (parlance_room_name_problem ("te\u202Ea"), "invisible");
}

static void
test_nicks (void)
{
  g_autofree char *too_long = g_strnfill (33, 'a');

  assert_problem (parlance_nick_problem (""), NULL);
  assert_problem (parlance_nick_problem ("小明"), NULL);
  assert_problem (parlance_nick_problem (too_long), "at most 32");
  assert_problem (parlance_nick_problem ("tea time"), "space");
  assert_problem (parlance_nick_problem ("<b>"), "“<”");
}

static void
assert_excerpt (const char *text, guint n, const char *expected)
{
  g_autofree char *excerpt = parlance_plain_excerpt (text, n);

  g_assert_cmpstr (excerpt, ==, expected);
}

static void
test_excerpts (void)
{
  assert_excerpt ("", 10, "");
  assert_excerpt (" \n\t ", 10, "");
  assert_excerpt ("one\n\n two\t", 10, FSI "one two" PDI);
  assert_excerpt ("abcdef", 6, FSI "abcdef" PDI);
  assert_excerpt ("abcdefg", 6, FSI "abcdef…" PDI);
  assert_excerpt ("a\u202Eb\u2069", 10, FSI "a b" PDI);
  assert_excerpt ("学习室里", 2, FSI "学习…" PDI);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/names/rooms", test_room_names);
  g_test_add_func ("/gui/names/nicks", test_nicks);
  g_test_add_func ("/gui/names/excerpts", test_excerpts);
  return g_test_run ();
}
