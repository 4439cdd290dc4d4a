/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What was said before, and what else is asked of the server.
 */
#include "tests/client/fake-chat.h"

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_set_object ((GAsyncResult **)user_data, result);
}

static void
load_older (FakeChat *self, ParlanceRoom *room, const char *page, guint n_expected)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GError) error = NULL;
  guint n_loaded = 0;

  parlance_room_load_older_async (room, 2, NULL, on_done, &result);
  parlance_room_load_older_async (room, 2, NULL, on_done, &second);
  fake_chat_expect (self, "history");
  fake_chat_reply (self, page);
  fake_chat_settle (self);
  g_assert_true (parlance_room_load_older_finish (room, result, &n_loaded, NULL));
  g_assert_cmpuint (n_loaded, ==, n_expected);
  g_assert_false (parlance_room_load_older_finish (room, second, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
}

#define OLD(seq, from, text)                                                                       \
  "{\"room\":\"lobby\",\"seq\":" seq ",\"time\":1,\"from\":\"" from "\",\"text\":\"" text "\"}"

static void
test_older_messages_are_loaded (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 4);
  ParlanceMessageList *list = parlance_room_get_messages (room);

  fake_chat_say (self, 5, "bob", "e", NULL);
  fake_chat_settle (self);
  load_older (
      self, room,
      "{\"messages\":[" OLD ("3", "Alice", "c") "," OLD ("4", "bob", "d") "],\"more\":true}", 2);
  g_assert_cmpstr (fake_chat_param (self, "before"), ==, "5");
  g_assert_cmpstr (fake_chat_param (self, "limit"), ==, "2");
  fake_chat_assert_list (room, "c d e");
  g_assert_true (parlance_message_get_is_own (parlance_message_list_get (list, 0)));
  g_assert_false (parlance_message_get_is_own (parlance_message_list_get (list, 1)));
  g_assert_true (parlance_message_list_get_has_older (list));

  /* Nonsense among them: out of order, twice, too new. */
  load_older (self, room,
              "{\"messages\":[" OLD ("2", "bob", "x") "," OLD ("1", "bob", "a") "," OLD (
                  "2", "bob", "b") "," OLD ("9", "bob", "y") ",7,{}],\"more\":false}",
              2);
  g_assert_cmpstr (fake_chat_param (self, "before"), ==, "3");
  fake_chat_assert_list (room, "a b c d e");
  g_assert_false (parlance_message_list_get_has_older (list));
  g_assert_cmpstr (self->log->str, ==, "5 e;");
}

static void
test_older_into_an_empty_list_are_the_newest (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 4);

  load_older (self, room, "{\"messages\":[" OLD ("4", "bob", "d") "],\"more\":true}", 1);
  g_assert_cmpstr (fake_chat_param (self, "before"), ==, "5");
  fake_chat_say (self, 5, "bob", "e", NULL);
  fake_chat_settle (self);
  fake_chat_assert_list (room, "d e");
}

static void
test_page_that_is_late_is_dropped (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 4);
  g_autoptr (GAsyncResult) result = NULL;
  guint n_loaded = 1;

  parlance_message_list_set_limit (parlance_room_get_messages (room), 1);
  fake_chat_say (self, 5, "bob", "e", NULL);
  fake_chat_settle (self);
  parlance_room_load_older_async (room, 2, NULL, on_done, &result);
  fake_chat_expect (self, "history");
  fake_chat_say (self, 6, "bob", "f", NULL);
  fake_chat_reply (self, "{\"messages\":[" OLD ("4", "bob", "d") "],\"more\":false}");
  fake_chat_settle (self);
  g_assert_true (parlance_room_load_older_finish (room, result, &n_loaded, NULL));
  g_assert_cmpuint (n_loaded, ==, 0);
  fake_chat_assert_list (room, "f");
  g_assert_true (parlance_message_list_get_has_older (parlance_room_get_messages (room)));
}

static void
test_empty_page_is_the_last (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 4);

  load_older (self, room, "{\"messages\":[],\"more\":true}", 0);
  g_assert_false (parlance_message_list_get_has_older (parlance_room_get_messages (room)));
}

