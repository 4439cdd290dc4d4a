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
} WorkerMemory;

/** worker_relieve: at the end of a turn: tells what has changed, and gives up what has to be */
void worker_relieve (Worker *self);

/* In worker.c. */

WorkerMemory *worker_own_memory (Worker *self);
/** worker_finish_touched: sends what was queued, now */
void worker_finish_touched (Worker *self);
