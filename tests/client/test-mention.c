/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * protocol/client/mention.h.
 */
#include "protocol/client/mention.h"

static void
test_mentions (void)
{
  g_assert_true (parlance_text_mentions ("alice: hi", "alice"));
  g_assert_true (parlance_text_mentions ("hi ALICE!", "alice"));
  g_assert_true (parlance_text_mentions ("(Änni)", "änni"));
  g_assert_true (parlance_text_mentions ("malice and alice", "alice"));
  g_assert_true (parlance_text_mentions ("我说小明你好", "小明"));
  g_assert_false (parlance_text_mentions ("malice", "alice"));
  g_assert_false (parlance_text_mentions ("alice_", "alice"));
  g_assert_false (parlance_text_mentions ("", "alice"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/mention/whole-words-in-any-case", test_mentions);
  return g_test_run ();
}
