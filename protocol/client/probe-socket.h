/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The UDP socket of one family that discovery asks with on every interface: IP_PKTINFO, or the
 * scope of the address, chooses the one that a datagram leaves by, and tells the one it came in at.
 */
#pragma once

#include <glib.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* A datagram that came in. */
typedef struct
{
  struct sockaddr_storage from;
  gsize n_from;    /* [bytes] */
  guint interface; /* index; 0: not told */
  gsize n_bytes;   /* of the datagram, or of the buffer when that was too small */
} ProbeArrival;

/** probe_socket_open: @family: AF_INET or AF_INET6. Returns: the socket, or -1 with errno */
int probe_socket_open (int family);

/**
 * probe_socket_send:
 * @to: its length follows from its family
 * @interface: index; 0: the system's choice
 * @own: (nullable): the address of IPv4 that it leaves from
 *
 * Returns: 0, or errno
 */
int probe_socket_send (int fd,
                       const GString *datagram,
                       const struct sockaddr_storage *to,
                       guint interface,
                       const struct in_addr *own);

/** probe_socket_receive: %FALSE when nothing is there */
gboolean probe_socket_receive (int fd, char *bytes, gsize size, ProbeArrival *ret_arrival);
