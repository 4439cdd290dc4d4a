/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The way of others' messages: in once and in order, whatever is missing.
 */
#include "tests/client/fake-chat.h"

static ParlanceMessage *
send (FakeChat *self, ParlanceRoom *room, const char *text)
{
  return parlance_chat_send (self->chat, room, text, NULL);
}

/* Expects a send of @text. Returns: JSON text of its key */
static const char *
expect_send (FakeChat *self, const char *text)
{
  g_autofree char *quoted = g_strdup_printf ("\"%s\"", text);

  fake_chat_expect (self, "send");
  g_assert_cmpstr (fake_chat_param (self, "text"), ==, quoted);
  return fake_chat_param (self, "key");
}

static void
say (FakeChat *self, gint64 seq, const char *text)
{
  fake_chat_say (self, seq, "bob", text, NULL);
}

static void
test_duplicates_are_dropped (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 4);

  say (self, 5, "a");
  say (self, 5, "a");
  say (self, 4, "old");
  say (self, 6, "b");
  say (self, 5, "a");
  fake_chat_settle (self);
  fake_chat_assert_list (room, "a b");
  g_assert_cmpstr (self->log->str, ==, "5 a;6 b;");
}

#define WIRE_MESSAGE(seq, text)                                                                    \
  "{\"room\":\"lobby\",\"seq\":" seq                                                               \
  ",\"time\":1,\"from\":\"bob\",\"kind\":\"text\",\"text\":\"" text "\"}"

static void
test_gap_is_fetched_and_delivered_in_order (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 4);

  say (self, 5, "e");
  say (self, 8, "h");
  say (self, 9, "i");
  fake_chat_expect (self, "history");
  g_assert_cmpstr (fake_chat_param (self, "room"), ==, "\"lobby\"");
  g_assert_cmpstr (fake_chat_param (self, "after"), ==, "5");
  fake_chat_assert_list (room, "e");
  fake_chat_reply (self, "{\"messages\":[" WIRE_MESSAGE ("6", "f") "," WIRE_MESSAGE (
                             "7", "g") "," WIRE_MESSAGE ("8", "h") "],\"more\":true}");
  fake_chat_settle (self);
  fake_chat_assert_list (room, "e f g h i");
  g_assert_cmpstr (self->log->str, ==, "5 e;6 f;7 g;8 h;9 i;");
  fake_chat_expect_nothing (self);
}

static void
test_gap_filled_meanwhile_is_no_gap (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 4);

  say (self, 6, "b");
  fake_chat_expect (self, "history");
  say (self, 5, "a");
  fake_chat_settle (self);
  fake_chat_assert_list (room, "a b");
  fake_chat_reply (self, "{\"messages\":[" WIRE_MESSAGE ("5", "a") "," WIRE_MESSAGE (
                             "6", "b") "," WIRE_MESSAGE ("7", "c") "],\"more\":false}");
  fake_chat_settle (self);
  say (self, 7, "c");
  fake_chat_settle (self);
  fake_chat_assert_list (room, "a b c");
  g_assert_cmpstr (self->log->str, ==, "5 a;6 b;7 c;");
}

static void
test_gap_that_stays_is_passed_over (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 4);

  say (self, 6, "b");
  fake_chat_expect (self, "history");
  fake_chat_reply (self, "{\"messages\":[],\"more\":true}");
  fake_chat_settle (self);
  fake_chat_assert_list (room, "b");

  say (self, 9, "e");
  fake_chat_expect (self, "history");
  fake_chat_refuse (self, PARLANCE_REASON_NO_SUCH_ROOM, NULL);
  fake_chat_settle (self);
  fake_chat_assert_list (room, "b e");
  fake_chat_expect_nothing (self);
}

static void
test_busy_server_is_asked_again_for_a_gap (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 4);

  say (self, 6, "b");
  for (guint i = 0; i < 2; i++)
    {
      fake_chat_expect (self, "history");
      fake_chat_refuse (self, PARLANCE_REASON_BUSY, NULL);
      fake_chat_expect_nothing (self);
      fake_chat_advance (self, 1000);
    }
  fake_chat_expect (self, "history");
  fake_chat_reply (self, "{\"messages\":[" WIRE_MESSAGE ("5", "a") "],\"more\":true}");
  fake_chat_settle (self);
  fake_chat_assert_list (room, "a b");

  say (self, 8, "d");
  for (guint i = 0; i < 5; i++)
    {
      fake_chat_expect (self, "history");
      fake_chat_refuse (self, PARLANCE_REASON_BUSY, NULL);
      fake_chat_settle (self);
      fake_chat_advance (self, 1000);
    }
  fake_chat_expect_nothing (self);
  fake_chat_assert_list (room, "a b d");
}

