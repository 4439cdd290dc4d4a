/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The UDP answerer: tells clients on the local network that there is a server, and where. Lives on
 * the main thread's loop and never blocks it. Source: docs/protocol.md, section 8.
 */
#pragma once

#include "protocol/wire/beacon.h"
#include "server/discovery-socket.h"
#include "server/net/listener.h"

typedef struct Discovery Discovery;

/* What changes while the server runs. */
typedef struct
{
  guint32 n_users;
  guint32 n_dictionaries;
} DiscoveryCounts;

typedef struct
{
  const char *id;   /* UUID */
  const char *name; /* what people call it */
  ParlanceTlsMode tls;
  const char *fingerprint; /* (nullable): of the certificate */
  /* (nullable): bound by somebody else, and discovery's from then on; no other is opened. */
  const DiscoverySockets *handed;
  /* Called for every answer, on the loop's thread. */
  void (*count) (DiscoveryCounts *ret_counts, gpointer data);
  gpointer data;
} DiscoveryOptions;

/**
 * discovery_new:
 * @port: UDP; 0 picks a free one; of no account where sockets are handed over
 * @listeners: (element-type Listener): where clients connect
 * @options: the strings are copied
 *
 * Takes the port. A server that listens on loopback only is found from there only.
 *
 * Returns: (transfer full) (nullable): %NULL when the port is taken by a program that does not
 *   share it; other servers do
 */
Discovery *discovery_new (Loop *loop,
                          guint16 port,
                          const GPtrArray *listeners,
                          const DiscoveryOptions *options,
                          GError **error);

/** discovery_start: @self: (nullable): begins to answer */
void discovery_start (Discovery *self);

/** discovery_set_fingerprint: @self: (nullable): of the certificate that is shown from now on */
void discovery_set_fingerprint (Discovery *self, const char *fingerprint);

/** discovery_free: stops answering; outside of a turn of the loop */
void discovery_free (Discovery *self);

/** discovery_port: as bound */
guint16 discovery_port (const Discovery *self);
