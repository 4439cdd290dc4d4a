/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a worker gives up when memory runs out, and how often it looks for it: with connections and
 * a clock that the test makes up, in place of the library's.
 */
#include "server/net/worker-memory.h"

#include "server/net/worker.h"

#define PART (1024 * 1024) /* a sixteenth of the ceiling */
#define REST_MS 100
#define MAX_CONNECTIONS 8

struct Loop
{
  int64_t now_ms;
};

struct Peer
{
  gboolean has_to_read;
};

struct Connection
{
  Worker *worker;
  WorkerDeadline list;
  gint64 n_bytes; /* that its end gives back */
  gsize n_unsent;
  Peer *peer; /* (nullable) */
  gsize n_own_unsent;
  gboolean is_slow;
  gboolean has_much;
  gboolean is_idle;
  guint ended; /* 0: it is there; or as which one it was ended */
};

struct Worker
{
  Loop loop;
  OutputPool pool;
  WorkerMemory memory;
  Connection connections[MAX_CONNECTIONS];
  guint n_connections;
  guint n_ended;
  guint n_walks; /* through any of its lists */
  guint n_called;
};

typedef struct
{
  Worker worker;
  Worker *workers[1];
  Memory *memory;
} Fixture;

static void (*in_between) (Fixture *self); /* (nullable): once, while something is judged */
static Fixture *in_between_data;

/* --- what the library's file calls ------------------------------------------------------------ */

int64_t
loop_now_ms (const Loop *self)
{
  return self->now_ms;
}

Loop *
worker_loop (Worker *self)
{
  return &self->loop;
}

OutputPool *
worker_pool (Worker *self)
{
  return &self->pool;
}

WorkerMemory *
worker_own_memory (Worker *self)
{
  return &self->memory;
}

void
worker_add_all (Worker *self, WorkerDeadline which, GPtrArray *connections)
{
  self->n_walks++;
  for (guint i = 0; i < self->n_connections; i++)
    {
      if (self->connections[i].list == which && self->connections[i].ended == 0)
        g_ptr_array_add (connections, &self->connections[i]);
    }
}

void
worker_finish_touched (Worker *self)
{
}

void
worker_post (Worker *self, MailboxMessage *message)
{
  self->n_called++;
  message->deliver (message, self);
}

gsize
shared_frames_n_bytes (void)
{
  void (*once) (Fixture * self) = in_between;

  in_between = NULL;
  if (once != NULL)
    once (in_between_data);
  return 0;
}

gsize
connection_n_unsent (const Connection *self)
{
  return self->n_unsent;
}

gsize
connection_n_own_unsent (const Connection *self)
{
  return self->n_own_unsent;
}

Peer *
connection_peer (const Connection *self)
{
  return self->peer;
}

gboolean
peer_has_to_read (const Peer *self)
{
  return self->has_to_read;
}

gboolean
connection_is_slow (const Connection *self)
{
  return self->is_slow;
}

gboolean
connection_has_much_unsent (const Connection *self)
{
  return self->has_much;
}

gboolean
connection_is_idle (const Connection *self)
{
  return self->is_idle;
}

static void
end (Connection *self)
{
  g_assert_cmpuint (self->ended, ==, 0);
  self->ended = ++self->worker->n_ended;
  worker_account (self->worker, -self->n_bytes);
}

void
connection_shed_slow (Connection *self)
{
  end (self);
}

void
connection_shed_idle (Connection *self)
{
  end (self);
}

/* --- tests ------------------------------------------------------------------------------------ */

static void
setup (Fixture *self, gconstpointer data)
{
  self->workers[0] = &self->worker;
  self->memory = memory_new ();
  memory_set_limit (self->memory, 16 * PART);
  memory_set_workers (self->memory, self->workers, 1);
  worker_set_memory (&self->worker, self->memory);
}

static void
teardown (Fixture *self, gconstpointer data)
{
  memory_free (self->memory);
}

static Connection *
add (Fixture *self, WorkerDeadline list, gint64 n_bytes)
{
  Worker *worker = &self->worker;
  Connection *connection = &worker->connections[worker->n_connections++];

  g_assert_cmpuint (worker->n_connections, <=, MAX_CONNECTIONS);
  *connection = (Connection){ .worker = worker, .list = list, .n_bytes = n_bytes };
  worker_account (worker, n_bytes);
  return connection;
}

static Connection *
add_idle (Fixture *self, WorkerDeadline list)
{
  Connection *connection = add (self, list, PART);

  connection->is_idle = TRUE;
  return connection;
}

