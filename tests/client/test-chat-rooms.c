/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rooms as the server tells of them: who is there, what they are about, who writes.
 */
#include "tests/client/fake-chat.h"
#include "protocol/client/typists.h"

/* What the typists of @room are, with spaces between. */
static const char *
typing (ParlanceRoom *room)
{
  g_autoptr (GString) nicks = g_string_new (NULL);

  for (const char *const *nick = parlance_room_get_typing (room); *nick != NULL; nick++)
    g_string_append_printf (nicks, "%s%s", nicks->len > 0 ? " " : "", *nick);
  return g_intern_string (nicks->str);
}

static void
test_room_is_as_the_server_writes_it (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = parlance_chat_join (self->chat, "ＬＯＢＢＹ");

  g_assert_cmpint (parlance_room_get_state (room), ==, PARLANCE_ROOM_JOINING);
  fake_chat_go_online (self);
  fake_chat_let_in (self, 7);
  g_assert_cmpstr (fake_chat_param (self, "room"), ==, "\"ＬＯＢＢＹ\"");
  g_assert_cmpstr (fake_chat_param (self, "after_seq"), ==, "");
  g_assert_cmpstr (parlance_room_get_name (room), ==, "lobby");
  g_assert_cmpstr (parlance_room_get_topic (room), ==, "words");
  g_assert_cmpstr (fake_chat_members (room), ==, "alice bob");
  g_assert_cmpint (parlance_room_get_last_seq (room), ==, 7);
  g_assert_true (parlance_room_get_members_live (room));
  g_assert_true (parlance_message_list_get_has_older (parlance_room_get_messages (room)));
  g_assert_true (parlance_chat_join (self->chat, "Lobby") == room);
  g_assert_true (parlance_chat_get_room (self->chat, "lobby") == room);
  g_assert_null (parlance_chat_get_room (self->chat, "other"));
  fake_chat_expect_nothing (self);
}

static void
test_every_room_is_joined_again (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *lobby = fake_chat_enter (self, 7);
  ParlanceRoom *other = parlance_chat_join (self->chat, "other");

  fake_chat_expect (self, "join");
  fake_chat_lose (self);
  g_assert_cmpint (parlance_room_get_state (lobby), ==, PARLANCE_ROOM_JOINING);
  g_assert_cmpstr (fake_chat_members (lobby), ==, "alice bob");
  fake_chat_greet (self);
  fake_chat_let_in (self, 7);
  g_assert_cmpstr (fake_chat_param (self, "after_seq"), ==, "7");
  fake_chat_expect (self, "join");
  g_assert_cmpstr (fake_chat_param (self, "room"), ==, "\"other\"");
  g_assert_cmpstr (fake_chat_param (self, "after_seq"), ==, "");
  fake_chat_reply (self, "{\"room\":\"other\",\"last_seq\":0}");
  fake_chat_settle (self);
  g_assert_cmpint (parlance_room_get_state (lobby), ==, PARLANCE_ROOM_JOINED);
  g_assert_cmpint (parlance_room_get_state (other), ==, PARLANCE_ROOM_JOINED);
  g_assert_false (parlance_message_list_get_has_older (parlance_room_get_messages (other)));
  g_assert_cmpstr (parlance_room_get_topic (other), ==, "");
}

typedef struct
{
  gboolean done;
  ParlanceRoom *room;
  GError *error;
} Joined;

static void
on_join (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Joined *joined = user_data;

  joined->room = parlance_chat_join_finish (PARLANCE_CHAT (source), result, &joined->error);
  joined->done = TRUE;
}

static void
test_join_is_waited_for (FakeChat *self, gconstpointer data)
{
  Joined joined = { 0 };

  parlance_chat_join_async (self->chat, "lobby", NULL, on_join, &joined);
  fake_chat_go_online (self);
  g_assert_false (joined.done);
  fake_chat_let_in (self, 0);
  g_assert_true (joined.done);
  g_assert_true (joined.room == parlance_chat_get_room (self->chat, "lobby"));
  g_object_unref (joined.room);
}

