/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An address is forgotten when none of its connections is left and the table is large. Whoever has
 * as many addresses as that gains nothing by being forgotten at one of them.
 *
 * Source of the bucket: ITU-T I.371, annex A, the virtual scheduling algorithm
 */
#include "server/net/peers.h"

#include <stdatomic.h>
#include <string.h>

#define PEERS_MAX_IDLE 4096   /* addresses without a connection that are remembered, about */
#define PEERS_LOOK_AT 4       /* when one is added, to forget them */
#define PEER_REFUSALS_PER_S 1 /* that are told so; ten at once */

#define NS_PER_S G_GINT64_CONSTANT (1000000000)
#define NS_PER_MS G_GINT64_CONSTANT (1000000)

struct Peers
{
  GHashTable *table; /* Peer (owned), by its address, which is first in it */
  GQueue by_use;     /* Peer, the one that connected last at the end */
  _Atomic guint max_connections;
  _Atomic guint64 max_bytes;
  _Atomic guint rates[PEER_N_RATES];
  _Atomic guint64 n_refused[PEER_N_RATES];
};

struct Peer
{
  guint8 address[PEER_ADDRESS_BYTES]; /* first */
  Peers *peers;
  GList link; /* in Peers.by_use */
  _Atomic guint n_refs;
  _Atomic guint n_connections;
  _Atomic guint n_jobs;
  _Atomic gint64 n_unsent;   /* [bytes] */
  _Atomic gint64 n_other;    /* [bytes] */
  _Atomic gint64 n_expected; /* [bytes] */
  gint64 refusals_full_ns;   /* the accepting thread's own */
  _Atomic gint64 full_ns[PEER_N_RATES];
};

/* --- buckets ---------------------------------------------------------------------------------- */

/* Takes @n of @rate out of a bucket that is full again at *@full_ns. Returns: 0, or how long to
 * wait [ns] */
static gint64
bucket_take (gint64 *full_ns, guint n, guint rate, gint64 now_ns)
{
  gint64 after_ns = MAX (*full_ns, now_ns) + n * NS_PER_S / rate;
  gint64 over_ns = after_ns - now_ns - PEER_BURST_S * NS_PER_S;

  if (over_ns > 0)
    return over_ns;
  *full_ns = after_ns;
  return 0;
}

gint64
peer_take (Peer *self, PeerRate rate, guint n, gint64 now_ms)
{
  guint per_second = atomic_load_explicit (&self->peers->rates[rate], memory_order_relaxed);
  gint64 known_ns = atomic_load_explicit (&self->full_ns[rate], memory_order_relaxed);
  gint64 full_ns;

  if (per_second == 0)
    return 0;
  do
    {
      full_ns = known_ns;
      gint64 wait_ns = bucket_take (&full_ns, n, per_second, now_ms * NS_PER_MS);
      if (wait_ns > 0)
        return wait_ns / NS_PER_MS + 1;
    }
  while (!atomic_compare_exchange_weak_explicit (&self->full_ns[rate], &known_ns, full_ns,
                                                 memory_order_relaxed, memory_order_relaxed));
  return 0;
}

/* --- one address ------------------------------------------------------------------------------ */

void
peer_count_refused (Peer *self, PeerRate rate)
{
  atomic_fetch_add_explicit (&self->peers->n_refused[rate], 1, memory_order_relaxed);
}

void
peer_add_bytes (Peer *self, gint64 n_unsent, gint64 n_other)
{
  if (n_unsent != 0)
    atomic_fetch_add_explicit (&self->n_unsent, n_unsent, memory_order_relaxed);
  if (n_other != 0)
    atomic_fetch_add_explicit (&self->n_other, n_other, memory_order_relaxed);
}

static gboolean
is_too_much (const Peers *self, gint64 n_bytes)
{
  guint64 limit = atomic_load_explicit (&self->max_bytes, memory_order_relaxed);

  return limit > 0 && n_bytes > 0 && (guint64)n_bytes > limit;
}

gboolean
peer_has_to_read (const Peer *self)
{
  return is_too_much (self->peers, atomic_load_explicit (&self->n_unsent, memory_order_relaxed));
}

void
peer_expect (Peer *self, gint64 n_bytes)
{
  atomic_fetch_add_explicit (&self->n_expected, n_bytes, memory_order_relaxed);
}

gboolean
peer_takes_answers (const Peer *self)
{
  return !is_too_much (self->peers,
                       atomic_load_explicit (&self->n_unsent, memory_order_relaxed) +
                           atomic_load_explicit (&self->n_expected, memory_order_relaxed));
}

gboolean
peer_has_room (const Peer *self)
{
  return !is_too_much (self->peers,
                       atomic_load_explicit (&self->n_unsent, memory_order_relaxed) +
                           atomic_load_explicit (&self->n_other, memory_order_relaxed));
}

guint
peer_begin_job (Peer *self)
{
  return atomic_fetch_add_explicit (&self->n_jobs, 1, memory_order_relaxed);
}

void
peer_end_job (Peer *self)
{
  atomic_fetch_sub_explicit (&self->n_jobs, 1, memory_order_relaxed);
}

void
peer_disconnected (Peer *self)
{
  if (self != NULL)
    atomic_fetch_sub_explicit (&self->n_connections, 1, memory_order_relaxed);
}

