/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the authority tells workers, and in which order: batches of requests in, operations out.
 * Clients are called a, b, c… in the order in which they come; a has port 0 where nothing else is
 * said. Source: docs/protocol.md, sections 5 and 6
 */
#include "tests/chat/authority-fixture.h"

#include "protocol/wire/limits.h"

#include <string.h>

/* --- joining, leaving, saying ------------------------------------------------------------------
 */

static void
test_a_batch_is_told_in_its_order (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);
  ChatClient *a = fixture_client (fixture, 0);
  ChatClient *b = fixture_client (fixture, 1);

  ask_hello (fixture, a, "Anna", NULL);
  ask (fixture, a, CHAT_JOIN, "Hall");
  ask_hello (fixture, b, "Bob", NULL);
  ask (fixture, b, CHAT_JOIN, "HALL");
  ask_send (fixture, b, "hall", 1, NULL);
  ask_send (fixture, a, "hall", 1, NULL);
  ask (fixture, b, CHAT_LEAVE, "hall");
  ask_send (fixture, a, "hall", 1, NULL);
  fixture_go (fixture);
  fixture_expect (fixture, 0,
                  "a hello\n"
                  "a join seq 0 live {\"room\":\"Hall\",\"topic\":\"\",\"members\":[\"Anna\"],"
                  "\"first_seq\":1,\"last_seq\":0}\n"
                  "event joined Hall Bob but b\n"
                  "a send seq 2\n"
                  "messages 1-2\n"
                  "event left Hall Bob but b\n"
                  "a send seq 3\n"
                  "messages 3-3\n");
  fixture_expect (
      fixture, 1,
      "b hello\n"
      "b join seq 0 live {\"room\":\"Hall\",\"topic\":\"\",\"members\":[\"Anna\",\"Bob\"],"
      "\"first_seq\":1,\"last_seq\":0}\n"
      "b send seq 1\n"
      "messages 1-2\n"
      "b leave\n");
}

static void
test_a_port_without_members_hears_nothing (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);
  ChatClient *a = fixture_member (fixture, 0, "a", "hall");
  ChatClient *b = fixture_member (fixture, 1, "b", "hall");

  /* Out by leaving, by being taken over, and by going. */
  for (int way = 0; way < 3; way++)
    {
      ChatClient *next = fixture_client (fixture, 0);
      g_autofree char *token = fixture_token (fixture, b);

      if (way == 0)
        ask (fixture, b, CHAT_LEAVE, "hall");
      else if (way == 1)
        ask_hello (fixture, next, "b", token);
      else
        ask (fixture, b, CHAT_GONE, NULL);
      fixture_go (fixture);
      fixture_skip (fixture);
      ask_send (fixture, a, "hall", 1, NULL);
      ask_topic (fixture, a, "hall", "quiet");
      fixture_go (fixture);
      fixture_expect (fixture, 1, "");
      ask (fixture, next, CHAT_GONE, NULL);
      ask_hello (fixture, b, "b", NULL);
      ask (fixture, b, CHAT_JOIN, "hall");
      fixture_go (fixture);
      fixture_skip (fixture);
      ask_send (fixture, a, "hall", 1, NULL);
      fixture_go (fixture);
      g_autofree char *heard = fixture_log (fixture, 1);
      g_assert_true (g_str_has_prefix (heard, "messages "));
    }
}

static void
test_errors (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);
  static const ChatVerb in_rooms[] = { CHAT_LEAVE, CHAT_TOPIC, CHAT_TYPING, CHAT_SEND };
  static const ChatVerb all[] = { CHAT_JOIN,    CHAT_ROOMS,  CHAT_MEMBERS,
                                  CHAT_HISTORY, CHAT_SEARCH, CHAT_CATCH_UP };
  ChatClient *a = fixture_member (fixture, 0, "a", "hall");
  ChatClient *b = fixture_client (fixture, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    ask (fixture, b, all[i], "hall");
  fixture_go (fixture);
  fixture_expect (fixture, 1,
                  "b join refused not_identified\n"
                  "b rooms refused not_identified\n"
                  "b members refused not_identified\n"
                  "b history refused not_identified\n"
                  "b search refused not_identified\n"
                  "b catch-up refused not_identified\n");
  for (gsize i = 0; i < G_N_ELEMENTS (in_rooms); i++)
    ask (fixture, b, in_rooms[i], "hall");
  ask_hello (fixture, b, "A", NULL);
  ask_hello (fixture, b, NULL, "0123");
  ask_hello (fixture, b, "b", "0123");
  for (gsize i = 0; i < G_N_ELEMENTS (in_rooms); i++)
    ask (fixture, b, in_rooms[i], "hall");
  ask (fixture, b, CHAT_CATCH_UP, "hall");
  ask (fixture, b, CHAT_MEMBERS, "attic");
  ask (fixture, b, CHAT_HISTORY, "attic");
  ask (fixture, b, CHAT_SEARCH, "attic");
  fixture_go (fixture);
  fixture_expect (fixture, 1,
                  "b leave refused not_identified\n"
                  "b topic refused not_identified\n"
                  "b typing refused not_identified\n"
                  "b send refused not_identified\n"
                  "b hello refused nick_in_use\n"
                  "b hello refused auth_failed\n"
                  "b hello\n"
                  "b leave refused not_in_room\n"
                  "b topic refused not_in_room\n"
                  "b typing refused not_in_room\n"
                  "b send refused not_in_room\n"
                  "b catch-up refused not_in_room\n"
                  "b members refused no_such_room\n"
                  "b history refused no_such_room\n"
                  "b search refused no_such_room\n");
  ask_send (fixture, a, "hall", 1, NULL);
  fixture_go (fixture);
  fixture_expect (fixture, 0, "a send seq 1\nmessages 1-1\n");
}

