/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where connections come in: the listeners of both front doors, bound by the server itself or
 * handed over by a service manager. They live on the main thread's loop.
 */
#pragma once

#include "server/config.h"
#include "server/handed-sockets.h"
#include "server/net/listener.h"

typedef struct
{
  GPtrArray *json; /* Listener; %NULL after doors_close() */
  GPtrArray *dict;
} Doors;

/**
 * doors_open:
 * @handed: what it uses is taken
 *
 * Clients can connect and wait until doors_start(). To be closed after a failure, too.
 */
gboolean doors_open (Doors *self,
                     Loop *loop,
                     const Config *config,
                     HandedSockets *handed,
                     const ListenerOptions *options,
                     GError **error);

/** doors_start: begins to accept */
void doors_start (Doors *self);

/**
 * doors_wait_ms:
 * @wait_ms: until something else is due [ms]; -1: for ever
 *
 * Returns: how long to wait until a listener that pauses goes on [ms]
 */
int doors_wait_ms (Doors *self, int wait_ms);

/** doors_close: may be called again */
void doors_close (Doors *self);
