/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Deadlines without a clock: every time is given.
 */
#include "server/net/deadlines.h"

static void
test_expires_in_order (void)
{
  DeadlineList list;
  DeadlineLink links[3] = { 0 };

  deadlines_init (&list, 100);
  g_assert_null (deadlines_first (&list));
  g_assert_null (deadlines_expired (&list, 1000000));
  for (int i = 0; i < 3; i++)
    deadlines_set (&list, &links[i], 10 * i);

  g_assert_null (deadlines_expired (&list, 99));
  for (int i = 0; i < 3; i++)
    {
      g_assert_true (deadlines_first (&list) == &links[i]);
      g_assert_true (deadlines_expired (&list, 120) == &links[i]);
      deadlines_clear (&links[i]);
    }
  g_assert_null (deadlines_expired (&list, 1000000));
}

static void
test_setting_again_moves_to_the_end (void)
{
  DeadlineList list;
  DeadlineLink links[2] = { 0 };

  deadlines_init (&list, 100);
  deadlines_set (&list, &links[0], 0);
  deadlines_set (&list, &links[1], 10);
  deadlines_set (&list, &links[0], 20);
  g_assert_true (deadlines_first (&list) == &links[1]);
  g_assert_true (deadlines_expired (&list, 110) == &links[1]);
  deadlines_clear (&links[1]);
  g_assert_null (deadlines_expired (&list, 119));
  g_assert_true (deadlines_expired (&list, 120) == &links[0]);
}

static void
test_a_link_is_in_one_list (void)
{
  DeadlineList short_list;
  DeadlineList long_list;
  DeadlineLink link = { 0 };

  deadlines_init (&short_list, 10);
  deadlines_init (&long_list, 1000);
  deadlines_set (&short_list, &link, 0);
  deadlines_set (&long_list, &link, 5);
  g_assert_null (deadlines_first (&short_list));
  g_assert_null (deadlines_expired (&long_list, 1004));
  g_assert_true (deadlines_expired (&long_list, 1005) == &link);
  deadlines_clear (&link);
  deadlines_clear (&link);
  g_assert_null (deadlines_first (&long_list));
}

static void
test_waits_for_the_first (void)
{
  DeadlineList list;
  DeadlineLink link = { 0 };

  deadlines_init (&list, 100);
  g_assert_cmpint (deadlines_wait_ms (&list, 0, -1), ==, -1);
  g_assert_cmpint (deadlines_wait_ms (&list, 0, 7), ==, 7);
  deadlines_set (&list, &link, 0);
  g_assert_cmpint (deadlines_wait_ms (&list, 0, -1), ==, 100);
  g_assert_cmpint (deadlines_wait_ms (&list, 40, -1), ==, 60);
  g_assert_cmpint (deadlines_wait_ms (&list, 40, 50), ==, 50);
  g_assert_cmpint (deadlines_wait_ms (&list, 40, 70), ==, 60);
  /* One that is overdue must not turn into an endless wait. */
  g_assert_cmpint (deadlines_wait_ms (&list, 400, -1), ==, 0);
  g_assert_cmpint (deadlines_wait_ms (&list, 400, 5), ==, 0);
  g_assert_cmpint (deadlines_wait_until_ms (100, 40, -1), ==, 60);
  g_assert_cmpint (deadlines_wait_until_ms (100, 40, 50), ==, 50);
  g_assert_cmpint (deadlines_wait_until_ms (100, 400, -1), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/deadlines/expires-in-order", test_expires_in_order);
  g_test_add_func ("/net/deadlines/setting-again-moves-to-the-end",
                   test_setting_again_moves_to_the_end);
  g_test_add_func ("/net/deadlines/a-link-is-in-one-list", test_a_link_is_in_one_list);
  g_test_add_func ("/net/deadlines/waits-for-the-first", test_waits_for_the_first);
  return g_test_run ();
}
