/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parameters of hello and the chat methods against docs/protocol.md, sections 4 and 5.
 */
#include "protocol/wire/chat.h"

#include <string.h>

typedef gboolean (*Parse) (const ParlanceJsonValue *, ParlanceChatParams *, ParlanceFault *);

typedef struct
{
  const char *params;
  ParlanceReason reason;
  const char *field;
} Refusal;

#define REFUSED(params, reason, field)                                                             \
  {                                                                                                \
    params, PARLANCE_REASON_##reason, field                                                        \
  }

/* %NULL: the request has no params. */
static ParlanceJsonValue
read_params (const char *text)
{
  ParlanceJsonValue params = { 0 };

  if (text != NULL)
    g_assert_true (parlance_json_parse (text, strlen (text), PARLANCE_MAX_DEPTH, &params));
  return params;
}

static void
assert_fault (const ParlanceFault *fault, const Refusal *expected)
{
  g_assert_cmpstr (parlance_reason_symbol (fault->reason), ==,
                   parlance_reason_symbol (expected->reason));
  g_assert_cmpstr (fault->member, ==, "field");
  g_assert_cmpmem (fault->value, fault->n_value, expected->field, strlen (expected->field));
}

static void
assert_refused (Parse parse, const Refusal *refusals, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      ParlanceJsonValue params = read_params (refusals[i].params);
      ParlanceChatParams chat;
      ParlanceFault fault;

      g_test_message ("%s", refusals[i].params != NULL ? refusals[i].params : "no params");
      g_assert_false (parse (&params, &chat, &fault));
      assert_fault (&fault, &refusals[i]);
    }
}

static ParlanceChatParams
accept (Parse parse, const char *text)
{
  ParlanceJsonValue params = read_params (text);
  ParlanceChatParams chat;
  ParlanceFault fault;

  memset (&chat, 0xa5, sizeof chat);
  g_assert_true (parse (&params, &chat, &fault));
  return chat;
}

/* A room as wide as its limit allows, of letters of three bytes and of four. */
static char *
wide_name (guint n_points, const char *letter)
{
  GString *name = g_string_new (NULL);

  for (guint i = 0; i < n_points; i++)
    g_string_append (name, letter);
  return g_string_free (name, FALSE);
}

/* --- rooms ------------------------------------------------------------------------------------ */

static void
test_room (void)
{
  static const Refusal refusals[] = {
    REFUSED (NULL, INVALID_PARAMS, "room"),
    REFUSED ("{}", INVALID_PARAMS, "room"),
    REFUSED ("{\"Room\":\"a\"}", INVALID_PARAMS, "room"),
    REFUSED ("{\"room\":null}", INVALID_PARAMS, "room"),
    REFUSED ("{\"room\":1}", INVALID_PARAMS, "room"),
    REFUSED ("{\"room\":[\"a\"]}", INVALID_PARAMS, "room"),
    REFUSED ("{\"room\":\"a\",\"room\":true}", INVALID_PARAMS, "room"),
    REFUSED ("{\"room\":\"\"}", INVALID_NAME, "room"),
    REFUSED ("{\"room\":\" a\"}", INVALID_NAME, "room"),
    REFUSED ("{\"room\":\"a\\u0000\"}", INVALID_NAME, "room"),
    REFUSED ("{\"room\":\"a\\u202eb\"}", INVALID_NAME, "room"),
    REFUSED ("{\"room\":\"#a\"}", INVALID_NAME, "room"),
  };
  ParlanceChatParams chat =
      accept (parlance_room_parse, "{\"room\":\"B\\u00fccher \\u4e66\",\"more\":[{}]}");

  g_assert_cmpstr (chat.room.text, ==, "Bücher 书");
  g_assert_cmpuint (chat.room.n_bytes, ==, strlen ("Bücher 书"));
  assert_refused (parlance_room_parse, refusals, G_N_ELEMENTS (refusals));
}

