/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * getifaddrs() for what there is, rtnetlink for when to look again. The messages of rtnetlink are
 * not read: a list is made anew in less time than they take to be understood, and none is missed.
 */
#include "protocol/client/interfaces.h"

#include <errno.h>
#include <glib-unix.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <unistd.h>

static void
interface_free (gpointer data)
{
  ParlanceInterface *self = data;

  g_array_unref (self->ipv4);
  g_array_unref (self->ipv6);
  g_free (self);
}

/* Labels of addresses, as in eth0:1, belong to the interface in front of the colon. */
static ParlanceInterface *
provide_interface (GPtrArray *interfaces, const struct ifaddrs *item)
{
  char name[IF_NAMESIZE];

  g_strlcpy (name, item->ifa_name, MIN (strcspn (item->ifa_name, ":") + 1, sizeof name));
  for (guint i = 0; i < interfaces->len; i++)
    {
      ParlanceInterface *interface = g_ptr_array_index (interfaces, i);
      if (strcmp (interface->name, name) == 0)
        return interface;
    }

  guint index = if_nametoindex (name);
  if (index == 0)
    return NULL; /* gone meanwhile */
  ParlanceInterface *self = g_new0 (ParlanceInterface, 1);
  self->index = index;
  g_strlcpy (self->name, name, sizeof self->name);
  self->is_loopback = (item->ifa_flags & IFF_LOOPBACK) != 0;
  self->has_multicast = (item->ifa_flags & IFF_MULTICAST) != 0;
  self->ipv4 = g_array_new (FALSE, FALSE, sizeof (ParlanceInterfaceIpv4));
  self->ipv6 = g_array_new (FALSE, FALSE, sizeof (struct in6_addr));
  g_ptr_array_add (interfaces, self);
  return self;
}

static struct in_addr
ipv4_of (const struct sockaddr *address)
{
  if (address == NULL || address->sa_family != AF_INET)
    return (struct in_addr){ 0 };
  return ((const struct sockaddr_in *)(const void *)address)->sin_addr;
}

/* An address that was set without its broadcast address has the usual one all the same. */
static struct in_addr
broadcast_of (const struct ifaddrs *item)
{
  struct in_addr broadcast = ipv4_of (item->ifa_broadaddr);
  guint32 host_bits = ~ntohl (ipv4_of (item->ifa_netmask).s_addr);

  if ((item->ifa_flags & IFF_BROADCAST) == 0)
    return (struct in_addr){ 0 };
  if (broadcast.s_addr == 0 || broadcast.s_addr == ipv4_of (item->ifa_addr).s_addr)
    broadcast.s_addr =
        host_bits > 1 ? ipv4_of (item->ifa_addr).s_addr | htonl (host_bits) : INADDR_ANY;
  return broadcast;
}

static void
add_address (ParlanceInterface *self, const struct ifaddrs *item)
{
  if (item->ifa_addr->sa_family == AF_INET)
    {
      const ParlanceInterfaceIpv4 own = { .address = ipv4_of (item->ifa_addr),
                                          .broadcast = broadcast_of (item),
                                          .netmask = ipv4_of (item->ifa_netmask) };
      g_array_append_val (self->ipv4, own);
    }
  else if (item->ifa_addr->sa_family == AF_INET6)
    {
      const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)item->ifa_addr;
      g_array_append_val (self->ipv6, in6->sin6_addr);
    }
}

GPtrArray *
parlance_interfaces_list (GError **error)
{
  g_autoptr (GPtrArray) interfaces = g_ptr_array_new_with_free_func (interface_free);
  struct ifaddrs *items;

  if (getifaddrs (&items) != 0)
    {
      int code = errno;
      g_set_error (error, G_IO_ERROR, (gint)g_io_error_from_errno (code),
                   "cannot list the network interfaces: %s", g_strerror (code));
      return NULL;
    }
  for (const struct ifaddrs *item = items; item != NULL; item = item->ifa_next)
    {
      if ((item->ifa_flags & IFF_UP) == 0 || item->ifa_addr == NULL)
        continue;
      ParlanceInterface *interface = provide_interface (interfaces, item);
      if (interface != NULL)
        add_address (interface, item);
    }
  freeifaddrs (items);
  return g_steal_pointer (&interfaces);
}

static gboolean
arrays_equal (const GArray *a, const GArray *b, gsize element_bytes)
{
  return a->len == b->len &&
         (a->len == 0 || memcmp (a->data, b->data, a->len * element_bytes) == 0);
}

