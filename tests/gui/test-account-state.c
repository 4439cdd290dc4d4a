/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a server says of accounts, devices and bans, and what follows from it: against a server that
 * the test holds in its hand.
 */
#include <string.h>

#include "client-gui/account-problem.h"
#include "client-gui/account-state.h"
#include "client-gui/ban.h"
#include "client-gui/connection-error.h"
#include "client-gui/device.h"
#include "tests/client/fake-chat.h"

#define HELLO                                                                                      \
  "{\"protocol\":1,\"server\":{\"name\":\"n\",\"version\":\"v\",\"id\":\"i\"},"                    \
  "\"limits\":{\"max_text\":8192,\"max_rooms\":64},\"capabilities\":[\"chat\"],"                   \
  "\"session\":{\"nick\":\"alice\",\"token\":\"t\""
#define OF_ACCOUNT HELLO ",\"account\":true}}"
#define OF_OPERATOR HELLO ",\"account\":true,\"operator\":true}}"
#define OF_GUEST HELLO "}}"

/* --- answers ---------------------------------------------------------------------------------- */

static void
test_devices_are_sorted (void)
{
  ParlanceAccountAnswer answer = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (parlance_account_answer_read (
      "{\"nick\":\"a\",\"created\":5,\"operator\":true,\"devices\":["
      "{\"device\":1,\"client\":\"old/1\",\"created\":1,\"used\":10},"
      "{\"device\":2,\"client\":\"new/1\",\"created\":2,\"used\":20,\"online\":true},7,"
      "{\"client\":\"without a number\"},"
      "{\"device\":3,\"used\":1,\"current\":true}]}",
      &answer, &error));
  g_assert_no_error (error);
  g_assert_true (answer.is_operator);
  g_assert_cmpint (answer.created_ms, ==, 5);
  g_assert_cmpuint (answer.devices->len, ==, 3);
  g_assert_cmpint (parlance_device_get_id (answer.devices->pdata[0]), ==, 3);
  g_assert_true (parlance_device_is_current (answer.devices->pdata[0]));
  g_assert_cmpstr (parlance_device_get_client (answer.devices->pdata[0]), ==, "");
  g_assert_cmpint (parlance_device_get_id (answer.devices->pdata[1]), ==, 2);
  g_assert_true (parlance_device_is_online (answer.devices->pdata[1]));
  g_assert_cmpint (parlance_device_get_used_ms (answer.devices->pdata[2]), ==, 10);
  g_assert_cmpint (parlance_device_get_created_ms (answer.devices->pdata[2]), ==, 1);
  parlance_account_answer_clear (&answer);
}

static void
test_a_device_has_a_name (void)
{
  g_autofree char *name = parlance_device_name ("phone/1");
  g_autofree char *nothing = parlance_device_name ("");
  g_autofree char *blank = parlance_device_name (" \t ");
  g_autofree char *long_client = g_strnfill (4096, 'x');
  g_autofree char *cut = parlance_device_name (long_client);

  g_assert_cmpstr (name, ==, "phone/1");
  g_assert_cmpstr (nothing, ==, "Unknown Program");
  g_assert_cmpstr (blank, ==, "Unknown Program");
  g_assert_cmpint (g_utf8_strlen (cut, -1), ==, 61);
}

static void
test_bans_are_read (void)
{
  g_autoptr (GError) error = NULL;
  gboolean has_more = FALSE;
  g_autoptr (GPtrArray) bans = parlance_bans_read (
      "{\"more\":true,\"bans\":["
      "{\"id\":1,\"mute\":false,\"nick\":\"bob\",\"reason\":\"Spam\",\"by\":\"t\",\"created\":1},"
      "{\"id\":2,\"mute\":true,\"nick\":\"eve\",\"created\":3,\"expires\":9},"
      "{\"id\":3,\"account\":\"mallory\",\"created\":2},{\"id\":5},\"x\","
      "{\"id\":4,\"address\":\"10.0.0.0/8\",\"created\":4}]}",
      &has_more, &error);

  g_assert_no_error (error);
  g_assert_true (has_more);
  g_assert_cmpuint (bans->len, ==, 4);
  g_assert_cmpint (parlance_ban_get_kind (bans->pdata[0]), ==, PARLANCE_BAN_ADDRESS);
  g_assert_cmpint (parlance_ban_get_kind (bans->pdata[1]), ==, PARLANCE_BAN_MUTE);
  g_assert_cmpint (parlance_ban_get_expires_ms (bans->pdata[1]), ==, 9);
  g_assert_cmpstr (parlance_ban_get_reason (bans->pdata[1]), ==, "");
  g_assert_cmpint (parlance_ban_get_kind (bans->pdata[2]), ==, PARLANCE_BAN_ACCOUNT);
  g_assert_cmpstr (parlance_ban_get_target (bans->pdata[2]), ==, "mallory");
  g_assert_cmpint (parlance_ban_get_id (bans->pdata[3]), ==, 1);
  g_assert_cmpstr (parlance_ban_get_by (bans->pdata[3]), ==, "t");
  g_assert_true (parlance_ban_matches (bans->pdata[3], "spam"));
  g_assert_true (parlance_ban_matches (bans->pdata[3], "bo"));
  g_assert_false (parlance_ban_matches (bans->pdata[3], "eve"));
}

