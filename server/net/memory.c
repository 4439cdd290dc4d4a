/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Threads that judge at the same time agree on one order of the levels: each is followed by the one
 * that somebody judged when it was there, and whoever raised it to where something is to be ended
 * has the workers look.
 */
#include "server/net/memory.h"

#include "server/net/shared-frame.h"
#include "server/net/worker.h"

#include <stdatomic.h>

#define PARTS 16 /* of the limit: what the thresholds are in */
#define CALL_MS 100
#define SLACK 2 /* below a threshold, until it is over */

struct Memory
{
  _Atomic gint64 n_bytes;
  _Atomic guint64 limit;
  _Atomic guint64 n_ended;
  _Atomic int level; /* MemoryLevel */
  _Atomic gint64 rest_until_ms;
  Worker *const *workers;
  guint n_workers;
};

static const guint thresholds[] = {
  [MEMORY_EASY] = 0,       [MEMORY_NO_HEAVY] = 12,  [MEMORY_NO_NEW] = 14,
  [MEMORY_SHED_SLOW] = 15, [MEMORY_SHED_IDLE] = 16,
};

Memory *
memory_new (void)
{
  return g_new0 (Memory, 1);
}

void
memory_free (Memory *self)
{
  g_free (self);
}

void
memory_set_limit (Memory *self, guint64 limit_bytes)
{
  atomic_store_explicit (&self->limit, limit_bytes, memory_order_relaxed);
}

void
memory_set_workers (Memory *self, Worker *const *workers, guint n_workers)
{
  self->workers = workers;
  self->n_workers = n_workers;
}

void
memory_add (Memory *self, gint64 n_bytes)
{
  atomic_fetch_add_explicit (&self->n_bytes, n_bytes, memory_order_relaxed);
}

guint64
memory_n_used (const Memory *self)
{
  gint64 n_bytes = atomic_load_explicit (&self->n_bytes, memory_order_relaxed);

  /* What has been freed here may not have been added there yet. */
  return (guint64)MAX (n_bytes, 0) + shared_frames_n_bytes ();
}

void
memory_count_ended (Memory *self)
{
  atomic_fetch_add_explicit (&self->n_ended, 1, memory_order_relaxed);
}

guint64
memory_n_ended (const Memory *self)
{
  return atomic_load_explicit (&self->n_ended, memory_order_relaxed);
}

guint64
memory_limit (const Memory *self)
{
  return atomic_load_explicit (&self->limit, memory_order_relaxed);
}

static void
called_deliver (MailboxMessage *message, void *receiver)
{
  worker_call (receiver);
  g_free (message);
}

static void
called_for_peers_deliver (MailboxMessage *message, void *receiver)
{
  worker_look_at_peers (receiver);
  g_free (message);
}

static void
called_discard (MailboxMessage *message)
{
  g_free (message);
}

/* One that sleeps may be the one that has something to give up. */
static void
call_workers (Memory *self, void (*deliver) (MailboxMessage *message, void *receiver))
{
  for (guint i = 0; i < self->n_workers; i++)
    {
      MailboxMessage *message = g_new0 (MailboxMessage, 1);

      message->deliver = deliver;
      message->discard = called_discard;
      worker_post (self->workers[i], message);
    }
}

void
memory_call_for_peers (Memory *self, gint64 now_ms)
{
  gint64 rest_until_ms = atomic_load_explicit (&self->rest_until_ms, memory_order_relaxed);

  if (now_ms >= rest_until_ms && atomic_compare_exchange_strong_explicit (
                                     &self->rest_until_ms, &rest_until_ms, now_ms + CALL_MS,
                                     memory_order_relaxed, memory_order_relaxed))
    call_workers (self, called_for_peers_deliver);
}

static MemoryLevel
judge (MemoryLevel level, guint64 used, guint64 limit)
{
  guint64 part = limit / PARTS;

  while (level < MEMORY_SHED_IDLE && used >= thresholds[level + 1] * part)
    level++;
  while (level > MEMORY_EASY && used < (thresholds[level] - SLACK) * part)
    level--;
  return level;
}

MemoryLevel
memory_judge (Memory *self)
{
  guint64 limit = memory_limit (self);
  int before = atomic_load_explicit (&self->level, memory_order_relaxed);
  MemoryLevel level;

  do
    {
      level = limit != 0 ? judge ((MemoryLevel)before, memory_n_used (self), limit) : MEMORY_EASY;
      if ((int)level == before)
        return level;
    }
  while (!atomic_compare_exchange_weak_explicit (&self->level, &before, (int)level,
                                                 memory_order_relaxed, memory_order_relaxed));
  if ((int)level > before && level >= MEMORY_SHED_SLOW)
    call_workers (self, called_deliver);
  return level;
}
