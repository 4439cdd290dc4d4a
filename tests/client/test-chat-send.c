/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The way of our messages: out once and in order, whatever happens to the connection.
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
accept (FakeChat *self, gint64 seq)
{
  g_autofree char *result =
      g_strdup_printf ("{\"room\":\"lobby\",\"seq\":%" G_GINT64_FORMAT ",\"time\":9}", seq);

  fake_chat_reply (self, result);
  fake_chat_settle (self);
}

static void
say (FakeChat *self, gint64 seq, const char *text)
{
  fake_chat_say (self, seq, "bob", text, NULL);
}

static void
test_sent_message_is_pending_then_sent (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 4);
  ParlanceMessage *message = send (self, room, "a");

  fake_chat_assert_list (room, "a?");
  g_assert_true (parlance_message_get_is_own (message));
  g_assert_cmpuint (parlance_chat_get_n_unsent (self->chat), ==, 1);
  expect_send (self, "a");
  g_assert_cmpstr (fake_chat_param (self, "room"), ==, "\"lobby\"");
  g_assert_cmpstr (fake_chat_param (self, "kind"), ==, "\"text\"");
  g_assert_cmpstr (fake_chat_param (self, "reply_to"), ==, "");
  accept (self, 5);
  fake_chat_assert_list (room, "a");
  g_assert_cmpint (parlance_message_get_seq (message), ==, 5);
  g_assert_cmpint (parlance_message_get_time_ms (message), ==, 9);
  g_assert_cmpuint (parlance_chat_get_n_unsent (self->chat), ==, 0);
}

static void
test_reply_before_notification (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 4);
  ParlanceMessage *message = send (self, room, "a");
  const char *key = expect_send (self, "a");

  accept (self, 6);
  g_assert_cmpstr (self->log->str, ==, "");
  say (self, 5, "b");
  fake_chat_say (self, 6, "alice", "a", key);
  fake_chat_settle (self);
  fake_chat_assert_list (room, "b a");
  g_assert_true (parlance_message_list_get (parlance_room_get_messages (room), 1) == message);
  g_assert_cmpstr (self->log->str, ==, "5 b;6 a;");
}

static void
test_notification_before_reply (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 4);
  ParlanceMessage *message = send (self, room, "a");
  const char *key = expect_send (self, "a");

  fake_chat_say (self, 5, "alice", "a", key);
  say (self, 6, "b");
  fake_chat_settle (self);
  fake_chat_assert_list (room, "a b");
  g_assert_true (parlance_message_list_get (parlance_room_get_messages (room), 0) == message);
  accept (self, 5);
  fake_chat_assert_list (room, "a b");
  g_assert_cmpstr (self->log->str, ==, "5 a;6 b;");
}

static void
test_settling_in_place_changes_no_item (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 4);
  ParlanceMessageList *list = parlance_room_get_messages (room);
  send (self, room, "a");
  const char *key = expect_send (self, "a");
  guint n_changes = 0;
  gulong handler = g_signal_connect_data (list, "items-changed", G_CALLBACK (g_atomic_int_inc),
                                          &n_changes, NULL, G_CONNECT_SWAPPED);

  fake_chat_say (self, 5, "alice", "a", key);
  accept (self, 5);
  g_signal_handler_disconnect (list, handler);
  g_assert_cmpuint (n_changes, ==, 0);
  g_assert_cmpuint (parlance_message_list_get_n_unsent (list), ==, 0);
}

static void
test_one_is_sent_at_a_time (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 0);

  send (self, room, "a");
  send (self, room, "b");
  expect_send (self, "a");
  fake_chat_expect_nothing (self);
  accept (self, 1);
  expect_send (self, "b");
  accept (self, 2);
  fake_chat_assert_list (room, "a b");
}

static void
test_written_offline_goes_out_in_order (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = parlance_chat_join (self->chat, "lobby");

  send (self, room, "a");
  send (self, room, "b");
  fake_chat_go_online (self);
  fake_chat_let_in (self, 3);
  expect_send (self, "a");
  accept (self, 4);
  expect_send (self, "b");
  accept (self, 5);
  fake_chat_assert_list (room, "a b");
}

