/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Turns of those that hand out, alone and of two workers.
 */
#include "server/net/hand-out.h"
#include "server/net/worker.h"

#define DEADLINE_US (60 * G_USEC_PER_SEC)

/* --- who asks --------------------------------------------------------------------------------- */

static void
test_asked_for_a_second (void)
{
  HandOut *hand_out = hand_out_new (1);

  g_assert_false (hand_out_is_asked (hand_out, 0));
  g_assert_false (hand_out_is_asked (hand_out, 1000000));
  hand_out_note_asked (hand_out, 5000);
  g_assert_true (hand_out_is_asked (hand_out, 5000));
  g_assert_true (hand_out_is_asked (hand_out, 5999));
  g_assert_false (hand_out_is_asked (hand_out, 6000));
  hand_out_note_asked (hand_out, 5500);
  g_assert_true (hand_out_is_asked (hand_out, 6499));
  g_assert_false (hand_out_is_asked (hand_out, 6500));
  hand_out_free (hand_out);
}

/* --- turns ------------------------------------------------------------------------------------ */

static void
count_call (gpointer owner)
{
  guint *n_calls = owner;

  (*n_calls)++;
}

typedef struct
{
  HandOutTurn turn;
  guint n_calls;
} Member;

static void
members_init (Member *members, guint n_members)
{
  for (guint i = 0; i < n_members; i++)
    members[i] = (Member){ .turn = { .call = count_call, .owner = &members[i].n_calls } };
}

static void
test_one_after_the_other (void)
{
  HandOut *hand_out = hand_out_new (1);
  Member members[3];

  members_init (members, 3);
  g_assert_true (hand_out_take (hand_out, &members[0].turn));
  g_assert_true (hand_out_take (hand_out, &members[0].turn));
  g_assert_false (hand_out_take (hand_out, &members[1].turn));
  g_assert_false (hand_out_take (hand_out, &members[2].turn));
  g_assert_false (hand_out_take (hand_out, &members[1].turn)); /* it waits once */

  hand_out_end_step (hand_out, &members[0].turn, FALSE);
  g_assert_cmpuint (members[1].n_calls, ==, 1);
  g_assert_false (hand_out_take (hand_out, &members[1].turn)); /* it does not know yet */
  g_assert_false (hand_out_take (hand_out, &members[0].turn)); /* and is nobody's besides */
  hand_out_begin (&members[1].turn);
  g_assert_true (hand_out_take (hand_out, &members[1].turn));

  hand_out_end_step (hand_out, &members[1].turn, FALSE);
  g_assert_cmpuint (members[2].n_calls, ==, 1);
  hand_out_begin (&members[2].turn);
  hand_out_end_step (hand_out, &members[2].turn, FALSE);
  g_assert_cmpuint (members[0].n_calls, ==, 1);
  hand_out_begin (&members[0].turn);
  hand_out_end_step (hand_out, &members[0].turn, FALSE);
  g_assert_cmpuint (members[1].n_calls, ==, 1);
  g_assert_true (hand_out_take (hand_out, &members[1].turn));
  hand_out_free (hand_out);
}

static void
test_a_turn_has_an_end (void)
{
  HandOut *hand_out = hand_out_new (1);
  Member members[2];

  members_init (members, 2);
  g_assert_true (hand_out_take (hand_out, &members[0].turn));
  g_assert_false (hand_out_take (hand_out, &members[1].turn));
  members[0].turn.since_us += DEADLINE_US;
  hand_out_end_step (hand_out, &members[0].turn, TRUE);
  g_assert_cmpuint (members[1].n_calls, ==, 0);
  members[0].turn.since_us -= DEADLINE_US + HAND_OUT_TURN_US;
  for (int i = 0; i < HAND_OUT_TURN_STEPS - 2; i++)
    {
      /* However long it takes, so much may be done. */
      g_assert_cmpuint (members[1].n_calls, ==, 0);
      hand_out_end_step (hand_out, &members[0].turn, TRUE);
    }
  g_assert_cmpuint (members[1].n_calls, ==, 0);
  hand_out_end_step (hand_out, &members[0].turn, TRUE);
  g_assert_cmpuint (members[1].n_calls, ==, 1);
  g_assert_false (hand_out_take (hand_out, &members[0].turn));
  hand_out_begin (&members[1].turn);
  hand_out_end_step (hand_out, &members[1].turn, FALSE);
  g_assert_cmpuint (members[0].n_calls, ==, 1);

  /* Who is alone goes on. */
  hand_out_begin (&members[0].turn);
  members[0].turn.since_us -= HAND_OUT_TURN_US;
  members[0].turn.n_steps = HAND_OUT_TURN_STEPS;
  hand_out_end_step (hand_out, &members[0].turn, TRUE);
  g_assert_true (hand_out_take (hand_out, &members[0].turn));
  hand_out_free (hand_out);
}

