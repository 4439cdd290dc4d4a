/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Row 0 counts single nanoseconds below LATENCY_STEPS; row r counts the values of the power of two
 * that starts at LATENCY_STEPS << (r - 1), in steps of 1 << (r - 1) nanoseconds.
 */
#include "bench/latency.h"

#include <string.h>

void
latency_reset (LatencyHistogram *self)
{
  memset (self, 0, sizeof *self);
}

void
latency_add (LatencyHistogram *self, guint64 latency_ns, guint64 n_samples)
{
  guint64 limit_ns = ((guint64)LATENCY_STEPS << (LATENCY_POWERS - 1)) - 1;
  guint64 counted_ns = MIN (latency_ns, limit_ns);
  guint row = 0;

  if (counted_ns >= LATENCY_STEPS)
    row = 63 - (guint)__builtin_clzll (counted_ns) - 5;

  guint shift = row == 0 ? 0 : row - 1;
  self->counts[row][(counted_ns >> shift) & (LATENCY_STEPS - 1)] += n_samples;
  self->n_samples += n_samples;
  self->max_ns = MAX (self->max_ns, latency_ns);
}

static double
value_us (guint row, guint step)
{
  if (row == 0)
    return step / 1e3;

  return (double)((guint64)(LATENCY_STEPS + step) << (row - 1)) / 1e3;
}

double
latency_quantile_us (const LatencyHistogram *self, double quantile)
{
  guint64 wanted = (guint64)((double)self->n_samples * quantile);
  guint64 seen = 0;

  for (guint row = 0; row < LATENCY_POWERS; row++)
    for (guint step = 0; step < LATENCY_STEPS; step++)
      {
        seen += self->counts[row][step];
        if (self->counts[row][step] > 0 && seen >= wanted)
          return value_us (row, step);
      }

  return 0;
}
