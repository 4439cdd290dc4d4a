/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tells the service manager that the server is alive, from the main thread, and only while each
 * thread that serves has gone through its loop since the last time: a server whose main thread
 * alone still turns is restarted. What is watched is asked by mail. The threads of the compute pool
 * are not: what they do has limits of its own, and may take long under load.
 */
#pragma once

#include "server/net/mailbox.h"
#include "server/notify.h"

typedef struct Watchdog Watchdog;

/**
 * watchdog_new:
 * @notify: (transfer none) (nullable): outlives the watchdog
 *
 * Returns: (transfer full) (nullable): %NULL: the service manager does not want to hear of it
 */
Watchdog *watchdog_new (const Notify *notify);

/** watchdog_free: after the mailboxes of all that it watches. Takes %NULL */
void watchdog_free (Watchdog *self);

/**
 * watchdog_watch:
 * @self: (nullable)
 * @name: (transfer full): of the thread, for people
 * @post: posts mail to @target, whose receiver does not matter
 */
void watchdog_watch (Watchdog *self,
                     char *name,
                     void (*post) (gpointer target, MailboxMessage *message),
                     gpointer target);

/**
 * watchdog_turn:
 * @self: (nullable)
 * @wait_ms: until something else is due [ms]; -1: for ever
 *
 * Tells and asks when it is time to.
 *
 * Returns: how long to wait until then [ms]
 */
int watchdog_turn (Watchdog *self, int wait_ms);