static void
test_a_session_is_in_64_rooms_at_most (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);
  ChatClient *a = fixture_member (fixture, 0, "a", NULL);

  fixture->says_no_lists = TRUE;
  for (guint i = 0; i < PARLANCE_MAX_ROOMS; i++)
    {
      g_autofree char *room = g_strdup_printf ("r%u", i);
      ask (fixture, a, CHAT_JOIN, room);
    }
  fixture_go (fixture);
  fixture_skip (fixture);
  ask (fixture, a, CHAT_JOIN, "r0");
  ask (fixture, a, CHAT_JOIN, "one more");
  ask (fixture, a, CHAT_LEAVE, "r0");
  ask (fixture, a, CHAT_JOIN, "one more");
  fixture_go (fixture);
  fixture_expect (fixture, 0,
                  "a join seq 0 live\n"
                  "a join refused too_long\n"
                  "a leave\n"
                  "a join seq 0 live\n");
}

static void
test_rooms_in_which_nothing_was_said_are_forgotten (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_PROCESS, 0);
  ChatClient *a = fixture_member (fixture, 0, "a", NULL);

  ask (fixture, a, CHAT_JOIN, "lobby");
  ask (fixture, a, CHAT_LEAVE, "lobby");
  ask (fixture, a, CHAT_JOIN, "spoken");
  ask_send (fixture, a, "spoken", 1, NULL);
  ask (fixture, a, CHAT_LEAVE, "spoken");
  ask (fixture, a, CHAT_JOIN, "named");
  ask_topic (fixture, a, "named", "words");
  ask (fixture, a, CHAT_LEAVE, "named");
  ask (fixture, a, CHAT_JOIN, "silent");
  ask (fixture, a, CHAT_LEAVE, "silent");
  ask (fixture, a, CHAT_JOIN, "twice");
  ask (fixture, a, CHAT_LEAVE, "twice");
  ask (fixture, a, CHAT_JOIN, "twice");
  ask (fixture, a, CHAT_LEAVE, "twice");
  ask (fixture, a, CHAT_JOIN, "held");
  fixture_go (fixture);
  fixture_skip (fixture);
  ask (fixture, a, CHAT_ROOMS, NULL);
  fixture_go (fixture);
  fixture_expect (fixture, 0,
                  "a rooms {\"rooms\":["
                  "{\"room\":\"held\",\"topic\":\"\",\"members\":1,\"last_seq\":0},"
                  "{\"room\":\"lobby\",\"topic\":\"\",\"members\":0,\"last_seq\":0},"
                  "{\"room\":\"named\",\"topic\":\"words\",\"members\":0,\"last_seq\":0},"
                  "{\"room\":\"spoken\",\"topic\":\"\",\"members\":0,\"last_seq\":1}]}\n");
}

static void
test_sends_are_limited (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 5);
  ChatClient *a = fixture_member (fixture, 0, "a", "hall");
  ChatClient *b = fixture_member (fixture, 1, "b", "hall");

  for (guint i = 0; i < 11; i++)
    ask_send (fixture, a, "hall", 1, NULL);
  ask_send (fixture, b, "hall", 1, NULL);
  fixture_go (fixture);
  g_autofree char *heard = fixture_log (fixture, 0);
  g_assert_true (
      g_str_has_suffix (heard, "a send seq 10\na send refused rate_limited\nmessages 1-11\n"));
}

