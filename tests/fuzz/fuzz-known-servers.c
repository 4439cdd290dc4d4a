/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What clients remember of servers, as a file that anybody may have written. What is read is
 * written and read back.
 */
#include "protocol/client/known-servers.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes)
{
  g_autoptr (ParlanceKnownServers) servers = parlance_known_servers_load ("/proc/none", NULL);
  g_autoptr (ParlanceKnownServers) again = parlance_known_servers_load ("/proc/none", NULL);

  parlance_known_servers_read (servers, (const char *)data, n_bytes);
  g_autofree char *text = parlance_known_servers_to_text (servers);
  parlance_known_servers_read (again, text, strlen (text));
  g_autofree char *same = parlance_known_servers_to_text (again);
  g_assert_cmpstr (text, ==, same);

  g_autofree char *word = g_strndup ((const char *)data, n_bytes);
  g_autofree char *fingerprint = parlance_fingerprint_normalize (word);
  if (parlance_known_servers_accept (servers, PARLANCE_KNOWN_BY_ADDRESS, word, fingerprint))
    g_assert_nonnull (parlance_known_servers_find (servers, PARLANCE_KNOWN_BY_ADDRESS, word));
  return 0;
}
