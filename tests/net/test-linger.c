/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How long a thread lingers, by the same clock that it goes by.
 */
#include "server/net/linger.h"

#define SHORT_US 1000
#define LONG_US 20000
#define ENDLESS_US ((gint64)G_USEC_PER_SEC * 3600)

static void
test_does_not_unless_begun (void)
{
  Linger linger = { 0 };

  g_assert_false (linger_is_on (&linger));
  g_assert_false (linger_goes_on (&linger));
}

static void
test_goes_on_for_its_time (void)
{
  Linger linger = { 0 };
  gint64 begun_us = g_get_monotonic_time ();

  linger_begin (&linger, SHORT_US);
  while (linger_goes_on (&linger))
    g_assert_true (linger_is_on (&linger));
  g_assert_cmpint (g_get_monotonic_time () - begun_us, >=, SHORT_US);
  g_assert_false (linger_is_on (&linger));
  g_assert_false (linger_goes_on (&linger));
}

static void
test_goes_on_when_begun_again (void)
{
  Linger linger = { 0 };

  linger_begin (&linger, SHORT_US);
  while (linger_goes_on (&linger))
    ;
  linger_begin (&linger, ENDLESS_US);
  g_assert_true (linger_goes_on (&linger));
}

static void
test_is_not_cut_short (void)
{
  Linger linger = { 0 };
  gint64 begun_us = g_get_monotonic_time ();

  linger_begin (&linger, LONG_US);
  linger_begin (&linger, SHORT_US);
  while (linger_goes_on (&linger))
    ;
  g_assert_cmpint (g_get_monotonic_time () - begun_us, >=, LONG_US);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/linger/does-not-unless-begun", test_does_not_unless_begun);
  g_test_add_func ("/net/linger/goes-on-for-its-time", test_goes_on_for_its_time);
  g_test_add_func ("/net/linger/goes-on-when-begun-again", test_goes_on_when_begun_again);
  g_test_add_func ("/net/linger/is-not-cut-short", test_is_not_cut_short);
  return g_test_run ();
}
