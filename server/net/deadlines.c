/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Doubly linked rings.
 */
#include "server/net/deadlines.h"

void
deadlines_init (DeadlineList *self, int64_t timeout_ms)
{
  self->ring.next = &self->ring;
  self->ring.previous = &self->ring;
  self->timeout_ms = timeout_ms;
}

void
deadlines_set (DeadlineList *self, DeadlineLink *link, int64_t now_ms)
{
  deadlines_clear (link);
  link->at_ms = now_ms + self->timeout_ms;
  link->previous = self->ring.previous;
  link->next = &self->ring;
  link->previous->next = link;
  self->ring.previous = link;
}

void
deadlines_clear (DeadlineLink *link)
{
  if (link->next == NULL)
    return;
  link->previous->next = link->next;
  link->next->previous = link->previous;
  link->next = NULL;
  link->previous = NULL;
}

DeadlineLink *
deadlines_first (const DeadlineList *self)
{
  return self->ring.next != &self->ring ? self->ring.next : NULL;
}

DeadlineLink *
deadlines_expired (const DeadlineList *self, int64_t now_ms)
{
  DeadlineLink *first = deadlines_first (self);

  return first != NULL && first->at_ms <= now_ms ? first : NULL;
}

int
deadlines_wait_until_ms (int64_t until_ms, int64_t now_ms, int wait_ms)
{
  int left_ms = (int)CLAMP (until_ms - now_ms, 0, G_MAXINT);

  return wait_ms < 0 ? left_ms : MIN (wait_ms, left_ms);
}

int
deadlines_wait_ms (const DeadlineList *self, int64_t now_ms, int wait_ms)
{
  DeadlineLink *first = deadlines_first (self);

  return first != NULL ? deadlines_wait_until_ms (first->at_ms, now_ms, wait_ms) : wait_ms;
}
