/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ceiling over memory, and what is given up below it.
 */
#include "tests/net/worker-fixture.h"

#include <string.h>

#define NEVER_MS (60 * 1000)
#define MIB (1024 * 1024)
#define PART (2 * MIB) /* a sixteenth of the ceiling */
#define LINES_PER_MIB (MIB / FLOOD_LINE_BYTES)

static const WorkerTimeouts patient = { NEVER_MS, NEVER_MS, NEVER_MS, 5000 };

typedef struct
{
  WorkerFixture *worker;
  Memory *memory;
} Fixture;

static void
setup (Fixture *self, gconstpointer data)
{
  self->worker = worker_fixture_new (&patient, 16);
  self->memory = memory_new ();
  memory_set_limit (self->memory, 16 * PART);
  memory_set_workers (self->memory, &self->worker->worker, 1);
  worker_set_memory (self->worker->worker, self->memory);
  worker_fixture_start (self->worker);
}

static void
teardown (Fixture *self, gconstpointer data)
{
  worker_fixture_free (self->worker);
  memory_free (self->memory);
}

/* As if other workers' connections took @n_bytes more. */
static void
others_take (Fixture *self, gint64 n_bytes)
{
  memory_add (self->memory, n_bytes);
  (void)memory_judge (self->memory);
}

static void
test_levels (void)
{
  static const struct
  {
    guint n_sixteenths;
    MemoryLevel level;
  } steps[] = {
    { 11, MEMORY_EASY },      { 12, MEMORY_NO_HEAVY },  { 10, MEMORY_NO_HEAVY },
    { 9, MEMORY_EASY },       { 14, MEMORY_NO_NEW },    { 12, MEMORY_NO_NEW },
    { 11, MEMORY_NO_HEAVY },  { 15, MEMORY_SHED_SLOW }, { 13, MEMORY_SHED_SLOW },
    { 12, MEMORY_NO_NEW },    { 16, MEMORY_SHED_IDLE }, { 14, MEMORY_SHED_IDLE },
    { 13, MEMORY_SHED_SLOW }, { 40, MEMORY_SHED_IDLE }, { 0, MEMORY_EASY },
  };
  Memory *memory = memory_new ();
  gint64 n_bytes = 0;

  memory_add (memory, 100 * MIB);
  g_assert_cmpint (memory_judge (memory), ==, MEMORY_EASY);
  memory_add (memory, -100 * MIB);
  memory_set_limit (memory, 16 * PART);
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      gint64 wanted = (gint64)steps[i].n_sixteenths * PART;

      memory_add (memory, wanted - n_bytes);
      n_bytes = wanted;
      g_assert_cmpuint (memory_n_used (memory), ==, (guint64)wanted);
      g_assert_cmpint (memory_judge (memory), ==, steps[i].level);
    }
  memory_free (memory);
}

static Client *
slow_with_unsent (Fixture *self, guint n_mib)
{
  Client *client = client_new_slow (self->worker);
  guint64 before = memory_n_used (self->memory);
  g_autofree char *line = g_strdup_printf ("flood %u\n", n_mib * LINES_PER_MIB);

  client_send (client, line);
  FIXTURE_WAIT_FOR (memory_n_used (self->memory) > before + n_mib * (guint64)MIB * 3 / 4);
  return client;
}

/* Until nothing happens in it any more. */
static void
wait_until_it_sleeps (Fixture *self)
{
  guint n_turns;

  do
    {
      n_turns = atomic_load (&self->worker->n_chores);
      for (guint i = 0; i < 20; i++)
        fixture_yield ();
    }
  while (atomic_load (&self->worker->n_chores) != n_turns);
}

/* The worker sleeps, and is called. The one with most is slow as soon as any is. */
static void
test_the_slowest_readers_go_first (Fixture *self, gconstpointer data)
{
  g_autoptr (Client) most = slow_with_unsent (self, 6);
  g_autoptr (Client) little = slow_with_unsent (self, 1);
  g_autoptr (Client) much = slow_with_unsent (self, 4);
  g_autoptr (Client) other = client_new (self->worker);

  client_round_trips (other, 1);
  wait_until_it_sleeps (self);
  /* 15 sixteenths; without the largest it is below 13. */
  others_take (self, 15 * PART + PART / 8 - (gint64)memory_n_used (self->memory));
  FIXTURE_WAIT_FOR (memory_judge (self->memory) < MEMORY_SHED_SLOW);
  client_expect_last (most, "notice slow\n");
  client_skip (little, MIB);
  client_send (little, "echo still there\n");
  client_expect (little, "still there\n");
  client_skip (much, 4 * MIB);
  client_send (much, "echo still there\n");
  client_expect (much, "still there\n");
  client_round_trips (other, 1);
}

