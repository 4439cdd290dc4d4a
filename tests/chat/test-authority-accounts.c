/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the authority tells workers of accounts and operators: requests that wait for a password,
 * and several sessions of one person. Source: docs/protocol.md, sections 10 and 11
 */
#include "server/chat/hasher.h"
#include "tests/chat/authority-fixture.h"

#include <string.h>

static void
register_nick (AuthorityFixture *fixture, ChatClient *client, const char *nick)
{
  ask_with_password (fixture, client, CHAT_REGISTER, nick, "correct horse", NULL, TRUE);
}

static void
log_in (AuthorityFixture *fixture, ChatClient *client, const char *nick)
{
  ask_with_password (fixture, client, CHAT_HELLO, nick, "correct horse", NULL, TRUE);
}

/* Others are answered meanwhile, and what follows on the connection is carried out in its order. */
static void
test_who_waits_for_a_password_keeps_its_order (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);
  ChatClient *a = fixture_client (fixture, 0);
  ChatClient *b = fixture_client (fixture, 1);

  fixture->says_no_lists = TRUE;
  register_nick (fixture, a, "anna");
  ask (fixture, a, CHAT_JOIN, "lobby");
  ask_send (fixture, a, "lobby", 1, NULL);
  ask_with_password (fixture, a, CHAT_PASSWORD, NULL, "wrong", "another one", TRUE);
  ask_send (fixture, a, "lobby", 1, NULL);
  ask (fixture, a, CHAT_LEAVE, "lobby");
  ask_hello (fixture, b, "bert", NULL);
  ask (fixture, b, CHAT_ROOMS, NULL);
  fixture_go (fixture);
  fixture_expect (fixture, 0,
                  "a register\n"
                  "a join seq 0 live\n"
                  "a send seq 1\n"
                  "messages 1-1\n"
                  "a password refused auth_failed\n"
                  "a send seq 2\n"
                  "messages 2-2\n"
                  "a leave\n");
  fixture_expect (fixture, 1, "b hello\nb rooms\n");
}

static void
test_sessions_of_an_account_are_one_person (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);
  ChatClient *a = fixture_client (fixture, 0);
  ChatClient *b = fixture_client (fixture, 1);
  ChatClient *c = fixture_member (fixture, 0, "carl", "lobby");

  register_nick (fixture, a, "Anna");
  ask (fixture, a, CHAT_JOIN, "lobby");
  fixture_go (fixture);
  fixture_expect (fixture, 0,
                  "a register\n"
                  "event joined lobby Anna but a\n"
                  "a join seq 0 live {\"room\":\"lobby\",\"topic\":\"\",\"members\":[\"carl\","
                  "\"Anna\"],\"first_seq\":1,\"last_seq\":0}\n");
  log_in (fixture, b, "anna");
  ask (fixture, b, CHAT_JOIN, "lobby");
  ask (fixture, b, CHAT_MEMBERS, "lobby");
  fixture_go (fixture);
  /* Nobody hears that she is there once more. */
  fixture_expect (fixture, 0, "");
  fixture_expect (fixture, 1,
                  "b hello\n"
                  "b join seq 0 live {\"room\":\"lobby\",\"topic\":\"\",\"members\":[\"carl\","
                  "\"Anna\"],\"first_seq\":1,\"last_seq\":0}\n"
                  "b members {\"members\":[\"carl\",\"Anna\"]}\n");
  ask_send (fixture, a, "lobby", 1, "k");
  fixture_go (fixture);
  fixture_expect (fixture, 0, "a send seq 1\npersonal a 1-1 k\nmessages 1-1\n");
  fixture_expect (fixture, 1, "messages 1-1\n");
  /* The first goes, by its end, and the other stands for her; then that one leaves. */
  ask (fixture, a, CHAT_GONE, NULL);
  ask (fixture, c, CHAT_MEMBERS, "lobby");
  fixture_go (fixture);
  fixture_expect (fixture, 0, "a gone\nc members {\"members\":[\"carl\",\"Anna\"]}\n");
  fixture_skip (fixture);
  ask (fixture, b, CHAT_LEAVE, "lobby");
  fixture_go (fixture);
  fixture_expect (fixture, 0, "event left lobby Anna but b\n");
  fixture_expect (fixture, 1, "b leave\n");
}

