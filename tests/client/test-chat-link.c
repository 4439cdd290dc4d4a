/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Staying connected: what is tried again and when, what is not, and how a dead server is noticed.
 */
#include "protocol/client/account.h"
#include "protocol/client/backoff.h"
#include "tests/client/fake-chat.h"

static void
test_backoff_doubles_up_to_a_bound (void)
{
  static const guint most_ms[] = { 250, 500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000 };
  ParlanceBackoff backoff = { 0 };
  ParlanceBackoff least = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (most_ms); i++)
    {
      guint delay_ms = parlance_backoff_next_ms (&backoff, 0.999999);
      g_assert_cmpuint (delay_ms, <, most_ms[i]);
      g_assert_cmpuint (delay_ms, >=, most_ms[i] - 1);
      g_assert_cmpuint (parlance_backoff_next_ms (&least, 0), ==, 0);
    }
  parlance_backoff_note_connection (&backoff, PARLANCE_BACKOFF_STABLE_MS - 1);
  g_assert_cmpuint (parlance_backoff_next_ms (&backoff, 0.5), ==, 15000);
  parlance_backoff_note_connection (&backoff, PARLANCE_BACKOFF_STABLE_MS);
  g_assert_cmpuint (parlance_backoff_next_ms (&backoff, 0.5), ==, 125);
}

static void
test_backoff_counts_without_end (void)
{
  ParlanceBackoff backoff = { .n_attempts = G_MAXUINT - 1 };

  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (parlance_backoff_next_ms (&backoff, 0.5), ==, 15000);
}

static void
test_hello_says_who_we_are (FakeChat *self, gconstpointer data)
{
  g_assert_cmpint (parlance_chat_get_state (self->chat), ==, PARLANCE_CHAT_OFFLINE);
  g_assert_null (parlance_chat_get_session (self->chat));
  parlance_chat_set_password (self->chat, "secret");
  parlance_chat_connect (self->chat);
  parlance_chat_connect (self->chat);
  g_assert_cmpint (parlance_chat_get_state (self->chat), ==, PARLANCE_CHAT_CONNECTING);
  fake_chat_greet (self);
  g_assert_cmpstr (fake_chat_param (self, "protocol"), ==, "1");
  g_assert_cmpstr (fake_chat_param (self, "client"), ==, "\"test/1\"");
  g_assert_cmpstr (fake_chat_param (self, "nick"), ==, "\"alice\"");
  g_assert_cmpstr (fake_chat_param (self, "password"), ==, "\"secret\"");
  g_assert_cmpstr (fake_chat_param (self, "resume"), ==, "");

  ParlanceServerInfo *info = parlance_chat_get_server_info (self->chat);
  g_assert_cmpstr (parlance_server_info_get_name (info), ==, "Study");
  g_assert_cmpuint (parlance_server_info_get_max_text (info), ==, 100);
  g_assert_cmpuint (parlance_server_info_get_max_rooms (info), ==, 64);
  g_assert_cmpstr (parlance_chat_get_token (self->chat), ==, "t1");
  g_assert_cmpstr (parlance_session_get_address (parlance_chat_get_session (self->chat)), ==,
                   self->server.address);
  g_assert_null (parlance_chat_get_error (self->chat));
}

static void
test_token_of_an_earlier_run_is_shown (FakeChat *self, gconstpointer data)
{
  parlance_chat_set_token (self->chat, "kept", PARLANCE_VOUCHER_LOOPBACK);
  fake_chat_go_online (self);
  g_assert_cmpstr (fake_chat_param (self, "resume"), ==, "\"kept\"");
}

