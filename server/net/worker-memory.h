/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A worker's part in the ceiling over memory: what its connections take, and giving it up. The
 * worker's own; nobody else includes it.
 */
#pragma once

#include "server/net/memory.h"

#include <stdint.h>

/* Zeroed is none. */
typedef struct
{
  Memory *memory;        /* (nullable): there is no ceiling */
  gint64 n_bytes;        /* of its connections, output aside */
  gint64 n_told;         /* [bytes] that @memory knows of */
  int64_t rest_until_ms; /* nothing was found to give up: until then it is not looked for again */
  gboolean is_called;    /* something is to be given up, though nothing may have changed here */
  gboolean is_called_for_peers; /* it may have what others of an address wait for */
} WorkerMemory;

/** worker_relieve: tells what has changed, and gives up what has to be */
void worker_relieve (Worker *self);

/** worker_memory_is_quiet: whether worker_relieve() has nothing to do, at the end of a turn.
 * @n_output: [bytes] of output */
static inline gboolean
worker_memory_is_quiet (const WorkerMemory *self, gsize n_output)
{
  return self->n_bytes + (gint64)n_output == self->n_told && !self->is_called &&
         !self->is_called_for_peers;
}

/* In worker.c. */

WorkerMemory *worker_own_memory (Worker *self);
/** worker_finish_touched: sends what was queued, now */
void worker_finish_touched (Worker *self);