static void
test_room_length (void)
{
  static const char *const letters[] = { "a", "书", "𠮷" };

  for (gsize i = 0; i < G_N_ELEMENTS (letters); i++)
    {
      g_autofree char *longest = wide_name (PARLANCE_MAX_ROOM, letters[i]);
      g_autofree char *longer = wide_name (PARLANCE_MAX_ROOM + 1, letters[i]);
      g_autofree char *huge = wide_name (5000, letters[i]);
      g_autofree char *fits = g_strdup_printf ("{\"room\":\"%s\"}", longest);
      g_autofree char *over = g_strdup_printf ("{\"room\":\"%s\"}", longer);
      g_autofree char *far = g_strdup_printf ("{\"room\":\"%s\"}", huge);
      const Refusal refusals[] = { REFUSED (over, INVALID_NAME, "room"),
                                   REFUSED (far, INVALID_NAME, "room") };

      g_assert_cmpstr (accept (parlance_room_parse, fits).room.text, ==, longest);
      assert_refused (parlance_room_parse, refusals, G_N_ELEMENTS (refusals));
    }
}

static void
test_join (void)
{
  static const Refusal refusals[] = {
    REFUSED ("{\"after_seq\":1}", INVALID_PARAMS, "room"),
    REFUSED ("{\"room\":\"a\",\"after_seq\":-1}", INVALID_PARAMS, "after_seq"),
    REFUSED ("{\"room\":\"a\",\"after_seq\":1.0}", INVALID_PARAMS, "after_seq"),
    REFUSED ("{\"room\":\"a\",\"after_seq\":\"1\"}", INVALID_PARAMS, "after_seq"),
    REFUSED ("{\"room\":\"a\",\"after_seq\":null}", INVALID_PARAMS, "after_seq"),
    REFUSED ("{\"room\":\"a\",\"after_seq\":9223372036854775808}", INVALID_PARAMS, "after_seq"),
  };

  g_assert_cmpint (accept (parlance_join_parse, "{\"room\":\"a\"}").after, ==, -1);
  g_assert_cmpint (accept (parlance_join_parse, "{\"room\":\"a\",\"after_seq\":0}").after, ==, 0);
  g_assert_cmpint (
      accept (parlance_join_parse, "{\"room\":\"a\",\"after_seq\":9223372036854775807}").after, ==,
      G_MAXINT64);
  assert_refused (parlance_join_parse, refusals, G_N_ELEMENTS (refusals));
}

static void
test_topic (void)
{
  static const Refusal refusals[] = {
    REFUSED ("{\"room\":\"a\"}", INVALID_PARAMS, "topic"),
    REFUSED ("{\"topic\":\"t\"}", INVALID_PARAMS, "room"),
    REFUSED ("{\"room\":\"a\",\"topic\":1}", INVALID_PARAMS, "topic"),
    REFUSED ("{\"room\":\"a\",\"topic\":\"x\\u0000y\"}", INVALID_PARAMS, "topic"),
  };
  g_autofree char *most = g_strnfill (PARLANCE_MAX_TOPIC, 't');
  g_autofree char *fits = g_strdup_printf ("{\"room\":\"a\",\"topic\":\"%s\"}", most);
  g_autofree char *over = g_strdup_printf ("{\"room\":\"a\",\"topic\":\"%st\"}", most);
  const Refusal longer = REFUSED (over, TOO_LONG, "topic");

  g_assert_cmpstr (accept (parlance_topic_parse, fits).text, ==, most);
  g_assert_cmpstr (accept (parlance_topic_parse, "{\"room\":\"a\",\"topic\":\"\"}").text, ==, "");
  g_assert_cmpstr (accept (parlance_topic_parse, "{\"room\":\"a\",\"topic\":\"a\\n\\u4e66\"}").text,
                   ==, "a\n书");
  assert_refused (parlance_topic_parse, refusals, G_N_ELEMENTS (refusals));
  assert_refused (parlance_topic_parse, &longer, 1);
}

/* --- looking back ----------------------------------------------------------------------------- */

