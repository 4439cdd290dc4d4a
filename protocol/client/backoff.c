/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Exponential back-off with full jitter.
 */
#include "protocol/client/backoff.h"

guint
parlance_backoff_next_ms (ParlanceBackoff *self, double random)
{
  guint most_ms = PARLANCE_BACKOFF_LEAST_MS;

  for (guint i = 0; i < self->n_attempts && most_ms < PARLANCE_BACKOFF_MOST_MS; i++)
    most_ms *= 2;
  if (self->n_attempts < G_MAXUINT)
    self->n_attempts++;
  return (guint)(random * MIN (most_ms, PARLANCE_BACKOFF_MOST_MS));
}

void
parlance_backoff_note_connection (ParlanceBackoff *self, gint64 held_ms)
{
  if (held_ms >= PARLANCE_BACKOFF_STABLE_MS)
    parlance_backoff_reset (self);
}

void
parlance_backoff_reset (ParlanceBackoff *self)
{
  self->n_attempts = 0;
}
