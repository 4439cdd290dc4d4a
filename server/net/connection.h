/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One connection: bytes in, lines to the front door, replies out, with every limit of flow control.
 * Owned by one worker; all of this runs on that worker's thread.
 */
#pragma once

#include "server/net/deadlines.h"
#include "server/net/door.h"
#include "server/net/output.h"
#include "server/net/peers.h"

typedef struct ComputeJob ComputeJob;
typedef struct Worker Worker;

#define CONNECTION_LINES_PER_TURN 128        /* the request budget: nobody starves the others */
#define CONNECTION_MAX_WAITING 256           /* weight of the answers one connection may wait for */
#define CONNECTION_PAUSE_BYTES (1024 * 1024) /* unsent output at which reading stops */
#define CONNECTION_RESUME_BYTES (256 * 1024) /* … and below which it goes on */
#define CONNECTION_MAX_DRAIN (4 * 1024 * 1024)  /* input that is answered after a stop has begun */
#define CONNECTION_MAX_OUTPUT (8 * 1024 * 1024) /* unsent output that ends a connection */
#define CONNECTION_TOLD_BYTES (8 * 1024)        /* a step of what an address is known to take */
#define CONNECTION_SLOW_BYTES (64 * 1024)       /* unsent output given up for lack of memory */
#define CONNECTION_SLOW_MS 2000                 /* … of which nothing could be sent for so long */

typedef enum
{
  CONNECTION_TLS_OFF,
  CONNECTION_TLS_OPTIONAL, /* the peer's first byte decides */
  CONNECTION_TLS_REQUIRED, /* the door is to refuse what comes in plain text */
} ConnectionTls;

/* What a worker has been told about a socket that it is to serve. */
typedef struct
{
  int fd; /* owned by the connection from then on */
  const Door *door;
  gboolean is_local; /* the peer is on the loopback interface */
  gboolean is_full;  /* one too many: tell it and close */
  gboolean is_crowd; /* with @is_full: it is its address that has too many */
  ConnectionTls tls; /* with worker_set_tls() */
  Peer *peer;        /* (nullable) (transfer full): %NULL: its address has no limits */
} ConnectionSeed;

/**
 * connection_open:
 *
 * Answers what has come in already.
 *
 * Returns: (nullable): %NULL when the kernel refuses to watch the socket, which is closed then. A
 *   connection that has ended at once goes with the worker's turn
 */
Connection *connection_open (Worker *worker, const ConnectionSeed *seed);

/** connection_send: queues whole lines; they leave together at the end of this step of the worker
 */
void connection_send (Connection *self, const char *bytes, gsize n_bytes);

/**
 * connection_send_frame:
 *
 * Queues a frame, which is referenced. Nothing is sent before connection_push(), or the end of a
 * step that queues something else.
 */
void connection_send_frame (Connection *self, OutputFrame *frame);

/** connection_push: sends what is queued, at once or, where this turn will do so anyway, then */
void connection_push (Connection *self);

/** connection_n_unsent: [bytes] that are queued */
gsize connection_n_unsent (const Connection *self);

/** connection_has_room: whether more is to be got ready for it: less than CONNECTION_RESUME_BYTES
 * are unsent, and its address takes answers */
gboolean connection_has_room (const Connection *self);

/** connection_await_room: the door's has_room() is called once it has, at the earliest at the end
 * of this turn */
void connection_await_room (Connection *self);

/** connection_expect: @n_bytes: that were asked for elsewhere, and are to be sent once they are
 * there: till then nothing more is got ready for its address than as if they were unsent. In place
 * of those of the last call */
void connection_expect (Connection *self, gsize n_bytes);

/** connection_set_patient: whether the peer may say nothing for as long as it likes */
void connection_set_patient (Connection *self, gboolean is_patient);

/**
 * connection_end:
 *
 * Sends what is queued, says no more, and closes. Input is thrown away until the peer closes too
 * (or two seconds are over), so that a reset cannot destroy the last words.
 */