static void
test_history (void)
{
  static const Refusal refusals[] = {
    REFUSED ("{\"limit\":1}", INVALID_PARAMS, "room"),
    REFUSED ("{\"room\":\"a\",\"before\":-1}", INVALID_PARAMS, "before"),
    REFUSED ("{\"room\":\"a\",\"after\":true}", INVALID_PARAMS, "after"),
    REFUSED ("{\"room\":\"a\",\"before\":5,\"after\":1}", INVALID_PARAMS, "after"),
    REFUSED ("{\"room\":\"a\",\"before\":0,\"after\":0}", INVALID_PARAMS, "after"),
    REFUSED ("{\"room\":\"a\",\"limit\":0}", INVALID_PARAMS, "limit"),
    REFUSED ("{\"room\":\"a\",\"limit\":501}", INVALID_PARAMS, "limit"),
    REFUSED ("{\"room\":\"a\",\"limit\":\"5\"}", INVALID_PARAMS, "limit"),
    REFUSED ("{\"room\":\"a\",\"limit\":4294967297}", INVALID_PARAMS, "limit"),
  };
  ParlanceChatParams chat = accept (parlance_history_parse, "{\"room\":\"a\"}");

  g_assert_cmpint (chat.before, ==, -1);
  g_assert_cmpint (chat.after, ==, -1);
  g_assert_cmpuint (chat.limit, ==, 50);
  chat = accept (parlance_history_parse, "{\"room\":\"a\",\"before\":7,\"limit\":500}");
  g_assert_cmpint (chat.before, ==, 7);
  g_assert_cmpint (chat.after, ==, -1);
  g_assert_cmpuint (chat.limit, ==, 500);
  chat = accept (parlance_history_parse, "{\"room\":\"a\",\"after\":0,\"limit\":1}");
  g_assert_cmpint (chat.before, ==, -1);
  g_assert_cmpint (chat.after, ==, 0);
  g_assert_cmpuint (chat.limit, ==, 1);
  assert_refused (parlance_history_parse, refusals, G_N_ELEMENTS (refusals));
}

static void
test_search (void)
{
  static const Refusal refusals[] = {
    REFUSED (NULL, INVALID_PARAMS, "text"),
    REFUSED ("{\"text\":\"\"}", INVALID_PARAMS, "text"),
    REFUSED ("{\"text\":[]}", INVALID_PARAMS, "text"),
    REFUSED ("{\"text\":\"a\\u0000\"}", INVALID_PARAMS, "text"),
    REFUSED ("{\"text\":\"a\",\"room\":null}", INVALID_PARAMS, "room"),
    REFUSED ("{\"text\":\"a\",\"room\":\"\"}", INVALID_NAME, "room"),
    REFUSED ("{\"text\":\"a\",\"limit\":501}", INVALID_PARAMS, "limit"),
  };
  g_autofree char *most = g_strnfill (PARLANCE_MAX_WORD, 's');
  g_autofree char *fits = g_strdup_printf ("{\"text\":\"%s\",\"room\":\"a\"}", most);
  g_autofree char *over = g_strdup_printf ("{\"text\":\"%ss\"}", most);
  const Refusal longer = REFUSED (over, TOO_LONG, "text");
  ParlanceChatParams chat = accept (parlance_search_messages_parse, fits);

  g_assert_cmpstr (chat.text, ==, most);
  g_assert_cmpstr (chat.room.text, ==, "a");
  chat = accept (parlance_search_messages_parse, "{\"text\":\"a b\",\"limit\":2}");
  g_assert_cmpuint (chat.room.n_bytes, ==, 0);
  g_assert_cmpstr (chat.room.text, ==, "");
  g_assert_cmpstr (chat.text, ==, "a b");
  g_assert_cmpuint (chat.limit, ==, 2);
  assert_refused (parlance_search_messages_parse, refusals, G_N_ELEMENTS (refusals));
  assert_refused (parlance_search_messages_parse, &longer, 1);
}

/* --- hello ------------------------------------------------------------------------------------ */

static ParlanceHello
hello (const char *text)
{
  ParlanceJsonValue params = read_params (text);
  ParlanceHello result;
  ParlanceFault fault;

  memset (&result, 0xa5, sizeof result);
  g_assert_true (parlance_hello_parse (&params, &result, &fault));
  return result;
}

