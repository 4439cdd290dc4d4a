/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the service manager is told: that the server is ready, reloads, stops, is alive, and in a
 * few words what it is doing. Where no service manager asks for it, everything here does nothing.
 * Source: sd_notify(3), sd_watchdog_enabled(3).
 */
#pragma once

#include <glib.h>

typedef struct Notify Notify;

/**
 * notify_new:
 *
 * Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID and takes them out of the environment. To be
 * called while there is one thread.
 *
 * Returns: (transfer full) (nullable): %NULL: nobody wants to be told
 */
Notify *notify_new (void);
void notify_free (Notify *self);

/**
 * notify_send:
 * @self: (nullable)
 * @state: (nullable): lines like "READY=1"
 * @status: (nullable): format of a sentence for people, one line
 *
 * Waits for at most NOTIFY_TIMEOUT_S when the service manager does not read. One thread.
 */
void
notify_send (const Notify *self, const char *state, const char *status, ...) G_GNUC_PRINTF (3, 4);

#define NOTIFY_TIMEOUT_S 5

/** notify_watchdog_us: how often the service manager wants to hear of the server at least [µs]; 0:
 * not at all. @self: (nullable) */
gint64 notify_watchdog_us (const Notify *self);
