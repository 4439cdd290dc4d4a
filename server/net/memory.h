/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ceiling over what all connections together take: each worker says at the end of a turn by how
 * much its own have grown or shrunk. Near the ceiling things are given up in a fixed order, each of
 * them until there is an eighth less (docs/operations.md, section 6).
 */
#pragma once

#include <glib.h>

typedef struct Memory Memory;
typedef struct Worker Worker;

typedef enum
{
  MEMORY_EASY,
  MEMORY_NO_HEAVY,  /* from 12 sixteenths: nothing more is computed beside the workers */
  MEMORY_NO_NEW,    /* from 14: no more connections */
  MEMORY_SHED_SLOW, /* from 15: who has stopped reading is ended, the one with most unsent first */
  MEMORY_SHED_IDLE, /* from 16: and who is in no room, or has much unsent though it reads */
} MemoryLevel;

/** memory_new: without a ceiling */
Memory *memory_new (void);
/** memory_free: takes %NULL; the workers have gone */
void memory_free (Memory *self);

/** memory_set_limit: [bytes]; 0: none. Any thread */
void memory_set_limit (Memory *self, guint64 limit_bytes);

/** memory_set_workers: (transfer none): who gives things up. Before they start */
void memory_set_workers (Memory *self, Worker *const *workers, guint n_workers);

/** memory_add: @n_bytes: may be below 0. Any thread */
void memory_add (Memory *self, gint64 n_bytes);

/** memory_judge: what is to be given up now. Wakes all workers where they are needed for it. Any
 * thread */
MemoryLevel memory_judge (Memory *self);

/** memory_call_for_peers: somebody waits for connections that do not read, of an address that has
 * more than its share: wakes all workers for that, ten times a second at most. @now_ms: monotonic.
 * Any thread */
void memory_call_for_peers (Memory *self, gint64 now_ms);

/** memory_count_ended: a connection was ended for it. Any thread */
void memory_count_ended (Memory *self);
/** memory_n_ended: Any thread */
guint64 memory_n_ended (const Memory *self);

/** memory_n_used: [bytes], frames that are shared included. Any thread */
guint64 memory_n_used (const Memory *self);
/** memory_limit: [bytes]; 0: none. Any thread */
guint64 memory_limit (const Memory *self);