static void
test_lost_before_the_reply_is_sent_again_once (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 4);
  ParlanceMessage *message = send (self, room, "a");
  const char *key = expect_send (self, "a");

  fake_chat_lose (self);
  fake_chat_assert_list (room, "a?");
  fake_chat_greet (self);
  g_assert_cmpstr (fake_chat_param (self, "resume"), ==, "\"t1\"");
  fake_chat_let_in (self, 5);
  g_assert_cmpstr (fake_chat_param (self, "after_seq"), ==, "4");
  g_assert_cmpstr (expect_send (self, "a"), ==, key);

  /* It had arrived; caught up on, it comes without a key. */
  fake_chat_say (self, 5, "alice", "a", NULL);
  accept (self, 5);
  fake_chat_assert_list (room, "a");
  g_assert_true (parlance_message_list_get (parlance_room_get_messages (room), 0) == message);
  g_assert_cmpstr (self->log->str, ==, "5 a;");
  fake_chat_expect_nothing (self);
}

static void
test_passed_on_before_the_loss_is_not_sent_again (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 4);
  send (self, room, "a");
  const char *key = expect_send (self, "a");

  fake_chat_say (self, 5, "alice", "a", key);
  fake_chat_settle (self);
  fake_chat_lose (self);
  fake_chat_greet (self);
  fake_chat_let_in (self, 5);
  fake_chat_expect_nothing (self);
  fake_chat_assert_list (room, "a");
  g_assert_cmpuint (parlance_chat_get_n_unsent (self->chat), ==, 0);
}

static void
test_acknowledged_before_the_loss_settles_after_it (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 4);
  ParlanceMessage *message = send (self, room, "a");
  const char *key = expect_send (self, "a");

  accept (self, 6);
  fake_chat_lose (self);
  fake_chat_greet (self);
  fake_chat_let_in (self, 6);
  g_assert_cmpstr (fake_chat_param (self, "after_seq"), ==, "4");
  say (self, 5, "b");
  fake_chat_say (self, 6, "alice", "a", g_random_boolean () ? key : NULL);
  fake_chat_settle (self);
  fake_chat_assert_list (room, "b a");
  g_assert_true (parlance_message_list_get (parlance_room_get_messages (room), 1) == message);
}

static void
test_order_is_kept_over_a_loss (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 0);

  send (self, room, "a");
  send (self, room, "b");
  send (self, room, "c");
  expect_send (self, "a");
  accept (self, 1);
  const char *key = expect_send (self, "b");
  fake_chat_lose (self);
  send (self, room, "d");
  fake_chat_greet (self);
  fake_chat_let_in (self, 1);
  g_assert_cmpstr (expect_send (self, "b"), ==, key);
  accept (self, 2);
  expect_send (self, "c");
  accept (self, 3);
  expect_send (self, "d");
  accept (self, 4);
  fake_chat_assert_list (room, "a b c d");
}

static void
test_rate_limit_is_waited_for (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 0);

  send (self, room, "a");
  send (self, room, "b");
  const char *key = expect_send (self, "a");
  fake_chat_refuse (self, PARLANCE_REASON_RATE_LIMITED, "\"retry_after_ms\":700");
  fake_chat_expect_nothing (self);
  fake_chat_assert_list (room, "a? b?");
  fake_chat_advance (self, 699);
  fake_chat_expect_nothing (self);
  fake_chat_advance (self, 1);
  g_assert_cmpstr (expect_send (self, "a"), ==, key);
  accept (self, 1);
  expect_send (self, "b");
  fake_chat_refuse (self, PARLANCE_REASON_BUSY, NULL);
  fake_chat_expect_nothing (self);
  fake_chat_advance (self, 1000);
  expect_send (self, "b");
  accept (self, 2);
  fake_chat_assert_list (room, "a b");
}

static void
test_absurd_wait_is_bounded (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 0);

  send (self, room, "a");
  expect_send (self, "a");
  fake_chat_refuse (self, PARLANCE_REASON_RATE_LIMITED, "\"retry_after_ms\":9223372036854775807");
  for (guint i = 0; i < 60; i++)
    {
      fake_chat_expect_nothing (self);
      fake_chat_advance (self, 1000);
    }
  expect_send (self, "a");
  fake_chat_refuse (self, PARLANCE_REASON_RATE_LIMITED, "\"retry_after_ms\":-5");
  fake_chat_settle (self);
  fake_chat_advance (self, 1000);
  expect_send (self, "a");
}