static void
test_hello (void)
{
  static const Refusal refusals[] = {
    REFUSED (NULL, INVALID_PARAMS, "protocol"),
    REFUSED ("{\"nick\":\"a\"}", INVALID_PARAMS, "protocol"),
    REFUSED ("{\"protocol\":2}", INVALID_PARAMS, "protocol"),
    REFUSED ("{\"protocol\":\"1\"}", INVALID_PARAMS, "protocol"),
    REFUSED ("{\"protocol\":1,\"client\":1}", INVALID_PARAMS, "client"),
    REFUSED ("{\"protocol\":1,\"nick\":null}", INVALID_PARAMS, "nick"),
    REFUSED ("{\"protocol\":1,\"password\":[]}", INVALID_PARAMS, "password"),
    REFUSED ("{\"protocol\":1,\"resume\":7}", INVALID_PARAMS, "resume"),
    REFUSED ("{\"protocol\":1,\"nick\":\"\"}", INVALID_NAME, "nick"),
    REFUSED ("{\"protocol\":1,\"nick\":\"a b\"}", INVALID_NAME, "nick"),
    REFUSED ("{\"protocol\":1,\"nick\":\"abcdefghijklmnopqrstuvwxyzabcdefg\"}", INVALID_NAME,
             "nick"),
  };
  ParlanceHello result = hello ("{\"protocol\":1,\"client\":\"x/1\",\"password\":\"p\"}");

  g_assert_cmpuint (result.nick.n_bytes, ==, 0);
  g_assert_cmpstr (result.nick.text, ==, "");
  g_assert_false (result.has_resume);
  g_assert_cmpstr (result.resume, ==, "");
  result = hello ("{\"protocol\":1,\"nick\":\"Anna\",\"resume\":\"01ab\"}");
  g_assert_cmpstr (result.nick.text, ==, "Anna");
  g_assert_true (result.has_resume);
  g_assert_cmpstr (result.resume, ==, "01ab");
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      ParlanceJsonValue params = read_params (refusals[i].params);
      ParlanceFault fault;

      memset (&result, 'x', sizeof result);
      g_assert_false (parlance_hello_parse (&params, &result, &fault));
      assert_fault (&fault, &refusals[i]);
      g_assert_nonnull (memchr (result.password, '\0', sizeof result.password));
    }
}

/* Too long, or none: it is a token all the same, and not a good one. */
static void
test_a_token_that_cannot_be_good (void)
{
  g_autofree char *most = g_strnfill (PARLANCE_MAX_TOKEN, 't');
  g_autofree char *fits = g_strdup_printf ("{\"protocol\":1,\"resume\":\"%s\"}", most);
  g_autofree char *over = g_strdup_printf ("{\"protocol\":1,\"resume\":\"%st\"}", most);
  ParlanceHello result = hello (fits);

  g_assert_cmpstr (result.resume, ==, most);
  result = hello (over);
  g_assert_true (result.has_resume);
  g_assert_cmpstr (result.resume, ==, "");
  g_assert_true (hello ("{\"protocol\":1,\"resume\":\"\"}").has_resume);
}

/* --- send ------------------------------------------------------------------------------------- */

static ParlanceChatParams
send_params (const char *text, GString *body)
{
  ParlanceJsonValue params = read_params (text);
  ParlanceChatParams chat;
  ParlanceFault fault;

  memset (&chat, 0xa5, sizeof chat);
  g_string_truncate (body, 0);
  g_assert_true (parlance_send_parse (&params, body, &chat, &fault));
  return chat;
}

static void
assert_body (const char *text, const char *expected)
{
  g_autoptr (GString) body = g_string_new (NULL);

  send_params (text, body);
  g_assert_cmpstr (body->str, ==, expected);
}

static void
assert_send_refused (const Refusal *refusals, gsize n)
{
  g_autoptr (GString) body = g_string_new (NULL);

  for (gsize i = 0; i < n; i++)
    {
      ParlanceJsonValue params = read_params (refusals[i].params);
      ParlanceChatParams chat;
      ParlanceFault fault;

      g_test_message ("%.200s", refusals[i].params);
      g_assert_false (parlance_send_parse (&params, body, &chat, &fault));
      assert_fault (&fault, &refusals[i]);
    }
}

static void
test_send (void)
{
  g_autoptr (GString) body = g_string_new (NULL);
  ParlanceChatParams chat = send_params ("{\"room\":\"a\",\"text\":\"hi\"}", body);

  g_assert_cmpstr (chat.room.text, ==, "a");
  g_assert_cmpuint (chat.n_key, ==, 0);
  g_assert_cmpstr (body->str, ==, "\"kind\":\"text\",\"text\":\"hi\"");

  /* Written in one way, whatever way it came. */
  assert_body (
      "{\"text\":\"\\u0041\\/\\n\\ud83d\\ude00\\u4e66\",\"extra\":1,\"kind\":\"act\\u0069on\","
      "\"reply_to\":7,\"room\":\"a\"}",
      "\"kind\":\"action\",\"text\":\"A/\\n😀书\",\"reply_to\":7");
  assert_body ("{\"room\":\"a\",\"text\":\"a\\\"b\\\\\\u0001\"}",
               "\"kind\":\"text\",\"text\":\"a\\\"b\\\\\\u0001\"");
  assert_body ("{\"room\":\"a\",\"text\":\"no entry\",\"kind\":\"definition\"}",
               "\"kind\":\"definition\",\"text\":\"no entry\"");
}