static void
test_refused_room_is_not_kept (FakeChat *self, gconstpointer data)
{
  Joined joined = { 0 };

  fake_chat_go_online (self);
  parlance_chat_join_async (self->chat, "a/b", NULL, on_join, &joined);
  g_autoptr (ParlanceRoom) room = g_object_ref (parlance_chat_get_room (self->chat, "a/b"));
  ParlanceMessage *message = parlance_chat_send (self->chat, room, "a", NULL);
  fake_chat_expect (self, "join");
  fake_chat_refuse (self, PARLANCE_REASON_INVALID_NAME, "\"field\":\"room\"");
  fake_chat_settle (self);
  g_assert_error (joined.error, PARLANCE_ERROR, PARLANCE_REASON_INVALID_NAME);
  g_assert_error (parlance_room_get_error (room), PARLANCE_ERROR, PARLANCE_REASON_INVALID_NAME);
  g_assert_error (parlance_message_get_error (message), PARLANCE_ERROR,
                  PARLANCE_REASON_INVALID_NAME);
  g_assert_cmpuint (g_list_model_get_n_items (parlance_chat_get_rooms (self->chat)), ==, 0);
  g_clear_error (&joined.error);
}

static void
test_refused_room_can_be_tried_again (FakeChat *self, gconstpointer data)
{
  fake_chat_go_online (self);
  ParlanceRoom *room = parlance_chat_join (self->chat, "lobby");
  fake_chat_expect (self, "join");
  fake_chat_refuse (self, PARLANCE_REASON_AUTH_REQUIRED, NULL);
  fake_chat_settle (self);
  g_assert_cmpint (parlance_room_get_state (room), ==, PARLANCE_ROOM_FAILED);
  g_assert_true (parlance_chat_join (self->chat, "lobby") == room);
  fake_chat_let_in (self, 0);
  g_assert_cmpint (parlance_room_get_state (room), ==, PARLANCE_ROOM_JOINED);
  g_assert_null (parlance_room_get_error (room));
}

static void
test_busy_server_is_asked_again_to_let_us_in (FakeChat *self, gconstpointer data)
{
  fake_chat_go_online (self);
  ParlanceRoom *room = parlance_chat_join (self->chat, "lobby");
  for (guint i = 0; i < 3; i++)
    {
      fake_chat_expect (self, "join");
      fake_chat_refuse (self, PARLANCE_REASON_BUSY, "\"retry_after_ms\":100");
      fake_chat_expect_nothing (self);
      fake_chat_advance (self, 2000);
    }
  fake_chat_let_in (self, 0);
  g_assert_cmpint (parlance_room_get_state (room), ==, PARLANCE_ROOM_JOINED);
}

static void
test_members_come_and_go (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 0);

  fake_chat_tell (self, "joined", "{\"room\":\"lobby\",\"nick\":\"Beth\"}");
  fake_chat_tell (self, "joined", "{\"room\":\"lobby\",\"nick\":\"Beth\"}");
  g_assert_cmpstr (fake_chat_members (room), ==, "alice Beth bob");
  g_assert_true (parlance_member_list_contains (parlance_room_get_members (room), "Beth"));
  fake_chat_tell (self, "left", "{\"room\":\"LOBBY\",\"nick\":\"bob\"}");
  fake_chat_tell (self, "left", "{\"room\":\"lobby\",\"nick\":\"nobody\"}");
  g_assert_cmpstr (fake_chat_members (room), ==, "alice Beth");
  g_assert_cmpstr (self->log->str, ==, "+Beth;-bob;");
}

static void
test_topic_changes (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 0);

  fake_chat_tell (self, "topic", "{\"room\":\"lobby\",\"topic\":\"\",\"by\":\"bob\"}");
  g_assert_cmpstr (parlance_room_get_topic (room), ==, "");
  g_assert_cmpstr (self->log->str, ==, "bob:;");
}

