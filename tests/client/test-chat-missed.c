/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Coming in behind a message, and knowing how much was said while one was away.
 */
#include "tests/client/fake-chat.h"

static void
test_nothing_is_missed_at_first (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 40);

  g_assert_cmpint (parlance_room_get_n_missed (room), ==, 0);
}

static void
on_state (ParlanceRoom *room, GParamSpec *property, gint64 *n_missed)
{
  if (parlance_room_get_state (room) == PARLANCE_ROOM_JOINED)
    *n_missed = parlance_room_get_n_missed (room);
}

static void
test_missed_are_counted_when_it_is_joined_again (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 4);
  gint64 n_missed = -1;

  fake_chat_say (self, 5, "bob", "a", NULL);
  fake_chat_settle (self);
  g_signal_connect (room, "notify::state", G_CALLBACK (on_state), &n_missed);
  fake_chat_lose (self);
  fake_chat_greet (self);
  fake_chat_let_in (self, 8);
  g_assert_cmpint (n_missed, ==, 3);
  g_assert_cmpint (parlance_room_get_last_seq (room), ==, 5);

  fake_chat_lose (self);
  fake_chat_greet (self);
  fake_chat_let_in (self, 2); /* the log is another one */
  g_assert_cmpint (n_missed, ==, 0);
}

static void
test_joins_behind_a_message (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = parlance_chat_join_after (self->chat, "lobby", 7);

  fake_chat_go_online (self);
  fake_chat_let_in (self, 9);
  g_assert_cmpstr (fake_chat_param (self, "after_seq"), ==, "7");
  g_assert_cmpint (parlance_room_get_n_missed (room), ==, 2);
  fake_chat_say (self, 8, "bob", "a", NULL);
  fake_chat_say (self, 9, "bob", "b", NULL);
  fake_chat_settle (self);
  g_assert_cmpstr (self->log->str, ==, "8 a;9 b;");
  g_assert_true (parlance_chat_join_after (self->chat, "lobby", 0) == room);
  g_assert_cmpint (parlance_room_get_last_seq (room), ==, 9);
}

static void
test_joins_behind_nothing (FakeChat *self, gconstpointer data)
{
  fake_chat_go_online (self);
  parlance_chat_join_after (self->chat, "lobby", 0);
  fake_chat_let_in (self, 1);
  g_assert_cmpstr (fake_chat_param (self, "after_seq"), ==, "0");
  fake_chat_say (self, 1, "bob", "a", NULL);
  fake_chat_settle (self);
  g_assert_cmpstr (self->log->str, ==, "1 a;");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/client/chat/missed/" name, FakeChat, NULL, fake_chat_set_up, function,             \
              fake_chat_tear_down)
  ADD ("nothing-at-first", test_nothing_is_missed_at_first);
  ADD ("counted-when-it-is-joined-again", test_missed_are_counted_when_it_is_joined_again);
  ADD ("joins-behind-a-message", test_joins_behind_a_message);
  ADD ("joins-behind-nothing", test_joins_behind_nothing);
#undef ADD
  return g_test_run ();
}