static void
test_send_refused (void)
{
  static const Refusal refusals[] = {
    REFUSED (NULL, INVALID_PARAMS, "room"),
    REFUSED ("{\"text\":\"a\"}", INVALID_PARAMS, "room"),
    REFUSED ("{\"room\":\"\\u200b\",\"text\":\"a\"}", INVALID_NAME, "room"),
    REFUSED ("{\"room\":\"a\"}", INVALID_PARAMS, "text"),
    REFUSED ("{\"room\":\"a\",\"text\":\"\"}", INVALID_PARAMS, "text"),
    REFUSED ("{\"room\":\"a\",\"text\":1}", INVALID_PARAMS, "text"),
    REFUSED ("{\"room\":\"a\",\"text\":\"x\\u0000\"}", INVALID_PARAMS, "text"),
    REFUSED ("{\"room\":\"a\",\"text\":\"x\",\"kind\":\"shout\"}", INVALID_PARAMS, "kind"),
    REFUSED ("{\"room\":\"a\",\"text\":\"x\",\"kind\":1}", INVALID_PARAMS, "kind"),
    REFUSED ("{\"room\":\"a\",\"text\":\"x\",\"kind\":null}", INVALID_PARAMS, "kind"),
    REFUSED ("{\"room\":\"a\",\"text\":\"x\",\"key\":\"\"}", INVALID_PARAMS, "key"),
    REFUSED ("{\"room\":\"a\",\"text\":\"x\",\"key\":5}", INVALID_PARAMS, "key"),
    REFUSED ("{\"room\":\"a\",\"text\":\"x\",\"reply_to\":0}", INVALID_PARAMS, "reply_to"),
    REFUSED ("{\"room\":\"a\",\"text\":\"x\",\"reply_to\":1.5}", INVALID_PARAMS, "reply_to"),
    REFUSED ("{\"room\":\"a\",\"text\":\"x\",\"reply_to\":\"1\"}", INVALID_PARAMS, "reply_to"),
  };

  assert_send_refused (refusals, G_N_ELEMENTS (refusals));
}

static void
test_lengths_of_text_and_key (void)
{
  g_autoptr (GString) body = g_string_new (NULL);
  g_autofree char *most = g_strnfill (PARLANCE_MAX_TEXT, 'x');
  g_autofree char *key = g_strnfill (PARLANCE_MAX_KEY, 'k');
  g_autofree char *fits =
      g_strdup_printf ("{\"room\":\"a\",\"text\":\"%s\",\"key\":\"%s\"}", most, key);
  g_autofree char *text_over = g_strdup_printf ("{\"room\":\"a\",\"text\":\"%sx\"}", most);
  g_autofree char *key_over =
      g_strdup_printf ("{\"room\":\"a\",\"text\":\"x\",\"key\":\"%sk\"}", key);
  const Refusal refusals[] = { REFUSED (text_over, TOO_LONG, "text"),
                               REFUSED (key_over, TOO_LONG, "key") };
  ParlanceChatParams chat = send_params (fits, body);

  g_assert_cmpmem (chat.key, chat.n_key, key, PARLANCE_MAX_KEY);
  g_assert_cmpuint (body->len, ==, strlen ("\"kind\":\"text\",\"text\":\"\"") + PARLANCE_MAX_TEXT);
  assert_send_refused (refusals, G_N_ELEMENTS (refusals));
  chat = send_params ("{\"room\":\"a\",\"text\":\"x\",\"key\":\"a\\u0000b\"}", body);
  g_assert_cmpmem (chat.key, chat.n_key, "a\0b", 3);
}

#define CARD(entry) "{\"room\":\"a\",\"text\":\"t\",\"kind\":\"definition\",\"entry\":" entry "}"
#define SHORTEST "\"dictionary\":\"d\",\"headword\":\"h\",\"text\":\"x\""