gboolean
parlance_interfaces_equal (const GPtrArray *a, const GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    {
      const ParlanceInterface *one = g_ptr_array_index (a, i);
      const ParlanceInterface *other = g_ptr_array_index (b, i);

      if (one->index != other->index || strcmp (one->name, other->name) != 0 ||
          one->has_multicast != other->has_multicast ||
          !arrays_equal (one->ipv4, other->ipv4, sizeof (ParlanceInterfaceIpv4)) ||
          !arrays_equal (one->ipv6, other->ipv6, sizeof (struct in6_addr)))
        return FALSE;
    }
  return TRUE;
}

gboolean
parlance_interfaces_have (const GPtrArray *interfaces, GInetAddress *address)
{
  const guint8 *bytes = g_inet_address_to_bytes (address);
  gboolean is_ipv4 = g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4;

  if (g_inet_address_get_is_loopback (address))
    return TRUE;
  for (guint i = 0; i < interfaces->len; i++)
    {
      const ParlanceInterface *interface = g_ptr_array_index (interfaces, i);

      for (guint k = 0; is_ipv4 && k < interface->ipv4->len; k++)
        if (memcmp (&g_array_index (interface->ipv4, ParlanceInterfaceIpv4, k).address, bytes,
                    sizeof (struct in_addr)) == 0)
          return TRUE;
      for (guint k = 0; !is_ipv4 && k < interface->ipv6->len; k++)
        if (memcmp (&g_array_index (interface->ipv6, struct in6_addr, k), bytes,
                    sizeof (struct in6_addr)) == 0)
          return TRUE;
    }
  return FALSE;
}

/* Without the prefix lengths of IPv6 at hand, /64 is what nearly all links have. */
gboolean
parlance_interfaces_reach (const GPtrArray *interfaces, GInetAddress *address)
{
  gboolean is_ipv4 = g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4;
  struct in_addr in = { 0 };

  if (g_inet_address_get_is_loopback (address) || g_inet_address_get_is_link_local (address))
    return TRUE;
  if (is_ipv4)
    memcpy (&in, g_inet_address_to_bytes (address), sizeof in);
  for (guint i = 0; i < interfaces->len; i++)
    {
      const ParlanceInterface *interface = g_ptr_array_index (interfaces, i);

      for (guint k = 0; is_ipv4 && k < interface->ipv4->len; k++)
        {
          const ParlanceInterfaceIpv4 *own =
              &g_array_index (interface->ipv4, ParlanceInterfaceIpv4, k);
          if (((own->address.s_addr ^ in.s_addr) & own->netmask.s_addr) == 0)
            return TRUE;
        }
      for (guint k = 0; !is_ipv4 && k < interface->ipv6->len; k++)
        if (memcmp (&g_array_index (interface->ipv6, struct in6_addr, k),
                    g_inet_address_to_bytes (address), 8) == 0)
          return TRUE;
    }
  return FALSE;
}

/* --- changes ---------------------------------------------------------------------------------- */

typedef struct
{
  int fd;
  void (*changed) (gpointer);
  gpointer user_data;
} Watch;

static void
watch_free (gpointer data)
{
  Watch *watch = data;

  close (watch->fd);
  g_free (watch);
}

static gboolean
on_netlink (gint fd, GIOCondition condition, gpointer user_data)
{
  const Watch *watch = user_data;
  char bytes[8192];

  /* ENOBUFS: more changed than the queue holds, and it is empty again. */
  while (recv (fd, bytes, sizeof bytes, 0) > 0 || errno == ENOBUFS)
    continue;
  watch->changed (watch->user_data);
  return G_SOURCE_CONTINUE;
}

GSource *
parlance_interfaces_watch (GMainContext *context, void (*changed) (gpointer), gpointer user_data)
{
  const struct sockaddr_nl groups = {
    .nl_family = AF_NETLINK,
    .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR,
  };
  int fd = socket (AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);

  if (fd < 0)
    return NULL;
  if (bind (fd, (const struct sockaddr *)(const void *)&groups, sizeof groups) != 0)
    {
      close (fd);
      return NULL;
    }
  Watch *watch = g_new (Watch, 1);
  *watch = (Watch){ .fd = fd, .changed = changed, .user_data = user_data };
  GSource *source = g_unix_fd_source_new (fd, G_IO_IN);
  g_source_set_callback (source, G_SOURCE_FUNC (on_netlink), watch, watch_free);
  g_source_attach (source, context);
  return source;
}
