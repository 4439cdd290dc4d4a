/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sockets that a service manager has opened before it started the server, and hands over as open
 * descriptors (LISTEN_FDS). Each of them is for the front door that its name says: `dict` and
 * `discovery`; any other name is JSON-RPC's. What is handed over takes the place of what the
 * configuration says of the same door. Source: sd_listen_fds(3).
 */
#pragma once

#include <glib.h>

typedef struct
{
  GArray *json; /* int: listening TCP sockets */
  GArray *dict;
  int discovery_ipv4; /* bound UDP socket; -1: none */
  int discovery_ipv6; /* at the same port */
} HandedSockets;

/**
 * handed_sockets_take:
 * @ret_sockets: (out): none where there is no service manager. To be cleared after a failure too
 *
 * Takes LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES out of the environment, and makes the descriptors
 * non-blocking and close-on-exec. To be called while there is one thread.
 *
 * Returns: %FALSE with an error that names the descriptor and what is wrong with it
 */
gboolean handed_sockets_take (HandedSockets *ret_sockets, GError **error);

/**
 * handed_sockets_steal:
 * @fd: a member of @sockets
 *
 * Returns: its value; it is the caller's to close
 */
int handed_sockets_steal (int *fd);

/** handed_sockets_clear: closes those that nobody has stolen */
void handed_sockets_clear (HandedSockets *self);