static void
test_typing_goes_with_time (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 0);

  fake_chat_tell (self, "typing", "{\"room\":\"lobby\",\"nick\":\"bob\"}");
  fake_chat_advance (self, 3000);
  fake_chat_tell (self, "typing", "{\"room\":\"lobby\",\"nick\":\"ann\"}");
  fake_chat_tell (self, "typing", "{\"room\":\"lobby\",\"nick\":\"alice\"}");
  g_assert_cmpstr (typing (room), ==, "ann bob");
  fake_chat_advance (self, PARLANCE_TYPISTS_KEEP_MS - 3000);
  g_assert_cmpstr (typing (room), ==, "ann");
  fake_chat_tell (self, "typing", "{\"room\":\"lobby\",\"nick\":\"bob\"}");
  fake_chat_tell (self, "typing", "{\"room\":\"lobby\",\"nick\":\"carl\"}");
  fake_chat_tell (self, "left", "{\"room\":\"lobby\",\"nick\":\"bob\"}");
  fake_chat_say (self, 1, "carl", "x", NULL);
  fake_chat_settle (self);
  g_assert_cmpstr (typing (room), ==, "ann");
  fake_server_hang_up (&self->server);
  fake_chat_wait_state (self, PARLANCE_CHAT_WAITING);
  g_assert_cmpstr (typing (room), ==, "");
}

static void
test_typing_is_bounded (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 0);

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *params = g_strdup_printf ("{\"room\":\"lobby\",\"nick\":\"n%u\"}", i);
      fake_chat_notify (self, "typing", params);
    }
  fake_chat_settle (self);
  g_auto (GStrv) nicks = g_strsplit (typing (room), " ", -1);
  g_assert_cmpuint (g_strv_length (nicks), ==, PARLANCE_TYPISTS_MOST);
}

static void
test_own_typing_is_told_now_and_then (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 0);

  parlance_chat_send_typing (self->chat, room);
  parlance_chat_send_typing (self->chat, room);
  fake_chat_expect (self, "typing");
  g_assert_cmpint (self->id, ==, 0);
  fake_chat_expect_nothing (self);
  fake_chat_advance (self, 3000);
  parlance_chat_send_typing (self->chat, room);
  fake_chat_expect (self, "typing");
  fake_chat_lose (self);
  parlance_chat_send_typing (self->chat, room);
  fake_chat_greet (self);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_set_object ((GAsyncResult **)user_data, result);
}

static void
test_left_room_is_gone (FakeChat *self, gconstpointer data)
{
  g_autoptr (ParlanceRoom) room = g_object_ref (fake_chat_enter (self, 0));
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ParlanceMessage) out = g_object_ref (parlance_chat_send (self->chat, room, "a", NULL));
  g_autoptr (ParlanceMessage) waiting =
      g_object_ref (parlance_chat_send (self->chat, room, "b", NULL));

  fake_chat_expect (self, "send");
  gint64 send_id = self->id;
  parlance_chat_leave_async (self->chat, room, NULL, on_done, &result);
  g_assert_cmpint (parlance_room_get_state (room), ==, PARLANCE_ROOM_LEFT);
  g_assert_cmpint (parlance_message_get_state (out), ==, PARLANCE_MESSAGE_FAILED);
  g_assert_cmpint (parlance_message_get_state (waiting), ==, PARLANCE_MESSAGE_FAILED);
  g_assert_cmpuint (parlance_chat_get_n_unsent (self->chat), ==, 0);
  g_assert_null (parlance_chat_get_room (self->chat, "lobby"));
  fake_chat_expect (self, "leave");
  fake_chat_say (self, 1, "bob", "late", NULL);
  fake_chat_reply (self, "{}");
  fake_chat_settle (self);
  g_assert_true (parlance_chat_leave_finish (self->chat, result, NULL));
  fake_chat_assert_list (room, "a! b!");
  self->id = send_id;
  fake_chat_reply (self, "{\"seq\":1,\"time\":1}");
  fake_chat_settle (self);

  ParlanceMessage *late = parlance_chat_send (self->chat, room, "c", NULL);
  g_assert_error (parlance_message_get_error (late), PARLANCE_ERROR, PARLANCE_REASON_NOT_IN_ROOM);
  fake_chat_expect_nothing (self);
}

