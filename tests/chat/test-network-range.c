/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ranges of addresses as people write them, and what is in them.
 */
#include "server/chat/network-range.h"

static NetworkRange
parse (const char *text)
{
  NetworkRange range;

  g_test_message ("%s", text);
  g_assert_true (network_range_parse (text, &range));
  return range;
}

static void
test_is_written_in_one_way (void)
{
  static const char *const pairs[][2] = {
    { "192.168.1.7", "192.168.1.7" },
    { "192.168.1.7/32", "192.168.1.7" },
    { "192.168.1.7/24", "192.168.1.0/24" },
    { "10.255.0.0/7", "10.0.0.0/7" },
    { "0.0.0.0/0", "0.0.0.0/0" },
    { "2001:DB8:0:0::1", "2001:db8::1" },
    { "2001:db8:ffff::/33", "2001:db8:8000::/33" },
    { "fe80::1/10", "fe80::/10" },
    { "::/0", "::/0" },
    { "::ffff:10.0.0.1", "10.0.0.1" },
    { "::ffff:10.0.0.1/104", "10.0.0.0/8" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      NetworkRange range = parse (pairs[i][0]);
      g_autofree char *text = network_range_format (&range);

      g_assert_cmpstr (text, ==, pairs[i][1]);
    }
}

static void
test_refuses_what_is_none (void)
{
  static const char *const bad[] = {
    "",
    "/",
    "/8",
    "10",
    "10.0.0",
    "10.0.0.0/",
    "10.0.0.0/33",
    "10.0.0.256",
    "::1/129",
    "::1/-1",
    "::1/1x",
    "anna",
    "10.0.0.0/8/8",
    "fe80::1%eth0",
    " 10.0.0.1",
    "::1/99999999999999999999",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      NetworkRange range;

      g_test_message ("%s", bad[i]);
      g_assert_false (network_range_parse (bad[i], &range));
    }
}

static void
test_contains (void)
{
  static const struct
  {
    const char *range;
    const char *address;
    gboolean is_in;
  } cases[] = {
    { "10.0.0.0/8", "10.1.2.3", TRUE },
    { "10.0.0.0/8", "11.0.0.0", FALSE },
    { "10.1.2.3", "10.1.2.3", TRUE },
    { "10.1.2.3", "10.1.2.4", FALSE },
    { "10.128.0.0/9", "10.127.255.255", FALSE },
    { "10.128.0.0/9", "10.128.0.0", TRUE },
    { "0.0.0.0/0", "255.1.1.1", TRUE },
    { "0.0.0.0/0", "2001:db8::1", FALSE },
    { "::/0", "2001:db8::1", TRUE },
    { "::/0", "10.0.0.1", TRUE },
    { "fe80::/10", "febf::1", TRUE },
    { "fe80::/10", "fec0::1", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      NetworkRange range = parse (cases[i].range);
      NetworkRange one = parse (cases[i].address);

      g_assert_cmpint (network_range_contains (&range, &one.address), ==, cases[i].is_in);
    }
}

/* Who has a network of addresses is one, whichever of them they use; neighbours on a link are not.
 */
static void
test_what_one_host_has (void)
{
  static const char *const pairs[][2] = {
    { "192.168.1.7", "192.168.1.7" },
    { "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64" },
    { "fe80::1:2:3:4", "fe80::1:2:3:4" },
    { "fd00:1:2:3::4", "fd00:1:2:3::/64" },
    { "::1", "::1" },
    { "::", "::" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      NetworkRange one = parse (pairs[i][0]);
      NetworkRange range = network_range_of_host (&one.address);
      g_autofree char *text = network_range_format (&range);
      g_autofree char *name = network_address_to_name (&one.address);

      g_assert_cmpstr (text, ==, pairs[i][1]);
      g_assert_cmpstr (name, ==, pairs[i][1]);
      g_assert_true (network_range_contains (&range, &one.address));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat/network-range/is-written-in-one-way", test_is_written_in_one_way);
  g_test_add_func ("/chat/network-range/refuses-what-is-none", test_refuses_what_is_none);
  g_test_add_func ("/chat/network-range/contains", test_contains);
  g_test_add_func ("/chat/network-range/what-one-host-has", test_what_one_host_has);
  return g_test_run ();
}
