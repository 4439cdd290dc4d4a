/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who is in which room, what may be sent, and the lines of a batch.
 */
#include "server/chat/room.h"

#include <string.h>

#define RATE 10

typedef struct
{
  RingBudget budget;
  ChatClient client;
  Room *room;
  Session *session;
} Fixture;

static void
setup (Fixture *fixture, gconstpointer data)
{
  fixture->room = room_new (1, "Hall", "hall", &fixture->budget, 2);
  fixture->session = session_new (&fixture->client, "Anna", "anna");
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  session_free (fixture->session);
  room_free (fixture->room);
}

/* --- memberships ------------------------------------------------------------------------------ */

static void
assert_indices (const Room *room, guint n)
{
  g_assert_cmpuint (room->members->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (((const Membership *)g_ptr_array_index (room->members, i))->index, ==, i);
}

/* The last takes the place of one that leaves: every order of leaving is tried. */
static void
test_members_leave_in_any_order (Fixture *fixture, gconstpointer data)
{
  for (guint first = 0; first < 3; first++)
    for (guint second = 0; second < 3; second++)
      {
        Session *sessions[3];

        if (first == second)
          continue;
        for (guint i = 0; i < 3; i++)
          {
            sessions[i] = session_new (&fixture->client, "n", "n");
            session_enter (sessions[i], fixture->room);
          }
        session_exit (sessions[first], session_in (sessions[first], "hall"));
        assert_indices (fixture->room, 2);
        g_assert_null (session_in (sessions[first], "hall"));
        session_exit (sessions[second], session_in (sessions[second], "hall"));
        assert_indices (fixture->room, 1);
        const Membership *rest = g_ptr_array_index (fixture->room->members, 0);
        g_assert_true (rest->session == sessions[3 - first - second]);
        session_exit (sessions[3 - first - second], session_in (rest->session, "hall"));
        assert_indices (fixture->room, 0);
        for (guint i = 0; i < 3; i++)
          session_free (sessions[i]);
      }
}

static void
test_a_session_in_several_rooms (Fixture *fixture, gconstpointer data)
{
  Room *attic = room_new (2, "Attic", "attic", &fixture->budget, 2);
  const Membership *membership = session_enter (fixture->session, fixture->room);

  g_assert_true (membership->room == fixture->room);
  session_enter (fixture->session, attic);
  g_assert_true (session_in (fixture->session, "hall")->room == fixture->room);
  g_assert_true (session_in (fixture->session, "attic")->room == attic);
  g_assert_null (session_in (fixture->session, "Hall"));
  session_exit (fixture->session, session_in (fixture->session, "hall"));
  g_assert_nonnull (session_in (fixture->session, "attic"));
  g_assert_false (room_is_forgettable (attic));
  session_exit (fixture->session, session_in (fixture->session, "attic"));
  g_assert_true (room_is_forgettable (attic));
  room_free (attic);
}

static void
test_what_makes_a_room_worth_keeping (Fixture *fixture, gconstpointer data)
{
  Room *room = fixture->room;

  g_assert_true (room_is_forgettable (room));
  room->last_seq = 1;
  g_assert_false (room_is_forgettable (room));
  room->last_seq = 0;
  g_free (room->topic);
  room->topic = g_strdup ("words");
  g_assert_false (room_is_forgettable (room));
}

static void
test_quiet_by_who_was_told (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < PARLANCE_QUIET_MEMBERS; i++)
    room_tell_in (fixture->room, i % 2);
  g_assert_false (room_is_quiet (fixture->room));
  room_tell_in (fixture->room, 1);
  g_assert_true (room_is_quiet (fixture->room));
  g_assert_cmpuint (fixture->room->n_local[0], ==, PARLANCE_QUIET_MEMBERS / 2);
  g_assert_cmpuint (fixture->room->n_local[1], ==, PARLANCE_QUIET_MEMBERS / 2 + 1);
  room_tell_out (fixture->room, 0);
  g_assert_false (room_is_quiet (fixture->room));
  g_assert_cmpuint (fixture->room->n_local[0], ==, PARLANCE_QUIET_MEMBERS / 2 - 1);
}

/* --- the rate --------------------------------------------------------------------------------- */