static void
test_several_at_once (void)
{
  HandOut *hand_out = hand_out_new (2);
  Member members[3];

  members_init (members, 3);
  g_assert_true (hand_out_take (hand_out, &members[0].turn));
  g_assert_true (hand_out_take (hand_out, &members[1].turn));
  g_assert_false (hand_out_take (hand_out, &members[2].turn));
  hand_out_end_step (hand_out, &members[1].turn, FALSE);
  g_assert_cmpuint (members[2].n_calls, ==, 1);
  hand_out_free (hand_out);
}

static void
test_who_leaves (void)
{
  HandOut *hand_out = hand_out_new (1);
  Member members[4];

  members_init (members, 4);
  g_assert_true (hand_out_take (hand_out, &members[0].turn));
  for (int i = 1; i < 4; i++)
    g_assert_false (hand_out_take (hand_out, &members[i].turn));
  /* One that waits is not called, */
  hand_out_leave (hand_out, &members[3].turn);
  hand_out_leave (hand_out, &members[1].turn);
  /* with one that hands out the turn goes on, */
  hand_out_leave (hand_out, &members[0].turn);
  g_assert_cmpuint (members[1].n_calls, ==, 0);
  g_assert_cmpuint (members[2].n_calls, ==, 1);
  /* and with one that was called and does not know it. */
  g_assert_false (hand_out_take (hand_out, &members[0].turn));
  hand_out_leave (hand_out, &members[2].turn);
  g_assert_cmpuint (members[0].n_calls, ==, 1);
  hand_out_leave (hand_out, &members[0].turn);
  hand_out_leave (hand_out, &members[0].turn); /* it has nothing */
  g_assert_true (hand_out_take (hand_out, &members[3].turn));
  g_assert_false (hand_out_take (hand_out, &members[1].turn));
  g_assert_cmpuint (members[3].n_calls, ==, 0);
  hand_out_free (hand_out);
}

/* Who has done without its turn gives it up, unless it was called already. */
static void
test_who_withdraws (void)
{
  HandOut *hand_out = hand_out_new (1);
  Member members[3];

  members_init (members, 3);
  g_assert_true (hand_out_take (hand_out, &members[0].turn));
  g_assert_false (hand_out_take (hand_out, &members[1].turn));
  g_assert_false (hand_out_take (hand_out, &members[2].turn));
  hand_out_withdraw (hand_out, &members[1].turn);
  hand_out_withdraw (hand_out, &members[1].turn);
  hand_out_end_step (hand_out, &members[0].turn, FALSE);
  g_assert_cmpuint (members[1].n_calls, ==, 0);
  g_assert_cmpuint (members[2].n_calls, ==, 1);
  hand_out_withdraw (hand_out, &members[2].turn);
  g_assert_false (hand_out_take (hand_out, &members[2].turn));
  g_assert_false (hand_out_take (hand_out, &members[1].turn));
  hand_out_begin (&members[2].turn);
  hand_out_withdraw (hand_out, &members[2].turn);
  g_assert_true (hand_out_take (hand_out, &members[2].turn));
  hand_out_end_step (hand_out, &members[2].turn, FALSE);
  g_assert_cmpuint (members[1].n_calls, ==, 1);
  hand_out_free (hand_out);
}

/* --- workers ---------------------------------------------------------------------------------- */

#define ALL 1000

typedef struct
{
  Worker *worker;
  gint budget;    /* (atomic): that its last chore had; -1: none yet */
  gint is_late;   /* (atomic): what it hands out has waited for 50 ms */
  gint is_enough; /* (atomic): it has nothing more to hand out */
} Chores;

static gboolean
chore (void *context)
{
  Chores *self = context;
  gint64 since_us = g_get_monotonic_time () - (g_atomic_int_get (&self->is_late) ? 50000 : 0);
  guint budget = worker_hand_out_budget (self->worker, since_us);

  g_atomic_int_set (&self->budget, (gint)MIN (budget, ALL));
  if (g_atomic_int_get (&self->is_enough))
    return FALSE;
  worker_keep_turn (self->worker);
  return budget > 0;
}

static void
want_deliver (MailboxMessage *message, void *receiver)
{
  g_free (message);
  worker_want_chore (receiver);
}

static void
ask_deliver (MailboxMessage *message, void *receiver)
{
  g_free (message);
  worker_note_asked (receiver);
}

