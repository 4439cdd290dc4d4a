/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether what accepts connections somewhere is a Parlance server: any program may listen at its
 * usual port. Thread: the one that began, on its thread-default main context.
 */
#pragma once

#include <gio/gio.h>

#include "protocol/client/trust.h"

/**
 * choose_ping_async:
 * @addresses: (array zero-terminated=1): numeric ones of one server, best first, at least one
 * @tls: as for the command that is to follow
 * @cancellable: there is no other limit of time
 *
 * Connects, encrypted where that goes, and sends a "ping".
 */
void choose_ping_async (const char *const *addresses,
                        ParlanceTlsUse tls,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data);

/**
 * choose_ping_finish:
 *
 * Returns: whether a server has answered, were it with a refusal; also when it is one that is not
 *   to be trusted: the command says what is to be done then
 */
gboolean choose_ping_finish (GAsyncResult *result);
