/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Asks the network for servers and hears their answers: queries on every interface that is up, at
 * 0, 0.25, 1 and 3 s and then every 5 s, and from the beginning when an interface comes, though no
 * sooner than 250 ms after the queries before. What is made of the answers is for others to know
 * (protocol/client/browser.h), as is what went wrong where: no interface's failure keeps another
 * from being asked.
 *
 * Thread: one, whose thread-default main context the prober was started in.
 * Source: docs/protocol.md, section 8.
 */
#pragma once

#include "protocol/client/clock.h"
#include "protocol/client/interfaces.h"
#include "protocol/wire/beacon.h"

typedef struct _ParlanceProber ParlanceProber;

/* How a query went out. */
typedef enum
{
  PARLANCE_WAY_BROADCAST,
  PARLANCE_WAY_MULTICAST,
  PARLANCE_WAY_IPV6,    /* multicast; on loopback to ::1 */
  PARLANCE_WAY_UNICAST, /* to one address, by parlance_prober_ask() */
} ParlanceWay;

#define PARLANCE_N_WAYS (PARLANCE_WAY_UNICAST + 1)

/* An answer to a query of this prober. Borrowed for the call. */
typedef struct
{
  const ParlanceBeacon *beacon;
  GInetSocketAddress *address; /* where it came from, with the TCP port it tells */
  guint interface;             /* index of the one it came in at */
  gboolean is_local;           /* the server is on this machine */
  ParlanceWay way;             /* of the query */
  guint round;                 /* of the query, counted from 1 */
  gint64 delay_us;             /* since the query */
} ParlanceHeard;

/* What became of one way on one interface. */
typedef struct
{
  guint interface; /* index; 0: of unicast, the system's choice */
  ParlanceWay way;
  guint n_sent;
  guint n_heard;
  int last_error; /* errno of the last attempt to send; 0: it succeeded */
} ParlanceProbe;

typedef void (*ParlanceHeardFunc) (const ParlanceHeard *heard, gpointer user_data);

/**
 * parlance_prober_new:
 * @port: UDP; 0: that of the environment's PARLANCE_DISCOVERY_PORT, else 9502
 * @heard: called for each answer. May stop the prober, not free it
 */
ParlanceProber *parlance_prober_new (guint16 port, ParlanceHeardFunc heard, gpointer user_data);

/** parlance_prober_free: @self: (nullable): stops it, too */
void parlance_prober_free (ParlanceProber *self);

/** parlance_prober_set_loopback_only: asks this machine alone. Before it is started. */
void parlance_prober_set_loopback_only (ParlanceProber *self, gboolean loopback_only);

/** parlance_prober_set_clock: @clock: (transfer none): of the queries' times, for tests. Before it
 * is started. */
void parlance_prober_set_clock (ParlanceProber *self, const ParlanceClock *clock);

/**
 * parlance_prober_start:
 * @error: %G_IO_ERROR: there is no socket to be had
 *
 * Sends the first queries at once. Does nothing when it is started already.
 */
gboolean parlance_prober_start (ParlanceProber *self, GError **error);

/** parlance_prober_stop: no answer is heard any more. */
void parlance_prober_stop (ParlanceProber *self);

/** parlance_prober_restart: begins the series of queries anew. */
void parlance_prober_restart (ParlanceProber *self);

/** parlance_prober_ask: sends one query to @address alone. Returns: 0, or errno */
int parlance_prober_ask (ParlanceProber *self, GInetSocketAddress *address);

/** parlance_prober_get_round: how many times was asked */
guint parlance_prober_get_round (const ParlanceProber *self);

/** parlance_prober_get_interfaces: (transfer none) (element-type ParlanceInterface): as last looked
 * at */
GPtrArray *parlance_prober_get_interfaces (const ParlanceProber *self);

/** parlance_prober_get_probes: (transfer none) (element-type ParlanceProbe): since it was started
 */
GArray *parlance_prober_get_probes (const ParlanceProber *self);