static void
test_not_stored_fails_and_is_retried (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 0);
  ParlanceMessage *message = send (self, room, "a");

  send (self, room, "b");
  const char *key = expect_send (self, "a");
  fake_chat_refuse (self, PARLANCE_REASON_NOT_STORED, NULL);
  expect_send (self, "b");
  g_assert_error (parlance_message_get_error (message), PARLANCE_ERROR, PARLANCE_REASON_NOT_STORED);
  fake_chat_assert_list (room, "a! b?");
  g_assert_cmpuint (parlance_chat_get_n_unsent (self->chat), ==, 1);
  accept (self, 1);
  fake_chat_assert_list (room, "b a!");

  parlance_chat_retry_message (self->chat, message);
  fake_chat_assert_list (room, "b a?");
  g_assert_null (parlance_message_get_error (message));
  g_assert_cmpstr (expect_send (self, "a"), ==, key);
  accept (self, 2);
  fake_chat_assert_list (room, "b a");
}

static void
test_retried_message_goes_behind_the_others (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 0);
  ParlanceMessage *message = send (self, room, "a");

  send (self, room, "b");
  expect_send (self, "a");
  fake_chat_refuse (self, PARLANCE_REASON_NOT_STORED, NULL);
  expect_send (self, "b");
  fake_chat_refuse (self, PARLANCE_REASON_NOT_STORED, NULL);
  fake_chat_settle (self);
  parlance_chat_retry_message (self->chat, message);
  parlance_chat_retry_message (self->chat, message);
  fake_chat_assert_list (room, "b! a?");
  expect_send (self, "a");
  accept (self, 1);
  fake_chat_assert_list (room, "a b!");
  fake_chat_expect_nothing (self);
}

static void
test_failed_message_can_be_discarded (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 0);
  g_autoptr (ParlanceMessage) message = g_object_ref (send (self, room, "a"));

  parlance_chat_discard_message (self->chat, message);
  fake_chat_assert_list (room, "a?");
  expect_send (self, "a");
  fake_chat_refuse (self, PARLANCE_REASON_TOO_LONG, NULL);
  fake_chat_settle (self);
  fake_chat_assert_list (room, "a!");
  parlance_chat_discard_message (self->chat, message);
  fake_chat_assert_list (room, "");
}

static void
test_message_over_the_line_limit_fails (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 0);
  g_autofree char *text = g_strnfill (70000, 'x');
  ParlanceMessage *message = send (self, room, text);

  fake_chat_settle (self);
  g_assert_error (parlance_message_get_error (message), PARLANCE_ERROR, PARLANCE_REASON_TOO_LONG);
  send (self, room, "b");
  expect_send (self, "b");
}

