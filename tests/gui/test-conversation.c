/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is unread, who is called by a message, and the way from one conversation to another: against
 * a server that the test holds in its hand.
 */
#include "client-gui/conversation-walk.h"
#include "client-gui/message-call.h"
#include "tests/client/fake-chat.h"

#define LOBBY "{\"room\":\"lobby\",\"seq\":"
#define SAID ",\"time\":1763600000000,\"kind\":\"text\",\"from\":"

static ParlanceConversation *
converse (FakeChat *self, gint64 read_seq)
{
  ParlanceRoom *room = parlance_chat_join (self->chat, "lobby");
  ParlanceConversation *conversation = parlance_conversation_new (self->chat, room);

  parlance_conversation_restore_read_seq (conversation, read_seq);
  fake_chat_go_online (self);
  return conversation;
}

static void
say (FakeChat *self, gint64 seq, const char *from, const char *text)
{
  fake_chat_say (self, seq, from, text, NULL);
  fake_chat_settle (self);
}

static void
assert_unread (ParlanceConversation *conversation, guint n, gboolean mentioned, gint64 read_seq)
{
  g_assert_cmpuint (parlance_conversation_get_n_unread (conversation), ==, n);
  g_assert_cmpint (parlance_conversation_get_has_mention (conversation), ==, mentioned);
  g_assert_cmpint (parlance_conversation_get_read_seq (conversation), ==, read_seq);
}

/* --- unread ----------------------------------------------------------------------------------- */

static void
test_first_visit_has_nothing_unread (FakeChat *self, gconstpointer data)
{
  g_autoptr (ParlanceConversation) conversation = converse (self, -1);

  assert_unread (conversation, 0, FALSE, -1);
  fake_chat_let_in (self, 40);
  assert_unread (conversation, 0, FALSE, 40);
  fake_chat_expect_nothing (self);
}

static void
test_what_overtakes_the_welcome_is_unread (FakeChat *self, gconstpointer data)
{
  g_autoptr (ParlanceConversation) conversation = converse (self, -1);

  fake_chat_say (self, 41, "bob", "quick", NULL);
  fake_chat_let_in (self, 41);
  assert_unread (conversation, 1, FALSE, 40);
}

static void
count_notify (gpointer counter)
{
  ++*(guint *)counter;
}

static void
test_counts_what_others_say (FakeChat *self, gconstpointer data)
{
  g_autoptr (ParlanceConversation) conversation = converse (self, -1);
  guint n_notified = 0;

  fake_chat_let_in (self, 4);
  g_signal_connect_swapped (conversation, "notify::n-unread", G_CALLBACK (count_notify),
                            &n_notified);
  say (self, 5, "bob", "malice");
  assert_unread (conversation, 1, FALSE, 4);
  say (self, 6, "alice", "alice: myself");
  assert_unread (conversation, 1, FALSE, 4);
  say (self, 7, "bob", "Alice!");
  assert_unread (conversation, 2, TRUE, 4);
  g_assert_cmpuint (n_notified, ==, 2);

  parlance_conversation_mark_read (conversation);
  assert_unread (conversation, 0, FALSE, 7);
  say (self, 8, "alice", "mine");
  assert_unread (conversation, 0, FALSE, 8);
  say (self, 9, "bob", "more");
  assert_unread (conversation, 1, FALSE, 8);
}

static void
test_counts_what_was_said_before_this_run (FakeChat *self, gconstpointer data)
{
  g_autoptr (ParlanceConversation) conversation = converse (self, 5);

  fake_chat_let_in (self, 9);
  assert_unread (conversation, 4, FALSE, 5);
  say (self, 10, "bob", "live");
  assert_unread (conversation, 5, FALSE, 5);

  fake_chat_expect (self, "history");
  g_assert_cmpstr (fake_chat_param (self, "before"), ==, "10");
  g_assert_cmpstr (fake_chat_param (self, "limit"), ==, "4");
  fake_chat_reply (self,
                   "{\"room\":\"lobby\",\"more\":true,\"messages\":[" LOBBY "6" SAID
                   "\"bob\",\"text\":\"one\"}," LOBBY "7" SAID "\"alice\",\"text\":\"mine\"}," LOBBY
                   "8" SAID "\"bob\",\"text\":\"alice: two\"}," LOBBY "9" SAID
                   "\"bob\",\"text\":\"three\"}]}");
  fake_chat_settle (self);
  assert_unread (conversation, 4, TRUE, 5);
}