static void
test_another_password_ends_other_sessions (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);
  ChatClient *a = fixture_client (fixture, 0);
  ChatClient *b = fixture_client (fixture, 1);
  ChatClient *c = fixture_client (fixture, 0);

  register_nick (fixture, a, "anna");
  fixture_go (fixture);
  log_in (fixture, b, "anna");
  fixture_go (fixture);
  g_autofree char *token = fixture_token (fixture, b);
  fixture_skip (fixture);
  ask_with_password (fixture, a, CHAT_PASSWORD, NULL, "correct horse", "another one", TRUE);
  fixture_go (fixture);
  fixture_expect (fixture, 0, "a password\n");
  fixture_expect (fixture, 1, "tell b \"kicked\"\nclose b\n");
  ask_hello (fixture, c, "anna", token);
  ask (fixture, b, CHAT_ROOMS, NULL);
  fixture_go (fixture);
  fixture_expect (fixture, 0, "c hello refused auth_required\n");
  fixture_expect (fixture, 1, "b rooms refused not_identified\n");
}

/* The nick is anybody's then; tokens and sessions go with the account, and what else was asked for
 * on them is refused. */
static void
test_a_deleted_account_is_gone (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);
  ChatClient *a = fixture_client (fixture, 0);
  ChatClient *b = fixture_client (fixture, 1);
  ChatClient *c = fixture_client (fixture, 1);

  fixture->says_no_lists = TRUE;
  register_nick (fixture, a, "anna");
  fixture_go (fixture);
  log_in (fixture, b, "anna");
  ask (fixture, b, CHAT_JOIN, "lobby");
  fixture_go (fixture);
  g_autofree char *token = fixture_token (fixture, b);
  fixture_skip (fixture);
  ask_with_password (fixture, a, CHAT_DELETE, "anna", "wrong one", NULL, TRUE);
  ask (fixture, a, CHAT_ACCOUNT, NULL);
  ask_with_password (fixture, a, CHAT_DELETE, "anna", "correct horse", NULL, TRUE);
  ask (fixture, a, CHAT_ACCOUNT, NULL);
  fixture_go (fixture);
  fixture_expect (fixture, 0,
                  "a delete refused auth_failed\n"
                  "a account\n"
                  "a delete\n"
                  "close a\n"
                  "a account refused not_identified\n");
  fixture_expect (fixture, 1, "tell b \"kicked\"\nclose b\n");
  ask_hello (fixture, c, NULL, token);
  ask_hello (fixture, c, "anna", NULL);
  ask (fixture, c, CHAT_ACCOUNT, NULL);
  register_nick (fixture, c, "Anna");
  fixture_go (fixture);
  fixture_expect (fixture, 1,
                  "c hello refused auth_failed\n"
                  "c hello\n"
                  "c account refused auth_required\n"
                  "c register\n");
}

/* Operators delete those of others, but not of each other; a ban of the account keeps the nick from
 * being registered again. */
static void
test_operators_delete_accounts (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);
  ChatClient *a = fixture_client (fixture, 0);
  ChatClient *b = fixture_client (fixture, 1);

  fixture->says_no_lists = TRUE;
  fixture_set_access (fixture, CHAT_ACCESS_OPEN, "anna");
  register_nick (fixture, a, "anna");
  register_nick (fixture, b, "bert");
  fixture_go (fixture);
  fixture_skip (fixture);
  ask_with_password (fixture, b, CHAT_DELETE, "anna", "correct horse", NULL, TRUE);
  ask_with_password (fixture, a, CHAT_DELETE, "nobody", "correct horse", NULL, TRUE);
  fixture->target = PARLANCE_TARGET_ACCOUNT;
  ask_operator (fixture, a, CHAT_BAN, "bert", NULL);
  ask_with_password (fixture, a, CHAT_DELETE, "bert", "correct horse", NULL, TRUE);
  fixture_go (fixture);
  fixture_expect (fixture, 0, "a delete refused no_such_nick\na ban\na delete\n");
  fixture_expect (fixture, 1, "b delete refused forbidden\ntell b \"banned\"\nclose b\n");
  register_nick (fixture, b, "bert");
  ask_hello (fixture, b, "bert", NULL);
  ask_operator (fixture, a, CHAT_UNBAN, "bert", NULL);
  fixture_go (fixture);
  fixture_expect (fixture, 1, "b register refused banned\nb hello refused banned\n");
  register_nick (fixture, b, "bert");
  fixture_go (fixture);
  fixture_expect (fixture, 1, "b register\n");
}