void
peer_unref (Peer *self)
{
  /* Release: the accepting thread may free it when it has seen that. */
  if (self != NULL)
    atomic_fetch_sub_explicit (&self->n_refs, 1, memory_order_release);
}

/* --- the table -------------------------------------------------------------------------------- */

static guint
address_hash (gconstpointer key)
{
  const guint8 *bytes = key;
  guint32 hash = 2166136261U; /* FNV-1a */

  for (guint i = 0; i < PEER_ADDRESS_BYTES; i++)
    hash = (hash ^ bytes[i]) * 16777619U;
  return hash;
}

static gboolean
address_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, PEER_ADDRESS_BYTES) == 0;
}

Peers *
peers_new (void)
{
  Peers *self = g_new0 (Peers, 1);

  self->table = g_hash_table_new_full (address_hash, address_equal, NULL, g_free);
  g_queue_init (&self->by_use);
  return self;
}

void
peers_free (Peers *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->table);
  g_free (self);
}

void
peers_set_limits (Peers *self, const PeerLimits *limits)
{
  atomic_store_explicit (&self->max_connections, limits->max_connections, memory_order_relaxed);
  atomic_store_explicit (&self->max_bytes, limits->max_bytes, memory_order_relaxed);
  for (guint i = 0; i < PEER_N_RATES; i++)
    atomic_store_explicit (&self->rates[i], limits->rates[i], memory_order_relaxed);
}

/* What one attacker has of addresses is one. All of a network have the first half of a link-local
 * address in common. */
static void
address_narrow (const guint8 address[PEER_ADDRESS_BYTES], guint8 ret_narrow[PEER_ADDRESS_BYTES])
{
  static const guint8 mapped[12] = { [10] = 0xff, [11] = 0xff };
  gboolean is_ipv4 = memcmp (address, mapped, sizeof mapped) == 0;
  gboolean is_link_local = address[0] == 0xfe && (address[1] & 0xc0) == 0x80;

  memcpy (ret_narrow, address, PEER_ADDRESS_BYTES);
  if (!is_ipv4 && !is_link_local)
    memset (ret_narrow + PEER_ADDRESS_BYTES / 2, 0, PEER_ADDRESS_BYTES / 2);
}

/* Looks at those that connected longest ago. Of those that are still there some are looked at for
 * each that is added, so that the table stays within some thousand more than there are. */
static void
forget_some (Peers *self)
{
  for (guint i = 0; i < PEERS_LOOK_AT && g_hash_table_size (self->table) >= PEERS_MAX_IDLE; i++)
    {
      Peer *oldest = self->by_use.head->data;

      g_queue_unlink (&self->by_use, &oldest->link);
      if (atomic_load_explicit (&oldest->n_refs, memory_order_acquire) == 0)
        g_hash_table_remove (self->table, oldest->address);
      else
        g_queue_push_tail_link (&self->by_use, &oldest->link);
    }
}

static Peer *
find_or_add (Peers *self, const guint8 address[PEER_ADDRESS_BYTES])
{
  guint8 narrow[PEER_ADDRESS_BYTES];
  Peer *peer;

  address_narrow (address, narrow);
  peer = g_hash_table_lookup (self->table, narrow);
  if (peer != NULL)
    g_queue_unlink (&self->by_use, &peer->link);
  else
    {
      forget_some (self);
      peer = g_new0 (Peer, 1);
      memcpy (peer->address, narrow, sizeof narrow);
      peer->peers = self;
      peer->link.data = peer;
      g_hash_table_insert (self->table, peer->address, peer);
    }
  g_queue_push_tail_link (&self->by_use, &peer->link);
  return peer;
}

static gboolean
has_place (const Peers *self, const Peer *peer)
{
  guint limit = atomic_load_explicit (&self->max_connections, memory_order_relaxed);

  return peer_has_room (peer) &&
         (limit == 0 || atomic_load_explicit (&peer->n_connections, memory_order_relaxed) < limit);
}

PeerVerdict
peers_admit (Peers *self, const guint8 address[PEER_ADDRESS_BYTES], gint64 now_ms, Peer **ret_peer)
{
  Peer *peer = find_or_add (self, address);

  if (has_place (self, peer) && peer_take (peer, PEER_CONNECTS, 1, now_ms) == 0)
    {
      atomic_fetch_add_explicit (&peer->n_refs, 1, memory_order_relaxed);
      atomic_fetch_add_explicit (&peer->n_connections, 1, memory_order_relaxed);
      *ret_peer = peer;
      return PEER_ADMITTED;
    }
  peer_count_refused (peer, PEER_CONNECTS);
  /* Saying so may take a handshake, which is what the address has no more of. */
  return bucket_take (&peer->refusals_full_ns, 1, PEER_REFUSALS_PER_S, now_ms * NS_PER_MS) == 0
             ? PEER_REFUSED
             : PEER_IGNORED;
}

gboolean
peers_has_to_read (const Peers *self, const guint8 address[PEER_ADDRESS_BYTES])
{
  guint8 narrow[PEER_ADDRESS_BYTES];
  const Peer *peer;

  address_narrow (address, narrow);
  peer = g_hash_table_lookup (self->table, narrow);
  return peer != NULL && peer_has_to_read (peer);
}

guint
peers_n_known (const Peers *self)
{
  return g_hash_table_size (self->table);
}

guint64
peers_n_refused (const Peers *self, PeerRate rate)
{
  return atomic_load_explicit (&self->n_refused[rate], memory_order_relaxed);
}
