/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The few socket calls that the load generators and the bare server share. Sockets block (each
 * receive says MSG_DONTWAIT where it must not), because what is outstanding is always small enough
 * for the kernel's buffers and a blocking send is then one system call.
 */
#pragma once

#include <glib.h>
#include <sys/socket.h>

typedef struct
{
  struct sockaddr_storage storage;
  socklen_t n_bytes; /* [bytes] */
} BenchAddress;

/**
 * bench_address_parse:
 * @text: "127.0.0.1:9502" or "[::1]:9502"; numbers only, no name is looked up
 *
 * Returns: whether @text was an address; @ret_address is untouched when it was not
 */
gboolean bench_address_parse (const char *text, BenchAddress *ret_address);

/**
 * bench_address_to_string:
 *
 * Returns: (transfer full): the form that bench_address_parse() takes
 */
char *bench_address_to_string (const BenchAddress *address);

/**
 * bench_connect:
 * @no_delay: whether to turn Nagle's algorithm off
 *
 * Sends and receives on the socket give up after 10 s, so that a stuck server ends a run.
 *
 * Returns: a connected socket, or -1 with errno
 */
int bench_connect (const BenchAddress *address, gboolean no_delay);

/**
 * bench_send_all:
 *
 * Returns: whether all of @n_bytes were sent; else errno says why not
 */
gboolean bench_send_all (int fd, const char *bytes, gsize n_bytes);

/**
 * bench_now_ns:
 *
 * Returns: [ns] the monotonic clock
 */
guint64 bench_now_ns (void);