static void
test_nonsense_is_refused (void)
{
  static const char *const answers[] = { "{}", "[]", "{\"devices\":3,\"bans\":3}" };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      ParlanceAccountAnswer answer = { 0 };
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) bans_error = NULL;
      gboolean has_more;

      g_assert_false (parlance_account_answer_read (answers[i], &answer, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_assert_null (parlance_bans_read (answers[i], &has_more, &bans_error));
      g_assert_error (bans_error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

static void
test_passwords_are_judged (void)
{
  g_autofree char *longest = g_strnfill (256, 'x');
  g_autofree char *too_long = g_strnfill (257, 'x');

  g_assert_nonnull (parlance_password_problem ("1234567"));
  g_assert_null (parlance_password_problem ("12345678"));
  g_assert_nonnull (parlance_password_problem ("七个字的密码啊"));
  g_assert_null (parlance_password_problem ("八个字的一个密码"));
  g_assert_nonnull (parlance_password_problem ("1234567\t8"));
  g_assert_null (parlance_password_problem (longest));
  g_assert_nonnull (parlance_password_problem (too_long));
}

static void
test_a_farewell_is_no_refusal (void)
{
  static const int reasons[] = { PARLANCE_REASON_SHUTTING_DOWN, PARLANCE_REASON_KICKED,
                                 PARLANCE_REASON_SLOW_CONSUMER };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      g_autoptr (GError) error = g_error_new (PARLANCE_ERROR, reasons[i], "as it says");
      g_autofree char *connection = parlance_connection_error_describe (error);
      g_autofree char *problem = parlance_account_problem (error);

      g_assert_cmpstr (problem, ==, connection);
      g_assert_null (strstr (problem, "as it says"));
    }
}

/* --- the state -------------------------------------------------------------------------------- */

static ParlanceAccountState *
greet (FakeChat *self, const char *hello)
{
  ParlanceAccountState *state = parlance_account_state_new ();

  parlance_account_state_set_chat (state, self->chat);
  g_assert_cmpint (parlance_account_state_get_kind (state), ==, PARLANCE_ACCOUNT_OFFLINE);
  parlance_chat_connect (self->chat);
  fake_chat_expect (self, "hello");
  fake_chat_reply (self, hello);
  fake_chat_wait_state (self, PARLANCE_CHAT_ONLINE);
  return state;
}

static void
test_hello_says_it (FakeChat *self, gconstpointer data)
{
  g_autoptr (ParlanceAccountState) state = greet (self, OF_OPERATOR);

  g_assert_cmpint (parlance_account_state_get_kind (state), ==, PARLANCE_ACCOUNT_OWN);
  g_assert_true (parlance_account_state_get_is_operator (state));
  g_assert_true (parlance_account_state_is_private (state));
  parlance_chat_disconnect (self->chat);
  g_assert_cmpint (parlance_account_state_get_kind (state), ==, PARLANCE_ACCOUNT_OFFLINE);
  g_assert_false (parlance_account_state_get_is_operator (state));
  g_assert_false (parlance_account_state_is_private (state));
}

static void
test_account_says_it_again (FakeChat *self, gconstpointer data)
{
  g_autoptr (ParlanceAccountState) state = greet (self, OF_ACCOUNT);

  g_assert_false (parlance_account_state_get_is_operator (state));
  parlance_account_state_load (state);
  g_assert_true (parlance_account_state_get_is_loading (state));
  fake_chat_expect (self, "account");
  fake_chat_reply (self, "{\"nick\":\"alice\",\"created\":7,\"operator\":true,"
                         "\"devices\":[{\"device\":1},{\"device\":2}]}");
  fake_chat_settle (self);
  g_assert_false (parlance_account_state_get_is_loading (state));
  g_assert_true (parlance_account_state_get_is_operator (state));
  g_assert_cmpint (parlance_account_state_get_created_ms (state), ==, 7);
  g_assert_cmpuint (g_list_model_get_n_items (parlance_account_state_get_devices (state)), ==, 2);
  fake_chat_expect_nothing (self);
}

static void
on_rights (ParlanceAccountState *state, const char *by, gpointer user_data)
{
  g_string_append_printf (user_data, "%d %s;", parlance_account_state_get_is_operator (state),
                          by != NULL ? by : "-");
}

static void
test_rights_come_and_go (FakeChat *self, gconstpointer data)
{
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (ParlanceAccountState) state = greet (self, OF_ACCOUNT);

  g_signal_connect (state, "rights", G_CALLBACK (on_rights), log);
  fake_chat_tell (self, "rights", "{\"operator\":true,\"by\":\"bob\"}");
  g_assert_true (parlance_account_state_get_is_operator (state));
  fake_chat_tell (self, "rights", "{\"operator\":true,\"by\":\"bob\"}");
  fake_chat_tell (self, "rights", "{\"operator\":false}");
  g_assert_false (parlance_account_state_get_is_operator (state));
  g_assert_cmpint (parlance_account_state_get_kind (state), ==, PARLANCE_ACCOUNT_OWN);
  g_assert_cmpstr (log->str, ==, "1 bob;0 -;");
  /* What the account is said to be later is right as well, and no news. */
  parlance_account_state_load (state);
  fake_chat_expect (self, "account");
  fake_chat_reply (self, "{\"nick\":\"alice\",\"operator\":true,\"devices\":[]}");
  fake_chat_settle (self);
  g_assert_true (parlance_account_state_get_is_operator (state));
  g_assert_cmpstr (log->str, ==, "1 bob;0 -;");
}

static void
test_a_guest_has_no_rights (FakeChat *self, gconstpointer data)
{
  g_autoptr (ParlanceAccountState) state = greet (self, OF_GUEST);

  fake_chat_tell (self, "rights", "{\"operator\":true}");
  g_assert_false (parlance_account_state_get_is_operator (state));
}

static void
test_a_refusal_is_kept (FakeChat *self, gconstpointer data)
{
  g_autoptr (ParlanceAccountState) state = greet (self, OF_ACCOUNT);

  parlance_account_state_load (state);
  fake_chat_expect (self, "account");
  fake_chat_refuse (self, PARLANCE_REASON_BUSY, NULL);
  fake_chat_settle (self);
  g_assert_error (parlance_account_state_get_error (state), PARLANCE_ERROR, PARLANCE_REASON_BUSY);
  parlance_account_state_load (state);
  g_assert_null (parlance_account_state_get_error (state));
  fake_chat_expect (self, "account");
  fake_chat_reply (self, "[]");
  fake_chat_settle (self);
  g_assert_error (parlance_account_state_get_error (state), G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

/* As from a server that does not tell of it. */
static void
test_what_is_forbidden_is_heeded (FakeChat *self, gconstpointer data)
{
  g_autoptr (ParlanceAccountState) state = greet (self, OF_OPERATOR);
  g_autoptr (GError) busy = g_error_new (PARLANCE_ERROR, PARLANCE_REASON_BUSY, "busy");
  g_autoptr (GError) forbidden = g_error_new (PARLANCE_ERROR, PARLANCE_REASON_FORBIDDEN, "no");

  parlance_account_state_heed (state, busy);
  fake_chat_expect_nothing (self);
  parlance_account_state_heed (state, forbidden);
  fake_chat_expect (self, "account");
  fake_chat_reply (self, "{\"nick\":\"alice\",\"devices\":[]}");
  fake_chat_settle (self);
  g_assert_false (parlance_account_state_get_is_operator (state));
}

static void
test_an_answer_of_before_is_let_go (FakeChat *self, gconstpointer data)
{
  g_autoptr (ParlanceAccountState) state = greet (self, OF_OPERATOR);

  parlance_account_state_load (state);
  fake_chat_expect (self, "account");
  parlance_chat_disconnect (self->chat);
  fake_chat_turn ();
  g_assert_false (parlance_account_state_get_is_loading (state));
  g_assert_null (parlance_account_state_get_error (state));
  g_assert_cmpint (parlance_account_state_get_kind (state), ==, PARLANCE_ACCOUNT_OFFLINE);
}

static void
test_registering_makes_an_account (FakeChat *self, gconstpointer data)
{
  g_autoptr (ParlanceAccountState) state = greet (self, OF_GUEST);

  g_assert_cmpint (parlance_account_state_get_kind (state), ==, PARLANCE_ACCOUNT_GUEST);
  parlance_account_state_load (state);
  fake_chat_expect_nothing (self);
  parlance_account_state_take_token (state, parlance_account_state_get_session (state), "other");
  g_assert_cmpint (parlance_account_state_get_kind (state), ==, PARLANCE_ACCOUNT_OWN);
  g_assert_cmpstr (parlance_chat_get_token (self->chat), ==, "other");
  fake_chat_expect (self, "account");
  parlance_account_state_forget (state);
  g_assert_null (parlance_chat_get_token (self->chat));
}

static void
test_another_nick_is_a_guest (FakeChat *self, gconstpointer data)
{
  g_autoptr (ParlanceAccountState) state = greet (self, OF_OPERATOR);

  fake_chat_tell (self, "renamed", "{\"from\":\"alice\",\"to\":\"ALICE\"}");
  g_assert_cmpint (parlance_account_state_get_kind (state), ==, PARLANCE_ACCOUNT_OWN);
  fake_chat_tell (self, "renamed", "{\"from\":\"ALICE\",\"to\":\"lisa\"}");
  g_assert_cmpint (parlance_account_state_get_kind (state), ==, PARLANCE_ACCOUNT_GUEST);
  g_assert_false (parlance_account_state_get_is_operator (state));
}

static void
test_the_password_goes_when_there_is_a_token (FakeChat *self, gconstpointer data)
{
  parlance_chat_set_password (self->chat, "correct horse");
  g_autoptr (ParlanceAccountState) state = greet (self, OF_ACCOUNT);

  g_assert_cmpint (parlance_account_state_get_kind (state), ==, PARLANCE_ACCOUNT_OWN);
  g_assert_cmpstr (fake_chat_param (self, "password"), ==, "\"correct horse\"");
  fake_chat_lose (self);
  fake_chat_expect (self, "hello");
  g_assert_cmpstr (fake_chat_param (self, "password"), ==, "");
  g_assert_cmpstr (fake_chat_param (self, "resume"), ==, "\"t\"");
}

static void
test_the_password_of_a_server_stays (FakeChat *self, gconstpointer data)
{
  parlance_chat_set_password (self->chat, "sesame seeds");
  g_autoptr (ParlanceAccountState) state = greet (self, OF_GUEST);

  g_assert_cmpint (parlance_account_state_get_kind (state), ==, PARLANCE_ACCOUNT_GUEST);
  fake_chat_lose (self);
  fake_chat_expect (self, "hello");
  g_assert_cmpstr (fake_chat_param (self, "password"), ==, "\"sesame seeds\"");
}

#define ADD(path, function)                                                                        \
  g_test_add ("/gui/account-state/" path, FakeChat, NULL, fake_chat_set_up, function,              \
              fake_chat_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gui/account-answer/sorts-devices", test_devices_are_sorted);
  g_test_add_func ("/gui/account-answer/names-devices", test_a_device_has_a_name);
  g_test_add_func ("/gui/account-answer/reads-bans", test_bans_are_read);
  g_test_add_func ("/gui/account-answer/refuses-nonsense", test_nonsense_is_refused);
  g_test_add_func ("/gui/account-problem/judges-passwords", test_passwords_are_judged);
  g_test_add_func ("/gui/account-problem/a-farewell-is-no-refusal", test_a_farewell_is_no_refusal);
  ADD ("follows-hello", test_hello_says_it);
  ADD ("follows-account", test_account_says_it_again);
  ADD ("rights-come-and-go", test_rights_come_and_go);
  ADD ("a-guest-has-no-rights", test_a_guest_has_no_rights);
  ADD ("keeps-a-refusal", test_a_refusal_is_kept);
  ADD ("heeds-what-is-forbidden", test_what_is_forbidden_is_heeded);
  ADD ("lets-an-answer-of-before-go", test_an_answer_of_before_is_let_go);
  ADD ("registering-makes-an-account", test_registering_makes_an_account);
  ADD ("another-nick-is-a-guest", test_another_nick_is_a_guest);
  ADD ("forgets-the-password-for-a-token", test_the_password_goes_when_there_is_a_token);
  ADD ("keeps-the-password-of-a-server", test_the_password_of_a_server_stays);
  return g_test_run ();
}
