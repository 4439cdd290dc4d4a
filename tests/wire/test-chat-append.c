/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The params of chat methods as a client writes them: what is left out, and that the server reads
 * in them what was meant.
 */
#include "protocol/wire/chat-append.h"

#include <string.h>

#include "protocol/wire/chat.h"

static ParlanceJsonValue
parse (const GString *text)
{
  ParlanceJsonValue value;

  g_assert_true (parlance_json_parse (text->str, text->len, PARLANCE_MAX_DEPTH, &value));
  return value;
}

static void
test_hello (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  ParlanceHello hello;
  ParlanceFault fault;

  parlance_hello_append (out, &(ParlanceHelloParams){ .client = "p/1" });
  g_assert_cmpstr (out->str, ==, "{\"protocol\":1,\"client\":\"p/1\"}");

  g_string_truncate (out, 0);
  parlance_hello_append (
      out, &(ParlanceHelloParams){
               .client = "p/1", .nick = "小明", .password = "a\"b", .resume = "token" });
  ParlanceJsonValue params = parse (out);
  ParlanceJsonValue password;
  g_assert_true (parlance_hello_parse (&params, &hello, &fault));
  g_assert_cmpstr (hello.nick.text, ==, "小明");
  g_assert_cmpstr (hello.resume, ==, "token");
  g_assert_true (parlance_json_get_member (&params, "password", &password));
  g_assert_true (parlance_json_string_equals (&password, "a\"b"));
}

static void
test_join_and_topic (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  ParlanceChatParams chat;
  ParlanceFault fault;

  parlance_room_append (out, "a b");
  ParlanceJsonValue params = parse (out);
  g_assert_true (parlance_room_parse (&params, &chat, &fault));
  g_assert_cmpstr (chat.room.text, ==, "a b");

  g_string_truncate (out, 0);
  parlance_join_append (out, "lobby", -1);
  g_assert_cmpstr (out->str, ==, "{\"room\":\"lobby\"}");
  g_string_truncate (out, 0);
  parlance_join_append (out, "lobby", 0);
  params = parse (out);
  g_assert_true (parlance_join_parse (&params, &chat, &fault));
  g_assert_cmpint (chat.after, ==, 0);

  g_string_truncate (out, 0);
  parlance_topic_append (out, "lobby", "");
  params = parse (out);
  g_assert_true (parlance_topic_parse (&params, &chat, &fault));
  g_assert_cmpstr (chat.text, ==, "");
}

static void
test_send (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GString) body = g_string_new (NULL);
  ParlanceChatParams chat;
  ParlanceFault fault;

  parlance_send_append (out, &(ParlanceSendParams){ .room = "lobby", .text = "x" });
  g_assert_cmpstr (out->str, ==, "{\"room\":\"lobby\",\"text\":\"x\"}");

  g_string_truncate (out, 0);
  parlance_send_append (
      out, &(ParlanceSendParams){ .room = "lobby",
                                  .text = "a\n\"b\"\t跑",
                                  .kind = "definition",
                                  .key = "k",
                                  .reply_to = 7,
                                  .entry = "{\"dictionary\":\"d\",\"headword\":\"h\",\"text\":"
                                           "\"t\"}" });
  ParlanceJsonValue params = parse (out);
  g_assert_true (parlance_send_parse (&params, body, &chat, &fault));
  g_assert_cmpstr (chat.key, ==, "k");
  g_assert_nonnull (strstr (body->str, "\"text\":\"a\\n\\\"b\\\"\\t跑\""));
  g_assert_nonnull (strstr (body->str, "\"reply_to\":7"));
  g_assert_nonnull (strstr (body->str, "\"headword\":\"h\""));
}

static void
test_history_and_search (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  ParlanceChatParams chat;
  ParlanceFault fault;

  parlance_history_append (out, "lobby", 0, -1, 0);
  g_assert_cmpstr (out->str, ==, "{\"room\":\"lobby\"}");
  g_string_truncate (out, 0);
  parlance_history_append (out, "lobby", 9, 3, 20);
  ParlanceJsonValue params = parse (out);
  g_assert_true (parlance_history_parse (&params, &chat, &fault));
  g_assert_cmpint (chat.before, ==, 9);
  g_assert_cmpint (chat.after, ==, -1);
  g_assert_cmpuint (chat.limit, ==, 20);
  g_string_truncate (out, 0);
  parlance_history_append (out, "lobby", 0, 0, 0);
  params = parse (out);
  g_assert_true (parlance_history_parse (&params, &chat, &fault));
  g_assert_cmpint (chat.after, ==, 0);

  g_string_truncate (out, 0);
  parlance_search_messages_append (out, NULL, "跑", 0);
  g_assert_cmpstr (out->str, ==, "{\"text\":\"跑\"}");
  g_string_truncate (out, 0);
  parlance_search_messages_append (out, "lobby", "x", 5);
  params = parse (out);
  g_assert_true (parlance_search_messages_parse (&params, &chat, &fault));
  g_assert_cmpstr (chat.room.text, ==, "lobby");
  g_assert_cmpuint (chat.limit, ==, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/chat-append/hello", test_hello);
  g_test_add_func ("/wire/chat-append/join-and-topic", test_join_and_topic);
  g_test_add_func ("/wire/chat-append/send", test_send);
  g_test_add_func ("/wire/chat-append/history-and-search", test_history_and_search);
  return g_test_run ();
}