static void
test_entry (void)
{
  const char *const head = "\"kind\":\"definition\",\"text\":\"t\",\"entry\":";
  g_autofree char *shortest =
      g_strconcat (head, "{\"dictionary\":\"d\",\"headword\":\"h\",\"text\":\"x\"}", NULL);
  g_autofree char *whole =
      g_strconcat (head,
                   "{\"dictionary\":\"d\",\"headword\":\"h\",\"via\":\"lemma\",\"phonetic\":\"\","
                   "\"text\":\"x\",\"tags\":[\"zk\",\"\"],"
                   "\"forms\":{\"past\":\"ran\",\"other\":[\"a\",\"b\"],\"none\":[]}}",
                   NULL);
  g_autofree char *empty = g_strconcat (
      head, "{\"dictionary\":\"d\",\"headword\":\"h\",\"text\":\"x\",\"tags\":[],\"forms\":{}}",
      NULL);

  /* What no entry has is left out. */
  assert_body (CARD ("{" SHORTEST ",\"evil\":{\"a\":[1]}}"), shortest);
  assert_body (CARD ("{\"forms\":{\"past\":\"r\\u0061n\",\"other\":[\"a\",\"b\"],\"none\":[]},"
                     "\"tags\":[\"zk\",\"\"],\"phonetic\":\"\",\"via\":\"lemma\"," SHORTEST "}"),
               whole);
  assert_body (CARD ("{" SHORTEST ",\"tags\":[],\"forms\":{}}"), empty);
}

static void
test_entry_refused (void)
{
  static const Refusal refusals[] = {
    REFUSED ("{\"room\":\"a\",\"text\":\"t\",\"entry\":{" SHORTEST "}}", INVALID_PARAMS, "entry"),
    REFUSED (CARD ("null"), INVALID_PARAMS, "entry"),
    REFUSED (CARD ("[]"), INVALID_PARAMS, "entry"),
    REFUSED (CARD ("{}"), INVALID_PARAMS, "entry"),
    REFUSED (CARD ("{\"dictionary\":\"d\",\"headword\":\"h\"}"), INVALID_PARAMS, "entry"),
    REFUSED (CARD ("{\"dictionary\":\"d\",\"text\":\"x\"}"), INVALID_PARAMS, "entry"),
    REFUSED (CARD ("{\"headword\":\"h\",\"text\":\"x\"}"), INVALID_PARAMS, "entry"),
    REFUSED (CARD ("{\"dictionary\":\"d\",\"headword\":\"\",\"text\":\"x\"}"), INVALID_PARAMS,
             "entry"),
    REFUSED (CARD ("{\"dictionary\":\"d\",\"headword\":\"h\",\"text\":\"\\u0000\"}"),
             INVALID_PARAMS, "entry"),
    REFUSED (CARD ("{" SHORTEST ",\"via\":1}"), INVALID_PARAMS, "entry"),
    REFUSED (CARD ("{" SHORTEST ",\"phonetic\":null}"), INVALID_PARAMS, "entry"),
    REFUSED (CARD ("{" SHORTEST ",\"tags\":\"zk\"}"), INVALID_PARAMS, "entry"),
    REFUSED (CARD ("{" SHORTEST ",\"tags\":[1]}"), INVALID_PARAMS, "entry"),
    REFUSED (CARD ("{" SHORTEST ",\"tags\":[[]]}"), INVALID_PARAMS, "entry"),
    REFUSED (CARD ("{" SHORTEST ",\"forms\":[]}"), INVALID_PARAMS, "entry"),
    REFUSED (CARD ("{" SHORTEST ",\"forms\":{\"a\":1}}"), INVALID_PARAMS, "entry"),
    REFUSED (CARD ("{" SHORTEST ",\"forms\":{\"a\":{\"b\":\"c\"}}}"), INVALID_PARAMS, "entry"),
    REFUSED (CARD ("{" SHORTEST ",\"forms\":{\"\\u0000\":\"a\"}}"), INVALID_PARAMS, "entry"),
  };

  assert_send_refused (refusals, G_N_ELEMENTS (refusals));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/chat/room", test_room);
  g_test_add_func ("/wire/chat/room-length", test_room_length);
  g_test_add_func ("/wire/chat/join", test_join);
  g_test_add_func ("/wire/chat/topic", test_topic);
  g_test_add_func ("/wire/chat/history", test_history);
  g_test_add_func ("/wire/chat/search-messages", test_search);
  g_test_add_func ("/wire/chat/hello", test_hello);
  g_test_add_func ("/wire/chat/a-token-that-cannot-be-good", test_a_token_that_cannot_be_good);
  g_test_add_func ("/wire/chat/send", test_send);
  g_test_add_func ("/wire/chat/send-refused", test_send_refused);
  g_test_add_func ("/wire/chat/lengths-of-text-and-key", test_lengths_of_text_and_key);
  g_test_add_func ("/wire/chat/entry", test_entry);
  g_test_add_func ("/wire/chat/entry-refused", test_entry_refused);
  return g_test_run ();
}
