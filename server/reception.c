/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A connection that is being refused takes nobody's place, or whoever is refused and tries again
 * would keep a free place from being found.
 */
#include "server/reception.h"

#include "server/connection-limit.h"
#include "server/front/jsonrpc.h"

#include <unistd.h>

struct Reception
{
  const Config *config;
  Memory *memory;
  Peers *peers;
  Worker *const *workers;
  guint n_workers;
  guint next_worker; /* for round robin */
  guint64 n_served;  /* connections handed to workers since the start */
  guint64 n_refused; /* connections handed to workers to be told that there are too many */
  guint max_connections;
};

Reception *
reception_new (Memory *memory)
{
  Reception *self = g_new0 (Reception, 1);

  self->memory = memory;
  self->peers = peers_new ();
  return self;
}

void
reception_free (Reception *self)
{
  if (self == NULL)
    return;
  peers_free (self->peers);
  g_free (self);
}

void
reception_set_workers (Reception *self, Worker *const *workers, guint n_workers)
{
  self->workers = workers;
  self->n_workers = n_workers;
}

void
reception_set_config (Reception *self, const Config *config)
{
  PeerLimits limits = config->limits.peer;

  self->config = config;
  self->max_connections = connection_limit (config);
  /* Nobody is to fill the server alone. */
  if (config->limits.connections_default)
    limits.max_connections = MIN (limits.max_connections, MAX (self->max_connections / 2, 1));
  limits.rates[PEER_TYPING] = limits.rates[PEER_SENDS];
  limits.max_bytes = memory_limit (self->memory) / RECEPTION_MEMORY_SHARE;
  peers_set_limits (self->peers, &limits);
}

static void
count_connections (const Reception *self, guint64 *ret_n_served, guint64 *ret_n_refused)
{
  *ret_n_served = self->n_served;
  *ret_n_refused = self->n_refused;
  for (guint i = 0; i < self->n_workers; i++)
    {
      const WorkerCounters *counters = worker_counters (self->workers[i]);

      *ret_n_served -= atomic_load_explicit (&counters->n_closed, memory_order_relaxed);
      *ret_n_refused -= atomic_load_explicit (&counters->n_refused_closed, memory_order_relaxed);
    }
}

/* Whether its address may have one more. */
static PeerVerdict
admit_address (Reception *self, const Address *address, Peer **ret_peer)
{
  NetworkAddress bytes;

  address_to_bytes (address, bytes.bytes);
  if (network_ranges_contain (self->config->limits.unlimited, &bytes))
    return PEER_ADMITTED;
  gint64 now_ms = g_get_monotonic_time () / 1000;
  PeerVerdict verdict = peers_admit (self->peers, bytes.bytes, now_ms, ret_peer);
  if (verdict != PEER_ADMITTED && peers_has_to_read (self->peers, bytes.bytes))
    memory_call_for_peers (self->memory, now_ms);
  return verdict;
}

void
reception_admit (Reception *self, int fd, const Address *address, const Door *door)
{
  guint64 n_served;
  guint64 n_refused;
  Peer *peer = NULL;

  count_connections (self, &n_served, &n_refused);
  gboolean is_short = memory_judge (self->memory) >= MEMORY_NO_NEW;
  gboolean is_full = is_short || n_served >= self->max_connections;
  /* Whoever takes more than their address may, and does not read, is in the way of all. */
  if (is_short)
    memory_call_for_peers (self->memory, g_get_monotonic_time () / 1000);
  /* Who is told that the server is full may have a handshake for it, and comes again. */
  PeerVerdict verdict = admit_address (self, address, &peer);
  if (is_full)
    {
      peer_disconnected (peer);
      peer_unref (g_steal_pointer (&peer));
    }

  const ConnectionSeed seed = {
    .fd = fd,
    .door = door,
    .is_local = address_is_loopback (address),
    .is_full = is_full || verdict != PEER_ADMITTED,
    .is_crowd = verdict != PEER_ADMITTED,
    .tls = door == &jsonrpc_door ? self->config->tls : CONNECTION_TLS_OFF,
    .peer = peer,
  };

  /* Being polite takes a descriptor for two seconds: to a flood nobody is. */
  if (verdict == PEER_IGNORED || (seed.is_full && n_refused >= RECEPTION_MAX_REFUSALS))
    {
      close (fd);
      return;
    }
  if (seed.is_full)
    self->n_refused++;
  else
    self->n_served++;
  worker_adopt (self->workers[self->next_worker], &seed);
  self->next_worker = (self->next_worker + 1) % self->n_workers;
}

const Peers *
reception_peers (const Reception *self)
{
  return self->peers;
}
