/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Addresses of peers, and ranges of them as people write them: 192.168.1.7, 10.0.0.0/8, fe80::/10.
 * Pure.
 */
#pragma once

#include <glib.h>

#define NETWORK_ADDRESS_BYTES 16

/* IPv4 stands in it as ::ffff:0:0/96 does. All zeros: not known. */
typedef struct
{
  guint8 bytes[NETWORK_ADDRESS_BYTES];
} NetworkAddress;

typedef struct
{
  NetworkAddress address; /* its bits behind @n_bits are 0 */
  guint n_bits;           /* 0 to 128 */
} NetworkRange;

/** network_range_parse: an address alone is a range of one. Returns: %FALSE: it is none */
gboolean network_range_parse (const char *text, NetworkRange *ret_range);

gboolean network_range_contains (const NetworkRange *self, const NetworkAddress *address);

/** network_ranges_contain: @ranges: NetworkRange: whether one of them does */
gboolean network_ranges_contain (const GArray *ranges, const NetworkAddress *address);

/**
 * network_range_of_host:
 *
 * What one machine has of addresses: of IPv6 a network of 64 bits, in which it takes whichever it
 * likes; of those that mean nothing beyond a link or a machine, and of IPv4, that one.
 */
NetworkRange network_range_of_host (const NetworkAddress *address);

/** network_range_format: (transfer full): as network_range_parse() reads it, an address alone
 * without its number of bits */
char *network_range_format (const NetworkRange *self);

/** network_address_to_name: (transfer full): of network_range_of_host() */
char *network_address_to_name (const NetworkAddress *self);
