/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether what hangs up on TLS is a server that speaks plain text, or one that is not there, such
 * as behind a tunnel whose other end is gone, or that has no time: a full or stopping server says
 * so in plain text too. All that is said to it is a "ping".
 */
#pragma once

#include <gio/gio.h>

#define PARLANCE_PLAIN_PROBE_MAX 4096 /* [bytes] of the answer's line */

/**
 * parlance_plain_probe_async:
 * @connection: (transfer none): that nothing has been said on; nothing is read of it but the one
 *   line
 */
void parlance_plain_probe_async (GSocketConnection *connection,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

/**
 * parlance_plain_probe_finish:
 * @error: %G_IO_ERROR_INVALID_DATA: it is no server of ours; %PARLANCE_ERROR: it said why it serves
 *   nobody, or not this client; others: the connection ended, or has to be encrypted after all
 *
 * Returns: whether it serves in plain text
 */
gboolean parlance_plain_probe_finish (GAsyncResult *result, GError **error);