/* Whatever all members hear counts. */
static void
test_topics_and_new_names_are_limited (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 2);
  ChatClient *a = fixture_member (fixture, 0, "a", "hall");
  ChatClient *b = fixture_member (fixture, 1, "b", NULL);
  g_autofree char *token = fixture_token (fixture, b);

  fixture->says_no_lists = TRUE;
  ask_topic (fixture, a, "hall", "words");
  ask_hello (fixture, a, "anna", NULL);
  ask_send (fixture, a, "hall", 1, NULL);
  ask_hello (fixture, a, "anna", NULL);
  ask_topic (fixture, a, "hall", "other words");
  ask_topic (fixture, a, "hall", "more words");
  ask_hello (fixture, a, "Anna", NULL);
  ask_hello (fixture, a, "b", token);
  ask_send (fixture, a, "hall", 1, NULL);
  ask_hello (fixture, a, "anna", NULL);
  fixture_go (fixture);
  fixture_expect (fixture, 0,
                  "event topic hall words a\n"
                  "a topic\n"
                  "a hello\n"
                  "a send seq 1\n"
                  "a hello\n"
                  "messages 1-1\n"
                  "event topic hall other words anna\n"
                  "a topic\n"
                  "a topic refused rate_limited\n"
                  "a hello refused rate_limited\n"
                  "a hello refused rate_limited\n"
                  "a send refused rate_limited\n"
                  "a hello\n");
  /* Nobody was ended for it. */
  ask (fixture, b, CHAT_ROOMS, NULL);
  fixture_go (fixture);
  fixture_expect (fixture, 1, "b rooms\n");
}

static void
test_typing_is_passed_on_once_in_three_seconds (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);
  ChatClient *a = fixture_member (fixture, 0, "a", "hall");

  fixture_member (fixture, 1, "b", "hall");
  fixture_skip (fixture);
  ask (fixture, a, CHAT_TYPING, "hall");
  ask (fixture, a, CHAT_TYPING, "hall");
  fixture_go (fixture);
  fixture_expect (fixture, 0, "event typing hall a but a\na typing\na typing\n");
  fixture_expect (fixture, 1, "event typing hall a but a\n");
}

/* --- crowds ----------------------------------------------------------------------------------- */

static void
test_a_large_room_is_quiet (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);
  ChatClient *a = fixture_member (fixture, 0, "a", "hall");
  ChatClient *others[PARLANCE_QUIET_MEMBERS + 10];

  fixture->says_no_lists = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *nick = g_strdup_printf ("n%u", i);

      others[i] = fixture_client (fixture, 1);
      ask_hello (fixture, others[i], nick, NULL);
      ask (fixture, others[i], CHAT_JOIN, "hall");
    }
  fixture_go (fixture);
  g_autofree char *joined = fixture_log (fixture, 0);
  g_assert_cmpuint (fixture_count (joined, "joined"), ==, PARLANCE_QUIET_MEMBERS - 1);

  ask (fixture, a, CHAT_TYPING, "hall");
  ask_send (fixture, a, "hall", 1, NULL);
  ask_hello (fixture, others[0], "renamed", NULL);
  fixture_go (fixture);
  fixture_expect (fixture, 0, "a typing\na send seq 1\nmessages 1-1\ntell a renamed n0 renamed\n");

  for (guint i = 0; i < 20; i++)
    ask (fixture, others[i], i % 2 == 0 ? CHAT_LEAVE : CHAT_GONE, "hall");
  fixture_go (fixture);
  g_autofree char *left = fixture_log (fixture, 0);
  g_assert_cmpuint (fixture_count (left, "left"), ==, 10);
}

/* --- names ------------------------------------------------------------------------------------ */

static void
test_a_new_name_is_told_to_those_who_were_there (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);
  ChatClient *a = fixture_member (fixture, 0, "a", "hall");
  ChatClient *b = fixture_member (fixture, 1, "b", "hall");
  ChatClient *c = fixture_client (fixture, 1);

  fixture->says_no_lists = TRUE;
  ask (fixture, b, CHAT_JOIN, "attic");
  ask (fixture, a, CHAT_JOIN, "attic");
  fixture_go (fixture);
  fixture_skip (fixture);

  /* Who leaves or goes behind it, and who comes: c hears of no name that it never knew. */
  ask_send (fixture, a, "hall", 1, NULL);
  ask_hello (fixture, a, "anna", NULL);
  ask_send (fixture, a, "hall", 1, NULL);
  ask (fixture, a, CHAT_LEAVE, "hall");
  ask (fixture, a, CHAT_GONE, NULL);
  ask_hello (fixture, c, "c", NULL);
  ask (fixture, c, CHAT_JOIN, "hall");
  fixture_go (fixture);
  fixture_expect (fixture, 1,
                  "messages 1-1\n"
                  "tell b renamed a anna\n"
                  "messages 2-2\n"
                  "event left hall anna but a\n"
                  "event left attic anna but a\n"
                  "c hello\n"
                  "event joined hall c but c\n"
                  "c join seq 2 live\n");

  /* One that goes behind it, and one that only writes its name differently. */
  ask_hello (fixture, c, "carl", NULL);
  ask (fixture, b, CHAT_GONE, NULL);
  ask_hello (fixture, c, "Carl", NULL);
  fixture_go (fixture);
  fixture_expect (fixture, 1,
                  "tell b renamed c carl\n"
                  "c hello\n"
                  "event left hall b but b\n"
                  "b gone\n"
                  "c hello\n");
}

