/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Connects to a server (protocol/client/connector.h), encrypts the connection where the server
 * can, and looks whether it is the server that was meant. Thread: the one that began, on its
 * thread-default main context; GIO shakes hands on a thread of its own meanwhile.
 */
#pragma once

#include "protocol/client/connector.h"
#include "protocol/client/trust.h"

/**
 * parlance_secure_connector_connect_async:
 * @addresses: (array zero-terminated=1): as for parlance_connector_connect_async()
 * @trust: (transfer none): referenced
 *
 * A server of which nothing is known is tried with TLS. One that speaks none hangs up at the first
 * byte, or says in plain text that it was no JSON, and is connected to once more without.
 */
void parlance_secure_connector_connect_async (const char *const *addresses,
                                              ParlanceTrust *trust,
                                              GCancellable *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);

/**
 * parlance_secure_connector_connect_finish:
 * @ret_socket: (out) (transfer full): the connection below it, or itself
 * @error: %PARLANCE_TRUST_ERROR, of %G_TLS_ERROR when there is no agreement on how to encrypt, or
 *   what parlance_connector_connect_finish() says
 *
 * Returns: (transfer full) (nullable): what to speak over
 */
GIOStream *parlance_secure_connector_connect_finish (GAsyncResult *result,
                                                     GSocketConnection **ret_socket,
                                                     GError **error);
