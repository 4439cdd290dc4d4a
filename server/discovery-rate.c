/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One ring of answers. Looking through it for an address takes a fraction of what reading the
 * query as JSON would.
 */
#include "server/discovery-rate.h"

int64_t
discovery_rate_wait_ms (const DiscoveryRate *self, int64_t now_ms)
{
  return MAX (self->answers[self->oldest].free_at_ms - now_ms, 0);
}

gboolean
discovery_rate_allows (const DiscoveryRate *self, const struct in6_addr *peer, int64_t now_ms)
{
  guint n_answers = 0;

  for (guint i = 0; i < DISCOVERY_RATE_IN_ALL; i++)
    {
      const DiscoveryRateAnswer *answer = &self->answers[i];

      if (answer->free_at_ms > now_ms && IN6_ARE_ADDR_EQUAL (&answer->peer, peer))
        n_answers++;
    }
  return n_answers < DISCOVERY_RATE_PER_PEER;
}

void
discovery_rate_count (DiscoveryRate *self, const struct in6_addr *peer, int64_t now_ms)
{
  self->answers[self->oldest] =
      (DiscoveryRateAnswer){ .peer = *peer, .free_at_ms = now_ms + DISCOVERY_RATE_WINDOW_MS };
  self->oldest = (self->oldest + 1) % DISCOVERY_RATE_IN_ALL;
}