static void
test_comes_back_after_a_loss (FakeChat *self, gconstpointer data)
{
  fake_chat_go_online (self);
  fake_chat_advance (self, 5);
  fake_server_hang_up (&self->server);
  fake_chat_wait_state (self, PARLANCE_CHAT_WAITING);
  g_assert_error (parlance_chat_get_error (self->chat), G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  g_assert_cmpuint (parlance_chat_get_retry_s (self->chat), ==, 1);
  g_assert_null (parlance_chat_get_session (self->chat));

  /* Half of the first quarter of a second. */
  fake_chat_advance (self, 124);
  g_assert_cmpint (parlance_chat_get_state (self->chat), ==, PARLANCE_CHAT_WAITING);
  fake_chat_advance (self, 1);
  g_assert_cmpint (parlance_chat_get_state (self->chat), ==, PARLANCE_CHAT_CONNECTING);
  fake_chat_greet (self);
  g_assert_cmpstr (fake_chat_param (self, "resume"), ==, "\"t1\"");
  g_assert_null (parlance_chat_get_error (self->chat));
  g_assert_cmpuint (parlance_chat_get_retry_s (self->chat), ==, 0);
}

static void
test_waits_longer_when_hung_up_on_at_once (FakeChat *self, gconstpointer data)
{
  static const gint64 waits_ms[] = { 125, 250, 500, 1000 };

  fake_chat_go_online (self);
  for (guint i = 0; i < G_N_ELEMENTS (waits_ms); i++)
    {
      fake_server_hang_up (&self->server);
      fake_chat_wait_state (self, PARLANCE_CHAT_WAITING);
      fake_chat_advance (self, waits_ms[i] - 1);
      g_assert_cmpint (parlance_chat_get_state (self->chat), ==, PARLANCE_CHAT_WAITING);
      fake_chat_advance (self, 1);
      fake_chat_greet (self);
    }

  fake_chat_advance (self, PARLANCE_BACKOFF_STABLE_MS);
  fake_server_hang_up (&self->server);
  fake_chat_wait_state (self, PARLANCE_CHAT_WAITING);
  fake_chat_advance (self, 125);
  fake_chat_greet (self);
}

static void
count (guint *n)
{
  (*n)++;
}

/* Has the chat connect to where nobody listens. */
static void
go_nowhere (FakeChat *self)
{
  FakeServer gone;

  fake_server_init (&gone);
  parlance_chat_set_address (self->chat, gone.address);
  fake_server_clear (&gone);
  parlance_chat_connect (self->chat);
  fake_chat_wait_state (self, PARLANCE_CHAT_WAITING);
}

static void
test_seconds_are_counted_down (FakeChat *self, gconstpointer data)
{
  static const gint64 waits_ms[] = { 249, 499, 999 };
  guint n_notified = 0;

  self->random = 0.9999;
  go_nowhere (self);
  for (guint i = 0; i < G_N_ELEMENTS (waits_ms); i++)
    {
      g_assert_cmpuint (parlance_chat_get_retry_s (self->chat), ==, 1);
      self->now_ms += waits_ms[i];
      while (parlance_chat_get_state (self->chat) == PARLANCE_CHAT_WAITING)
        g_main_context_iteration (NULL, TRUE);
      fake_chat_wait_state (self, PARLANCE_CHAT_WAITING);
    }
  g_assert_error (parlance_chat_get_error (self->chat), G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  g_signal_connect_swapped (self->chat, "notify::retry-s", G_CALLBACK (count), &n_notified);
  g_assert_cmpuint (parlance_chat_get_retry_s (self->chat), ==, 2);
  fake_chat_advance (self, 998);
  g_assert_cmpuint (parlance_chat_get_retry_s (self->chat), ==, 2);
  g_assert_cmpuint (n_notified, ==, 0);
  fake_chat_advance (self, 1);
  g_assert_cmpuint (parlance_chat_get_retry_s (self->chat), ==, 1);
  g_assert_cmpuint (n_notified, ==, 1);
  g_signal_handlers_disconnect_by_data (self->chat, &n_notified);
}

static void
test_retry_now_does_not_wait (FakeChat *self, gconstpointer data)
{
  fake_chat_go_online (self);
  parlance_chat_retry_now (self->chat);
  fake_server_hang_up (&self->server);
  fake_chat_wait_state (self, PARLANCE_CHAT_WAITING);
  parlance_chat_retry_now (self->chat);
  g_assert_cmpint (parlance_chat_get_state (self->chat), ==, PARLANCE_CHAT_CONNECTING);
  fake_chat_greet (self);
}

static void
test_refusals_that_stay_end_it (FakeChat *self, gconstpointer data)
{
  static const ParlanceReason reasons[] = {
    PARLANCE_REASON_NICK_IN_USE, PARLANCE_REASON_INVALID_NAME, PARLANCE_REASON_AUTH_REQUIRED,
    PARLANCE_REASON_AUTH_FAILED, PARLANCE_REASON_TLS_REQUIRED, PARLANCE_REASON_METHOD_NOT_FOUND,
  };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      parlance_chat_connect (self->chat);
      fake_chat_expect (self, "hello");
      fake_chat_refuse (self, reasons[i], NULL);
      fake_chat_wait_state (self, PARLANCE_CHAT_FAILED);
      g_assert_error (parlance_chat_get_error (self->chat), PARLANCE_ERROR, (int)reasons[i]);
      fake_chat_advance (self, 60000);
      fake_chat_expect_nothing (self);
    }
}

static void
test_own_lost_connection_may_hold_the_nick (FakeChat *self, gconstpointer data)
{
  parlance_chat_connect (self->chat);
  fake_chat_expect (self, "hello");
  fake_server_hang_up (&self->server);
  fake_chat_wait_state (self, PARLANCE_CHAT_WAITING);
  for (guint i = 0; i < 2; i++)
    {
      fake_chat_advance (self, PARLANCE_LINK_DOUBT_MS / 3);
      fake_chat_expect (self, "hello");
      fake_chat_refuse (self, PARLANCE_REASON_NICK_IN_USE, NULL);
      fake_chat_wait_state (self, PARLANCE_CHAT_WAITING);
    }
  fake_chat_advance (self, PARLANCE_LINK_DOUBT_MS / 3);
  fake_chat_expect (self, "hello");
  fake_chat_refuse (self, PARLANCE_REASON_NICK_IN_USE, NULL);
  fake_chat_wait_state (self, PARLANCE_CHAT_FAILED);
}

static void
test_refusals_that_pass_are_tried_again (FakeChat *self, gconstpointer data)
{
  static const ParlanceReason reasons[] = {
    PARLANCE_REASON_SERVER_FULL, PARLANCE_REASON_SHUTTING_DOWN, PARLANCE_REASON_SLOW_CONSUMER,
    PARLANCE_REASON_BUSY,        PARLANCE_REASON_INTERNAL,
  };

  parlance_chat_connect (self->chat);
  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      fake_chat_expect (self, "hello");
      fake_chat_refuse (self, reasons[i], NULL);
      fake_chat_wait_state (self, PARLANCE_CHAT_WAITING);
      g_assert_error (parlance_chat_get_error (self->chat), PARLANCE_ERROR, (int)reasons[i]);
      fake_chat_advance (self, 1000);
      fake_chat_advance (self, 1000);
    }
  fake_chat_greet (self);
}

