/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Frames, catching up, tokens and the end: what the authority keeps and sends is bounded, and
 * nothing is lost by it. Clients are called a, b, c… in the order in which they come. Source:
 * docs/protocol.md, sections 5 to 7
 */
#include "tests/chat/authority-fixture.h"

#include "protocol/wire/limits.h"

#include <string.h>

#define FRAME_BYTES (64 * 1024) /* of messages, and no further one is added */

/* --- frames ----------------------------------------------------------------------------------- */

static void
test_only_the_sender_sees_its_key (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);
  ChatClient *a = fixture_member (fixture, 0, "a", "hall");
  ChatClient *b = fixture_member (fixture, 1, "b", "hall");

  fixture_skip (fixture);
  ask_send (fixture, a, "hall", 1, "one");
  ask_send (fixture, b, "hall", 1, "two");
  ask_send (fixture, a, "hall", 1, NULL);
  ask_send (fixture, a, "hall", 1, "three");
  fixture_go (fixture);
  fixture_expect (fixture, 0,
                  "a send seq 1\n"
                  "a send seq 3\n"
                  "a send seq 4\n"
                  "personal a 1-4 one three\n"
                  "messages 1-4\n");
  fixture_expect (fixture, 1,
                  "b send seq 2\n"
                  "personal b 1-4 two\n"
                  "messages 1-4\n");
}

static void
test_a_frame_does_not_grow_without_bound (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);
  ChatClient *a = fixture_member (fixture, 0, "a", "hall");
  const guint n = 2 * FRAME_BYTES / PARLANCE_MAX_TEXT;

  for (guint i = 0; i < n; i++)
    ask_send (fixture, a, "hall", PARLANCE_MAX_TEXT, NULL);
  fixture_go (fixture);
  g_autofree char *heard = fixture_log (fixture, 0);
  g_assert_true (g_str_has_suffix (heard, "messages 9-16\na send seq 16\n"));
  g_assert_cmpuint (fixture_count (heard, "messages"), ==, 2);
}

/* --- catching up ------------------------------------------------------------------------------ */

static void
test_who_was_away_asks_for_what_it_missed (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_PROCESS, 0);
  ChatClient *a = fixture_member (fixture, 0, "a", "hall");
  ChatClient *b = fixture_member (fixture, 1, "b", NULL);

  fixture->says_no_lists = TRUE;
  for (guint i = 0; i < 3; i++)
    ask_send (fixture, a, "hall", 1, NULL);
  fixture_go (fixture);
  fixture_skip (fixture);

  /* What was missed is no part of the answer, however little it is. */
  ask_join_after (fixture, b, "hall", 1);
  ask_send (fixture, a, "hall", 1, NULL);
  ask_catch_up (fixture, b, "hall", 1);
  ask_send (fixture, a, "hall", 1, NULL);
  fixture_go (fixture);
  fixture_expect (fixture, 1,
                  "b join seq 1\n"
                  "messages 4-4\n"
                  "b catch-up seq 4 live lines 2-4\n"
                  "messages 5-5\n");
  ask_join_after (fixture, b, "hall", 5);
  ask_join_after (fixture, b, "hall", 1000);
  ask_join_after (fixture, b, "hall", G_MAXINT64);
  ask (fixture, b, CHAT_JOIN, "hall");
  ask_join_after (fixture, b, "hall", 0);
  fixture_go (fixture);
  fixture_expect (fixture, 1,
                  "b join seq 5 live\n"
                  "b join seq 5 live\n"
                  "b join seq 5 live\n"
                  "b join seq 5 live\n"
                  "b join seq 0\n");
}

/* The number behind @word; -1: it is not there. */
static gint64
number_behind (const char *log, const char *word)
{
  const char *at = strstr (log, word);

  return at != NULL ? g_ascii_strtoll (at + strlen (word), NULL, 10) : -1;
}

/* The ring holds a quarter of a MiB: what is older comes from the journal, piece by piece. */
static void
test_what_is_long_ago_comes_from_the_journal (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_PROCESS, 0);
  ChatClient *a = fixture_member (fixture, 0, "a", "hall");
  const guint n = 1024 * 1024 / PARLANCE_MAX_TEXT;
  gboolean is_live = FALSE;
  gint64 seq = 0;
  guint n_pieces = 0;

  fixture->says_no_lists = TRUE;
  for (guint i = 0; i < n; i++)
    ask_send (fixture, a, "hall", PARLANCE_MAX_TEXT, NULL);
  fixture_go (fixture);
  fixture_skip (fixture);
  for (; !is_live; n_pieces++)
    {
      ask_catch_up (fixture, a, "hall", seq);
      fixture_go (fixture);
      g_autofree char *log = fixture_log (fixture, 0);
      g_assert_cmpint (number_behind (log, "lines "), ==, seq + 1);
      seq = number_behind (log, "a catch-up seq ");
      g_assert_cmpint (number_behind (strstr (log, "lines"), "-"), ==, seq);
      is_live = strstr (log, "live") != NULL;
    }
  g_assert_cmpint (seq, ==, n);
  g_assert_cmpuint (n_pieces, >=, 5);
  g_assert_cmpuint (n_pieces, <=, 10);
}