static void
test_a_resumed_session_ends_the_one_before (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);
  ChatClient *a = fixture_member (fixture, 0, "Anna", "hall");
  ChatClient *b = fixture_member (fixture, 1, "b", "hall");
  ChatClient *c = fixture_client (fixture, 1);
  g_autofree char *token = fixture_token (fixture, a);

  fixture->says_no_lists = TRUE;
  ask_hello (fixture, c, NULL, token);
  ask_send (fixture, a, "hall", 1, NULL);
  ask_hello (fixture, a, "anna", NULL);
  ask (fixture, a, CHAT_GONE, NULL);
  ask (fixture, b, CHAT_MEMBERS, "hall");
  fixture_go (fixture);
  fixture_expect (fixture, 0,
                  "close a\n"
                  "a send refused not_identified\n"
                  "a hello refused nick_in_use\n"
                  "a gone\n");
  fixture_expect (fixture, 1,
                  "event left hall Anna but a\n"
                  "c hello\n"
                  "b members\n");
  g_autofree char *again = fixture_token (fixture, c);
  g_assert_cmpstr (again, ==, token);

  /* For another nick it is worth nothing, and a hello without it ends it. */
  ask_hello (fixture, b, "anna", "no token");
  ask_hello (fixture, b, "ben", token);
  ask_hello (fixture, c, "Anna", NULL);
  ask_hello (fixture, b, NULL, token);
  fixture_go (fixture);
  fixture_expect (fixture, 1,
                  "b hello refused nick_in_use\n"
                  "b hello\n"
                  "c hello\n"
                  "b hello refused auth_failed\n");
}

/* What was sent under a name is stored under it, though it is another one by then. */
static void
test_a_key_belongs_to_the_name_it_was_sent_under (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_PROCESS, 0);
  ChatClient *a = fixture_member (fixture, 0, "a", "hall");

  ask_send (fixture, a, "hall", 1, "k");
  ask_hello (fixture, a, "somebody else", NULL);
  ask_send (fixture, a, "hall", 1, "k");
  ask_hello (fixture, a, "A", NULL);
  ask_send (fixture, a, "hall", 1, "k");
  fixture_go (fixture);
  fixture_expect (fixture, 0,
                  "a send seq 1\n"
                  "personal a 1-1 k\n"
                  "messages 1-1\n"
                  "a hello\n"
                  "a send seq 2\n"
                  "personal a 2-2 k\n"
                  "messages 2-2\n"
                  "a hello\n"
                  "a send seq 1\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat/authority/a-batch-is-told-in-its-order",
                   test_a_batch_is_told_in_its_order);
  g_test_add_func ("/chat/authority/a-port-without-members-hears-nothing",
                   test_a_port_without_members_hears_nothing);
  g_test_add_func ("/chat/authority/errors", test_errors);
  g_test_add_func ("/chat/authority/a-session-is-in-64-rooms-at-most",
                   test_a_session_is_in_64_rooms_at_most);
  g_test_add_func ("/chat/authority/rooms-in-which-nothing-was-said-are-forgotten",
                   test_rooms_in_which_nothing_was_said_are_forgotten);
  g_test_add_func ("/chat/authority/sends-are-limited", test_sends_are_limited);
  g_test_add_func ("/chat/authority/topics-and-new-names-are-limited",
                   test_topics_and_new_names_are_limited);
  g_test_add_func ("/chat/authority/typing-is-passed-on-once-in-three-seconds",
                   test_typing_is_passed_on_once_in_three_seconds);
  g_test_add_func ("/chat/authority/a-large-room-is-quiet", test_a_large_room_is_quiet);
  g_test_add_func ("/chat/authority/a-new-name-is-told-to-those-who-were-there",
                   test_a_new_name_is_told_to_those_who_were_there);
  g_test_add_func ("/chat/authority/a-resumed-session-ends-the-one-before",
                   test_a_resumed_session_ends_the_one_before);
  g_test_add_func ("/chat/authority/a-key-belongs-to-the-name-it-was-sent-under",
                   test_a_key_belongs_to_the_name_it_was_sent_under);
  return g_test_run ();
}