static Connection *
add_with_unsent (Fixture *self, gsize n_unsent)
{
  Connection *connection = add (self, WORKER_DEADLINE_NEVER, PART);

  connection->has_much = TRUE;
  connection->n_unsent = n_unsent;
  return connection;
}

/* The end of a turn. */
static void
turn (Fixture *self)
{
  if (!worker_memory_is_quiet (&self->worker.memory, 0))
    worker_relieve (&self->worker);
}

static void
test_it_rests_where_nothing_is_to_be_ended (Fixture *self, gconstpointer data)
{
  add (self, WORKER_DEADLINE_IDLE, 15 * PART);
  turn (self);
  guint n_walks = self->worker.n_walks;
  g_assert_cmpuint (n_walks, >, 0);
  for (self->worker.loop.now_ms = 1; self->worker.loop.now_ms < REST_MS; self->worker.loop.now_ms++)
    turn (self);
  g_assert_cmpuint (self->worker.n_walks, ==, n_walks);
  turn (self);
  g_assert_cmpuint (self->worker.n_walks, ==, 2 * n_walks);
}

/* More is to be given up than what was not found. */
static void
test_no_rest_outlasts_the_next_level (Fixture *self, gconstpointer data)
{
  Connection *idle = add_idle (self, WORKER_DEADLINE_IDLE);

  add (self, WORKER_DEADLINE_NEVER, 14 * PART);
  turn (self);
  g_assert_cmpuint (idle->ended, ==, 0);
  self->worker.loop.now_ms = 1;
  worker_account (&self->worker, PART);
  turn (self);
  g_assert_cmpuint (idle->ended, ==, 1);
}

static void
test_it_goes_on_where_something_was_ended (Fixture *self, gconstpointer data)
{
  add (self, WORKER_DEADLINE_IDLE, 13 * PART);
  Connection *first = add_with_unsent (self, 2);
  Connection *second = add_with_unsent (self, 1);

  first->is_slow = TRUE;
  turn (self);
  g_assert_cmpuint (first->ended, ==, 1);
  g_assert_cmpuint (second->ended, ==, 0);
  second->is_slow = TRUE;
  turn (self);
  g_assert_cmpuint (second->ended, ==, 2);
}

/* Who reads goes at the ceiling, and when it takes more than those that are idle. */
static void
test_the_order (Fixture *self, gconstpointer data)
{
  Connection *idle = add_idle (self, WORKER_DEADLINE_IDLE);
  Connection *reading = add_with_unsent (self, 2);
  Connection *reading_more = add_with_unsent (self, 3);
  Connection *slow = add_with_unsent (self, 1);
  Connection *unfinished = add_idle (self, WORKER_DEADLINE_LINE);
  Connection *member = add (self, WORKER_DEADLINE_NEVER, 10 * PART);

  slow->is_slow = TRUE;
  turn (self);
  g_assert_cmpuint (slow->ended, ==, 1);
  g_assert_cmpuint (self->worker.n_ended, ==, 1);

  worker_account (&self->worker, 4 * PART);
  turn (self);
  g_assert_cmpuint (unfinished->ended, ==, 2);
  g_assert_cmpuint (reading_more->ended, ==, 3);
  g_assert_cmpuint (reading->ended, ==, 4);
  g_assert_cmpuint (idle->ended, ==, 5);
  g_assert_cmpuint (member->ended, ==, 0);
}

static void
judge_a_part_more (Fixture *self)
{
  memory_add (self->memory, PART);
  g_assert_cmpint (memory_judge (self->memory), ==, MEMORY_SHED_IDLE);
}

/* Two threads judge, and the one that has looked first is the last to be done. */
static void
test_what_has_become_old_replaces_nothing (Fixture *self, gconstpointer data)
{
  memory_add (self->memory, 15 * PART);
  in_between = judge_a_part_more;
  in_between_data = self;
  g_assert_cmpint (memory_judge (self->memory), ==, MEMORY_SHED_IDLE);
  g_assert_cmpuint (self->worker.n_called, ==, 1);
  g_assert_cmpint (memory_judge (self->memory), ==, MEMORY_SHED_IDLE);
  g_assert_cmpuint (self->worker.n_called, ==, 1);

  memory_add (self->memory, -16 * PART);
  g_assert_cmpint (memory_judge (self->memory), ==, MEMORY_EASY);
  g_assert_cmpuint (self->worker.n_called, ==, 1);
  memory_add (self->memory, 15 * PART);
  g_assert_cmpint (memory_judge (self->memory), ==, MEMORY_SHED_SLOW);
  g_assert_cmpuint (self->worker.n_called, ==, 2);
}