static void
test_fault_that_ends_the_connection_is_tried_again (FakeChat *self, gconstpointer data)
{
  static const char *const faults[] = { "slow_consumer", "shutting_down", "server_full" };

  fake_chat_go_online (self);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *line = g_strdup_printf (
          "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":1,\"message\":\"x\",\"data\":"
          "{\"reason\":\"%s\"}}}\n",
          faults[i]);
      fake_server_send (&self->server, line);
      fake_chat_wait_state (self, PARLANCE_CHAT_WAITING);
      fake_chat_advance (self, 1000);
      fake_chat_greet (self);
    }
}

static void
test_server_without_chat_ends_it (FakeChat *self, gconstpointer data)
{
  parlance_chat_connect (self->chat);
  fake_chat_expect (self, "hello");
  fake_chat_reply (self, "{\"protocol\":1,\"server\":{\"id\":\"1\",\"name\":\"\",\"version\":"
                         "\"\"}}");
  fake_chat_wait_state (self, PARLANCE_CHAT_FAILED);
  g_assert_nonnull (parlance_chat_get_error (self->chat));
}

static void
test_other_service_ends_it (FakeChat *self, gconstpointer data)
{
  static const char *const greetings[] = {
    "220 mail.example.org ESMTP\r\n",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"protocol\":1,\"server\":{\"id\":1}}}\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (greetings); i++)
    {
      parlance_chat_connect (self->chat);
      fake_chat_expect (self, "hello");
      fake_server_send (&self->server, greetings[i]);
      fake_chat_wait_state (self, PARLANCE_CHAT_FAILED);
      g_assert_error (parlance_chat_get_error (self->chat), G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

static void
test_bad_address_ends_it (FakeChat *self, gconstpointer data)
{
  static const char *const none[] = { NULL };

  parlance_chat_set_address (self->chat, "localhost:99999");
  parlance_chat_connect (self->chat);
  fake_chat_wait_state (self, PARLANCE_CHAT_FAILED);
  g_assert_error (parlance_chat_get_error (self->chat), G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);

  parlance_chat_set_addresses (self->chat, none);
  parlance_chat_connect (self->chat);
  g_assert_cmpint (parlance_chat_get_state (self->chat), ==, PARLANCE_CHAT_FAILED);
  g_assert_null (parlance_chat_get_address (self->chat));

  parlance_chat_set_address (self->chat, self->server.address);
  fake_chat_go_online (self);
}

static void
test_addresses_are_tried_in_turn (FakeChat *self, gconstpointer data)
{
  FakeServer gone;
  fake_server_init (&gone);
  const char *const addresses[] = { gone.address, "localhost:99999", self->server.address, NULL };
  parlance_chat_set_addresses (self->chat, addresses);
  fake_server_clear (&gone);

  fake_chat_go_online (self);
  g_assert_cmpstr (parlance_chat_get_address (self->chat), ==, self->server.address);
}

static void
test_address_counts_for_the_next_attempt (FakeChat *self, gconstpointer data)
{
  FakeServer first = self->server;

  fake_chat_go_online (self);
  first = self->server;
  fake_server_init (&self->server);
  parlance_chat_set_address (self->chat, self->server.address);
  g_assert_cmpint (parlance_chat_get_state (self->chat), ==, PARLANCE_CHAT_ONLINE);
  self->cursor = 0;
  fake_server_hang_up (&first);
  fake_chat_wait_state (self, PARLANCE_CHAT_WAITING);
  fake_chat_advance (self, 1000);
  fake_chat_greet (self);
  g_assert_cmpstr (parlance_chat_get_address (self->chat), ==, self->server.address);
  fake_server_clear (&first);
}

static void
test_silent_server_is_given_up (FakeChat *self, gconstpointer data)
{
  parlance_chat_connect (self->chat);
  fake_chat_expect (self, "hello");
  fake_chat_advance (self, PARLANCE_LINK_ATTEMPT_MS - 1);
  g_assert_cmpint (parlance_chat_get_state (self->chat), ==, PARLANCE_CHAT_CONNECTING);
  fake_chat_advance (self, 1);
  g_assert_cmpint (parlance_chat_get_state (self->chat), ==, PARLANCE_CHAT_WAITING);
  g_assert_error (parlance_chat_get_error (self->chat), G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

static void
test_silence_is_broken_by_a_ping (FakeChat *self, gconstpointer data)
{
  fake_chat_go_online (self);
  fake_chat_advance (self, PARLANCE_LINK_TICK_MS);
  fake_chat_expect_nothing (self);
  fake_chat_advance (self, PARLANCE_LINK_TICK_MS);
  fake_chat_expect_nothing (self);
  fake_chat_advance (self, PARLANCE_LINK_TICK_MS);
  fake_chat_advance (self, PARLANCE_LINK_TICK_MS);
  fake_chat_advance (self, PARLANCE_LINK_TICK_MS);
  fake_chat_expect (self, "ping");
  fake_chat_reply (self, "{\"time\":1}");
  fake_chat_turn ();
  fake_chat_advance (self, PARLANCE_LINK_TICK_MS);
  g_assert_cmpint (parlance_chat_get_state (self->chat), ==, PARLANCE_CHAT_ONLINE);
}

static void
test_dead_server_is_noticed (FakeChat *self, gconstpointer data)
{
  fake_chat_go_online (self);
  for (guint i = 0; i < PARLANCE_LINK_DEAD_TICKS; i++)
    {
      g_assert_cmpint (parlance_chat_get_state (self->chat), ==, PARLANCE_CHAT_ONLINE);
      fake_chat_advance (self, PARLANCE_LINK_TICK_MS);
    }
  g_assert_cmpint (parlance_chat_get_state (self->chat), ==, PARLANCE_CHAT_WAITING);
  g_assert_error (parlance_chat_get_error (self->chat), G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  fake_chat_expect (self, "ping");
  fake_chat_advance (self, 1000);
  fake_chat_greet (self);
}

static void
test_disconnecting_ends_every_state (FakeChat *self, gconstpointer data)
{
  parlance_chat_connect (self->chat);
  parlance_chat_disconnect (self->chat);
  g_assert_cmpint (parlance_chat_get_state (self->chat), ==, PARLANCE_CHAT_OFFLINE);
  fake_chat_turn ();

  parlance_chat_connect (self->chat);
  fake_chat_expect (self, "hello");
  parlance_chat_disconnect (self->chat);
  fake_chat_turn ();

  fake_chat_go_online (self);
  fake_server_hang_up (&self->server);
  fake_chat_wait_state (self, PARLANCE_CHAT_WAITING);
  parlance_chat_disconnect (self->chat);
  fake_chat_advance (self, 60000);
  g_assert_cmpint (parlance_chat_get_state (self->chat), ==, PARLANCE_CHAT_OFFLINE);
  g_assert_null (parlance_chat_get_error (self->chat));
}

static void
let_go (FakeChat *self)
{
  ParlanceChat *chat = self->chat;

  g_object_add_weak_pointer (G_OBJECT (chat), (gpointer *)&chat);
  g_clear_object (&self->chat);
  fake_chat_turn ();
  g_assert_null (chat);
}

static void
test_let_go_while_connecting (FakeChat *self, gconstpointer data)
{
  parlance_chat_join (self->chat, "lobby");
  parlance_chat_connect (self->chat);
  let_go (self);
}

static void
test_let_go_while_being_greeted (FakeChat *self, gconstpointer data)
{
  parlance_chat_connect (self->chat);
  fake_chat_expect (self, "hello");
  let_go (self);
}

static void
test_let_go_while_waiting (FakeChat *self, gconstpointer data)
{
  fake_chat_go_online (self);
  fake_server_hang_up (&self->server);
  fake_chat_wait_state (self, PARLANCE_CHAT_WAITING);
  let_go (self);
}

static void
test_let_go_with_everything_pending (FakeChat *self, gconstpointer data)
{
  ParlanceRoom *lobby = fake_chat_enter (self, 4);
  g_autoptr (ParlanceRoom) kept = g_object_ref (lobby);

  parlance_chat_send (self->chat, lobby, "a", NULL);
  parlance_chat_send (self->chat, lobby, "b", NULL);
  parlance_chat_join (self->chat, "other");
  fake_chat_say (self, 9, "bob", "x", NULL);
  fake_chat_notify (self, "typing", "{\"room\":\"lobby\",\"nick\":\"bob\"}");
  fake_chat_settle (self);
  let_go (self);
  fake_chat_assert_list (kept, "a? b?");
}

static void
on_state_let_go (ParlanceChat *chat, GParamSpec *pspec, FakeChat *self)
{
  if (parlance_chat_get_state (chat) == PARLANCE_CHAT_WAITING)
    g_clear_object (&self->chat);
}

static void
test_callback_may_let_go (FakeChat *self, gconstpointer data)
{
  ParlanceChat *chat = self->chat;

  fake_chat_enter (self, 4);
  g_object_add_weak_pointer (G_OBJECT (chat), (gpointer *)&chat);
  g_signal_connect (chat, "notify::state", G_CALLBACK (on_state_let_go), self);
  fake_server_hang_up (&self->server);
  while (chat != NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_closed_from_outside_comes_back (FakeChat *self, gconstpointer data)
{
  fake_chat_go_online (self);
  parlance_session_close (parlance_chat_get_session (self->chat));
  fake_chat_wait_state (self, PARLANCE_CHAT_WAITING);
  fake_chat_advance (self, 1000);
  fake_chat_greet (self);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/client/chat/link/" name, FakeChat, NULL, fake_chat_set_up, function,               \
              fake_chat_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/backoff/doubles-up-to-a-bound", test_backoff_doubles_up_to_a_bound);
  g_test_add_func ("/client/backoff/counts-without-end", test_backoff_counts_without_end);
  ADD ("hello-says-who-we-are", test_hello_says_who_we_are);
  ADD ("token-of-an-earlier-run-is-shown", test_token_of_an_earlier_run_is_shown);
  ADD ("comes-back-after-a-loss", test_comes_back_after_a_loss);
  ADD ("waits-longer-when-hung-up-on-at-once", test_waits_longer_when_hung_up_on_at_once);
  ADD ("seconds-are-counted-down", test_seconds_are_counted_down);
  ADD ("retry-now-does-not-wait", test_retry_now_does_not_wait);
  ADD ("refusals-that-stay-end-it", test_refusals_that_stay_end_it);
  ADD ("own-lost-connection-may-hold-the-nick", test_own_lost_connection_may_hold_the_nick);
  ADD ("refusals-that-pass-are-tried-again", test_refusals_that_pass_are_tried_again);
  ADD ("fault-that-ends-the-connection-is-tried-again",
       test_fault_that_ends_the_connection_is_tried_again);
  ADD ("server-without-chat-ends-it", test_server_without_chat_ends_it);
  ADD ("other-service-ends-it", test_other_service_ends_it);
  ADD ("bad-address-ends-it", test_bad_address_ends_it);
  ADD ("addresses-are-tried-in-turn", test_addresses_are_tried_in_turn);
  ADD ("address-counts-for-the-next-attempt", test_address_counts_for_the_next_attempt);
  ADD ("silent-server-is-given-up", test_silent_server_is_given_up);
  ADD ("silence-is-broken-by-a-ping", test_silence_is_broken_by_a_ping);
  ADD ("dead-server-is-noticed", test_dead_server_is_noticed);
  ADD ("disconnecting-ends-every-state", test_disconnecting_ends_every_state);
  ADD ("let-go-while-connecting", test_let_go_while_connecting);
  ADD ("let-go-while-being-greeted", test_let_go_while_being_greeted);
  ADD ("let-go-while-waiting", test_let_go_while_waiting);
  ADD ("let-go-with-everything-pending", test_let_go_with_everything_pending);
  ADD ("callback-may-let-go", test_callback_may_let_go);
  ADD ("closed-from-outside-comes-back", test_closed_from_outside_comes_back);
  return g_test_run ();
}