/* Nothing of the account is left to a connection that has logged itself out. */
static void
test_a_logout_ends_the_session_that_asks (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);
  ChatClient *a = fixture_client (fixture, 0);

  fixture_set_access (fixture, CHAT_ACCESS_OPEN, "anna");
  register_nick (fixture, a, "anna");
  fixture_go (fixture);
  fixture_skip (fixture);
  ask (fixture, a, CHAT_LOGOUT, NULL);
  ask_operator (fixture, a, CHAT_BANS, NULL, NULL);
  ask_hello (fixture, a, "anna", NULL);
  fixture_go (fixture);
  fixture_expect (fixture, 0,
                  "a logout\n"
                  "close a\n"
                  "a bans refused not_identified\n"
                  "a hello refused auth_required\n");
}

/* Each such hello makes a device, on the disk. */
static void
test_hello_again_without_a_token_is_charged (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 1);
  ChatClient *a = fixture_client (fixture, 0);

  register_nick (fixture, a, "anna");
  fixture_go (fixture);
  fixture_skip (fixture);
  for (guint i = 0; i < 100; i++)
    ask_hello (fixture, a, "anna", NULL);
  fixture_go (fixture);
  g_autofree char *log = fixture_log (fixture, 0);
  g_assert_true (g_str_has_prefix (log, "a hello\na hello\na hello refused rate_limited\n"));
  g_assert_cmpuint (fixture_count (log, "refused rate_limited"), >, 50);
}

static void
test_an_operators_nick_is_registered_at_the_server (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);
  ChatClient *a = fixture_client (fixture, 0);
  ChatClient *b = fixture_client (fixture, 1);

  fixture_set_access (fixture, CHAT_ACCESS_OPEN, "teacher");
  ask_hello (fixture, a, "Teacher", NULL);
  ask_with_password (fixture, a, CHAT_REGISTER, "teacher", "correct horse", NULL, FALSE);
  ask_with_password (fixture, a, CHAT_REGISTER, "anna", "correct horse", NULL, FALSE);
  ask_operator (fixture, a, CHAT_BANS, NULL, NULL);
  fixture_go (fixture);
  fixture_expect (fixture, 0,
                  "a hello refused auth_required\n"
                  "a register refused forbidden\n"
                  "a register\n"
                  "a bans refused forbidden\n");
  register_nick (fixture, b, "teacher");
  ask_operator (fixture, b, CHAT_BANS, NULL, NULL);
  ask_operator (fixture, b, CHAT_KICK, "anna", NULL);
  fixture_go (fixture);
  fixture_expect (fixture, 1, "b register\nb bans {\"bans\":[]}\nb kick {\"sessions\":1}\n");
  fixture_expect (fixture, 0, "tell a \"kicked\"\nclose a\n");
}

static void
come_from (AuthorityFixture *fixture, const char *address)
{
  NetworkRange range;

  g_assert_true (network_range_parse (address, &range));
  fixture->address = range.address;
}

/* Somebody who comes by IPv6 has a network of 64 bits to take the next address from. */
static void
test_a_ban_of_where_somebody_is_reaches_their_network (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);
  ChatClient *a = fixture_client (fixture, 0);
  ChatClient *b = fixture_client (fixture, 1);

  fixture->says_no_lists = TRUE;
  fixture_set_access (fixture, CHAT_ACCESS_OPEN, "anna");
  register_nick (fixture, a, "anna");
  come_from (fixture, "2001:db8:1:2::17");
  ask_hello (fixture, b, "bert", NULL);
  fixture_go (fixture);
  fixture_skip (fixture);
  fixture->says_no_lists = FALSE;
  fixture->target = PARLANCE_TARGET_ADDRESS_OF;
  ask_operator (fixture, a, CHAT_BAN, "bert", NULL);
  fixture_go (fixture);
  fixture_expect (fixture, 0,
                  "a ban {\"id\":1,\"address\":\"2001:db8:1:2::/64\",\"sessions\":1}\n");
  fixture_expect (fixture, 1, "tell b \"banned\"\nclose b\n");
  fixture->says_no_lists = TRUE;
  come_from (fixture, "2001:db8:1:2:ffff::1");
  ask_hello (fixture, fixture_client (fixture, 0), "carl", NULL);
  come_from (fixture, "2001:db8:1:3::1");
  ask_hello (fixture, fixture_client (fixture, 0), "dora", NULL);
  fixture_go (fixture);
  fixture_expect (fixture, 0, "c hello refused banned\nd hello\n");
}