static void
discard (MailboxMessage *message)
{
  g_free (message);
}

static void
post (Chores *self, void (*deliver) (MailboxMessage *, void *))
{
  MailboxMessage *message = g_new0 (MailboxMessage, 1);

  message->deliver = deliver;
  message->discard = discard;
  worker_post (self->worker, message);
}

static void
wait_for_budget (Chores *self, gint budget)
{
  gint64 until_us = g_get_monotonic_time () + DEADLINE_US;

  while (g_atomic_int_get (&self->budget) != budget)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until_us);
      g_thread_yield ();
    }
}

static void
chores_start (Chores *self, HandOut *hand_out)
{
  self->budget = -1;
  self->worker = worker_new (&worker_default_timeouts, self, NULL);
  worker_set_chore (self->worker, chore);
  worker_set_hand_out (self->worker, hand_out);
  g_assert_true (worker_start (self->worker, NULL));
}

static void
chores_stop (Chores *self)
{
  worker_stop (self->worker);
  worker_join (self->worker);
  worker_free (self->worker);
}

/* As if somebody did all the time. */
static void
keep_asking (HandOut *hand_out)
{
  hand_out_note_asked (hand_out, G_MAXINT64 / 4);
}

static void
test_a_worker_is_asked (void)
{
  HandOut *hand_out = hand_out_new (1);
  Chores chores = { 0 };
  gint64 until_us = g_get_monotonic_time () + DEADLINE_US;

  chores_start (&chores, hand_out);
  post (&chores, want_deliver);
  wait_for_budget (&chores, 4);
  while (g_atomic_int_get (&chores.budget) != 1)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until_us);
      post (&chores, ask_deliver);
    }
  chores_stop (&chores);
  hand_out_free (hand_out);
}

/* Both hand out to some at a time until somebody asks; then one of them, to one. */
static void
test_workers_take_turns (void)
{
  HandOut *hand_out = hand_out_new (1);
  Chores one = { 0 }, other = { 0 };

  chores_start (&one, hand_out);
  chores_start (&other, hand_out);
  post (&one, want_deliver);
  wait_for_budget (&one, 4);
  keep_asking (hand_out);
  wait_for_budget (&one, 1);
  post (&other, want_deliver);
  wait_for_budget (&other, 0);
  /* Its time is over, or it has done all: */
  g_atomic_int_set (&one.is_enough, TRUE);
  wait_for_budget (&other, 1);
  chores_stop (&one);
  chores_stop (&other);
  hand_out_free (hand_out);
}

/* Both always have more, and both go on. */
static void
test_workers_change_turns (void)
{
  HandOut *hand_out = hand_out_new (1);
  Chores one = { 0 }, other = { 0 };

  keep_asking (hand_out);
  chores_start (&one, hand_out);
  chores_start (&other, hand_out);
  post (&one, want_deliver);
  post (&other, want_deliver);
  for (int i = 0; i < 5; i++)
    {
      wait_for_budget (&one, 1);
      wait_for_budget (&one, 0);
      wait_for_budget (&other, 1);
      wait_for_budget (&other, 0);
    }
  chores_stop (&one);
  chores_stop (&other);
  hand_out_free (hand_out);
}

/* Who has waited for long does not wait for a turn, and hands out as if nobody asked. */
static void
test_what_is_late (void)
{
  HandOut *hand_out = hand_out_new (1);
  Member member;
  Chores late = { .is_late = TRUE };

  members_init (&member, 1);
  keep_asking (hand_out);
  g_assert_true (hand_out_take (hand_out, &member.turn));
  chores_start (&late, hand_out);
  post (&late, want_deliver);
  wait_for_budget (&late, 4);
  g_atomic_int_set (&late.is_late, FALSE);
  wait_for_budget (&late, 0);
  chores_stop (&late);
  hand_out_free (hand_out);
}

/* And who has handed everything out without a turn does not get one that others could have had. */
static void
test_what_was_late_needs_no_turn (void)
{
  HandOut *hand_out = hand_out_new (1);
  Member members[2];
  Chores late = { 0 };

  members_init (members, 2);
  keep_asking (hand_out);
  g_assert_true (hand_out_take (hand_out, &members[0].turn));
  chores_start (&late, hand_out);
  post (&late, want_deliver);
  wait_for_budget (&late, 0);
  g_atomic_int_set (&late.is_enough, TRUE);
  g_atomic_int_set (&late.is_late, TRUE);
  post (&late, want_deliver);
  wait_for_budget (&late, 4);
  /* It has left the queue with that chore: the next mail is read behind it. */
  g_atomic_int_set (&late.budget, -1);
  post (&late, want_deliver);
  wait_for_budget (&late, 4);
  g_assert_false (hand_out_take (hand_out, &members[1].turn));
  hand_out_end_step (hand_out, &members[0].turn, FALSE);
  g_assert_cmpuint (members[1].n_calls, ==, 1);
  chores_stop (&late);
  hand_out_free (hand_out);
}

