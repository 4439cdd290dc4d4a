/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceLocalServer: a parlanced on this computer that was started from here, for who finds no
 * server on the network. It keeps its data in $XDG_DATA_HOME/parlance/server and goes on running
 * when the app ends, unless it is stopped; the next run of the app finds it. Thread: one.
 */
#pragma once

#include <gio/gio.h>

#define PARLANCE_TYPE_LOCAL_SERVER (parlance_local_server_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceLocalServer, parlance_local_server, PARLANCE, LOCAL_SERVER, GObject)

ParlanceLocalServer *parlance_local_server_new (void);

/**
 * parlance_local_server_start_async:
 * @cancellable: (nullable): ends the server again
 *
 * Finds the program, runs it, and waits until it serves. At once when it is running already.
 */
void parlance_local_server_start_async (ParlanceLocalServer *self,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);

/**
 * parlance_local_server_start_finish:
 * @error: the message is for people: what the program said last, when it said why
 *
 * Returns: (transfer none) (nullable): its address
 */
const char *parlance_local_server_start_finish (ParlanceLocalServer *self,
                                                GAsyncResult *result,
                                                GError **error);

/** parlance_local_server_has_id: whether it, running or not, is the server of that id */
gboolean parlance_local_server_has_id (ParlanceLocalServer *self, const char *id);

gboolean parlance_local_server_is_running (ParlanceLocalServer *self);

/** parlance_local_server_stop: asks it to end; who uses it is told so by it */
void parlance_local_server_stop (ParlanceLocalServer *self);
