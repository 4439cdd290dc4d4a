/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The UDP sockets of discovery and what the kernel tells with each datagram (IP_PKTINFO,
 * IPV6_PKTINFO): the interface it came in at and the address it was sent to, and for an answer the
 * same the other way round. Addresses of IPv4 are mapped into IPv6 throughout.
 */
#pragma once

#include "server/net/address.h"

#include <netinet/in.h>

#define DISCOVERY_CONTROL_BYTES 128

/* Where a query came from, and where it was sent to. */
typedef struct
{
  int interface;
  gboolean is_unicast;
  struct in6_addr peer;
  struct in6_addr own; /* this machine's: the one that was asked, or the interface's; of IPv6 the
                          group, where a group was asked */
} DiscoveryArrival;

typedef struct
{
  guint16 port; /* 0 picks one that the families have free */
  gboolean ipv4;
  gboolean ipv6;
  gboolean loopback_only; /* nothing of what comes over the network is wanted */
} DiscoverySocketsOptions;

typedef struct
{
  int ipv4; /* -1: not wanted, or the machine lacks the family */
  int ipv6;
  guint16 port; /* as bound */
} DiscoverySockets;

/**
 * discovery_sockets_open:
 * @ret_sockets: (out): -1 both after a failure
 *
 * Returns: %FALSE with errno: %EADDRINUSE when a program has the port that does not share it
 */
gboolean
discovery_sockets_open (const DiscoverySocketsOptions *options, DiscoverySockets *ret_sockets);

/**
 * discovery_sockets_adopt:
 * @sockets: (inout): bound by somebody else, to one port, non-blocking; -1 where there is none. Its
 *   port is set
 *
 * Returns: %FALSE with errno
 */
gboolean discovery_sockets_adopt (DiscoverySockets *sockets);

/** discovery_socket_read: %FALSE when nobody could be answered */
gboolean
discovery_socket_read (struct msghdr *message, const Address *peer, DiscoveryArrival *ret_arrival);

/**
 * discovery_socket_send:
 * @interface: the datagram leaves through it
 * @source: and from this address; unspecified: the kernel's choice
 *
 * Returns: %FALSE with errno
 */
gboolean discovery_socket_send (int fd,
                                const Address *to,
                                int interface,
                                const struct in6_addr *source,
                                const GString *datagram);

/** discovery_map: 192.0.2.1 as ::ffff:192.0.2.1 */
struct in6_addr discovery_map (struct in_addr address);
