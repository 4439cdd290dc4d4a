/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Crowds wait for their worker's turn while somebody looks words up, and not without end; small
 * rooms do not.
 */
#include "tests/front/chat-fixture.h"

#define N_CROWD 9 /* one more than a small room has */
#define LATE_US 50000

typedef struct
{
  ChatFixture *fixture;
  HandOut *hand_out;
  HandOutTurn turn; /* somebody else's, who never ends it */
  ChatClientEnd *crowd[N_CROWD];
  ChatClientEnd *pair[2];
} Scene;

static void
nobody_is_called (gpointer owner)
{
}

static void
setup (Scene *scene, gconstpointer data)
{
  scene->fixture = chat_fixture_new (1);
  scene->hand_out = hand_out_new (1);
  scene->turn.call = nobody_is_called;
  worker_set_hand_out (scene->fixture->workers[0], scene->hand_out);
  chat_fixture_start (scene->fixture);
  for (guint i = 0; i < N_CROWD; i++)
    {
      g_autofree char *nick = g_strdup_printf ("crowd%u", i);

      scene->crowd[i] = chat_end_new (scene->fixture, 0);
      chat_end_enter (scene->crowd[i], nick, "crowd");
      for (guint j = 0; j < i; j++)
        chat_end_expect (scene->crowd[j], "'joined'");
    }
  for (guint i = 0; i < 2; i++)
    {
      scene->pair[i] = chat_end_new (scene->fixture, 0);
      chat_end_enter (scene->pair[i], i == 0 ? "one" : "other", "pair");
    }
  chat_end_expect (scene->pair[0], "'joined'");
  hand_out_note_asked (scene->hand_out, G_MAXINT64 / 4); /* all the time */
  g_assert_true (hand_out_take (scene->hand_out, &scene->turn));
}

static void
teardown (Scene *scene, gconstpointer data)
{
  for (guint i = 0; i < N_CROWD; i++)
    chat_end_free (scene->crowd[i]);
  for (guint i = 0; i < 2; i++)
    chat_end_free (scene->pair[i]);
  chat_fixture_free (scene->fixture);
  hand_out_free (scene->hand_out);
}

static void
test_a_crowd_waits (Scene *scene, gconstpointer data)
{
  gint64 since_us = g_get_monotonic_time ();

  chat_end_say (scene->crowd[0], "crowd", 10);
  for (guint i = 1; i < N_CROWD; i++)
    chat_end_expect (scene->crowd[i], "'message'");
  g_assert_cmpint (g_get_monotonic_time () - since_us, >=, LATE_US);
}

/* What was said in the crowd before is heard behind it. A crowd is late after LATE_US, and goes out
 * then: where the machine stood still for so long the round says nothing, and another one is had.
 */
static void
test_a_small_room_does_not (Scene *scene, gconstpointer data)
{
  gint64 waited_us = LATE_US;

  for (int round = 0; round < 20 && waited_us >= LATE_US; round++)
    {
      gint64 since_us = g_get_monotonic_time ();

      chat_end_say (scene->crowd[0], "crowd", 10);
      chat_end_expect (scene->crowd[0], "'result'"); /* it is stored, and nobody waits for more */
      chat_end_say (scene->pair[0], "pair", 10);
      chat_end_expect (scene->pair[1], "'message'");
      waited_us = g_get_monotonic_time () - since_us;
      chat_end_expect (scene->crowd[0], "'message'");
      for (guint i = 1; i < N_CROWD; i++)
        chat_end_expect (scene->crowd[i], "'message'");
      chat_end_expect (scene->pair[0], "'result'");
      chat_end_expect (scene->pair[0], "'message'");
    }
  g_assert_cmpint (waited_us, <, LATE_US);
}

/* And once it is nobody else's, the turn is taken at once, and given back. */
static void
test_the_turn_comes (Scene *scene, gconstpointer data)
{
  hand_out_leave (scene->hand_out, &scene->turn);
  for (int n = 0; n < 3; n++)
    {
      chat_end_say (scene->crowd[0], "crowd", 10);
      for (guint i = 1; i < N_CROWD; i++)
        chat_end_expect (scene->crowd[i], "'message'");
    }
}

/* What waits for a turn that does not come goes out before a server that stops says so. */
static void
test_a_stop_leaves_nothing (Scene *scene, gconstpointer data)
{
  chat_end_say (scene->crowd[0], "crowd", 10);
  chat_end_expect (scene->crowd[0], "'result'");
  worker_stop (scene->fixture->workers[0]);
  for (guint i = 0; i < N_CROWD; i++)
    {
      chat_end_expect (scene->crowd[i], "'message'");
      chat_end_expect (scene->crowd[i], "'shutting_down'");
    }
}

/* Who takes the nick of one that has left hears of that first. */
static void
test_a_nick_after_its_owner (Scene *scene, gconstpointer data)
{
  chat_end_ask (scene->crowd[1], "leave", "'room':'crowd'");
  chat_end_expect (scene->crowd[1], "'result'");
  chat_end_ask (scene->crowd[1], "hello", "'protocol':1,'nick':'another'");
  chat_end_expect (scene->crowd[1], "'result'");
  chat_end_ask (scene->crowd[2], "hello", "'protocol':1,'nick':'crowd1'");
  chat_end_expect (scene->crowd[2], "'left'");
  chat_end_expect (scene->crowd[2], "'result'");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/front/hand-out/a-crowd-waits", Scene, NULL, setup, test_a_crowd_waits, teardown);
  g_test_add ("/front/hand-out/a-small-room-does-not", Scene, NULL, setup,
              test_a_small_room_does_not, teardown);
  g_test_add ("/front/hand-out/a-stop-leaves-nothing", Scene, NULL, setup,
              test_a_stop_leaves_nothing, teardown);
  g_test_add ("/front/hand-out/a-nick-after-its-owner", Scene, NULL, setup,
              test_a_nick_after_its_owner, teardown);
  g_test_add ("/front/hand-out/the-turn-comes", Scene, NULL, setup, test_the_turn_comes, teardown);
  return g_test_run ();
}