/* --- tokens ----------------------------------------------------------------------------------- */

static void
test_tokens_do_not_grow_without_bound (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);
  ChatClient *a = fixture_member (fixture, 0, "a", NULL);
  ChatClient *b = fixture_member (fixture, 0, "b", NULL);
  ChatClient *c = fixture_client (fixture, 0);
  ChatClient *d = fixture_client (fixture, 0);
  g_autofree char *of_a = fixture_token (fixture, a);
  g_autofree char *of_b = fixture_token (fixture, b);
  const guint n_most = 32768;

  ask (fixture, b, CHAT_GONE, NULL);
  for (guint i = 0; i < n_most - 2; i++)
    {
      g_autofree char *nick = g_strdup_printf ("n%u", i);
      ask_hello (fixture, c, nick, NULL);
    }
  fixture_go (fixture);
  fixture_skip (fixture);

  /* a is there; b is away, and in memory as yet. */
  ask_hello (fixture, b, NULL, of_b);
  ask (fixture, b, CHAT_GONE, NULL);
  fixture_go (fixture);
  fixture_expect (fixture, 0, "b hello\nb gone\n");
  for (guint i = 0; i < n_most; i++)
    {
      g_autofree char *nick = g_strdup_printf ("m%u", i);
      ask_hello (fixture, c, nick, NULL);
    }
  fixture_go (fixture);
  fixture_skip (fixture);
  ask_hello (fixture, b, NULL, of_b);
  ask_hello (fixture, d, NULL, of_a);
  fixture_go (fixture);
  fixture_expect (fixture, 0, "b hello refused auth_failed\nclose a\nd hello\n");
}

/* --- life ------------------------------------------------------------------------------------- */

static void
test_what_was_never_carried_out_is_freed (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new_idle ();
  ChatClient *a = fixture_client (fixture, 0);

  ask_hello (fixture, a, "a", NULL);
  ask (fixture, a, CHAT_JOIN, "hall");
  ask_send (fixture, a, "hall", 1, "k");
  authority_post (fixture->authority, g_steal_pointer (&fixture->chain));
  authority_free (g_steal_pointer (&fixture->authority));
  g_assert_cmpuint (fixture->n_freed, ==, 3);
}

static void
test_what_was_posted_is_carried_out_before_a_stop (void)
{
  g_autoptr (AuthorityFixture) fixture = authority_fixture_new (JOURNAL_DURABILITY_NONE, 0);
  ChatClient *a = fixture_member (fixture, 0, "a", "hall");

  fixture->says_no_lists = TRUE;
  for (guint i = 0; i < 1000; i++)
    ask_send (fixture, a, "hall", 1, NULL);
  ask (fixture, a, CHAT_GONE, NULL);
  authority_post (fixture->authority, g_steal_pointer (&fixture->chain));
  authority_stop (fixture->authority);
  g_autofree char *heard = fixture_log (fixture, 0);
  g_assert_cmpuint (fixture_count (heard, "a send seq "), ==, 1000);
  g_assert_cmpuint (fixture_count (heard, "a gone"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat/authority/only-the-sender-sees-its-key",
                   test_only_the_sender_sees_its_key);
  g_test_add_func ("/chat/authority/a-frame-does-not-grow-without-bound",
                   test_a_frame_does_not_grow_without_bound);
  g_test_add_func ("/chat/authority/who-was-away-asks-for-what-it-missed",
                   test_who_was_away_asks_for_what_it_missed);
  g_test_add_func ("/chat/authority/what-is-long-ago-comes-from-the-journal",
                   test_what_is_long_ago_comes_from_the_journal);
  g_test_add_func ("/chat/authority/tokens-do-not-grow-without-bound",
                   test_tokens_do_not_grow_without_bound);
  g_test_add_func ("/chat/authority/what-was-never-carried-out-is-freed",
                   test_what_was_never_carried_out_is_freed);
  g_test_add_func ("/chat/authority/what-was-posted-is-carried-out-before-a-stop",
                   test_what_was_posted_is_carried_out_before_a_stop);
  return g_test_run ();
}
