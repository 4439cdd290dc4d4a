/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parameters of the methods about accounts and for operators, as clients write them and the
 * server reads them. Source: docs/protocol.md, sections 10 and 11.
 */
#include "protocol/wire/account.h"

#include "protocol/wire/account-append.h"

#include <string.h>

typedef gboolean (*Parse) (const ParlanceJsonValue *, ParlanceAccountParams *, ParlanceFault *);

static ParlanceJsonValue
read_params (const char *text)
{
  ParlanceJsonValue params = { 0 };

  g_assert_true (parlance_json_parse (text, strlen (text), PARLANCE_MAX_DEPTH, &params));
  return params;
}

static ParlanceAccountParams
accept (Parse parse, const char *text)
{
  ParlanceJsonValue params = read_params (text);
  ParlanceAccountParams account = { .id = 0 };
  ParlanceFault fault;

  g_test_message ("%s", text);
  g_assert_true (parse (&params, &account, &fault));
  return account;
}

static void
refuse (Parse parse, const char *text, ParlanceReason reason, const char *field)
{
  ParlanceJsonValue params = read_params (text);
  ParlanceAccountParams account = { .id = 0 };
  ParlanceFault fault;

  g_test_message ("%s", text);
  g_assert_false (parse (&params, &account, &fault));
  g_assert_cmpstr (parlance_reason_symbol (fault.reason), ==, parlance_reason_symbol (reason));
  g_assert_cmpmem (fault.value, fault.n_value, field, strlen (field));
}

static void
test_register (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *longest = g_strnfill (PARLANCE_MAX_PASSWORD, 'x');
  g_autofree char *too_long = g_strnfill (PARLANCE_MAX_PASSWORD + 1, 'x');
  ParlanceAccountParams account;

  parlance_register_append (out, "小明", "pass\"word", "the server's", "p/1");
  account = accept (parlance_register_parse, out->str);
  g_assert_cmpstr (account.nick.text, ==, "小明");
  g_assert_cmpstr (account.password, ==, "pass\"word");
  g_assert_cmpstr (account.server_password, ==, "the server's");
  g_assert_cmpstr (account.client, ==, "p/1");

  g_string_truncate (out, 0);
  parlance_register_append (out, "a", longest, NULL, "p/1");
  account = accept (parlance_register_parse, out->str);
  g_assert_cmpstr (account.password, ==, longest);
  g_assert_cmpstr (account.server_password, ==, "");

  g_string_truncate (out, 0);
  parlance_register_append (out, "a", too_long, NULL, "p/1");
  refuse (parlance_register_parse, out->str, PARLANCE_REASON_TOO_LONG, "password");
  g_string_truncate (out, 0);
  parlance_register_append (out, "a", longest, too_long, "p/1");
  refuse (parlance_register_parse, out->str, PARLANCE_REASON_TOO_LONG, "server_password");

  refuse (parlance_register_parse, "{\"password\":\"12345678\"}", PARLANCE_REASON_INVALID_PARAMS,
          "nick");
  refuse (parlance_register_parse, "{\"nick\":\"a b\",\"password\":\"12345678\"}",
          PARLANCE_REASON_INVALID_NAME, "nick");
  refuse (parlance_register_parse, "{\"nick\":\"a\"}", PARLANCE_REASON_INVALID_PARAMS, "password");
  refuse (parlance_register_parse, "{\"nick\":\"a\",\"password\":\"1234567\"}",
          PARLANCE_REASON_INVALID_PARAMS, "password");
  refuse (parlance_register_parse, "{\"nick\":\"a\",\"password\":\"1234567\\u00008\"}",
          PARLANCE_REASON_INVALID_PARAMS, "password");
  refuse (parlance_register_parse, "{\"nick\":\"a\",\"password\":\"1234567\\u001b\"}",
          PARLANCE_REASON_INVALID_PARAMS, "password");
  /* Code points count, not bytes. */
  refuse (parlance_register_parse, "{\"nick\":\"a\",\"password\":\"密码密码密码密\"}",
          PARLANCE_REASON_INVALID_PARAMS, "password");
  accept (parlance_register_parse, "{\"nick\":\"a\",\"password\":\"密码密码密码密码\"}");
}

