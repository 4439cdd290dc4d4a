/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What one address may do, however many connections it has: connections at once, and how often it
 * may connect, ask, have something computed, and send, and how much memory they take. Peers is the
 * table of addresses and belongs to the thread that accepts; a Peer is what the connections of one
 * address share, on all workers.
 *
 * Each rate is a bucket that holds ten seconds' worth. It is one atomic number, the time at which
 * the bucket will be full again, so that taking from it is a load and a compare-and-swap.
 */
#pragma once

#include <glib.h>

#define PEER_ADDRESS_BYTES 16
#define PEER_BURST_S 10 /* what a bucket holds: as much as comes back in this time */

typedef struct Peer Peer;
typedef struct Peers Peers;

/* What is counted by the second. */
typedef enum
{
  PEER_CONNECTS, /* and so TLS handshakes: a connection has one at most */
  PEER_REQUESTS, /* lines of any kind */
  PEER_HEAVY,    /* what is computed beside the workers */
  PEER_SENDS,    /* messages of chat */
  PEER_TYPING,   /* that somebody types: it must not use up what the messages need */
} PeerRate;

#define PEER_N_RATES (PEER_TYPING + 1)

/* Of each address; 0: any number. */
typedef struct
{
  guint max_connections;     /* at once */
  guint rates[PEER_N_RATES]; /* [1/s] */
  guint64 max_bytes;         /* that its connections take together, or no more are admitted */
} PeerLimits;

typedef enum
{
  PEER_ADMITTED,
  PEER_REFUSED, /* and may be told so */
  PEER_IGNORED, /* too often for that: its socket is to be closed without a word */
} PeerVerdict;

/** peers_new: Thread of all functions of Peers: the one that accepts */
Peers *peers_new (void);
/** peers_free: takes %NULL; every Peer has been let go */
void peers_free (Peers *self);

/** peers_set_limits: for addresses that are known, too */
void peers_set_limits (Peers *self, const PeerLimits *limits);

/**
 * peers_admit:
 * @address: (array fixed-size=16): IPv4 mapped into IPv6. Of IPv6 the first 64 bits are one
 *   address, but for link-local ones
 * @now_ms: the monotonic clock, as that of peer_take() [ms]
 * @ret_peer: (out) (nullable) (transfer full): with %PEER_ADMITTED: for one connection
 */
PeerVerdict
peers_admit (Peers *self, const guint8 address[PEER_ADDRESS_BYTES], gint64 now_ms, Peer **ret_peer);

/** peers_has_to_read: peer_has_to_read() of @address */
gboolean peers_has_to_read (const Peers *self, const guint8 address[PEER_ADDRESS_BYTES]);

/** peers_n_known: addresses that something is remembered of */
guint peers_n_known (const Peers *self);

/** peers_n_refused: how often somebody was refused for that, since the start. Any thread */
guint64 peers_n_refused (const Peers *self, PeerRate rate);

/* Of one address; any thread that has a connection of it. */

/**
 * peer_take:
 * @n: at least 1
 *
 * Takes @n off what the address may do now.
 *
 * Returns: 0; or how long to wait [ms], and nothing is taken
 */
gint64 peer_take (Peer *self, PeerRate rate, guint n, gint64 now_ms);

/** peer_count_refused: for peers_n_refused() */
void peer_count_refused (Peer *self, PeerRate rate);

/** peer_add_bytes: @n_unsent: by how much more its connections have unsent, or less. @n_other: the
 * same of what else they take */
void peer_add_bytes (Peer *self, gint64 n_unsent, gint64 n_other);
/** peer_expect: @n_bytes: by how much more is being got ready for it, or less */
void peer_expect (Peer *self, gint64 n_bytes);
/** peer_takes_answers: whether it would not have to read if all that were unsent already */
gboolean peer_takes_answers (const Peer *self);
/** peer_has_room: whether its connections may take more, of whatever kind */
gboolean peer_has_room (const Peer *self);
/** peer_has_to_read: whether it has more unsent than its connections may take together: before it
 * has read some of it nothing more is to be answered */
gboolean peer_has_to_read (const Peer *self);

/** peer_begin_job: peer_end_job: something is being computed for the address. Returns: how many
 * there are besides */
guint peer_begin_job (Peer *self);
void peer_end_job (Peer *self);

/** peer_disconnected: takes %NULL: the connection is closed; its reference stays */
void peer_disconnected (Peer *self);
/** peer_unref: takes %NULL: the connection's struct goes */
void peer_unref (Peer *self);