/* Whatever was true when it said hello. */
static void
test_stats_are_for_who_is_an_operator_now (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);
  ChatClient *a = fixture_client (fixture, 0);

  fixture_set_access (fixture, CHAT_ACCESS_OPEN, "anna");
  ask (fixture, a, CHAT_STATS, NULL);
  register_nick (fixture, a, "anna");
  ask (fixture, a, CHAT_STATS, NULL);
  fixture_go (fixture);
  fixture_set_access (fixture, CHAT_ACCESS_OPEN, NULL);
  ask (fixture, a, CHAT_STATS, NULL);
  fixture_go (fixture);
  fixture_expect (fixture, 0,
                  "a stats refused auth_required\n"
                  "a register\n"
                  "a stats\n"
                  "tell a rights\n"
                  "a stats refused auth_required\n");
}

static void
test_a_closed_room_puts_its_members_out (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);
  ChatClient *a = fixture_client (fixture, 0);
  ChatClient *b = fixture_member (fixture, 1, "bert", "hall");

  fixture->says_no_lists = TRUE;
  fixture_set_access (fixture, CHAT_ACCESS_OPEN, "anna");
  register_nick (fixture, a, "anna");
  fixture_go (fixture);
  fixture_skip (fixture);
  ask_send (fixture, b, "hall", 1, NULL);
  ask_operator (fixture, a, CHAT_CLOSE_ROOM, NULL, "Hall");
  ask_send (fixture, b, "hall", 1, NULL);
  ask (fixture, b, CHAT_JOIN, "hall");
  fixture_go (fixture);
  fixture_expect (fixture, 0, "a close-room\n");
  /* What was said before goes out before. */
  fixture_expect (fixture, 1,
                  "b send seq 1\n"
                  "messages 1-1\n"
                  "put-out b closed hall anna\n"
                  "b send refused not_in_room\n"
                  "b join refused forbidden\n");
}

static guint
register_from (AuthorityFixture *fixture, const char *address, guint n)
{
  static guint n_nicks;

  come_from (fixture, address);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *nick = g_strdup_printf ("n%u", n_nicks++);

      ask_with_password (fixture, fixture_client (fixture, 0), CHAT_REGISTER, nick, "correct horse",
                         NULL, FALSE);
    }
  fixture_go (fixture);
  g_autofree char *log = fixture_log (fixture, 0);
  g_assert_cmpuint (fixture_count (log, "refused busy"), ==, 0);
  return n - fixture_count (log, "refused rate_limited");
}

/* Nobody takes all places for accounts, or all nicks. */
static void
test_an_address_registers_so_many (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);

  fixture->says_no_lists = TRUE;
  g_assert_cmpuint (register_from (fixture, "2001:db8:1:2::1", 6), ==, 6);
  g_assert_cmpuint (register_from (fixture, "2001:db8:1:2::2", 6), ==, 4);
  g_assert_cmpuint (register_from (fixture, "2001:db8:1:3::1", 1), ==, 1);
}

/* As long as for an account: else the time that a refusal takes would tell who has one. What
 * somebody else asks for in the same batch is answered before. */
static void
test_for_nobody_is_hashed_as_well (void)
{
  static const char *const nicks[] = { "anna", "nobody" };
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);
  ChatClient *a = fixture_client (fixture, 0);
  ChatClient *b = fixture_client (fixture, 0);

  fixture->says_no_lists = TRUE;
  fixture_set_access (fixture, CHAT_ACCESS_ACCOUNTS, NULL);
  register_nick (fixture, a, "anna");
  fixture_go (fixture);
  fixture_skip (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (nicks); i++)
    {
      ask_with_password (fixture, b, CHAT_HELLO, nicks[i], "wrong one", NULL, TRUE);
      ask (fixture, a, CHAT_ROOMS, NULL);
      fixture_go (fixture);
      fixture_expect (fixture, 0, "a rooms\nb hello refused auth_failed\n");
    }
}