static void
test_rate (Fixture *fixture, gconstpointer data)
{
  Session *session = fixture->session;
  gint64 now_us = G_USEC_PER_SEC;

  for (guint i = 0; i < 2 * RATE; i++)
    g_assert_cmpint (send_budget_take (&session->send_budget, RATE, now_us), ==, 0);
  gint64 wait_ms = send_budget_take (&session->send_budget, RATE, now_us);
  g_assert_cmpint (wait_ms, >=, 1000 / RATE);
  g_assert_cmpint (wait_ms, <=, 1000 / RATE + 1);

  /* Being refused costs nothing, and waiting as long as was said is enough, for one. */
  g_assert_cmpint (send_budget_take (&session->send_budget, RATE, now_us + wait_ms * 500), >, 0);
  now_us += wait_ms * 1000;
  g_assert_cmpint (send_budget_take (&session->send_budget, RATE, now_us), ==, 0);
  g_assert_cmpint (send_budget_take (&session->send_budget, RATE, now_us), >, 0);

  /* Silence earns two seconds' worth and no more. */
  now_us += G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC;
  for (guint i = 0; i < 2 * RATE; i++)
    g_assert_cmpint (send_budget_take (&session->send_budget, RATE, now_us), ==, 0);
  g_assert_cmpint (send_budget_take (&session->send_budget, RATE, now_us), >, 0);

  /* One every tenth of a second goes on for ever. */
  for (guint i = 0; i < 100; i++)
    {
      now_us += G_USEC_PER_SEC / RATE + 1;
      g_assert_cmpint (send_budget_take (&session->send_budget, RATE, now_us), ==, 0);
    }
}

static void
test_no_rate (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 1000; i++)
    g_assert_cmpint (send_budget_take (&fixture->session->send_budget, 0, 0), ==, 0);
}

/* --- lines ------------------------------------------------------------------------------------ */

static void
test_lines_of_a_batch (Fixture *fixture, gconstpointer data)
{
  Room *room = fixture->room;

  g_string_append (room->lines, "one\n");
  room_add_line (room, 7, &fixture->client, NULL, 0);
  g_string_append (room->lines, "two\n");
  room_add_line (room, 8, &fixture->client, "a\"\0b", 4);
  g_assert_cmpint (room->lines_first_seq, ==, 7);
  g_assert_cmpint (room->last_seq, ==, 8);
  g_assert_cmpuint (room->ends->len, ==, 2);
  g_assert_cmpuint (g_array_index (room->ends, guint32, 0), ==, 4);
  g_assert_cmpuint (g_array_index (room->ends, guint32, 1), ==, 8);
  g_assert_cmpuint (room->keyed->len, ==, 1);
  const KeyedLine *keyed = &g_array_index (room->keyed, KeyedLine, 0);
  g_assert_cmpuint (keyed->end, ==, 8);
  g_assert_cmpstr (keyed->key, ==, "\"a\\\"\\u0000b\"");

  room_clear_lines (room);
  g_assert_cmpuint (room->lines->len, ==, 0);
  g_assert_cmpuint (room->ends->len, ==, 0);
  g_assert_cmpuint (room->keyed->len, ==, 0);
  g_string_append (room->lines, "three\n");
  room_add_line (room, 9, &fixture->client, NULL, 0);
  g_assert_cmpint (room->lines_first_seq, ==, 9);
}

static void
test_a_large_buffer_is_given_back (Fixture *fixture, gconstpointer data)
{
  g_string_set_size (fixture->room->lines, 1024 * 1024);
  room_clear_lines (fixture->room);
  g_assert_cmpuint (fixture->room->lines->allocated_len, <, 4096);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add ("/chat/" name, Fixture, NULL, setup, test, teardown)
  ADD ("room/members-leave-in-any-order", test_members_leave_in_any_order);
  ADD ("room/a-session-is-in-several", test_a_session_in_several_rooms);
  ADD ("room/what-makes-it-worth-keeping", test_what_makes_a_room_worth_keeping);
  ADD ("room/is-quiet-by-who-was-told", test_quiet_by_who_was_told);
  ADD ("room/lines-of-a-batch", test_lines_of_a_batch);
  ADD ("room/a-large-buffer-is-given-back", test_a_large_buffer_is_given_back);
  ADD ("session/may-send-at-its-rate", test_rate);
  ADD ("session/without-a-rate-may-always-send", test_no_rate);
  return g_test_run ();
}
