/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceConnector: a GSocketConnectable of several addresses that are all the same server's. A
 * GSocketClient that is given one tries them as RFC 8305 ("happy eyeballs") says: each 250 ms after
 * the one before or as soon as that failed, the first that connects wins, and the others are given
 * up. Immutable.
 */
#pragma once

#include <gio/gio.h>

#define PARLANCE_TYPE_CONNECTOR (parlance_connector_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceConnector, parlance_connector, PARLANCE, CONNECTOR, GObject)

/**
 * parlance_connector_parse:
 * @addresses: (array zero-terminated=1): best first; each as parlance_address_parse() reads it. Of
 *   several only those count that need no looking up
 * @error: %G_IO_ERROR_INVALID_ARGUMENT
 *
 * The first is tried first; then the families take turns, as far as there are addresses of both, so
 * that a family that is broken costs one attempt and not many. A single name stays what it is: its
 * addresses are looked up, and tried in the same way.
 *
 * Returns: (transfer full) (nullable):
 */
GSocketConnectable *parlance_connector_parse (const char *const *addresses, GError **error);
