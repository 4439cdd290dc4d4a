/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Places in a room's log as people write them, and nicks for who gives none. Times are of a zone
 * that is two hours ahead of UTC.
 */
#include <string.h>

#include "client-cli/chat-nick.h"
#include "client-cli/chat-options.h"
#include "protocol/wire/names.h"

#define NOW_MS 1763640120000 /* 2025-11-20 14:02 there, 12:02 UTC */
#define HOUR_MS 3600000

static void
assert_seq (const char *text, gint64 seq)
{
  ChatMoment moment;

  g_assert_true (chat_moment_parse (text, NOW_MS, &moment));
  g_assert_cmpint (moment.seq, ==, seq);
  g_assert_cmpint (moment.time_ms, ==, 0);
}

static void
assert_time (const char *text, gint64 time_ms)
{
  ChatMoment moment;

  g_assert_true (chat_moment_parse (text, NOW_MS, &moment));
  g_assert_cmpint (moment.seq, ==, 0);
  g_assert_cmpint (moment.time_ms, ==, time_ms);
}

static void
test_seqs (void)
{
  assert_seq ("1", 1);
  assert_seq ("9223372036854775807", G_MAXINT64);
}

static void
test_spans (void)
{
  assert_time ("90s", NOW_MS - 90000);
  assert_time ("15m", NOW_MS - HOUR_MS / 4);
  assert_time ("2h", NOW_MS - 2 * HOUR_MS);
  assert_time ("3d", NOW_MS - 72 * HOUR_MS);
  assert_time ("1w", NOW_MS - 168 * HOUR_MS);
  assert_time ("999999999w", 1);
}

static void
test_times (void)
{
  assert_time ("14:00", NOW_MS - 120000);
  assert_time ("2025-11-20", NOW_MS - 120000 - 14 * HOUR_MS);
  assert_time ("2025-11-20T14:02", NOW_MS);
  assert_time ("2025-11-20 14:02:00", NOW_MS);
  assert_time ("2025-11-20T12:02:00Z", NOW_MS);
  assert_time ("2025-11-20T12:02:00.250Z", NOW_MS + 250);
  assert_time ("2025-11-20T13:02:00+01:00", NOW_MS);
}

static void
test_nonsense_is_no_place (void)
{
  static const char *const texts[] = {
    "",           "0",           "-1",        "h",          "2x",
    "2hh",        "1234567890h", "25:00",     "14:0x",      "14:02:03:04",
    "2025-13-01", "2025-11-31",  "yesterday", "1900-01-01", "99999999999999999999",
    " 1",         "1 ",
  };
  ChatMoment moment;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_false (chat_moment_parse (texts[i], NOW_MS, &moment));
}

static void
assert_nick (const char *name, const char *expected)
{
  g_autofree char *nick = chat_nick_make_valid (name);

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
        g_autofree char *nick = chat_nick_alternative (nicks[i], n);
        g_assert_true (parlance_nick_is_valid (nick, strlen (nick)));
        g_assert_cmpstr (nick, !=, nicks[i]);
      }
  g_autofree char *first = chat_nick_alternative ("alice", 1);
  g_autofree char *second = chat_nick_alternative ("alice", 2);
  g_assert_cmpstr (first, ==, "alice_");
  g_assert_cmpstr (second, ==, "alice2");
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "<+02>-2", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/chat-options/seqs", test_seqs);
  g_test_add_func ("/cli/chat-options/spans", test_spans);
  g_test_add_func ("/cli/chat-options/times", test_times);
  g_test_add_func ("/cli/chat-options/nonsense-is-no-place", test_nonsense_is_no_place);
  g_test_add_func ("/cli/chat-options/names-become-nicks", test_names_become_nicks);
  g_test_add_func ("/cli/chat-options/alternatives-are-nicks", test_alternatives_are_nicks);
  return g_test_run ();
}
