/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A range of addresses as an operator may write it. What is read is written in one way, which reads
 * as the same, and holds its own ends and no address beyond them; so does what one host has.
 */
#include "server/chat/network-range.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes);

static void
check_range (const NetworkRange *range)
{
  g_autofree char *text = network_range_format (range);
  NetworkRange again;

  g_assert_true (network_range_parse (text, &again));
  g_autofree char *same = network_range_format (&again);
  g_assert_cmpstr (text, ==, same);
  g_assert_cmpuint (range->n_bits, ==, again.n_bits);
  g_assert_cmpmem (range->address.bytes, NETWORK_ADDRESS_BYTES, again.address.bytes,
                   NETWORK_ADDRESS_BYTES);
  g_assert_true (network_range_contains (range, &range->address));

  NetworkAddress other = range->address;
  if (range->n_bits < 8 * NETWORK_ADDRESS_BYTES)
    {
      other.bytes[NETWORK_ADDRESS_BYTES - 1] |= 1;
      g_assert_true (network_range_contains (range, &other));
    }
  if (range->n_bits > 0)
    {
      other.bytes[(range->n_bits - 1) / 8] ^= (guint8)(0x80 >> ((range->n_bits - 1) % 8));
      g_assert_false (network_range_contains (range, &other));
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes)
{
  g_autofree char *text = g_strndup ((const char *)data, n_bytes);
  NetworkAddress address = { 0 };
  NetworkRange range;

  if (network_range_parse (text, &range))
    check_range (&range);
  memcpy (address.bytes, data, MIN (n_bytes, sizeof address.bytes));
  range = network_range_of_host (&address);
  g_assert_true (network_range_contains (&range, &address));
  check_range (&range);
  g_autofree char *name = network_address_to_name (&address);
  g_assert_true (network_range_parse (name, &range));
  return 0;
}