static void
test_more_than_is_held_is_fetched (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 0);
  g_autoptr (GString) page = g_string_new ("{\"messages\":[" WIRE_MESSAGE ("1", "first"));

  for (guint i = 2; i <= 301; i++)
    say (self, i, "m");
  fake_chat_expect (self, "history");
  fake_chat_settle (self);
  g_string_append (page, "],\"more\":true}");
  fake_chat_reply (self, page->str);
  fake_chat_settle (self);
  g_assert_cmpint (parlance_room_get_last_seq (room), ==, 257);

  fake_chat_expect (self, "history");
  g_assert_cmpstr (fake_chat_param (self, "after"), ==, "257");
  g_string_assign (page, "{\"messages\":[");
  for (guint i = 258; i <= 301; i++)
    g_string_append_printf (page,
                            "%s{\"room\":\"lobby\",\"seq\":%u,\"time\":1,\"from\":\"bob\","
                            "\"text\":\"m\"}",
                            i > 258 ? "," : "", i);
  g_string_append (page, "],\"more\":false}");
  fake_chat_reply (self, page->str);
  fake_chat_settle (self);
  g_assert_cmpint (parlance_room_get_last_seq (room), ==, 301);
  fake_chat_expect_nothing (self);
}

static void
test_repair_ends_with_the_connection (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 4);

  say (self, 6, "b");
  fake_chat_expect (self, "history");
  fake_chat_lose (self);
  fake_chat_greet (self);
  fake_chat_expect (self, "join");
  g_assert_cmpstr (fake_chat_param (self, "after_seq"), ==, "4");

  /* What is caught up on may come before the answer. */
  say (self, 5, "a");
  say (self, 6, "b");
  fake_chat_reply (self, "{\"room\":\"lobby\",\"topic\":\"\",\"members\":[],\"first_seq\":1,"
                         "\"last_seq\":6}");
  fake_chat_settle (self);
  fake_chat_assert_list (room, "a b");
  fake_chat_expect_nothing (self);
}

static void
test_log_that_went_back_starts_anew (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 4);

  say (self, 5, "a");
  say (self, 6, "b");
  fake_chat_settle (self);
  send (self, room, "mine");
  fake_chat_lose (self);
  fake_chat_greet (self);
  fake_chat_let_in (self, 2);
  fake_chat_assert_list (room, "mine?");
  say (self, 3, "c");
  fake_chat_settle (self);
  fake_chat_assert_list (room, "c mine?");
}

static void
test_another_server_starts_anew (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 4);
  ParlanceMessage *message = send (self, room, "mine");

  expect_send (self, "mine");
  say (self, 5, "a");
  fake_chat_settle (self);
  fake_chat_lose (self);
  fake_chat_expect (self, "hello");
  fake_chat_reply (self, "{\"protocol\":1,\"server\":{\"id\":\"two\",\"name\":\"Other\","
                         "\"version\":\"1\"},\"session\":{\"nick\":\"alice\",\"token\":\"t2\"}}");
  fake_chat_expect (self, "join");
  g_assert_cmpstr (fake_chat_param (self, "after_seq"), ==, "");
  g_assert_cmpint (parlance_message_get_state (message), ==, PARLANCE_MESSAGE_FAILED);
  fake_chat_assert_list (room, "mine!");
}

static void
on_message_disconnect (ParlanceRoom *room, ParlanceMessage *message, ParlanceChat *chat)
{
  parlance_chat_disconnect (chat);
}

static void
test_rights_are_told (FakeChat *self, gconstpointer data)
{
  fake_chat_go_online (self);
  fake_chat_tell (self, "rights", "{\"operator\":true,\"by\":\"bob\",\"later\":[]}");
  fake_chat_tell (self, "rights", "{\"operator\":false}");
  g_assert_cmpstr (self->log->str, ==, "operator bob;no operator -;");
}

static void
test_callback_may_disconnect (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 4);

  send (self, room, "mine");
  g_signal_connect (room, "message", G_CALLBACK (on_message_disconnect), self->chat);
  say (self, 6, "b");
  expect_send (self, "mine");
  fake_chat_expect (self, "history");
  fake_chat_reply (self, "{\"messages\":[" WIRE_MESSAGE ("5", "a") "],\"more\":true}");
  fake_chat_wait_state (self, PARLANCE_CHAT_OFFLINE);
  fake_chat_turn ();
  fake_chat_assert_list (room, "a mine?");
}

#define ADD(name, function)                                                                        \
  g_test_add ("/client/chat/receive/" name, FakeChat, NULL, fake_chat_set_up, function,            \
              fake_chat_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("duplicates-are-dropped", test_duplicates_are_dropped);
  ADD ("gap-is-fetched-and-delivered-in-order", test_gap_is_fetched_and_delivered_in_order);
  ADD ("gap-filled-meanwhile-is-no-gap", test_gap_filled_meanwhile_is_no_gap);
  ADD ("gap-that-stays-is-passed-over", test_gap_that_stays_is_passed_over);
  ADD ("busy-server-is-asked-again-for-a-gap", test_busy_server_is_asked_again_for_a_gap);
  ADD ("more-than-is-held-is-fetched", test_more_than_is_held_is_fetched);
  ADD ("repair-ends-with-the-connection", test_repair_ends_with_the_connection);
  ADD ("log-that-went-back-starts-anew", test_log_that_went_back_starts_anew);
  ADD ("another-server-starts-anew", test_another_server_starts_anew);
  ADD ("rights-are-told", test_rights_are_told);
  ADD ("callback-may-disconnect", test_callback_may_disconnect);
  return g_test_run ();
}
