/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The rates of docs/protocol.md, section 8, in any second, however it is chosen.
 */
#include "server/discovery-rate.h"

static struct in6_addr
peer (guint number)
{
  return (struct in6_addr){
    .s6_addr = { [0] = 0xFE, [1] = 0x80, [14] = (guint8)(number >> 8), [15] = (guint8)number }
  };
}

static gboolean
ask (DiscoveryRate *rate, guint number, int64_t now_ms)
{
  struct in6_addr who = peer (number);

  if (discovery_rate_wait_ms (rate, now_ms) > 0 || !discovery_rate_allows (rate, &who, now_ms))
    return FALSE;
  discovery_rate_count (rate, &who, now_ms);
  return TRUE;
}

static void
test_one_peer_gets_ten_in_any_second (void)
{
  DiscoveryRate rate = { 0 };
  g_autoptr (GArray) answered = g_array_new (FALSE, FALSE, sizeof (int64_t));

  /* In bursts and evenly, for some seconds. */
  for (int64_t now_ms = 5000; now_ms < 12000; now_ms += now_ms % 3 == 0 ? 1 : 37)
    {
      for (guint i = 0; i < 4; i++)
        {
          if (ask (&rate, 1, now_ms))
            g_array_append_val (answered, now_ms);
        }
    }
  g_assert_cmpuint (answered->len, >=, 60);
  for (guint i = 10; i < answered->len; i++)
    g_assert_cmpint (g_array_index (answered, int64_t, i), >=,
                     g_array_index (answered, int64_t, i - 10) + 1000);
}

static void
test_peers_do_not_pay_for_each_other (void)
{
  DiscoveryRate rate = { 0 };

  for (guint i = 0; i < 1000; i++)
    (void)ask (&rate, 1, 5000);
  g_assert_true (ask (&rate, 2, 5000));
  g_assert_false (ask (&rate, 1, 5999));
  g_assert_true (ask (&rate, 1, 6000));
}

static void
test_all_together_get_200_in_any_second (void)
{
  DiscoveryRate rate = { 0 };
  g_autoptr (GArray) answered = g_array_new (FALSE, FALSE, sizeof (int64_t));
  guint number = 0;

  for (int64_t now_ms = 5000; now_ms < 9000; now_ms++)
    {
      for (guint i = 0; i < 100; i++)
        {
          if (ask (&rate, number++ % 60000, now_ms))
            g_array_append_val (answered, now_ms);
        }
    }
  g_assert_cmpuint (answered->len, ==, 800);
  for (guint i = 200; i < answered->len; i++)
    g_assert_cmpint (g_array_index (answered, int64_t, i), >=,
                     g_array_index (answered, int64_t, i - 200) + 1000);
}

static void
test_tells_how_long_to_wait (void)
{
  DiscoveryRate rate = { 0 };

  g_assert_cmpint (discovery_rate_wait_ms (&rate, 0), ==, 0);
  for (guint i = 0; i < 200; i++)
    g_assert_true (ask (&rate, i, 5000 + i));
  g_assert_cmpint (discovery_rate_wait_ms (&rate, 5200), ==, 800);
  g_assert_cmpint (discovery_rate_wait_ms (&rate, 6000), ==, 0);
  g_assert_true (ask (&rate, 1, 6000));
  g_assert_cmpint (discovery_rate_wait_ms (&rate, 6000), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/rate/one-peer-gets-ten-in-any-second",
                   test_one_peer_gets_ten_in_any_second);
  g_test_add_func ("/discovery/rate/peers-do-not-pay-for-each-other",
                   test_peers_do_not_pay_for_each_other);
  g_test_add_func ("/discovery/rate/all-together-get-200-in-any-second",
                   test_all_together_get_200_in_any_second);
  g_test_add_func ("/discovery/rate/tells-how-long-to-wait", test_tells_how_long_to_wait);
  return g_test_run ();
}
