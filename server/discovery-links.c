/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whatever rtnetlink reports leads to the same: go through all interfaces once more and do what is
 * missing. That is right after a lost message, too, and cheap, since messages are let gather first.
 *
 * A membership belongs to a socket and names an interface by its number. The kernel ends it when
 * the interface goes, but goes on counting it against the socket's limit (20 for IPv4,
 * net.ipv4.igmp_max_memberships) until the socket leaves.
 */
#include "server/discovery-links.h"

#include "protocol/wire/beacon.h"
#include "server/discovery-socket.h"
#include "server/log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define LINKS_SETTLE_MS 50 /* how long changes gather */
#define LINKS_MESSAGE_BYTES 8192

enum
{
  LINKS_IPV4,
  LINKS_IPV6,
  LINKS_N_FAMILIES
};

/* What is kept of an interface. */
typedef struct
{
  gboolean seen; /* in the scan under way */
  DiscoveryReach reach[LINKS_N_FAMILIES];
  gboolean joined[LINKS_N_FAMILIES];
  gboolean complained[LINKS_N_FAMILIES];
} Link;

typedef struct
{
  LoopSource source; /* first */
  DiscoveryLinks *links;
} LinksSource;

struct DiscoveryLinks
{
  Loop *loop;
  int sockets[LINKS_N_FAMILIES]; /* borrowed; -1: none */
  GArray *listen;                /* of Address */
  GHashTable *links;             /* number of the interface -> Link */
  LinksSource netlink;           /* fd -1: changes are not heard of */
  LinksSource timer;             /* runs while changes gather */
};

/* --- groups ----------------------------------------------------------------------------------- */

static gboolean
change_membership (const DiscoveryLinks *self, guint which, guint interface, gboolean join)
{
  if (which == LINKS_IPV4)
    {
      struct ip_mreqn request = { .imr_ifindex = (int)interface };

      return inet_pton (AF_INET, PARLANCE_BEACON_GROUP_IPV4, &request.imr_multiaddr) == 1 &&
             setsockopt (self->sockets[which], IPPROTO_IP,
                         join ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP, &request,
                         sizeof request) == 0;
    }
  struct ipv6_mreq request = { .ipv6mr_interface = interface };

  return inet_pton (AF_INET6, PARLANCE_BEACON_GROUP_IPV6, &request.ipv6mr_multiaddr) == 1 &&
         setsockopt (self->sockets[which], IPPROTO_IPV6, join ? IPV6_JOIN_GROUP : IPV6_LEAVE_GROUP,
                     &request, sizeof request) == 0;
}

static void
join_group (const DiscoveryLinks *self, Link *link, guint which, const char *name, guint interface)
{
  if (link->joined[which])
    return;
  if (change_membership (self, which, interface, TRUE) || errno == EADDRINUSE)
    {
      link->joined[which] = TRUE;
      return;
    }
  /* Without its family an interface has no groups; when it gets it, rtnetlink says so. */
  if (errno == ENODEV || errno == EADDRNOTAVAIL || link->complained[which])
    return;
  log_warning ("discovery: cannot join the group %s on %s: %s; clients that ask by multicast are "
               "not heard there",
               which == LINKS_IPV4 ? PARLANCE_BEACON_GROUP_IPV4 : PARLANCE_BEACON_GROUP_IPV6, name,
               g_strerror (errno));
  link->complained[which] = TRUE;
}

static void
leave_groups (const DiscoveryLinks *self, Link *link, guint interface)
{
  for (guint i = 0; i < LINKS_N_FAMILIES; i++)
    {
      /* The kernel may have been quicker. */
      if (link->joined[i])
        (void)change_membership (self, i, interface, FALSE);
      link->joined[i] = FALSE;
    }
}

/* --- where the server is reached -------------------------------------------------------------- */

