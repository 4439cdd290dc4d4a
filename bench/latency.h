/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A histogram of latencies with a relative error of at most 1.6 %: 64 steps for every power of
 * two. Adding costs a few nanoseconds and no memory, so it can be done for every reply.
 */
#pragma once

#include <glib.h>

#define LATENCY_STEPS 64
#define LATENCY_POWERS 34 /* up to 2^39 ns, nine minutes */

typedef struct
{
  guint64 counts[LATENCY_POWERS][LATENCY_STEPS];
  guint64 n_samples;
  guint64 max_ns; /* [ns] exact */
} LatencyHistogram;

void latency_reset (LatencyHistogram *self);

/**
 * latency_add:
 * @latency_ns: [ns]
 * @n_samples: how many replies had it
 */
void latency_add (LatencyHistogram *self, guint64 latency_ns, guint64 n_samples);

/**
 * latency_quantile_us:
 * @quantile: 0 to 1
 *
 * Returns: [µs] the latency that this share of the samples did not pass, 0 without samples
 */
double latency_quantile_us (const LatencyHistogram *self, double quantile);
