/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Output is counted by the pool that its chunks are from, what else a connection takes by the
 * connection, whenever it was touched. What changes within a turn and is gone at its end is never
 * told: a lookup costs nothing that other threads would see.
 *
 * Ends are carried out one by one, and what they give back is told at once: so workers that look at
 * the same time end no more than is needed.
 */
#include "server/net/worker-memory.h"

#include "server/net/worker.h"

#define REST_MS 100

static void
tell (Worker *self)
{
  WorkerMemory *own = worker_own_memory (self);
  gint64 n_bytes = own->n_bytes + (gint64)worker_pool (self)->n_bytes;

  if (n_bytes == own->n_told)
    return;
  memory_add (own->memory, n_bytes - own->n_told);
  own->n_told = n_bytes;
}

static gint
compare_unsent (gconstpointer a, gconstpointer b)
{
  gsize n_a = connection_n_unsent (*(const Connection *const *)a);
  gsize n_b = connection_n_unsent (*(const Connection *const *)b);

  return (n_a < n_b) - (n_a > n_b);
}

static gint
compare_own_unsent (gconstpointer a, gconstpointer b)
{
  gsize n_a = connection_n_own_unsent (*(const Connection *const *)a);
  gsize n_b = connection_n_own_unsent (*(const Connection *const *)b);

  return (n_a < n_b) - (n_a > n_b);
}

/* Those that have left much. */
static GPtrArray *
find_with_much (Worker *self, GCompareFunc order)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  GPtrArray *found = g_ptr_array_new ();

  for (int i = 0; i < WORKER_N_DEADLINES; i++)
    worker_add_all (self, (WorkerDeadline)i, all);
  for (guint i = 0; i < all->len; i++)
    {
      if (connection_has_much_unsent (g_ptr_array_index (all, i)))
        g_ptr_array_add (found, g_ptr_array_index (all, i));
    }
  g_ptr_array_sort (found, order);
  return found;
}

/* The one with most first. */
static GPtrArray *
find_by_unsent (Worker *self)
{
  return find_with_much (self, compare_unsent);
}

/* From the oldest on. */
static GPtrArray *
find_unfinished (Worker *self)
{
  GPtrArray *unfinished = g_ptr_array_new ();

  worker_add_all (self, WORKER_DEADLINE_LINE, unfinished);
  return unfinished;
}

static GPtrArray *
find_idle (Worker *self)
{
  GPtrArray *idle = g_ptr_array_new ();

  worker_add_all (self, WORKER_DEADLINE_IDLE, idle);
  return idle;
}

typedef struct
{
  MemoryLevel level;
  GPtrArray *(*find) (Worker *self);
  gboolean (*is_one) (const Connection *connection);
  void (*shed) (Connection *connection);
} Shedding;

/* In this order. At the ceiling those who read go too, when nothing else is left that takes much:
 * else who reads a little at a time would have it all, and the idle ones, who have next to nothing,
 * would all go for that. */
static const Shedding sheddings[] = {
  { MEMORY_SHED_SLOW, find_by_unsent, connection_is_slow, connection_shed_slow },
  { MEMORY_SHED_IDLE, find_unfinished, connection_is_idle, connection_shed_idle },
  { MEMORY_SHED_IDLE, find_by_unsent, connection_has_much_unsent, connection_shed_slow },
  { MEMORY_SHED_IDLE, find_idle, connection_is_idle, connection_shed_idle },
};

/* Returns: whether any was ended */
static gboolean
shed (Worker *self, const Shedding *how)
{
  Memory *memory = worker_own_memory (self)->memory;
  g_autoptr (GPtrArray) connections = NULL;
  gboolean is_any = FALSE;

  if (memory_judge (memory) < how->level)
    return FALSE;
  connections = how->find (self);
  for (guint i = 0; i < connections->len && memory_judge (memory) >= how->level; i++)
    {
      Connection *connection = g_ptr_array_index (connections, i);

      if (!how->is_one (connection))
        continue;
      is_any = TRUE;
      how->shed (connection);
      memory_count_ended (memory);
      worker_finish_touched (self);
      tell (self);
    }
  return is_any;
}

static gboolean
is_in_the_way (const Connection *connection)
{
  const Peer *peer = connection_peer (connection);

  return peer != NULL && peer_has_to_read (peer) && connection_is_slow (connection) &&
         connection_n_own_unsent (connection) >= CONNECTION_SLOW_BYTES;
}

/* Somebody waits for those who have stopped reading: others of their address as a rule. */
static void
relieve_peers (Worker *self)
{
  g_autoptr (GPtrArray) connections = find_with_much (self, compare_own_unsent);

  for (guint i = 0; i < connections->len; i++)
    {
      Connection *connection = g_ptr_array_index (connections, i);

      if (!is_in_the_way (connection))
        continue;
      connection_shed_slow (connection);
      memory_count_ended (worker_own_memory (self)->memory);
      worker_finish_touched (self);
    }
}

void
worker_relieve (Worker *self)
{
  WorkerMemory *own = worker_own_memory (self);
  int64_t now_ms = loop_now_ms (worker_loop (self));
  gboolean is_any = FALSE;

  if (own->memory == NULL)
    return;
  if (own->is_called_for_peers)
    relieve_peers (self);
  own->is_called_for_peers = FALSE;
  tell (self);
  own->is_called = memory_judge (own->memory) >= MEMORY_SHED_SLOW;
  if (now_ms < own->rest_until_ms || !own->is_called)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (sheddings); i++)
    is_any = shed (self, &sheddings[i]) || is_any;
  if (!is_any)
    own->rest_until_ms = now_ms + REST_MS;
}

void
worker_call (Worker *self)
{
  WorkerMemory *own = worker_own_memory (self);

  own->is_called = TRUE;
  own->rest_until_ms = 0;
}

void
worker_look_at_peers (Worker *self)
{
  worker_own_memory (self)->is_called_for_peers = TRUE;
}

void
worker_call_for_peers (Worker *self)
{
  Memory *memory = worker_own_memory (self)->memory;

  if (memory != NULL)
    memory_call_for_peers (memory, loop_now_ms (worker_loop (self)));
}

void
worker_set_memory (Worker *self, Memory *memory)
{
  worker_own_memory (self)->memory = memory;
}

void
worker_account (Worker *self, gint64 n_bytes)
{
  worker_own_memory (self)->n_bytes += n_bytes;
}

gboolean
worker_is_short_of_memory (Worker *self)
{
  Memory *memory = worker_own_memory (self)->memory;

  if (memory == NULL || memory_judge (memory) < MEMORY_NO_HEAVY)
    return FALSE;
  worker_call_for_peers (self);
  return TRUE;
}
