/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A thin epoll loop. Sources are embedded in what they belong to; the loop allocates nothing per
 * source. One thread owns a loop and all its sources.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef struct Loop Loop;
typedef struct LoopSource LoopSource;

struct LoopSource
{
  int fd;
  uint32_t events; /* what is asked for (EPOLLIN …), kept by the loop */
  /* @events: what epoll reported. A source that goes during a turn must stay allocated until the
   * turn ends: events for it may already have been fetched. */
  void (*ready) (LoopSource *self, uint32_t events);
};

/** loop_new: (transfer full) */
Loop *loop_new (GError **error);
void loop_free (Loop *self);

/** loop_add: %FALSE with errno set when the kernel refuses (no memory, no watches left) */
gboolean loop_add (Loop *self, LoopSource *source, uint32_t events);
/** loop_modify: makes no system call when @events are asked for already */
void loop_modify (Loop *self, LoopSource *source, uint32_t events);
/** loop_remove: for a descriptor that stays open, or that others share; closing removes too */
void loop_remove (Loop *self, LoopSource *source);

/**
 * loop_turn:
 * @timeout_ms: how long to wait for the first event [ms]; -1: without end
 *
 * Waits once and calls every ready source once.
 */
void loop_turn (Loop *self, int timeout_ms);

/** loop_now_ms: the monotonic clock [ms], read once a turn, when it woke up */
int64_t loop_now_ms (const Loop *self);
