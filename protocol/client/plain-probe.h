/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether what hangs up on TLS is a server that speaks plain text, or one that is not there, such
 * as behind a tunnel whose other end is gone. All that is said to it is a "ping".
 */
#pragma once

#include <gio/gio.h>

/**
 * parlance_plain_probe_async:
 * @connection: (transfer none): that nothing has been said on
 */
void parlance_plain_probe_async (GSocketConnection *connection,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

/** parlance_plain_probe_finish: Returns: whether it answered; FALSE also with @error */
gboolean parlance_plain_probe_finish (GAsyncResult *result, GError **error);
