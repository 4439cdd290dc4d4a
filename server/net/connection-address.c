/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a connection may do as one of those of its address.
 *
 * Source: docs/protocol.md, section 7
 */
#include "server/net/connection-parts.h"

#include "server/net/address.h"

#include <sys/socket.h>

#define CONNECTION_MAX_PAID 64 /* lines that are taken off what an address may ask at once */
#define CONNECTION_SHORT_RETRY_MS 1000 /* when there may be memory again */

static gboolean
connection_throttle (Connection *self)
{
  /* Each time that it has to wait, however often it is looked at meanwhile. */
  if (!self->is_throttled)
    peer_count_refused (self->peer, PEER_REQUESTS);
  self->is_throttled = true;
  self->n_to_pay = 1;
  return FALSE;
}

/* What its connections share is written the more seldom the more this one asks. */
gboolean
connection_may_ask (Connection *self)
{
  if (peer_has_to_read (self->peer))
    {
      worker_call_for_peers (self->worker);
      return connection_throttle (self);
    }
  if (self->n_paid > 0)
    return TRUE;

  gint64 now_ms = loop_now_ms (worker_loop (self->worker));
  guint n = MAX (self->n_to_pay, 1);

  if (peer_take (self->peer, PEER_REQUESTS, n, now_ms) != 0)
    {
      n = 1;
      if (peer_take (self->peer, PEER_REQUESTS, n, now_ms) != 0)
        return connection_throttle (self);
    }
  self->n_paid = (guint8)n;
  self->n_to_pay = (guint8)MIN (2 * n, CONNECTION_MAX_PAID);
  return TRUE;
}

/* In large steps: what is little touches nothing that other workers write. */
static guint32
in_steps (gsize n_bytes)
{
  return (guint32)(n_bytes - n_bytes % CONNECTION_TOLD_BYTES);
}

void
connection_tell_peer (Connection *self)
{
  guint32 n_unsent = in_steps (connection_n_own_unsent (self));
  guint32 n_other = self->state != CONNECTION_CLOSED ? in_steps (connection_n_held (self)) : 0;

  if (self->peer == NULL || (n_unsent == self->n_told_unsent && n_other == self->n_told_other))
    return;
  peer_add_bytes (self->peer, (gint64)n_unsent - (gint64)self->n_told_unsent,
                  (gint64)n_other - (gint64)self->n_told_other);
  self->n_told_unsent = n_unsent;
  self->n_told_other = n_other;
}

void
connection_expect (Connection *self, gsize n_bytes)
{
  /* What is there now is not to count nowhere for a moment. */
  connection_tell_peer (self);
  if (self->peer != NULL)
    peer_expect (self->peer, (gint64)n_bytes - (gint64)self->n_expected);
  self->n_expected = (guint32)n_bytes;
}

void
connection_await_address (Connection *self)
{
  worker_call_for_peers (self->worker);
  self->is_throttled = true;
  if (self->in_ready)
    return;
  self->in_ready = true;
  worker_add_throttled (self->worker, self);
}

void
connection_get_peer (const Connection *self, guint8 ret_address[16])
{
  Address address = { .n_bytes = sizeof address.storage };

  if (getpeername (self->source.fd, &address.any, &address.n_bytes) != 0)
    address.any.sa_family = AF_UNSPEC;
  address_to_bytes (&address, ret_address);
}

gint64
connection_take (Connection *self, PeerRate rate)
{
  gint64 wait_ms = 0;

  if (rate == PEER_HEAVY && worker_is_short_of_memory (self->worker))
    return CONNECTION_SHORT_RETRY_MS;
  if (self->peer != NULL)
    wait_ms = peer_take (self->peer, rate, 1, loop_now_ms (worker_loop (self->worker)));
  if (wait_ms > 0)
    peer_count_refused (self->peer, rate);
  return wait_ms;
}

Peer *
connection_peer (const Connection *self)
{
  return self->peer;
}
