/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Deadlines that all lie the same time ahead when they are set: a list in the order of setting is a
 * list in the order of expiry, so that setting, clearing and finding the next one cost nothing.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef struct DeadlineLink DeadlineLink;

/* Embedded in what expires. Zeroed: in no list. */
struct DeadlineLink
{
  DeadlineLink *previous;
  DeadlineLink *next;
  int64_t at_ms;
};

typedef struct
{
  DeadlineLink ring; /* its next is the first to expire */
  int64_t timeout_ms;
} DeadlineList;

void deadlines_init (DeadlineList *self, int64_t timeout_ms);

/** deadlines_set: takes @link out of the list it is in, and lets it expire timeout_ms after @now_ms
 */
void deadlines_set (DeadlineList *self, DeadlineLink *link, int64_t now_ms);
void deadlines_clear (DeadlineLink *link);

/** deadlines_first: (nullable): the first to expire */
DeadlineLink *deadlines_first (const DeadlineList *self);

/** deadlines_expired: (nullable): the first one, if its time has come */
DeadlineLink *deadlines_expired (const DeadlineList *self, int64_t now_ms);

/** deadlines_wait_ms: the smaller of @wait_ms (-1: without end) and what is left to the first one
 */
int deadlines_wait_ms (const DeadlineList *self, int64_t now_ms, int wait_ms);

/** deadlines_wait_until_ms: the same of what is left until @until_ms, which is in no list */
int deadlines_wait_until_ms (int64_t until_ms, int64_t now_ms, int wait_ms);
