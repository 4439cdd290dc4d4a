/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Changing nicks, our own and those of others.
 */
#include "tests/client/fake-chat.h"

static void
test_renames_reach_every_room (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 0);

  fake_chat_tell (self, "renamed", "{\"from\":\"bob\",\"to\":\"aaron\"}");
  g_assert_cmpstr (fake_chat_members (room), ==, "aaron alice");
  fake_chat_tell (self, "renamed", "{\"from\":\"alice\",\"to\":\"alicia\"}");
  g_assert_cmpstr (parlance_chat_get_nick (self->chat), ==, "alicia");
  g_assert_cmpstr (self->log->str, ==, "renamed bob aaron;renamed alice alicia;");
}

typedef struct
{
  gboolean done;
  GError *error;
} Renamed;

static void
on_renamed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Renamed *renamed = user_data;

  (void)parlance_chat_set_nick_finish (PARLANCE_CHAT (source), result, &renamed->error);
  renamed->done = TRUE;
}

static void
test_new_nick_waits_for_what_is_out (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 0);
  Renamed renamed = { 0 };
  Renamed second = { 0 };

  parlance_chat_send (self->chat, room, "a", NULL);
  fake_chat_expect (self, "send");
  parlance_chat_set_nick_async (self->chat, "al", NULL, on_renamed, &renamed);
  parlance_chat_set_nick_async (self->chat, "ali", NULL, on_renamed, &second);
  parlance_chat_send (self->chat, room, "b", NULL);
  fake_chat_expect_nothing (self);
  g_assert_error (second.error, G_IO_ERROR, G_IO_ERROR_PENDING);
  fake_chat_reply (self, "{\"seq\":1,\"time\":1}");
  fake_chat_expect (self, "hello");
  g_assert_cmpstr (fake_chat_param (self, "nick"), ==, "\"al\"");
  fake_chat_reply (self, "{\"protocol\":1,\"server\":{\"id\":\"one\",\"name\":\"\",\"version\":"
                         "\"1\"},\"session\":{\"nick\":\"al\",\"token\":\"t2\"}}");
  fake_chat_expect (self, "send");
  g_assert_true (renamed.done);
  g_assert_no_error (renamed.error);
  g_assert_cmpstr (parlance_chat_get_nick (self->chat), ==, "al");
  g_assert_cmpstr (parlance_chat_get_token (self->chat), ==, "t2");
  g_assert_cmpstr (fake_chat_members (room), ==, "al bob");
  fake_chat_tell (self, "renamed", "{\"from\":\"alice\",\"to\":\"al\"}");
  g_assert_cmpstr (self->log->str, ==, "renamed alice al;");
  g_clear_error (&second.error);
}

static void
test_refused_nick_leaves_the_old_one (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 0);
  Renamed renamed = { 0 };

  parlance_chat_set_nick_async (self->chat, "bob", NULL, on_renamed, &renamed);
  fake_chat_expect (self, "hello");
  fake_chat_refuse (self, PARLANCE_REASON_NICK_IN_USE, NULL);
  fake_chat_settle (self);
  g_assert_error (renamed.error, PARLANCE_ERROR, PARLANCE_REASON_NICK_IN_USE);
  g_assert_cmpstr (parlance_chat_get_nick (self->chat), ==, "alice");
  g_assert_cmpint (parlance_chat_get_state (self->chat), ==, PARLANCE_CHAT_ONLINE);
  parlance_chat_send (self->chat, room, "a", NULL);
  fake_chat_expect (self, "send");
  g_clear_error (&renamed.error);
}

static void
test_new_nick_is_lost_with_the_connection (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 0);
  Renamed renamed = { 0 };

  parlance_chat_send (self->chat, room, "a", NULL);
  fake_chat_expect (self, "send");
  parlance_chat_set_nick_async (self->chat, "al", NULL, on_renamed, &renamed);
  fake_chat_lose (self);
  g_assert_error (renamed.error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
  fake_chat_greet (self);
  g_assert_cmpstr (fake_chat_param (self, "nick"), ==, "\"alice\"");
  fake_chat_let_in (self, 0);
  fake_chat_expect (self, "send");
  g_clear_error (&renamed.error);
}

static void
test_in_doubt_under_another_nick_fails (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 0);
  Renamed renamed = { 0 };

  parlance_chat_send (self->chat, room, "a", NULL);
  parlance_chat_send (self->chat, room, "b", NULL);
  fake_chat_expect (self, "send");
  fake_server_hang_up (&self->server);
  fake_chat_wait_state (self, PARLANCE_CHAT_WAITING);
  parlance_chat_set_nick_async (self->chat, "al", NULL, on_renamed, &renamed);
  fake_chat_advance (self, 1000);
  fake_chat_expect (self, "hello");
  g_assert_cmpstr (fake_chat_param (self, "nick"), ==, "\"al\"");
  fake_chat_reply (self, "{\"protocol\":1,\"server\":{\"id\":\"one\",\"name\":\"\",\"version\":"
                         "\"1\"},\"session\":{\"nick\":\"al\",\"token\":\"t2\"}}");
  fake_chat_let_in (self, 0);
  fake_chat_expect (self, "send");
  g_assert_cmpstr (fake_chat_param (self, "text"), ==, "\"b\"");
  fake_chat_assert_list (room, "a! b?");
}

#define ADD(name, function)                                                                        \
  g_test_add ("/client/chat/nick/" name, FakeChat, NULL, fake_chat_set_up, function,               \
              fake_chat_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("renames-reach-every-room", test_renames_reach_every_room);
  ADD ("new-nick-waits-for-what-is-out", test_new_nick_waits_for_what_is_out);
  ADD ("refused-nick-leaves-the-old-one", test_refused_nick_leaves_the_old_one);
  ADD ("new-nick-is-lost-with-the-connection", test_new_nick_is_lost_with_the_connection);
  ADD ("in-doubt-under-another-nick-fails", test_in_doubt_under_another_nick_fails);
  return g_test_run ();
}
