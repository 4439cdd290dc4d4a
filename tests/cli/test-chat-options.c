/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Places in a room's log as people write them, and nicks for who gives none. Times are of a zone
 * that is two hours ahead of UTC.
 */
#include <string.h>

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

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "<+02>-2", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/chat-options/seqs", test_seqs);
  g_test_add_func ("/cli/chat-options/spans", test_spans);
  g_test_add_func ("/cli/chat-options/times", test_times);
  g_test_add_func ("/cli/chat-options/nonsense-is-no-place", test_nonsense_is_no_place);
  return g_test_run ();
}