/* From several threads at once there are never more than may be, and nobody is forgotten. */
#define N_THREADS 4
#define N_ROUNDS 20000

typedef struct
{
  HandOut *hand_out;
  HandOutTurn turn;
  gint is_called; /* (atomic) */
  gint *n_at_it;  /* (atomic): of all */
} Thread;

static void
note_call (gpointer owner)
{
  g_atomic_int_set (&((Thread *)owner)->is_called, TRUE);
}

static gpointer
take_turns (gpointer data)
{
  Thread *self = data;
  guint n_rounds = 0;

  while (n_rounds < N_ROUNDS)
    {
      if (g_atomic_int_compare_and_exchange (&self->is_called, TRUE, FALSE))
        hand_out_begin (&self->turn);
      if (!hand_out_take (self->hand_out, &self->turn))
        {
          g_thread_yield ();
          continue;
        }
      g_assert_cmpint (g_atomic_int_add (self->n_at_it, 1), <, 2);
      n_rounds++;
      (void)g_atomic_int_add (self->n_at_it, -1);
      hand_out_end_step (self->hand_out, &self->turn, n_rounds % 3 == 0);
    }
  hand_out_leave (self->hand_out, &self->turn);
  return NULL;
}

static void
test_threads (void)
{
  HandOut *hand_out = hand_out_new (2);
  Thread threads[N_THREADS] = { 0 };
  GThread *running[N_THREADS];
  gint n_at_it = 0;

  for (int i = 0; i < N_THREADS; i++)
    {
      threads[i] = (Thread){ .hand_out = hand_out,
                             .turn = { .call = note_call, .owner = &threads[i] },
                             .n_at_it = &n_at_it };
      running[i] = g_thread_new ("turns", take_turns, &threads[i]);
    }
  for (int i = 0; i < N_THREADS; i++)
    (void)g_thread_join (running[i]);
  g_assert_true (hand_out_take (hand_out, &threads[0].turn));
  g_assert_true (hand_out_take (hand_out, &threads[1].turn));
  hand_out_free (hand_out);
}

/* One that waits for its turn has to be able to stop, and what it had is for others then. */
static void
test_workers_stop (void)
{
  HandOut *hand_out = hand_out_new (1);
  Member member;
  Chores waiting = { 0 };

  members_init (&member, 1);
  g_assert_true (hand_out_take (hand_out, &member.turn));
  chores_start (&waiting, hand_out);
  keep_asking (hand_out);
  post (&waiting, want_deliver);
  wait_for_budget (&waiting, 0);
  g_atomic_int_set (&waiting.is_enough, TRUE);
  worker_stop (waiting.worker);
  wait_for_budget (&waiting, ALL); /* there is no other time */
  worker_join (waiting.worker);
  hand_out_end_step (hand_out, &member.turn, FALSE);
  g_assert_true (hand_out_take (hand_out, &member.turn));
  worker_free (waiting.worker);
  hand_out_free (hand_out);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/hand-out/asked-for-a-second", test_asked_for_a_second);
  g_test_add_func ("/net/hand-out/one-after-the-other", test_one_after_the_other);
  g_test_add_func ("/net/hand-out/a-turn-has-an-end", test_a_turn_has_an_end);
  g_test_add_func ("/net/hand-out/several-at-once", test_several_at_once);
  g_test_add_func ("/net/hand-out/who-leaves", test_who_leaves);
  g_test_add_func ("/net/hand-out/who-withdraws", test_who_withdraws);
  g_test_add_func ("/net/hand-out/a-worker-is-asked", test_a_worker_is_asked);
  g_test_add_func ("/net/hand-out/workers-take-turns", test_workers_take_turns);
  g_test_add_func ("/net/hand-out/workers-change-turns", test_workers_change_turns);
  g_test_add_func ("/net/hand-out/what-is-late", test_what_is_late);
  g_test_add_func ("/net/hand-out/what-was-late-needs-no-turn", test_what_was_late_needs_no_turn);
  g_test_add_func ("/net/hand-out/threads", test_threads);
  g_test_add_func ("/net/hand-out/workers-stop", test_workers_stop);
  return g_test_run ();
}