static void
test_leaving_offline_is_done_at_once (FakeChat *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  ParlanceRoom *room = fake_chat_enter (self, 0);

  fake_server_hang_up (&self->server);
  fake_chat_wait_state (self, PARLANCE_CHAT_WAITING);
  parlance_chat_leave_async (self->chat, room, NULL, on_done, &result);
  fake_chat_turn ();
  g_assert_true (parlance_chat_leave_finish (self->chat, result, NULL));
  fake_chat_advance (self, 1000);
  fake_chat_greet (self);
  fake_chat_expect_nothing (self);
}

/* Answers a join with @n members. */
static void
let_in_with (FakeChat *self, const char *method, guint n)
{
  g_autoptr (GString) result = g_string_new ("{\"room\":\"lobby\",\"last_seq\":0,\"members\":[");

  for (guint i = 0; i < n; i++)
    g_string_append_printf (result, "%s\"n%03u\"", i > 0 ? "," : "", i);
  g_string_append (result, "]}");
  fake_chat_expect (self, method);
  fake_chat_reply (self, result->str);
  fake_chat_settle (self);
}

static void
test_large_room_is_asked_for_its_members (FakeChat *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  fake_chat_go_online (self);
  ParlanceRoom *room = parlance_chat_join (self->chat, "lobby");
  ParlanceMemberList *list = parlance_room_get_members (room);
  let_in_with (self, "join", 501);
  g_assert_false (parlance_room_get_members_live (room));
  parlance_room_refresh_members_async (room, NULL, on_done, &result);
  let_in_with (self, "members", 503);
  g_assert_true (parlance_room_refresh_members_finish (room, result, NULL));
  g_assert_cmpuint (parlance_member_list_get_n (list), ==, 503);

  /* A word of somebody's going says that the room is small again. */
  fake_chat_notify (self, "left", "{\"room\":\"lobby\",\"nick\":\"n001\"}");
  fake_chat_notify (self, "left", "{\"room\":\"lobby\",\"nick\":\"n002\"}");
  let_in_with (self, "members", 499);
  g_assert_true (parlance_room_get_members_live (room));
  fake_chat_tell (self, "joined", "{\"room\":\"lobby\",\"nick\":\"zoe\"}");
  g_assert_false (parlance_room_get_members_live (room));
  g_assert_cmpuint (parlance_member_list_get_n (list), ==, 500);
  fake_chat_expect_nothing (self);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/client/chat/rooms/" name, FakeChat, NULL, fake_chat_set_up, function,              \
              fake_chat_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("room-is-as-the-server-writes-it", test_room_is_as_the_server_writes_it);
  ADD ("every-room-is-joined-again", test_every_room_is_joined_again);
  ADD ("join-is-waited-for", test_join_is_waited_for);
  ADD ("refused-room-is-not-kept", test_refused_room_is_not_kept);
  ADD ("refused-room-can-be-tried-again", test_refused_room_can_be_tried_again);
  ADD ("busy-server-is-asked-again-to-let-us-in", test_busy_server_is_asked_again_to_let_us_in);
  ADD ("members-come-and-go", test_members_come_and_go);
  ADD ("topic-changes", test_topic_changes);
  ADD ("typing-goes-with-time", test_typing_goes_with_time);
  ADD ("typing-is-bounded", test_typing_is_bounded);
  ADD ("own-typing-is-told-now-and-then", test_own_typing_is_told_now_and_then);
  ADD ("left-room-is-gone", test_left_room_is_gone);
  ADD ("leaving-offline-is-done-at-once", test_leaving_offline_is_done_at_once);
  ADD ("large-room-is-asked-for-its-members", test_large_room_is_asked_for_its_members);
  return g_test_run ();
}
