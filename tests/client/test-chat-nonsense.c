/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a server says that makes no sense, or only to a later client.
 */
#include "tests/client/fake-chat.h"

static void
test_nonsense_notifications_are_passed_over (FakeChat *self, gconstpointer data)
{
  static const char *const messages[] = {
    "{}",
    "{\"room\":\"lobby\"}",
    "{\"room\":7,\"seq\":1,\"time\":1,\"from\":\"b\",\"text\":\"x\"}",
    "{\"room\":\"lobby\",\"seq\":\"1\",\"time\":1,\"from\":\"b\",\"text\":\"x\"}",
    "{\"room\":\"lobby\",\"seq\":0,\"time\":1,\"from\":\"b\",\"text\":\"x\"}",
    "{\"room\":\"lobby\",\"seq\":-7,\"time\":1,\"from\":\"b\",\"text\":\"x\"}",
    "{\"room\":\"lobby\",\"seq\":1.5,\"time\":1,\"from\":\"b\",\"text\":\"x\"}",
    "{\"room\":\"lobby\",\"seq\":99999999999999999999,\"time\":1,\"from\":\"b\",\"text\":\"x\"}",
    "{\"room\":\"lobby\",\"seq\":9223372036854775807,\"time\":1,\"from\":\"b\",\"text\":\"x\"}",
    "{\"room\":\"lobby\",\"seq\":1,\"time\":1,\"from\":null,\"text\":\"x\"}",
    "{\"room\":\"lobby\",\"seq\":1,\"time\":1,\"from\":\"b\",\"text\":[]}",
    "{\"room\":\"lobby\",\"seq\":1,\"time\":1,\"from\":\"b\",\"text\":\"a\\u0000b\"}",
    "{\"room\":\"lobby\",\"seq\":1,\"time\":1,\"from\":\"b\",\"text\":\"x\",\"kind\":5}",
    "{\"room\":\"lobby\",\"seq\":1,\"time\":1,\"from\":\"b\",\"text\":\"x\",\"reply_to\":-1}",
    "{\"room\":\"lobby\",\"seq\":1,\"time\":1,\"from\":\"b\",\"text\":\"x\",\"key\":{}}",
    "{\"room\":\"nowhere\",\"seq\":1,\"time\":1,\"from\":\"b\",\"text\":\"x\"}",
  };
  static const char *const methods[] = { "joined",  "left",    "topic",  "typing", "notice",
                                         "renamed", "unknown", "rights", "" };
  static const char *const params[] = {
    "{}",
    "{\"room\":\"lobby\"}",
    "{\"room\":\"lobby\",\"nick\":1,\"topic\":1,\"from\":1,\"text\":1,\"operator\":1}",
    "{\"room\":1,\"nick\":\"x\",\"topic\":\"x\",\"from\":\"x\"}",
    "{\"room\":\"nowhere\",\"nick\":\"x\",\"topic\":\"x\",\"to\":\"x\"}",
    "{\"operator\":true,\"by\":7}",
    "{\"by\":\"x\"}",
    "[]",
    "7",
    "null",
  };
  ParlanceRoom *room = fake_chat_enter (self, 0);

  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    fake_chat_notify (self, "message", messages[i]);
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    for (guint j = 0; j < G_N_ELEMENTS (params); j++)
      fake_chat_notify (self, methods[i], params[j]);
  g_autofree char *nick = g_strnfill (1000, 'n');
  g_autofree char *text = g_strnfill (70000, 'x');
  g_autofree char *joined = g_strdup_printf ("{\"room\":\"lobby\",\"nick\":\"%s\"}", nick);
  fake_chat_notify (self, "joined", joined);
  fake_chat_notify (self, "typing", joined);
  fake_chat_say (self, 1, nick, "x", NULL);
  fake_chat_say (self, 1, "bob", text, NULL);
  fake_server_send (&self->server, "{\"jsonrpc\":\"2.0\",\"method\":7,\"params\":{}}\n"
                                   "{\"jsonrpc\":\"2.0\",\"method\":\"message\"}\n");
  fake_chat_settle (self);
  fake_chat_assert_list (room, "");
  g_assert_cmpstr (fake_chat_members (room), ==, "alice bob");
  g_assert_null (parlance_room_get_typing (room)[0]);
  g_assert_cmpstr (parlance_room_get_topic (room), ==, "words");
  g_assert_cmpstr (self->log->str, ==, "");
  g_assert_cmpint (parlance_chat_get_state (self->chat), ==, PARLANCE_CHAT_ONLINE);
  fake_chat_expect_nothing (self);
}

static void
test_unknown_parts_of_messages_are_borne (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 0);
  ParlanceMessageList *list = parlance_room_get_messages (room);

  fake_chat_tell (
      self, "message",
      "{\"room\":\"lobby\",\"seq\":1,\"time\":1,\"from\":\"b\",\"kind\":\"poll\",\"text\":"
      "\"x\",\"entry\":{\"headword\":1},\"reply_to\":null,\"later\":[{}]}");
  fake_chat_tell (
      self, "message",
      "{\"room\":\"lobby\",\"seq\":2,\"time\":2,\"from\":\"b\",\"kind\":\"definition\","
      "\"text\":\"y\",\"reply_to\":1,\"entry\":{\"dictionary\":\"wn\",\"headword\":\"run\","
      "\"via\":\"exact\",\"text\":\"t\"}}");
  fake_chat_assert_list (room, "x y");
  ParlanceMessage *poll = parlance_message_list_get (list, 0);
  ParlanceMessage *card = parlance_message_list_get (list, 1);
  g_assert_cmpint (parlance_message_get_kind (poll), ==, PARLANCE_MESSAGE_OTHER);
  g_assert_null (parlance_message_get_entry (poll));
  g_assert_cmpint (parlance_message_get_reply_to (card), ==, 1);
  g_assert_cmpstr (parlance_entry_get_headword (parlance_message_get_entry (card)), ==, "run");
}

static void
test_nonsense_answer_to_join_fails_the_room (FakeChat *self, gconstpointer data)
{
  static const char *const answers[] = {
    "{}",
    "{\"room\":\"lobby\",\"last_seq\":\"x\"}",
    "{\"room\":\"lobby\",\"last_seq\":1,\"members\":{}}",
  };

  fake_chat_go_online (self);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      ParlanceRoom *room = parlance_chat_join (self->chat, "lobby");
      fake_chat_expect (self, "join");
      fake_chat_reply (self, answers[i]);
      fake_chat_settle (self);
      g_assert_error (parlance_room_get_error (room), G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }

  /* Numbers that are out of range are borne. */
  ParlanceRoom *room = parlance_chat_join (self->chat, "lobby");
  fake_chat_expect (self, "join");
  fake_chat_reply (self, "{\"room\":\"lobby\",\"first_seq\":-9223372036854775808,\"last_seq\":"
                         "9223372036854775807}");
  fake_chat_say (self, 5, "bob", "x", NULL);
  fake_chat_settle (self);
  g_assert_cmpint (parlance_room_get_state (room), ==, PARLANCE_ROOM_JOINED);
  fake_chat_assert_list (room, "");
}

#define ADD(name, function)                                                                        \
  g_test_add ("/client/chat/nonsense/" name, FakeChat, NULL, fake_chat_set_up, function,           \
              fake_chat_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("nonsense-notifications-are-passed-over", test_nonsense_notifications_are_passed_over);
  ADD ("unknown-parts-of-messages-are-borne", test_unknown_parts_of_messages_are_borne);
  ADD ("nonsense-answer-to-join-fails-the-room", test_nonsense_answer_to_join_fails_the_room);
  return g_test_run ();
}