void connection_end (Connection *self);

/**
 * connection_charge:
 *
 * The line that is being handled is as much work as @n_lines more of the usual kind: they are taken
 * off the request budget of this turn.
 */
void connection_charge (Connection *self, guint n_lines);

/**
 * connection_hold:
 * @weight: how much of the work that one connection may have under way this is: with
 *   CONNECTION_MAX_WAITING of it no more lines are taken
 *
 * An answer will come later, from another thread: the connection is kept (though it may close in
 * the meantime) until connection_release() of the same weight, and a half-closed one waits for it.
 */
void connection_hold (Connection *self, guint weight);
void connection_release (Connection *self, guint weight);

/** connection_jobs: those that the pool has for it; the list is compute.c's */
ComputeJob **connection_jobs (Connection *self);

/** connection_is_open: whether what is sent still goes anywhere */
gboolean connection_is_open (const Connection *self);

gboolean connection_is_local (const Connection *self);

/** connection_get_peer: where it comes from, as an IPv6 address; IPv4 stands in it as
 * ::ffff:0:0/96 does. All zeros: the kernel does not say (any more) */
void connection_get_peer (const Connection *self, guint8 ret_address[16]);

/**
 * connection_take:
 *
 * Takes one off what the peer's address may do now; of %PEER_HEAVY nobody may do anything while the
 * server is short of memory. Refusing what it is not enough for, is the caller's.
 *
 * Returns: 0, or how long to wait [ms]
 */
gint64 connection_take (Connection *self, PeerRate rate);

/** connection_peer: (transfer none) (nullable): %NULL: its address has no limits */
Peer *connection_peer (const Connection *self);

/** connection_is_encrypted: whether it is TLS */
gboolean connection_is_encrypted (const Connection *self);

/** connection_refuses_plain: whether TLS is required, and this is none */
gboolean connection_refuses_plain (const Connection *self);

Worker *connection_worker (const Connection *self);

/** door_state: the door's own `n_state_bytes` bytes of @connection */
void *door_state (Connection *connection);

/* For the worker. */

/** connection_foresee: connection_fetch: those of its door, see there */
guint64 connection_foresee (Connection *self, const char *bytes, gsize n_bytes);
void connection_fetch (Connection *self, guint64 foreseen);
/** connection_received: handles @n_bytes that were received; 0: the peer has shut its side */
void connection_received (Connection *self, const char *bytes, gsize n_bytes);
/** connection_resume: goes on with input that was kept back by the budget */
void connection_resume (Connection *self);
/** connection_finish_step: sends what was queued in this step */
void connection_finish_step (Connection *self);
/** connection_expired: its deadline has come */
void connection_expired (Connection *self);
/** connection_drain: the server stops: answers what was received, says so, and ends */
void connection_drain (Connection *self);
/** connection_close: at once, unsent output is lost */
void connection_close (Connection *self);
void connection_free (Connection *self);

/** connection_n_own_unsent: [bytes] of what it was sent alone; frames of rooms there are once for
 * all who wait for them */
gsize connection_n_own_unsent (const Connection *self);
/** connection_has_much_unsent: whether its output is worth having back */
gboolean connection_has_much_unsent (const Connection *self);
/** connection_is_slow: whether besides its peer has read nothing for CONNECTION_SLOW_MS */
gboolean connection_is_slow (const Connection *self);
/** connection_shed_slow: ends it, with what it has left unread; as `slow_consumer`, where it has
 * not been told something else. At once, where nothing can be said before the rest of a long line
 */
void connection_shed_slow (Connection *self);
/** connection_is_idle: whether it is in no room, and nothing of its is under way */
gboolean connection_is_idle (const Connection *self);
/** connection_shed_idle: ends it, as if the server had been full when it came */
void connection_shed_idle (Connection *self);

/** connection_from_deadline: the connection that @link is embedded in */
Connection *connection_from_deadline (DeadlineLink *link);
