/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Everything is an IPv6 range inside.
 */
#include "server/chat/network-range.h"

#include <arpa/inet.h>
#include <string.h>

#define ALL_BITS 128
#define MAPPED_BITS 96 /* before an IPv4 address */

static const guint8 mapped_prefix[MAPPED_BITS / 8] = {
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff,
};

static gboolean
is_mapped (const NetworkAddress *address)
{
  return memcmp (address->bytes, mapped_prefix, sizeof mapped_prefix) == 0;
}

/* The mask of byte @i. */
static guint8
mask_of (guint n_bits, guint i)
{
  if (n_bits >= (i + 1) * 8)
    return 0xff;
  return n_bits <= i * 8 ? 0 : (guint8)(0xff << (8 - (n_bits - i * 8)));
}

gboolean
network_range_parse (const char *text, NetworkRange *ret_range)
{
  const char *slash = strchr (text, '/');
  g_autofree char *address =
      slash != NULL ? g_strndup (text, (gsize)(slash - text)) : g_strdup (text);
  NetworkRange range = { .n_bits = ALL_BITS };
  guint first_bit = 0;
  guint64 n_bits;

  if (inet_pton (AF_INET, address, range.address.bytes + sizeof mapped_prefix) == 1)
    {
      memcpy (range.address.bytes, mapped_prefix, sizeof mapped_prefix);
      first_bit = MAPPED_BITS;
    }
  else if (inet_pton (AF_INET6, address, range.address.bytes) != 1)
    return FALSE;
  if (slash != NULL)
    {
      if (!g_ascii_string_to_unsigned (slash + 1, 10, 0, ALL_BITS - first_bit, &n_bits, NULL))
        return FALSE;
      range.n_bits = first_bit + (guint)n_bits;
    }
  for (guint i = 0; i < NETWORK_ADDRESS_BYTES; i++)
    range.address.bytes[i] &= mask_of (range.n_bits, i);
  *ret_range = range;
  return TRUE;
}

gboolean
network_range_contains (const NetworkRange *self, const NetworkAddress *address)
{
  guint n_whole = self->n_bits / 8;

  if (memcmp (self->address.bytes, address->bytes, n_whole) != 0)
    return FALSE;
  return self->n_bits % 8 == 0 || (address->bytes[n_whole] & mask_of (self->n_bits, n_whole)) ==
                                      self->address.bytes[n_whole];
}

gboolean
network_ranges_contain (const GArray *ranges, const NetworkAddress *address)
{
  for (guint i = 0; i < ranges->len; i++)
    {
      if (network_range_contains (&g_array_index (ranges, NetworkRange, i), address))
        return TRUE;
    }
  return FALSE;
}

NetworkRange
network_range_of_host (const NetworkAddress *address)
{
  static const guint8 zeros[NETWORK_ADDRESS_BYTES / 2];
  NetworkRange range = { .address = *address, .n_bits = ALL_BITS };
  gboolean is_link_local = address->bytes[0] == 0xfe && (address->bytes[1] & 0xc0) == 0x80;

  /* Mapped IPv4, ::1 and what is not known begin with zeros; all of a link's network have the first
   * half of a link-local address in common. */
  if (memcmp (address->bytes, zeros, sizeof zeros) == 0 || is_link_local)
    return range;
  range.n_bits = ALL_BITS / 2;
  memset (range.address.bytes + NETWORK_ADDRESS_BYTES / 2, 0, NETWORK_ADDRESS_BYTES / 2);
  return range;
}

char *
network_range_format (const NetworkRange *self)
{
  char text[INET6_ADDRSTRLEN];
  gboolean is_ipv4 = self->n_bits >= MAPPED_BITS && is_mapped (&self->address);
  guint n_bits = is_ipv4 ? self->n_bits - MAPPED_BITS : self->n_bits;

  if (inet_ntop (is_ipv4 ? AF_INET : AF_INET6,
                 self->address.bytes + (is_ipv4 ? sizeof mapped_prefix : 0), text,
                 sizeof text) == NULL)
    g_assert_not_reached ();
  return self->n_bits == ALL_BITS ? g_strdup (text) : g_strdup_printf ("%s/%u", text, n_bits);
}

char *
network_address_to_name (const NetworkAddress *self)
{
  NetworkRange range = network_range_of_host (self);

  return network_range_format (&range);
}
