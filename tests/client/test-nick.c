/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What one is called when one does not say.
 */
#include "protocol/client/nick.h"

#include <string.h>

#include "protocol/wire/names.h"

static void
assert_nick (const char *name, const char *expected)
{
  g_autofree char *nick = parlance_nick_make_valid (name);

  g_assert_cmpstr (nick, ==, expected);
}

static void
test_names_become_nicks (void)
{
  assert_nick ("alice", "alice");
  assert_nick ("al ice@example.com", "al_ice_example.com");
  assert_nick ("DOMAIN\\Ännchen", "DOMAIN_Ännchen");
  assert_nick ("小明", "小明");
  assert_nick ("\033[2J\u202e", "2J");
  assert_nick ("", "guest");
  assert_nick ("\xff\xfe", "guest");
  assert_nick ("$$$", "guest");
  assert_nick ("abcdefghijklmnopqrstuvwxyzabcdefghijkl", "abcdefghijklmnopqrstuvwxyzabcdef");
}

static void
test_alternatives_are_nicks (void)
{
  static const char *const nicks[] = { "alice", "abcdefghijklmnopqrstuvwxyzabcdef", "小" };

  for (guint i = 0; i < G_N_ELEMENTS (nicks); i++)
    for (guint n = 1; n <= 9; n++)
      {
        g_autofree char *nick = parlance_nick_alternative (nicks[i], n);
        g_assert_true (parlance_nick_is_valid (nick, strlen (nick)));
        g_assert_cmpstr (nick, !=, nicks[i]);
      }
  g_autofree char *first = parlance_nick_alternative ("alice", 1);
  g_autofree char *second = parlance_nick_alternative ("alice", 2);
  g_assert_cmpstr (first, ==, "alice_");
  g_assert_cmpstr (second, ==, "alice2");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/nick/names-become-nicks", test_names_become_nicks);
  g_test_add_func ("/client/nick/alternatives-are-nicks", test_alternatives_are_nicks);
  return g_test_run ();
}