/* Whether who listens at @listen is reached at @own, an address of interface @interface. */
static gboolean
is_reached_at (const Address *listen,
               const struct sockaddr *own,
               guint interface,
               gboolean is_loopback,
               DiscoveryReach *ret_reach)
{
  if (listen->any.sa_family != own->sa_family)
    return FALSE;
  if (own->sa_family == AF_INET)
    {
      const struct sockaddr_in *in = (const struct sockaddr_in *)&listen->storage;
      const struct in_addr own_in = ((const struct sockaddr_in *)(const void *)own)->sin_addr;

      ret_reach->everywhere = in->sin_addr.s_addr == htonl (INADDR_ANY);
      ret_reach->address = discovery_map (in->sin_addr);
      ret_reach->port = ntohs (in->sin_port);
      /* All of 127.0.0.0/8 is this machine's, though only one address of it is listed. */
      return ret_reach->everywhere || in->sin_addr.s_addr == own_in.s_addr ||
             (is_loopback && address_is_loopback (listen));
    }
  const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&listen->storage;
  const struct in6_addr *own_in6 = &((const struct sockaddr_in6 *)(const void *)own)->sin6_addr;

  ret_reach->everywhere = IN6_IS_ADDR_UNSPECIFIED (&in6->sin6_addr);
  ret_reach->address = in6->sin6_addr;
  ret_reach->port = ntohs (in6->sin6_port);
  return ret_reach->everywhere || (IN6_ARE_ADDR_EQUAL (&in6->sin6_addr, own_in6) &&
                                   (in6->sin6_scope_id == 0 || in6->sin6_scope_id == interface));
}

/* Of several listeners the first counts, as in the server's configuration. */
static void
note_address (const DiscoveryLinks *self, Link *link, const struct ifaddrs *own, guint interface)
{
  DiscoveryReach *reach =
      &link->reach[own->ifa_addr->sa_family == AF_INET ? LINKS_IPV4 : LINKS_IPV6];

  for (guint i = 0; i < self->listen->len && reach->port == 0; i++)
    {
      const Address *listen = &g_array_index (self->listen, Address, i);
      DiscoveryReach found = { 0 };

      if (is_reached_at (listen, own->ifa_addr, interface, (own->ifa_flags & IFF_LOOPBACK) != 0,
                         &found))
        *reach = found;
    }
}

/* --- going through the interfaces ------------------------------------------------------------- */

static Link *
provide_link (DiscoveryLinks *self, guint interface)
{
  Link *link = g_hash_table_lookup (self->links, GUINT_TO_POINTER (interface));

  if (link == NULL)
    {
      link = g_new0 (Link, 1);
      g_hash_table_insert (self->links, GUINT_TO_POINTER (interface), link);
    }
  if (!link->seen)
    memset (link->reach, 0, sizeof link->reach);
  link->seen = TRUE;
  return link;
}

static gboolean
forget_unseen (gpointer key, gpointer value, gpointer data)
{
  Link *link = value;
  gboolean gone = !link->seen;

  if (gone)
    leave_groups (data, link, GPOINTER_TO_UINT (key));
  link->seen = FALSE;
  return gone;
}

static gboolean
links_scan (DiscoveryLinks *self)
{
  struct ifaddrs *all;

  if (getifaddrs (&all) != 0)
    return FALSE;
  for (const struct ifaddrs *own = all; own != NULL; own = own->ifa_next)
    {
      guint interface = if_nametoindex (own->ifa_name);

      if (interface == 0 || (own->ifa_flags & IFF_UP) == 0 || own->ifa_addr == NULL ||
          (own->ifa_addr->sa_family != AF_INET && own->ifa_addr->sa_family != AF_INET6))
        continue;
      Link *link = provide_link (self, interface);
      note_address (self, link, own, interface);
      for (guint i = 0; i < LINKS_N_FAMILIES; i++)
        {
          if (link->reach[i].port != 0 && self->sockets[i] >= 0 &&
              (own->ifa_flags & IFF_MULTICAST) != 0)
            join_group (self, link, i, own->ifa_name, interface);
        }
    }
  freeifaddrs (all);
  g_hash_table_foreach_remove (self->links, forget_unseen, self);
  return TRUE;
}

/* --- changes ---------------------------------------------------------------------------------- */

/* An interface that goes takes its memberships along, also when another of its number is there by
 * the time it is looked at. */