static void
test_counts_a_long_absence_by_the_newest_page (FakeChat *self, gconstpointer data)
{
  g_autoptr (ParlanceConversation) conversation = converse (self, 0);

  fake_chat_let_in (self, 1000);
  fake_chat_expect (self, "history");
  g_assert_cmpstr (fake_chat_param (self, "limit"), ==, "200");
  fake_chat_reply (self,
                   "{\"room\":\"lobby\",\"more\":true,\"messages\":[" LOBBY "999" SAID
                   "\"alice\",\"text\":\"mine\"}," LOBBY "1000" SAID "\"bob\",\"text\":\"one\"}]}");
  fake_chat_settle (self);
  assert_unread (conversation, 999, FALSE, 0);
}

static void
test_read_while_it_is_counted_stays_read (FakeChat *self, gconstpointer data)
{
  g_autoptr (ParlanceConversation) conversation = converse (self, 5);

  fake_chat_let_in (self, 6);
  fake_chat_expect (self, "history");
  parlance_conversation_mark_read (conversation);
  fake_chat_reply (self, "{\"room\":\"lobby\",\"more\":true,\"messages\":[" LOBBY "6" SAID
                         "\"bob\",\"text\":\"alice\"}]}");
  fake_chat_settle (self);
  assert_unread (conversation, 0, FALSE, 6);
}

static void
test_a_server_that_began_anew_has_nothing_unread (FakeChat *self, gconstpointer data)
{
  g_autoptr (ParlanceConversation) conversation = converse (self, 50);

  fake_chat_let_in (self, 2);
  assert_unread (conversation, 0, FALSE, 2);
  say (self, 3, "bob", "new");
  assert_unread (conversation, 1, FALSE, 2);
}

static void
test_what_was_missed_is_counted_once (FakeChat *self, gconstpointer data)
{
  g_autoptr (ParlanceConversation) conversation = converse (self, -1);

  fake_chat_let_in (self, 4);
  say (self, 5, "bob", "before");
  fake_chat_lose (self);
  fake_chat_greet (self);
  fake_chat_let_in (self, 7);
  fake_chat_say (self, 6, "bob", "alice, meanwhile", NULL);
  say (self, 7, "bob", "and more");
  assert_unread (conversation, 3, TRUE, 4);
}

/* --- calls ------------------------------------------------------------------------------------ */

typedef struct
{
  ParlanceConversation *conversation;
  ParlanceCall call;
} Heard;

static void
on_message (ParlanceRoom *room, ParlanceMessage *message, gpointer user_data)
{
  Heard *heard = user_data;

  heard->call = parlance_message_call (heard->conversation, message);
}

/* What a message calls for that bob says, or @from. */
static ParlanceCall
hear (FakeChat *self, ParlanceConversation *conversation, const char *from, const char *text)
{
  ParlanceRoom *room = parlance_conversation_get_room (conversation);
  Heard heard = { conversation, (ParlanceCall)-1 };
  gulong handler = g_signal_connect (room, "message", G_CALLBACK (on_message), &heard);

  say (self, parlance_room_get_last_seq (room) + 1, from, text);
  g_signal_handler_disconnect (room, handler);
  return heard.call;
}

static void
test_a_mention_calls (FakeChat *self, gconstpointer data)
{
  g_autoptr (ParlanceConversation) conversation = converse (self, -1);

  fake_chat_let_in (self, 4);
  g_assert_cmpint (hear (self, conversation, "bob", "hey alice"), ==, PARLANCE_CALL_MENTION);
  g_assert_cmpint (hear (self, conversation, "bob", "no malice"), ==, PARLANCE_CALL_NONE);
  g_assert_cmpint (hear (self, conversation, "alice", "alice?"), ==, PARLANCE_CALL_NONE);
}

static void
test_a_question_calls_when_nobody_else_is_there (FakeChat *self, gconstpointer data)
{
  g_autoptr (ParlanceConversation) conversation = converse (self, -1);

  fake_chat_let_in (self, 4);
  g_assert_cmpint (hear (self, conversation, "bob", "lunch?"), ==, PARLANCE_CALL_QUESTION);
  g_assert_cmpint (hear (self, conversation, "bob", "吃了吗？好"), ==, PARLANCE_CALL_QUESTION);
  g_assert_cmpint (hear (self, conversation, "bob", "see http://x/?a=b"), ==, PARLANCE_CALL_NONE);
  fake_chat_tell (self, "joined", "{\"room\":\"lobby\",\"nick\":\"carol\"}");
  g_assert_cmpint (hear (self, conversation, "bob", "lunch?"), ==, PARLANCE_CALL_NONE);
}

