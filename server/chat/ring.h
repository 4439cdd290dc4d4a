/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The most recent messages of a room as they went out, for members that come back: a queue without
 * gaps, bounded in bytes. The rings of all rooms share a RingBudget, which drops those of the rooms
 * that have been silent longest.
 */
#pragma once

#include "server/net/shared-frame.h"

typedef struct Ring Ring;

#define RING_MAX_BYTES (256 * 1024)          /* of one room */
#define RING_BUDGET_BYTES (32 * 1024 * 1024) /* of all together, as a rule */

/* Zeroed is empty. */
typedef struct
{
  Ring *newest; /* rings in the order of their last message */
  Ring *oldest;
  gsize n_bytes;
  gsize max_bytes; /* that all may take; 0: RING_BUDGET_BYTES */
} RingBudget;

Ring *ring_new (RingBudget *budget);
void ring_free (Ring *self);

/**
 * ring_append:
 * @frame: lines of consecutive messages; referenced
 * @ends: (array length=n_messages): where in @frame each line ends
 * @first_seq: of the first of them, one more than the last one's before; if it is not, what was
 *   there is forgotten
 */
void ring_append (
    Ring *self, SharedFrame *frame, const guint32 *ends, guint n_messages, gint64 first_seq);

/** ring_trim: forgets frames whose messages are all before @first_seq */
void ring_trim (Ring *self, gint64 first_seq);

/** ring_first_seq: of the oldest message that is here; 0: none is */
gint64 ring_first_seq (const Ring *self);

/** ring_covers: whether every message behind @after is here */
gboolean ring_covers (const Ring *self, gint64 after, gint64 last_seq);

/** ring_after: (transfer full) (nullable): the lines of all messages behind @after */
SharedFrame *ring_after (const Ring *self, gint64 after);