static void
test_client_is_cut (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *name = g_strnfill (PARLANCE_MAX_CLIENT - 1, 'x');
  g_autofree char *longer = g_strconcat (name, "é and more", NULL);
  ParlanceAccountParams account;

  parlance_register_append (out, "a", "12345678", NULL, longer);
  account = accept (parlance_register_parse, out->str);
  g_assert_cmpstr (account.client, ==, name);
  account = accept (parlance_register_parse,
                    "{\"nick\":\"a\",\"password\":\"12345678\",\"client\":\"a\\u0000b\"}");
  g_assert_cmpstr (account.client, ==, "a");
  refuse (parlance_register_parse, "{\"nick\":\"a\",\"password\":\"12345678\",\"client\":5}",
          PARLANCE_REASON_INVALID_PARAMS, "client");
}

static void
test_password_change (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  ParlanceAccountParams account;

  parlance_password_change_append (out, NULL, "old", "new password");
  account = accept (parlance_password_change_parse, out->str);
  g_assert_cmpstr (account.nick.text, ==, "");
  g_assert_cmpstr (account.password, ==, "old");
  g_assert_cmpstr (account.new_password, ==, "new password");
  g_string_truncate (out, 0);
  parlance_password_change_append (out, "anna", "old", "new password");
  account = accept (parlance_password_change_parse, out->str);
  g_assert_cmpstr (account.nick.text, ==, "anna");

  refuse (parlance_password_change_parse, "{\"new_password\":\"12345678\"}",
          PARLANCE_REASON_INVALID_PARAMS, "password");
  refuse (parlance_password_change_parse, "{\"password\":\"x\"}", PARLANCE_REASON_INVALID_PARAMS,
          "new_password");
  refuse (parlance_password_change_parse, "{\"password\":\"x\",\"new_password\":\"short\"}",
          PARLANCE_REASON_INVALID_PARAMS, "new_password");
  refuse (parlance_password_change_parse,
          "{\"nick\":1,\"password\":\"x\",\"new_password\":\"12345678\"}",
          PARLANCE_REASON_INVALID_PARAMS, "nick");
}

static void
test_logout (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  ParlanceAccountParams account;

  parlance_logout_append (out, 0, FALSE);
  account = accept (parlance_logout_parse, out->str);
  g_assert_true (account.id == 0 && !account.is_on);
  g_string_truncate (out, 0);
  parlance_logout_append (out, 7, FALSE);
  account = accept (parlance_logout_parse, out->str);
  g_assert_true (account.id == 7 && !account.is_on);
  g_string_truncate (out, 0);
  parlance_logout_append (out, 0, TRUE);
  account = accept (parlance_logout_parse, out->str);
  g_assert_true (account.id == 0 && account.is_on);

  refuse (parlance_logout_parse, "{\"device\":\"7\"}", PARLANCE_REASON_INVALID_PARAMS, "device");
  refuse (parlance_logout_parse, "{\"device\":0}", PARLANCE_REASON_INVALID_PARAMS, "device");
  refuse (parlance_logout_parse, "{\"others\":1}", PARLANCE_REASON_INVALID_PARAMS, "others");
  refuse (parlance_logout_parse, "{\"device\":7,\"others\":true}", PARLANCE_REASON_INVALID_PARAMS,
          "others");
}

static void
test_ban (void)
{
  static const char *const names[] = { "nick", "account", "address", "address_of" };
  g_autofree char *reason = g_strnfill (PARLANCE_MAX_REASON, 'x');
  ParlanceAccountParams account;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      parlance_operator_append (out, names[i], "anna", reason, 60);
      account = accept (parlance_ban_parse, out->str);
      g_assert_cmpint (account.target, ==, (ParlanceTarget)i);
      g_assert_cmpstr (i == PARLANCE_TARGET_ADDRESS ? account.address : account.nick.text, ==,
                       "anna");
      g_assert_cmpstr (account.reason, ==, reason);
      g_assert_cmpint (account.duration_s, ==, 60);
    }
  account = accept (parlance_ban_parse, "{\"nick\":\"anna\"}");
  g_assert_cmpstr (account.reason, ==, "");
  g_assert_cmpint (account.duration_s, ==, 0);

  refuse (parlance_ban_parse, "{}", PARLANCE_REASON_INVALID_PARAMS, "nick");
  refuse (parlance_ban_parse, "{\"nick\":\"a\",\"account\":\"a\"}", PARLANCE_REASON_INVALID_PARAMS,
          "nick");
  refuse (parlance_ban_parse, "{\"nick\":\"a\",\"duration_s\":0}", PARLANCE_REASON_INVALID_PARAMS,
          "duration_s");
  refuse (parlance_ban_parse, "{\"nick\":\"a\",\"duration_s\":9223372036854775807}",
          PARLANCE_REASON_INVALID_PARAMS, "duration_s");
  refuse (parlance_ban_parse, "{\"nick\":\"a\",\"reason\":\"\\u0000\"}",
          PARLANCE_REASON_INVALID_PARAMS, "reason");
  refuse (parlance_ban_parse, "{\"address\":7}", PARLANCE_REASON_INVALID_PARAMS, "address");
  g_autofree char *long_reason = g_strdup_printf ("{\"nick\":\"a\",\"reason\":\"%sx\"}", reason);
  refuse (parlance_ban_parse, long_reason, PARLANCE_REASON_TOO_LONG, "reason");
}

