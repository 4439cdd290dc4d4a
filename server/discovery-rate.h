/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How often discovery answers: at most 10 times in any second to one address, at most 200 times in
 * all (docs/protocol.md, section 8). The answers of the last second are all there is to remember,
 * and there are never more than 200 of them: a flood of forged addresses finds no table to fill.
 */
#pragma once

#include <glib.h>
#include <netinet/in.h>
#include <stdint.h>

#define DISCOVERY_RATE_WINDOW_MS 1000
#define DISCOVERY_RATE_IN_ALL 200
#define DISCOVERY_RATE_PER_PEER 10

typedef struct
{
  struct in6_addr peer; /* IPv4 mapped into IPv6 */
  int64_t free_at_ms;   /* when it counts no more; 0: there was none */
} DiscoveryRateAnswer;

/* Zeroed: nothing was answered yet. */
typedef struct
{
  DiscoveryRateAnswer answers[DISCOVERY_RATE_IN_ALL]; /* a ring */
  guint oldest;
} DiscoveryRate;

/** discovery_rate_wait_ms: how long until somebody may be answered [ms]; 0: at once */
int64_t discovery_rate_wait_ms (const DiscoveryRate *self, int64_t now_ms);

/** discovery_rate_allows: whether @peer in particular may be, where anybody may */
gboolean
discovery_rate_allows (const DiscoveryRate *self, const struct in6_addr *peer, int64_t now_ms);

/** discovery_rate_count: @peer is being answered */
void discovery_rate_count (DiscoveryRate *self, const struct in6_addr *peer, int64_t now_ms);
