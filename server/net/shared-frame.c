/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One allocation each: the count and the bytes.
 */
#include "server/net/shared-frame.h"

#include <stdatomic.h>
#include <string.h>

struct SharedFrame
{
  _Atomic guint n_refs;
  gsize n_bytes;
  char bytes[];
};

static _Atomic gsize n_all_bytes;

SharedFrame *
shared_frame_new (const char *bytes, gsize n_bytes)
{
  g_assert (n_bytes > 0);
  SharedFrame *self = g_malloc (sizeof *self + n_bytes);

  atomic_init (&self->n_refs, 1);
  self->n_bytes = n_bytes;
  atomic_fetch_add_explicit (&n_all_bytes, sizeof *self + n_bytes, memory_order_relaxed);
  memcpy (self->bytes, bytes, n_bytes);
  return self;
}

SharedFrame *
shared_frame_ref (SharedFrame *self)
{
  atomic_fetch_add_explicit (&self->n_refs, 1, memory_order_relaxed);
  return self;
}

void
shared_frame_unref (SharedFrame *self)
{
  if (self == NULL)
    return;
  /* Release what this thread read before another one frees it, acquire before freeing. */
  if (atomic_fetch_sub_explicit (&self->n_refs, 1, memory_order_acq_rel) > 1)
    return;
  atomic_fetch_sub_explicit (&n_all_bytes, sizeof *self + self->n_bytes, memory_order_relaxed);
  g_free (self);
}

const char *
shared_frame_bytes (const SharedFrame *self)
{
  return self->bytes;
}

gsize
shared_frame_n_bytes (const SharedFrame *self)
{
  return self->n_bytes;
}

gsize
shared_frames_n_bytes (void)
{
  return atomic_load_explicit (&n_all_bytes, memory_order_relaxed);
}