static void
test_unban (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  ParlanceAccountParams account;

  parlance_unban_append (out, 17);
  account = accept (parlance_unban_parse, out->str);
  g_assert_cmpint (account.id, ==, 17);
  account = accept (parlance_unban_parse, "{\"address\":\"::1\"}");
  g_assert_true (account.id == 0 && account.target == PARLANCE_TARGET_ADDRESS);
  refuse (parlance_unban_parse, "{\"address_of\":\"a\"}", PARLANCE_REASON_INVALID_PARAMS,
          "address_of");
  refuse (parlance_unban_parse, "{\"id\":-1}", PARLANCE_REASON_INVALID_PARAMS, "id");
  refuse (parlance_unban_parse, "{\"id\":17,\"nick\":\"a\"}", PARLANCE_REASON_INVALID_PARAMS, "id");
  refuse (parlance_unban_parse, "{}", PARLANCE_REASON_INVALID_PARAMS, "nick");
}

static void
test_rooms_notices_and_rights (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  ParlanceAccountParams account;

  parlance_operator_append (out, "room", "a b", NULL, 0);
  account = accept (parlance_close_room_parse, out->str);
  g_assert_cmpstr (account.room.text, ==, "a b");
  refuse (parlance_close_room_parse, "{\"room\":\" a\"}", PARLANCE_REASON_INVALID_NAME, "room");

  g_string_truncate (out, 0);
  parlance_notice_append (out, "lunch", "hall");
  account = accept (parlance_notice_parse, out->str);
  g_assert_cmpstr (account.text, ==, "lunch");
  g_assert_cmpstr (account.room.text, ==, "hall");
  g_string_truncate (out, 0);
  parlance_notice_append (out, "lunch", NULL);
  account = accept (parlance_notice_parse, out->str);
  g_assert_cmpstr (account.room.text, ==, "");
  refuse (parlance_notice_parse, "{\"text\":\"\"}", PARLANCE_REASON_INVALID_PARAMS, "text");

  g_string_truncate (out, 0);
  parlance_set_operator_append (out, "anna", TRUE);
  g_assert_true (accept (parlance_set_operator_parse, out->str).is_on);
  g_string_truncate (out, 0);
  parlance_set_operator_append (out, "anna", FALSE);
  g_assert_false (accept (parlance_set_operator_parse, out->str).is_on);
  refuse (parlance_set_operator_parse, "{\"nick\":\"anna\"}", PARLANCE_REASON_INVALID_PARAMS,
          "operator");
  refuse (parlance_set_operator_parse, "{\"nick\":\"anna\",\"operator\":null}",
          PARLANCE_REASON_INVALID_PARAMS, "operator");
}

static void
test_account_delete (void)
{
  g_autoptr (GString) out = g_string_new (NULL);

  parlance_account_delete_append (out, NULL, "correct horse");
  ParlanceAccountParams account = accept (parlance_account_delete_parse, out->str);
  g_assert_cmpstr (account.nick.text, ==, "");
  g_assert_cmpstr (account.password, ==, "correct horse");
  g_string_truncate (out, 0);
  parlance_account_delete_append (out, "anna", "x");
  account = accept (parlance_account_delete_parse, out->str);
  g_assert_cmpstr (account.nick.text, ==, "anna");
  refuse (parlance_account_delete_parse, "{}", PARLANCE_REASON_INVALID_PARAMS, "password");
  refuse (parlance_account_delete_parse, "{\"nick\":\"\",\"password\":\"x\"}",
          PARLANCE_REASON_INVALID_NAME, "nick");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/account/register", test_register);
  g_test_add_func ("/wire/account/what-a-client-calls-itself-is-cut", test_client_is_cut);
  g_test_add_func ("/wire/account/password-change", test_password_change);
  g_test_add_func ("/wire/account/account-delete", test_account_delete);
  g_test_add_func ("/wire/account/logout", test_logout);
  g_test_add_func ("/wire/account/ban", test_ban);
  g_test_add_func ("/wire/account/unban", test_unban);
  g_test_add_func ("/wire/account/rooms-notices-and-rights", test_rooms_notices_and_rights);
  return g_test_run ();
}
