/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Addresses of servers as people write and read them: host, host:port, address, [v6 address]:port,
 * [v6 address%interface]:port. Pure, but for the names of interfaces.
 */
#pragma once

#include <gio/gio.h>

/**
 * parlance_address_parse:
 * @text: one of the forms above, or an IPv6 address without brackets; the default port is 9502
 * @error: %G_IO_ERROR_INVALID_ARGUMENT
 *
 * Returns: (transfer full) (nullable): what a session can connect to
 */
GSocketConnectable *parlance_address_parse (const char *text, GError **error);

/**
 * parlance_address_parse_numeric:
 *
 * Returns: (transfer full) (nullable): %NULL when @text holds a name to be looked up, or an
 *   interface that is not there
 */
GInetSocketAddress *parlance_address_parse_numeric (const char *text);

/**
 * parlance_address_new_native:
 * @native: (array length=n_bytes): a socket address of IPv4 or IPv6
 * @port: in place of the one in @native
 *
 * Returns: (transfer full) (nullable): %NULL for another family
 */
GInetSocketAddress *parlance_address_new_native (gconstpointer native, gsize n_bytes, guint16 port);

/** parlance_address_with_port: Returns: (transfer full): the same but for its port */
GInetSocketAddress *parlance_address_with_port (GInetSocketAddress *address, guint16 port);

/** parlance_address_same_host: whether they are the same but for their ports */
gboolean parlance_address_same_host (GInetSocketAddress *a, GInetSocketAddress *b);

/**
 * parlance_address_to_string:
 *
 * Returns: (transfer full): "192.0.2.1:9502" or "[fe80::1%eth0]:9502", which
 *   parlance_address_parse() reads; the port stands there always
 */
char *parlance_address_to_string (GInetSocketAddress *address);

/** parlance_addresses_dup: Returns: (transfer full): @addresses: (array zero-terminated=1) */
char **parlance_addresses_dup (const char *const *addresses);
