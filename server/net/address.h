/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Numeric socket addresses as people write them: 127.0.0.1:9502, [::1]:9502, [fe80::1%eth0]:9502.
 */
#pragma once

#include <glib.h>
#include <sys/socket.h>

typedef struct
{
  union
  {
    struct sockaddr any;
    struct sockaddr_storage storage;
  };
  socklen_t n_bytes;
} Address;

/**
 * address_parse:
 * @text: ADDR, ADDR:PORT, [ADDR] or [ADDR]:PORT, numeric
 * @default_port: where @text names none
 */
gboolean
address_parse (const char *text, guint16 default_port, Address *ret_address, GError **error);

/** address_format: (transfer full): what address_parse() reads, port included */
char *address_format (const Address *self);

/**
 * address_to_bytes:
 *
 * As an IPv6 address; IPv4 stands in it as ::ffff:0:0/96 does. All zeros: it is of another family.
 */
void address_to_bytes (const Address *self, guint8 ret_bytes[16]);

/** address_is_loopback: 127.0.0.0/8, ::1, and the former mapped into IPv6 */
gboolean address_is_loopback (const Address *self);

/** address_bound_port: that @fd, a socket of IPv4 or IPv6, is bound to; 0: none */
guint16 address_bound_port (int fd);
