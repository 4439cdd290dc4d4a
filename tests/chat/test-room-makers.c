/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How many rooms may be made.
 */
#include "server/chat/room-makers.h"

#define NOW_US G_USEC_PER_SEC
#define RATE 6
#define BURST (RATE * ROOM_MAKERS_BURST_MIN)

static void
test_an_address_makes_so_many (void)
{
  RoomMakers *makers = room_makers_new ();
  gint64 now_us = NOW_US;

  for (guint i = 0; i < BURST; i++)
    g_assert_cmpint (room_makers_take (makers, RATE, "192.0.2.1", 0, now_us), ==, 0);
  gint64 wait_ms = room_makers_take (makers, RATE, "192.0.2.1", 0, now_us);
  g_assert_cmpint (wait_ms, >, 60000 / RATE - 10);
  g_assert_cmpint (wait_ms, <=, 60000 / RATE + 1);
  g_assert_cmpint (room_makers_take (makers, RATE, "192.0.2.2", 0, now_us), ==, 0);
  now_us += wait_ms * 1000;
  g_assert_cmpint (room_makers_take (makers, RATE, "192.0.2.1", 0, now_us), ==, 0);
  g_assert_cmpint (room_makers_take (makers, RATE, "192.0.2.1", 0, now_us), >, 0);
  room_makers_free (makers);
}

static void
test_an_account_makes_so_many (void)
{
  RoomMakers *makers = room_makers_new ();

  for (guint i = 0; i < BURST; i++)
    {
      g_autofree char *address = g_strdup_printf ("192.0.2.%u", i);
      g_assert_cmpint (room_makers_take (makers, RATE, address, 7, NOW_US), ==, 0);
    }
  g_assert_cmpint (room_makers_take (makers, RATE, "198.51.100.1", 7, NOW_US), >, 0);
  g_assert_cmpint (room_makers_take (makers, RATE, NULL, 7, NOW_US), >, 0);
  g_assert_cmpint (room_makers_take (makers, RATE, NULL, 8, NOW_US), ==, 0);
  room_makers_free (makers);
}

static void
test_others_make_any_number (void)
{
  RoomMakers *makers = room_makers_new ();

  for (guint i = 0; i < 10 * BURST; i++)
    {
      g_assert_cmpint (room_makers_take (makers, RATE, NULL, 0, NOW_US), ==, 0);
      g_assert_cmpint (room_makers_take (makers, 0, "192.0.2.1", 7, NOW_US), ==, 0);
    }
  room_makers_free (makers);
  room_makers_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat/room-makers/an-address-makes-so-many", test_an_address_makes_so_many);
  g_test_add_func ("/chat/room-makers/an-account-makes-so-many", test_an_account_makes_so_many);
  g_test_add_func ("/chat/room-makers/others-make-any-number", test_others_make_any_number);
  return g_test_run ();
}