/* However much memory there is, who does not read is ended for others of the same address. */
static void
test_who_is_in_the_way (Fixture *self, gconstpointer data)
{
  Peer full = { .has_to_read = TRUE };
  Peer other = { 0 };
  Connection *connections[5];

  for (guint i = 0; i < G_N_ELEMENTS (connections); i++)
    {
      connections[i] = add_with_unsent (self, CONNECTION_SLOW_BYTES + i);
      connections[i]->peer = &full;
      connections[i]->n_own_unsent = CONNECTION_SLOW_BYTES;
      connections[i]->is_slow = TRUE;
    }
  connections[1]->peer = &other;
  connections[2]->peer = NULL;
  connections[3]->is_slow = FALSE;
  connections[4]->n_own_unsent--; /* most is a room's */
  turn (self);
  g_assert_cmpuint (self->worker.n_ended, ==, 0);

  memory_call_for_peers (self->memory, 1000);
  g_assert_cmpuint (self->worker.n_called, ==, 1);
  turn (self);
  g_assert_cmpuint (connections[0]->ended, ==, 1);
  g_assert_cmpuint (self->worker.n_ended, ==, 1);
  g_assert_cmpuint (memory_n_ended (self->memory), ==, 1);

  /* Ten times a second at most, and each time once. */
  connections[3]->is_slow = TRUE;
  memory_call_for_peers (self->memory, 1099);
  turn (self);
  g_assert_cmpuint (self->worker.n_ended, ==, 1);
  memory_call_for_peers (self->memory, 1100);
  g_assert_cmpuint (self->worker.n_called, ==, 2);
  turn (self);
  g_assert_cmpuint (connections[3]->ended, ==, 2);
}

/* What gives back most of what its address has goes first: that of rooms is there for others too.
 */
static void
test_of_an_address_the_one_with_most_of_its_own_goes_first (Fixture *self, gconstpointer data)
{
  Peer full = { .has_to_read = TRUE };
  Connection *member = add_with_unsent (self, 100 * CONNECTION_SLOW_BYTES);
  Connection *hog = add_with_unsent (self, 10 * CONNECTION_SLOW_BYTES);

  member->n_own_unsent = CONNECTION_SLOW_BYTES;
  hog->n_own_unsent = 10 * CONNECTION_SLOW_BYTES;
  member->peer = hog->peer = &full;
  member->is_slow = hog->is_slow = TRUE;
  memory_call_for_peers (self->memory, 1000);
  turn (self);
  g_assert_cmpuint (hog->ended, ==, 1);
  g_assert_cmpuint (member->ended, ==, 2);
}

/* Whoever asks for what there is too little memory for. */
static void
test_others_are_waited_for_too (Fixture *self, gconstpointer data)
{
  Peer full = { .has_to_read = TRUE };
  Connection *hog = add_with_unsent (self, CONNECTION_SLOW_BYTES);

  hog->peer = &full;
  hog->n_own_unsent = CONNECTION_SLOW_BYTES;
  hog->is_slow = TRUE;
  self->worker.loop.now_ms = 1000;
  memory_add (self->memory, 10 * PART);
  g_assert_false (worker_is_short_of_memory (&self->worker));
  turn (self);
  g_assert_cmpuint (hog->ended, ==, 0);
  memory_add (self->memory, 2 * PART);
  g_assert_true (worker_is_short_of_memory (&self->worker));
  turn (self);
  g_assert_cmpuint (hog->ended, ==, 1);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, setup, function, teardown)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/net/worker-memory/it-rests-where-nothing-is-to-be-ended",
       test_it_rests_where_nothing_is_to_be_ended);
  ADD ("/net/worker-memory/no-rest-outlasts-the-next-level", test_no_rest_outlasts_the_next_level);
  ADD ("/net/worker-memory/it-goes-on-where-something-was-ended",
       test_it_goes_on_where_something_was_ended);
  ADD ("/net/worker-memory/the-order", test_the_order);
  ADD ("/net/worker-memory/what-has-become-old-replaces-nothing",
       test_what_has_become_old_replaces_nothing);
  ADD ("/net/worker-memory/who-is-in-the-way", test_who_is_in_the_way);
  ADD ("/net/worker-memory/of-an-address-the-one-with-most-of-its-own-goes-first",
       test_of_an_address_the_one_with_most_of_its_own_goes_first);
  ADD ("/net/worker-memory/others-are-waited-for-too", test_others_are_waited_for_too);
  return g_test_run ();
}
