/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Connects to a server of one or several addresses, as RFC 8305 ("happy eyeballs") says: an attempt
 * begins 250 ms after the one before it, or as soon as that has failed; the first that connects
 * wins, and the others are given up. Thread: the one that began, on its thread-default main
 * context.
 *
 * GSocketClient does the same, but in GLib 2.74 it leaks what it has allocated when an address is
 * silent for 250 ms and then fails, as the address of a machine that is off does.
 */
#pragma once

#include <gio/gio.h>

/**
 * parlance_connector_connect_async:
 * @addresses: (array zero-terminated=1): of one server, best first, at least one; each as
 *   parlance_address_parse() reads it. Of several only those count that need no looking up
 *
 * The first is tried first; then the families take turns, as far as there are addresses of both, so
 * that a family that is broken costs one attempt and not many. A single name is looked up, and its
 * addresses are tried in the same way. There is no limit of time but that of the system.
 */
void parlance_connector_connect_async (const char *const *addresses,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);

/**
 * parlance_connector_connect_finish:
 * @error: %G_IO_ERROR_INVALID_ARGUMENT for a bad address, %G_IO_ERROR_CANCELLED, or what the last
 *   attempt to fail, or the resolver, said
 *
 * Returns: (transfer full) (nullable):
 */
GSocketConnection *parlance_connector_connect_finish (GAsyncResult *result, GError **error);

/**
 * parlance_connector_order:
 * @addresses: (array zero-terminated=1): numeric ones
 *
 * Returns: (transfer full) (element-type GInetSocketAddress): in the order of the attempts; what is
 *   not numeric is left out
 */
GPtrArray *parlance_connector_order (const char *const *addresses);