/* One address does not fill the hasher, and who is told that it is busy has not guessed. */
static void
test_one_address_leaves_others_room (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);

  register_nick (fixture, fixture_client (fixture, 1), "anna");
  fixture_go (fixture);
  for (guint i = 0; i < 40; i++)
    ask_with_password (fixture, fixture_client (fixture, 0), CHAT_HELLO, "anna", "wrong one", NULL,
                       TRUE);
  fixture_go (fixture);
  g_autofree char *log = fixture_log (fixture, 0);
  g_assert_cmpuint (fixture_count (log, "refused auth_failed"), ==, HASHER_MAX_OF_ADDRESS);
  g_assert_cmpuint (fixture_count (log, "refused busy"), ==, 40 - HASHER_MAX_OF_ADDRESS);
}

/* Whatever is under way when the server ends is freed: requests that are away, and that wait. */
static void
test_an_end_while_passwords_are_looked_at (void)
{
  AuthorityFixture *fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);
  guint n_asked = fixture->n_asked;

  for (guint i = 0; i < 8; i++)
    {
      ChatClient *client = fixture_client (fixture, 0);
      g_autofree char *nick = g_strdup_printf ("n%u", i);

      register_nick (fixture, client, nick);
      ask (fixture, client, CHAT_JOIN, "lobby");
      ask (fixture, client, CHAT_GONE, NULL);
    }
  authority_post (fixture->authority, g_steal_pointer (&fixture->chain));
  fixture->chain_end = &fixture->chain;
  authority_free (g_steal_pointer (&fixture->authority));
  g_assert_cmpuint (fixture->n_freed, ==, fixture->n_asked - n_asked);
  authority_fixture_free (fixture);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat/authority-accounts/who-waits-for-a-password-keeps-its-order",
                   test_who_waits_for_a_password_keeps_its_order);
  g_test_add_func ("/chat/authority-accounts/sessions-of-an-account-are-one-person",
                   test_sessions_of_an_account_are_one_person);
  g_test_add_func ("/chat/authority-accounts/another-password-ends-other-sessions",
                   test_another_password_ends_other_sessions);
  g_test_add_func ("/chat/authority-accounts/a-deleted-account-is-gone",
                   test_a_deleted_account_is_gone);
  g_test_add_func ("/chat/authority-accounts/operators-delete-accounts",
                   test_operators_delete_accounts);
  g_test_add_func ("/chat/authority-accounts/a-logout-ends-the-session-that-asks",
                   test_a_logout_ends_the_session_that_asks);
  g_test_add_func ("/chat/authority-accounts/hello-again-without-a-token-is-charged",
                   test_hello_again_without_a_token_is_charged);
  g_test_add_func ("/chat/authority-accounts/an-operators-nick-is-registered-at-the-server",
                   test_an_operators_nick_is_registered_at_the_server);
  g_test_add_func ("/chat/authority-accounts/a-ban-of-where-somebody-is-reaches-their-network",
                   test_a_ban_of_where_somebody_is_reaches_their_network);
  g_test_add_func ("/chat/authority-accounts/stats-are-for-who-is-an-operator-now",
                   test_stats_are_for_who_is_an_operator_now);
  g_test_add_func ("/chat/authority-accounts/a-closed-room-puts-its-members-out",
                   test_a_closed_room_puts_its_members_out);
  g_test_add_func ("/chat/authority-accounts/an-address-registers-so-many",
                   test_an_address_registers_so_many);
  g_test_add_func ("/chat/authority-accounts/for-nobody-is-hashed-as-well",
                   test_for_nobody_is_hashed_as_well);
  g_test_add_func ("/chat/authority-accounts/one-address-leaves-others-room",
                   test_one_address_leaves_others_room);
  g_test_add_func ("/chat/authority-accounts/an-end-while-passwords-are-looked-at",
                   test_an_end_while_passwords_are_looked_at);
  return g_test_run ();
}