static void
test_nonsense_reply_fails_the_message (FakeChat *self, gconstpointer data)
{
  static const char *const replies[] = {
    "{}",
    "[]",
    "{\"seq\":0,\"time\":1}",
    "{\"seq\":\"1\",\"time\":1}",
    "{\"seq\":-1,\"time\":1}",
    "{\"seq\":9223372036854775807,\"time\":1}",
  };
  ParlanceRoom *room = fake_chat_enter (self, 0);

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      ParlanceMessage *message = send (self, room, "a");
      expect_send (self, "a");
      fake_chat_reply (self, replies[i]);
      fake_chat_settle (self);
      g_assert_error (parlance_message_get_error (message), G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

static void
test_disconnected_while_all_is_pending (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 4);

  send (self, room, "a");
  send (self, room, "b");
  say (self, 7, "c");
  expect_send (self, "a");
  fake_chat_expect (self, "history");
  parlance_chat_disconnect (self->chat);
  g_assert_cmpint (parlance_chat_get_state (self->chat), ==, PARLANCE_CHAT_OFFLINE);
  fake_chat_turn ();
  fake_chat_assert_list (room, "a? b?");
  g_assert_cmpint (parlance_room_get_state (room), ==, PARLANCE_ROOM_JOINING);

  fake_chat_go_online (self);
  fake_chat_let_in (self, 4);
  expect_send (self, "a");
}

static void
test_card_and_action_go_out_whole (FakeChat *self, gconstpointer data)
{
  static const char object[] = "{\"dictionary\":\"wn\",\"headword\":\"run\",\"via\":\"lemma\","
                               "\"phonetic\":\"r\",\"text\":\"t\\n\",\"tags\":[\"zk\",\"gk\"],"
                               "\"forms\":{\"past\":\"ran\",\"third\":\"runs\"}}";
  ParlanceRoom *room = fake_chat_enter (self, 0);
  ParlanceJsonValue value;
  g_assert_true (parlance_json_parse (object, strlen (object), 8, &value));
  g_autoptr (ParlanceEntry) entry = parlance_entry_new_from_value (&value, NULL);

  parlance_chat_send (
      self->chat, room, "run",
      &(ParlanceSendOptions){
          .kind = PARLANCE_MESSAGE_DEFINITION, .reply_to = 7, .entry = entry, .key = "k" });
  g_assert_cmpstr (expect_send (self, "run"), ==, "\"k\"");
  g_assert_cmpstr (fake_chat_param (self, "kind"), ==, "\"definition\"");
  g_assert_cmpstr (fake_chat_param (self, "reply_to"), ==, "7");
  g_assert_cmpstr (fake_chat_param (self, "entry"), ==, object);
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;
  g_autoptr (ParlanceMessage) message =
      parlance_chat_send_finish (PARLANCE_CHAT (source), result, &outcome->error);

  outcome->result = message != NULL ? g_strdup (parlance_message_get_text (message)) : NULL;
  outcome->done = TRUE;
}

static void
test_send_async_waits_for_the_answer (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *room = fake_chat_enter (self, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Outcome outcomes[3] = { 0 };

  parlance_chat_send_async (self->chat, room, "a", NULL, NULL, on_sent, &outcomes[0]);
  parlance_chat_send_async (self->chat, room, "b", NULL, NULL, on_sent, &outcomes[1]);
  parlance_chat_send_async (self->chat, room, "c", NULL, cancellable, on_sent, &outcomes[2]);
  expect_send (self, "a");
  g_assert_false (outcomes[0].done);
  accept (self, 1);
  g_assert_cmpstr (outcomes[0].result, ==, "a");
  expect_send (self, "b");
  fake_chat_refuse (self, PARLANCE_REASON_NOT_STORED, NULL);
  fake_chat_settle (self);
  g_assert_error (outcomes[1].error, PARLANCE_ERROR, PARLANCE_REASON_NOT_STORED);
  g_cancellable_cancel (cancellable);
  fake_chat_turn ();
  g_assert_error (outcomes[2].error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  expect_send (self, "c");
  accept (self, 2);
  fake_chat_assert_list (room, "a c b!");
  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++)
    outcome_clear (&outcomes[i]);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/client/chat/send/" name, FakeChat, NULL, fake_chat_set_up, function,               \
              fake_chat_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("sent-message-is-pending-then-sent", test_sent_message_is_pending_then_sent);
  ADD ("reply-before-notification", test_reply_before_notification);
  ADD ("notification-before-reply", test_notification_before_reply);
  ADD ("settling-in-place-changes-no-item", test_settling_in_place_changes_no_item);
  ADD ("one-is-sent-at-a-time", test_one_is_sent_at_a_time);
  ADD ("written-offline-goes-out-in-order", test_written_offline_goes_out_in_order);
  ADD ("lost-before-the-reply-is-sent-again-once", test_lost_before_the_reply_is_sent_again_once);
  ADD ("passed-on-before-the-loss-is-not-sent-again",
       test_passed_on_before_the_loss_is_not_sent_again);
  ADD ("acknowledged-before-the-loss-settles-after-it",
       test_acknowledged_before_the_loss_settles_after_it);
  ADD ("order-is-kept-over-a-loss", test_order_is_kept_over_a_loss);
  ADD ("rate-limit-is-waited-for", test_rate_limit_is_waited_for);
  ADD ("absurd-wait-is-bounded", test_absurd_wait_is_bounded);
  ADD ("not-stored-fails-and-is-retried", test_not_stored_fails_and_is_retried);
  ADD ("retried-message-goes-behind-the-others", test_retried_message_goes_behind_the_others);
  ADD ("failed-message-can-be-discarded", test_failed_message_can_be_discarded);
  ADD ("message-over-the-line-limit-fails", test_message_over_the_line_limit_fails);
  ADD ("nonsense-reply-fails-the-message", test_nonsense_reply_fails_the_message);
  ADD ("disconnected-while-all-is-pending", test_disconnected_while_all_is_pending);
  ADD ("card-and-action-go-out-whole", test_card_and_action_go_out_whole);
  ADD ("send-async-waits-for-the-answer", test_send_async_waits_for_the_answer);
  return g_test_run ();
}