static void
test_idle_ones_go_at_the_ceiling_and_members_stay (Fixture *self, gconstpointer data)
{
  g_autoptr (Client) idle = client_new (self->worker);
  g_autoptr (Client) unfinished = client_new (self->worker);
  g_autoptr (Client) member = client_new (self->worker);
  g_autoptr (Client) waiting = client_new (self->worker);

  client_round_trips (idle, 1);
  client_send (unfinished, "echo a\necho unfin");
  client_expect (unfinished, "a\n");
  client_send (member, "patient b\n");
  client_expect (member, "b\n");
  client_send (waiting, "job c\necho d\n");
  client_expect (waiting, "d\n");

  others_take (self, 15 * PART);
  client_round_trips (idle, 1);
  others_take (self, PART);
  client_expect (idle, "notice full\n");
  client_expect_end (idle);
  client_expect (unfinished, "notice full\n");
  client_expect_end (unfinished);
  client_round_trips (member, 1);
  fixture_open_gate (self->worker, 1);
  others_take (self, -16 * PART);
  client_expect (waiting, "c\n");
}

/* Before that it may be reading. Nothing else happens in the worker, which sleeps. */
static void
test_who_is_slow_goes_after_two_seconds (Fixture *self, gconstpointer data)
{
  gint64 begin_us = g_get_monotonic_time ();
  g_autoptr (Client) slow = slow_with_unsent (self, 2);

  others_take (self, 15 * PART + PART / 8 - (gint64)memory_n_used (self->memory));
  FIXTURE_WAIT_FOR (memory_n_ended (self->memory) == 1);
  g_assert_cmpint (g_get_monotonic_time () - begin_us, >=, 2 * G_USEC_PER_SEC);
  client_expect_last (slow, "notice slow\n");
}

/* Its last words would not reach it: they are not waited for. */
static void
test_an_idle_one_that_does_not_read_goes_at_once (Fixture *self, gconstpointer data)
{
  g_autoptr (Client) deaf = client_new_slow (self->worker);
  g_autoptr (Client) member = client_new (self->worker);

  client_send (member, "patient b\n");
  client_expect (member, "b\n");
  client_send (deaf, "big 60000\necho a\n");
  FIXTURE_WAIT_FOR (atomic_load (&self->worker->n_lines) == 3);
  client_round_trips (member, 1);
  others_take (self, 16 * PART);
  FIXTURE_WAIT_FOR (fixture_n_open (self->worker) == 1);
  client_round_trips (member, 1);
}

static void
test_nothing_is_computed_above_three_quarters (Fixture *self, gconstpointer data)
{
  g_autoptr (Client) client = client_new (self->worker);

  fixture_open_gate (self->worker, 2);
  client_send (client, "job a\n");
  client_expect (client, "a\n");
  others_take (self, 12 * PART);
  client_send (client, "job b\n");
  client_expect (client, "refused b\n");
  others_take (self, -2 * PART - PART / 2);
  client_send (client, "job c\n");
  client_expect (client, "c\n");
}

static void
test_all_that_was_counted_is_given_back (Fixture *self, gconstpointer data)
{
  Client *idle = client_new (self->worker);
  Client *unfinished = client_new (self->worker);
  Client *slow = slow_with_unsent (self, 2);
  Client *framed = client_new_slow (self->worker);

  client_round_trips (idle, 1);
  client_send (unfinished, "echo a\necho unfin");
  client_expect (unfinished, "a\n");
  client_send (framed, "frames 20\n");
  FIXTURE_WAIT_FOR (shared_frames_n_bytes () > 0);
  client_free (idle);
  client_free (unfinished);
  client_reset (slow);
  client_reset (framed);
  FIXTURE_WAIT_FOR (fixture_n_open (self->worker) == 0);
  FIXTURE_WAIT_FOR (memory_n_used (self->memory) == 0);
  client_free (slow);
  client_free (framed);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, setup, function, teardown)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/memory/levels", test_levels);
  ADD ("/net/memory/the-slowest-readers-go-first", test_the_slowest_readers_go_first);
  ADD ("/net/memory/idle-ones-go-at-the-ceiling-and-members-stay",
       test_idle_ones_go_at_the_ceiling_and_members_stay);
  ADD ("/net/memory/who-is-slow-goes-after-two-seconds", test_who_is_slow_goes_after_two_seconds);
  ADD ("/net/memory/an-idle-one-that-does-not-read-goes-at-once",
       test_an_idle_one_that_does_not_read_goes_at_once);
  ADD ("/net/memory/nothing-is-computed-above-three-quarters",
       test_nothing_is_computed_above_three_quarters);
  ADD ("/net/memory/all-that-was-counted-is-given-back", test_all_that_was_counted_is_given_back);
  return g_test_run ();
}
