/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One item for each frame that went out; where its lines begin is kept beside it.
 */
#include "server/chat/ring.h"

#include "protocol/wire/json-writer.h"

#include <string.h>

typedef struct
{
  SharedFrame *frame;
  gint64 first_seq;
  guint n_messages;
  guint32 ends[];
} RingItem;

struct Ring
{
  RingBudget *budget;
  Ring *newer; /* in the budget's list, as long as the ring is not empty */
  Ring *older;
  GQueue items; /* of RingItem, oldest first */
  gsize n_bytes;
};

Ring *
ring_new (RingBudget *budget)
{
  Ring *self = g_new0 (Ring, 1);

  self->budget = budget;
  g_queue_init (&self->items);
  return self;
}

static gsize
item_n_bytes (const RingItem *item)
{
  return sizeof *item + item->n_messages * sizeof item->ends[0] +
         shared_frame_n_bytes (item->frame);
}

static void
ring_unlink (Ring *self)
{
  RingBudget *budget = self->budget;

  if (self->newer != NULL)
    self->newer->older = self->older;
  else if (budget->newest == self)
    budget->newest = self->older;
  if (self->older != NULL)
    self->older->newer = self->newer;
  else if (budget->oldest == self)
    budget->oldest = self->newer;
  self->newer = NULL;
  self->older = NULL;
}

static void
ring_link_newest (Ring *self)
{
  RingBudget *budget = self->budget;

  ring_unlink (self);
  self->older = budget->newest;
  if (budget->newest != NULL)
    budget->newest->newer = self;
  else
    budget->oldest = self;
  budget->newest = self;
}

static void
ring_pop (Ring *self)
{
  RingItem *item = g_queue_pop_head (&self->items);
  gsize n_bytes = item_n_bytes (item);

  self->n_bytes -= n_bytes;
  self->budget->n_bytes -= n_bytes;
  shared_frame_unref (item->frame);
  g_free (item);
}

static void
ring_clear (Ring *self)
{
  while (!g_queue_is_empty (&self->items))
    ring_pop (self);
  ring_unlink (self);
}

void
ring_free (Ring *self)
{
  if (self == NULL)
    return;
  ring_clear (self);
  g_free (self);
}

static gint64
ring_last_seq (const Ring *self)
{
  const RingItem *item = self->items.tail != NULL ? self->items.tail->data : NULL;

  return item != NULL ? item->first_seq + item->n_messages - 1 : 0;
}

void
ring_append (
    Ring *self, SharedFrame *frame, const guint32 *ends, guint n_messages, gint64 first_seq)
{
  RingBudget *budget = self->budget;
  RingItem *item = g_malloc (sizeof *item + n_messages * sizeof item->ends[0]);

  if (!g_queue_is_empty (&self->items) && ring_last_seq (self) + 1 != first_seq)
    ring_clear (self);
  item->frame = shared_frame_ref (frame);
  item->first_seq = first_seq;
  item->n_messages = n_messages;
  memcpy (item->ends, ends, n_messages * sizeof item->ends[0]);
  g_queue_push_tail (&self->items, item);
  self->n_bytes += item_n_bytes (item);
  budget->n_bytes += item_n_bytes (item);
  ring_link_newest (self);

  while (self->n_bytes > RING_MAX_BYTES && self->items.length > 1)
    ring_pop (self);
  gsize max_bytes = budget->max_bytes > 0 ? budget->max_bytes : RING_BUDGET_BYTES;
  while (budget->n_bytes > max_bytes && budget->oldest != self)
    ring_clear (budget->oldest);
}

static const RingItem *
ring_first (const Ring *self)
{
  return self->items.head != NULL ? self->items.head->data : NULL;
}

void
ring_trim (Ring *self, gint64 first_seq)
{
  for (const RingItem *item = ring_first (self);
       item != NULL && item->first_seq + item->n_messages <= first_seq; item = ring_first (self))
    ring_pop (self);
  if (ring_first (self) == NULL)
    ring_unlink (self);
}

gint64
ring_first_seq (const Ring *self)
{
  const RingItem *first = ring_first (self);

  return first != NULL ? first->first_seq : 0;
}

gboolean
ring_covers (const Ring *self, gint64 after, gint64 last_seq)
{
  const RingItem *first = ring_first (self);

  return after >= last_seq ||
         (first != NULL && first->first_seq <= after + 1 && ring_last_seq (self) == last_seq);
}

SharedFrame *
ring_after (const Ring *self, gint64 after)
{
  g_autoptr (GString) lines = g_string_new (NULL);

  for (const GList *link = self->items.head; link != NULL; link = link->next)
    {
      const RingItem *item = link->data;
      gint64 n_before = CLAMP (after + 1 - item->first_seq, 0, (gint64)item->n_messages);
      gsize begin = n_before > 0 ? item->ends[n_before - 1] : 0;

      parlance_append (lines, shared_frame_bytes (item->frame) + begin,
                       shared_frame_n_bytes (item->frame) - begin);
    }
  return lines->len > 0 ? shared_frame_new (lines->str, lines->len) : NULL;
}