static void
test_nothing_older_is_not_asked_for (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = parlance_chat_join (self->chat, "lobby");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  guint n_loaded = 1;

  parlance_room_load_older_async (room, 2, NULL, on_done, &result);
  fake_chat_turn ();
  g_assert_false (parlance_room_load_older_finish (room, result, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
  fake_chat_go_online (self);
  fake_chat_let_in (self, 0);
  parlance_room_load_older_async (room, 2, NULL, on_done, &result);
  fake_chat_expect_nothing (self);
  g_assert_true (parlance_room_load_older_finish (room, result, &n_loaded, NULL));
  g_assert_cmpuint (n_loaded, ==, 0);
}

static void
test_calls_need_a_connection (FakeChat *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  parlance_chat_history_async (self->chat, "lobby", 0, -1, 0, NULL, on_done, &result);
  fake_chat_turn ();
  g_assert_null (parlance_chat_history_finish (self->chat, result, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
}

static void
test_search_is_newest_first (FakeChat *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  gboolean more = TRUE;

  fake_chat_go_online (self);
  parlance_chat_search_messages_async (self->chat, NULL, "跑", 7, NULL, on_done, &result);
  fake_chat_expect (self, "search_messages");
  g_assert_cmpstr (fake_chat_param (self, "text"), ==, "\"跑\"");
  g_assert_cmpstr (fake_chat_param (self, "room"), ==, "");
  g_assert_cmpstr (fake_chat_param (self, "limit"), ==, "7");
  fake_chat_reply (self, "{\"messages\":[" OLD ("9", "alice", "跑步") "," OLD (
                             "2", "bob", "跑") "],\"more\":false}");
  fake_chat_settle (self);
  g_autoptr (GPtrArray) found =
      parlance_chat_search_messages_finish (self->chat, result, &more, NULL);
  g_assert_cmpuint (found->len, ==, 2);
  g_assert_false (more);
  g_assert_cmpstr (parlance_message_get_room (g_ptr_array_index (found, 0)), ==, "lobby");
  g_assert_true (parlance_message_get_is_own (g_ptr_array_index (found, 0)));
}

static void
test_nonsense_answers_are_errors (FakeChat *self, gconstpointer data)
{
  GAsyncResult *results[3] = { 0 };

  fake_chat_go_online (self);
  parlance_chat_history_async (self->chat, "lobby", 0, -1, 0, NULL, on_done, &results[0]);
  fake_chat_expect (self, "history");
  g_assert_cmpstr (fake_chat_param (self, "after"), ==, "");
  fake_chat_reply (self, "{\"messages\":{}}");
  parlance_chat_list_rooms_async (self->chat, NULL, on_done, &results[1]);
  fake_chat_expect (self, "rooms");
  fake_chat_reply (self, "{\"rooms\":[{\"room\":\"a\",\"members\":\"b\"}]}");
  parlance_chat_list_members_async (self->chat, "lobby", NULL, on_done, &results[2]);
  fake_chat_expect (self, "members");
  fake_chat_reply (self, "{\"members\":[1]}");
  fake_chat_settle (self);

  GError *error = NULL;
  g_assert_null (parlance_chat_history_finish (self->chat, results[0], NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_clear_error (&error);
  g_assert_null (parlance_chat_list_rooms_finish (self->chat, results[1], &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_clear_error (&error);
  g_assert_null (parlance_chat_list_members_finish (self->chat, results[2], &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_clear_error (&error);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    g_object_unref (results[i]);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/client/chat/history/" name, FakeChat, NULL, fake_chat_set_up, function,            \
              fake_chat_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("older-messages-are-loaded", test_older_messages_are_loaded);
  ADD ("older-into-an-empty-list-are-the-newest", test_older_into_an_empty_list_are_the_newest);
  ADD ("page-that-is-late-is-dropped", test_page_that_is_late_is_dropped);
  ADD ("empty-page-is-the-last", test_empty_page_is_the_last);
  ADD ("nothing-older-is-not-asked-for", test_nothing_older_is_not_asked_for);
  ADD ("calls-need-a-connection", test_calls_need_a_connection);
  ADD ("search-is-newest-first", test_search_is_newest_first);
  ADD ("nonsense-answers-are-errors", test_nonsense_answers_are_errors);
  return g_test_run ();
}