static void
test_an_answer_calls (FakeChat *self, gconstpointer data)
{
  g_autoptr (ParlanceConversation) conversation = converse (self, -1);
  ParlanceRoom *room = parlance_conversation_get_room (conversation);
  Heard heard = { conversation, PARLANCE_CALL_NONE };

  fake_chat_let_in (self, 4);
  say (self, 5, "alice", "who is in");
  say (self, 6, "bob", "a word");
  g_signal_connect (room, "message", G_CALLBACK (on_message), &heard);
  fake_chat_tell (self, "message", LOBBY "7" SAID "\"bob\",\"text\":\"me\",\"reply_to\":5}");
  g_assert_cmpint (heard.call, ==, PARLANCE_CALL_REPLY);
  fake_chat_tell (self, "message", LOBBY "8" SAID "\"bob\",\"text\":\"me\",\"reply_to\":6}");
  g_assert_cmpint (heard.call, ==, PARLANCE_CALL_NONE);
  g_signal_handlers_disconnect_by_data (room, &heard);
}

/* --- walks ------------------------------------------------------------------------------------ */

static void
test_walks_round_the_ends (FakeChat *self, gconstpointer data)
{
  g_autoptr (GListStore) list = g_list_store_new (PARLANCE_TYPE_CONVERSATION);
  ParlanceConversation *all[3];
  const char *const names[] = { "lobby", "music", "tea" };

  g_assert_null (parlance_conversation_walk (G_LIST_MODEL (list), NULL, 1, FALSE));
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      ParlanceRoom *room = parlance_chat_join (self->chat, names[i]);
      all[i] = parlance_conversation_new (self->chat, room);
      g_list_store_append (list, all[i]);
      g_object_unref (all[i]);
    }
  g_assert_true (parlance_conversation_walk (G_LIST_MODEL (list), NULL, 1, FALSE) == all[0]);
  g_assert_true (parlance_conversation_walk (G_LIST_MODEL (list), NULL, -1, FALSE) == all[2]);
  g_assert_true (parlance_conversation_walk (G_LIST_MODEL (list), all[2], 1, FALSE) == all[0]);
  g_assert_true (parlance_conversation_walk (G_LIST_MODEL (list), all[0], -1, FALSE) == all[2]);
  g_assert_null (parlance_conversation_walk (G_LIST_MODEL (list), all[0], 1, TRUE));
}

static void
test_walks_to_what_is_unread (FakeChat *self, gconstpointer data)
{
  g_autoptr (GListStore) list = g_list_store_new (PARLANCE_TYPE_CONVERSATION);
  g_autoptr (ParlanceConversation) lobby = converse (self, -1);
  g_autoptr (ParlanceConversation) music =
      parlance_conversation_new (self->chat, parlance_chat_join (self->chat, "music"));

  g_list_store_append (list, music);
  g_list_store_append (list, lobby);
  fake_chat_let_in (self, 4);
  say (self, 5, "bob", "hello");
  g_assert_true (parlance_conversation_walk (G_LIST_MODEL (list), music, -1, TRUE) == lobby);
  g_assert_true (parlance_conversation_walk (G_LIST_MODEL (list), NULL, 1, TRUE) == lobby);
  g_assert_null (parlance_conversation_walk (G_LIST_MODEL (list), lobby, 1, TRUE));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function)                                                                        \
  g_test_add ("/gui/conversation/" path, FakeChat, NULL, fake_chat_set_up, function,               \
              fake_chat_tear_down)
  ADD ("first-visit-has-nothing-unread", test_first_visit_has_nothing_unread);
  ADD ("what-overtakes-the-welcome-is-unread", test_what_overtakes_the_welcome_is_unread);
  ADD ("counts-what-others-say", test_counts_what_others_say);
  ADD ("counts-what-was-said-before-this-run", test_counts_what_was_said_before_this_run);
  ADD ("counts-a-long-absence-by-the-newest-page", test_counts_a_long_absence_by_the_newest_page);
  ADD ("read-while-it-is-counted-stays-read", test_read_while_it_is_counted_stays_read);
  ADD ("server-that-began-anew", test_a_server_that_began_anew_has_nothing_unread);
  ADD ("what-was-missed-is-counted-once", test_what_was_missed_is_counted_once);
  ADD ("mention-calls", test_a_mention_calls);
  ADD ("question-calls-when-nobody-else-is-there", test_a_question_calls_when_nobody_else_is_there);
  ADD ("answer-calls", test_an_answer_calls);
  ADD ("walks-round-the-ends", test_walks_round_the_ends);
  ADD ("walks-to-what-is-unread", test_walks_to_what_is_unread);
  return g_test_run ();
}