static void
note_removals (DiscoveryLinks *self, struct nlmsghdr *message, guint n_bytes)
{
  for (; NLMSG_OK (message, n_bytes); message = NLMSG_NEXT (message, n_bytes))
    {
      if (message->nlmsg_type != RTM_DELLINK)
        continue;
      const struct ifinfomsg *info = NLMSG_DATA (message);
      guint interface = (guint)info->ifi_index;
      Link *link = g_hash_table_lookup (self->links, GUINT_TO_POINTER (interface));

      if (link != NULL)
        leave_groups (self, link, interface);
    }
}

static void
netlink_ready (LoopSource *source, uint32_t events)
{
  static const struct itimerspec settle = { .it_value.tv_nsec = LINKS_SETTLE_MS * 1000000L };
  DiscoveryLinks *self = ((LinksSource *)source)->links;
  _Alignas(struct nlmsghdr) char bytes[LINKS_MESSAGE_BYTES];
  ssize_t n_bytes;

  while ((n_bytes = recv (source->fd, bytes, sizeof bytes, 0)) >= 0 || errno == ENOBUFS)
    {
      if (n_bytes > 0)
        note_removals (self, (struct nlmsghdr *)(void *)bytes, (guint)n_bytes);
    }
  if (timerfd_settime (self->timer.source.fd, 0, &settle, NULL) != 0)
    log_warning ("discovery: cannot set a timer: %s", g_strerror (errno));
}

static void
timer_ready (LoopSource *source, uint32_t events)
{
  DiscoveryLinks *self = ((LinksSource *)source)->links;
  uint64_t n_expirations;

  if (read (source->fd, &n_expirations, sizeof n_expirations) == (ssize_t)sizeof n_expirations &&
      !links_scan (self))
    log_warning ("discovery: cannot list the network interfaces: %s; going on with those known",
                 g_strerror (errno));
}

static gboolean
watch (DiscoveryLinks *self, LinksSource *source, void (*ready) (LoopSource *, uint32_t))
{
  source->links = self;
  source->source.ready = ready;
  return source->source.fd >= 0 && loop_add (self->loop, &source->source, EPOLLIN);
}

static gboolean
watch_changes (DiscoveryLinks *self)
{
  const struct sockaddr_nl groups = {
    .nl_family = AF_NETLINK,
    .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR,
  };

  self->timer.source.fd = timerfd_create (CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  self->netlink.source.fd =
      socket (AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
  return self->netlink.source.fd >= 0 &&
         bind (self->netlink.source.fd, (const struct sockaddr *)(const void *)&groups,
               sizeof groups) == 0 &&
         watch (self, &self->timer, timer_ready) && watch (self, &self->netlink, netlink_ready);
}

DiscoveryLinks *
discovery_links_new (Loop *loop, int ipv4, int ipv6, const GArray *listen, GError **error)
{
  DiscoveryLinks *self = g_new0 (DiscoveryLinks, 1);

  self->loop = loop;
  self->sockets[LINKS_IPV4] = ipv4;
  self->sockets[LINKS_IPV6] = ipv6;
  self->listen = g_array_new (FALSE, FALSE, sizeof (Address));
  g_array_append_vals (self->listen, listen->data, listen->len);
  self->links = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->netlink.source.fd = -1;
  self->timer.source.fd = -1;
  /* What changes between the two is heard of. */
  if (watch_changes (self) && links_scan (self))
    return self;
  g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (errno),
               "cannot follow the network interfaces for discovery: %s (discovery_port = off does "
               "without it)",
               g_strerror (errno));
  discovery_links_free (self);
  return NULL;
}

void
discovery_links_free (DiscoveryLinks *self)
{
  if (self == NULL)
    return;
  /* Closing takes them out of the loop. */
  if (self->netlink.source.fd >= 0)
    close (self->netlink.source.fd);
  if (self->timer.source.fd >= 0)
    close (self->timer.source.fd);
  g_hash_table_unref (self->links);
  g_array_unref (self->listen);
  g_free (self);
}

const DiscoveryReach *
discovery_links_reach (const DiscoveryLinks *self, int interface, int family)
{
  const Link *link = g_hash_table_lookup (self->links, GINT_TO_POINTER (interface));
  const DiscoveryReach *reach =
      link != NULL ? &link->reach[family == AF_INET ? LINKS_IPV4 : LINKS_IPV6] : NULL;

  return reach != NULL && reach->port != 0 ? reach : NULL;
}
