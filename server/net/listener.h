/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A listening socket on the main thread's loop. It accepts and hands sockets to a function; it
 * stops asking for connections while the process has no descriptors left.
 */
#pragma once

#include "server/net/address.h"
#include "server/net/door.h"
#include "server/net/loop.h"

typedef struct Listener Listener;

typedef struct
{
  /* A connection came in; takes @fd (non-blocking, close-on-exec). */
  void (*accepted) (int fd, const Address *peer, const Door *door, gpointer data);
  gpointer data;
} ListenerOptions;

/**
 * listener_new:
 * @address: port 0 picks a free one
 *
 * Binds and listens: clients can connect and wait. The error names the address and says what to do;
 * it is %G_FILE_ERROR_NXIO where this machine lacks the address or its whole family.
 */
Listener *listener_new (Loop *loop,
                        const Address *address,
                        const Door *door,
                        const ListenerOptions *options,
                        GError **error);

/**
 * listener_adopt:
 * @fd: (transfer full): a TCP socket that listens, non-blocking and close-on-exec
 *
 * One that somebody else has bound.
 */
Listener *listener_adopt (
    Loop *loop, int fd, const Door *door, const ListenerOptions *options, GError **error);

/** listener_start: begins to accept */
void listener_start (Listener *self);

/** listener_free: stops listening; connections in the backlog are refused by the kernel */
void listener_free (Listener *self);

/** listener_address: (transfer none): as bound, "127.0.0.1:9502" */
const char *listener_address (const Listener *self);

/** listener_takes_both: IPv6 and, as addresses mapped into it, IPv4 */
gboolean listener_takes_both (const Listener *self);

/**
 * listener_retry_ms:
 *
 * Goes on accepting when a pause has passed.
 *
 * Returns: how long until then [ms], -1 when the listener is not pausing
 */
int listener_retry_ms (Listener *self);
