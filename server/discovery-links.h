/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The network interfaces as discovery sees them: on which of them the server can be reached over
 * TCP, from which address and at which port, and the multicast groups that its sockets are members
 * of there. Interfaces come and go: rtnetlink says when, on the loop of the main thread.
 */
#pragma once

#include "server/net/address.h"
#include "server/net/loop.h"

#include <netinet/in.h>

typedef struct DiscoveryLinks DiscoveryLinks;

/* Where the server listens, for one family on one interface. */
typedef struct
{
  guint16 port;            /* TCP; 0: nowhere */
  gboolean everywhere;     /* at each address of the interface, not at @address alone */
  struct in6_addr address; /* IPv4 mapped into IPv6 */
} DiscoveryReach;

/**
 * discovery_links_new:
 * @ipv4: @ipv6: UDP sockets, -1 where there is none; borrowed
 * @listen: (element-type Address): where the server listens for TCP, as bound
 */
DiscoveryLinks *
discovery_links_new (Loop *loop, int ipv4, int ipv6, const GArray *listen, GError **error);
void discovery_links_free (DiscoveryLinks *self);

/**
 * discovery_links_reach:
 * @family: AF_INET or AF_INET6
 *
 * Returns: (nullable): %NULL when nobody who asks there could connect
 */
const DiscoveryReach *discovery_links_reach (const DiscoveryLinks *self, int interface, int family);
