/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The network interfaces of this machine that are up, as discovery needs them: where a query can be
 * sent, and which addresses are this machine's own; and word when any of it changes. Thread: the
 * one whose main context is used.
 */
#pragma once

#include <gio/gio.h>
#include <net/if.h>
#include <netinet/in.h>

typedef struct
{
  struct in_addr address;
  struct in_addr broadcast; /* 0.0.0.0: none */
  struct in_addr netmask;
} ParlanceInterfaceIpv4;

typedef struct
{
  guint index;
  char name[IF_NAMESIZE];
  gboolean is_loopback;
  gboolean has_multicast;
  GArray *ipv4; /* of ParlanceInterfaceIpv4 */
  GArray *ipv6; /* of struct in6_addr */
} ParlanceInterface;

/**
 * parlance_interfaces_list:
 * @error: %G_IO_ERROR
 *
 * Returns: (transfer full) (nullable) (element-type ParlanceInterface): those that are up, in the
 *   system's order
 */
GPtrArray *parlance_interfaces_list (GError **error);

gboolean parlance_interfaces_equal (const GPtrArray *a, const GPtrArray *b);

/** parlance_interfaces_have: whether @address is one of this machine's; all of 127.0.0.0/8 is */
gboolean parlance_interfaces_have (const GPtrArray *interfaces, GInetAddress *address);

/** parlance_interfaces_reach: whether @address is on the link of one of them: no router between */
gboolean parlance_interfaces_reach (const GPtrArray *interfaces, GInetAddress *address);

/**
 * parlance_interfaces_watch:
 * @context: (transfer none): where @changed is called
 * @changed: something about the interfaces may have changed; what is to be found out
 *
 * Returns: (transfer full) (nullable): a source that is attached; destroy it to watch no longer.
 *   %NULL where the system does not tell
 */
GSource *
parlance_interfaces_watch (GMainContext *context, void (*changed) (gpointer), gpointer user_data);
