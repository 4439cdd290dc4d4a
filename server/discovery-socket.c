/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Both sockets have one port. They share it (SO_REUSEADDR), so that each server on a machine hears
 * broadcasts and multicasts; what is sent to a single address reaches only the server that took the
 * port last.
 */
#include "server/discovery-socket.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define PORT_ATTEMPTS 16 /* for a port that both families have free */

/* --- sockets ---------------------------------------------------------------------------------- */

static gboolean
set_option (int fd, int level, int name, int value)
{
  return setsockopt (fd, level, name, &value, sizeof value) == 0;
}

static gboolean
set_options (int fd, int family)
{
  /* An answer never leaves the link: whoever is further away did not ask by broadcast. */
  if (family == AF_INET)
    return set_option (fd, IPPROTO_IP, IP_PKTINFO, 1) && set_option (fd, IPPROTO_IP, IP_TTL, 1);
  return set_option (fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) &&
         set_option (fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 1);
}

static Address
wildcard (int family, guint16 port)
{
  Address address = { .n_bytes = sizeof (struct sockaddr_in) };

  if (family == AF_INET)
    *(struct sockaddr_in *)&address.storage =
        (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons (port) };
  else
    {
      address.n_bytes = sizeof (struct sockaddr_in6);
      *(struct sockaddr_in6 *)&address.storage =
          (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = htons (port) };
    }
  return address;
}

/* @shared: others may have the port as well. Returns: the socket, or -1 with errno */
static int
open_socket (int family, guint16 port, gboolean shared, gboolean loopback_only)
{
  static const char loopback[] = "lo";
  const Address address = wildcard (family, port);
  int fd = socket (family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

  if (fd < 0)
    return -1;
  /* Who wants nothing of the network must not take it from those who do. Where binding to the
   * interface is not allowed, the answerer still keeps silent towards it. */
  if (loopback_only)
    (void)setsockopt (fd, SOL_SOCKET, SO_BINDTODEVICE, loopback, sizeof loopback);
  /* A free port is looked for alone, or it could be one that others share. */
  if (set_options (fd, family) &&
      (family != AF_INET6 || set_option (fd, IPPROTO_IPV6, IPV6_V6ONLY, 1)) &&
      set_option (fd, SOL_SOCKET, SO_REUSEADDR, shared) &&
      bind (fd, &address.any, address.n_bytes) == 0 && set_option (fd, SOL_SOCKET, SO_REUSEADDR, 1))
    return fd;

  int code = errno;
  close (fd);
  errno = code;
  return -1;
}

/* Opens one of them, unless the machine lacks its family. @port: (inout) */
static gboolean
open_family (int family, guint16 *port, const DiscoverySocketsOptions *options, int *ret_fd)
{
  *ret_fd = open_socket (family, *port, options->port != 0, options->loopback_only);
  if (*ret_fd >= 0)
    *port = address_bound_port (*ret_fd);
  return *ret_fd >= 0 || errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL;
}

static gboolean
open_wanted (const DiscoverySocketsOptions *options, DiscoverySockets *sockets)
{
  *sockets = (DiscoverySockets){ .ipv4 = -1, .ipv6 = -1, .port = options->port };
  return (!options->ipv4 || open_family (AF_INET, &sockets->port, options, &sockets->ipv4)) &&
         (!options->ipv6 || open_family (AF_INET6, &sockets->port, options, &sockets->ipv6)) &&
         (sockets->ipv4 >= 0 || sockets->ipv6 >= 0);
}

gboolean
discovery_sockets_open (const DiscoverySocketsOptions *options, DiscoverySockets *ret_sockets)
{
  for (guint attempt = 0; attempt < PORT_ATTEMPTS; attempt++)
    {
      if (open_wanted (options, ret_sockets))
        return TRUE;

      int code = errno;
      if (ret_sockets->ipv4 >= 0)
        close (ret_sockets->ipv4);
      errno = code;
      /* The port that was free for one family may be taken in the other. */
      if (options->port != 0 || code != EADDRINUSE)
        break;
    }
  *ret_sockets = (DiscoverySockets){ .ipv4 = -1, .ipv6 = -1 };
  return FALSE;
}

gboolean
discovery_sockets_adopt (DiscoverySockets *sockets)
{
  sockets->port = address_bound_port (sockets->ipv4 >= 0 ? sockets->ipv4 : sockets->ipv6);
  return (sockets->ipv4 < 0 || set_options (sockets->ipv4, AF_INET)) &&
         (sockets->ipv6 < 0 || set_options (sockets->ipv6, AF_INET6));
}

/* --- datagrams -------------------------------------------------------------------------------- */

struct in6_addr
discovery_map (struct in_addr address)
{
  struct in6_addr result = { .s6_addr = { [10] = 0xFF, [11] = 0xFF } };

  memcpy (&result.s6_addr[12], &address, sizeof address);
  return result;
}

static struct in_addr
unmapped (const struct in6_addr *address)
{
  struct in_addr result;

  memcpy (&result, &address->s6_addr[12], sizeof result);
  return result;
}

gboolean
discovery_socket_read (struct msghdr *message, const Address *peer, DiscoveryArrival *ret_arrival)
{
  for (struct cmsghdr *item = CMSG_FIRSTHDR (message); item != NULL;
       item = CMSG_NXTHDR (message, item))
    {
      if (item->cmsg_level == IPPROTO_IP && item->cmsg_type == IP_PKTINFO)
        {
          struct in_pktinfo info;
          const struct in_addr from = ((const struct sockaddr_in *)&peer->storage)->sin_addr;

          memcpy (&info, CMSG_DATA (item), sizeof info);
          ret_arrival->interface = info.ipi_ifindex;
          ret_arrival->own = discovery_map (info.ipi_spec_dst);
          ret_arrival->is_unicast = info.ipi_addr.s_addr == info.ipi_spec_dst.s_addr;
          ret_arrival->peer = discovery_map (from);
          return from.s_addr != htonl (INADDR_ANY);
        }
      if (item->cmsg_level == IPPROTO_IPV6 && item->cmsg_type == IPV6_PKTINFO)
        {
          struct in6_pktinfo info;

          memcpy (&info, CMSG_DATA (item), sizeof info);
          ret_arrival->interface = (int)info.ipi6_ifindex;
          ret_arrival->own = info.ipi6_addr;
          ret_arrival->is_unicast = !IN6_IS_ADDR_MULTICAST (&info.ipi6_addr);
          ret_arrival->peer = ((const struct sockaddr_in6 *)&peer->storage)->sin6_addr;
          return !IN6_IS_ADDR_UNSPECIFIED (&ret_arrival->peer);
        }
    }
  return FALSE;
}

static void
set_source (struct msghdr *message, int interface, int family, const struct in6_addr *source)
{
  struct cmsghdr *item = CMSG_FIRSTHDR (message);

  if (family == AF_INET)
    {
      const struct in_pktinfo info = { .ipi_ifindex = interface,
                                       .ipi_spec_dst = unmapped (source) };

      item->cmsg_level = IPPROTO_IP;
      item->cmsg_type = IP_PKTINFO;
      item->cmsg_len = CMSG_LEN (sizeof info);
      message->msg_controllen = CMSG_SPACE (sizeof info);
      memcpy (CMSG_DATA (item), &info, sizeof info);
      return;
    }
  const struct in6_pktinfo info = { .ipi6_ifindex = (unsigned)interface, .ipi6_addr = *source };

  item->cmsg_level = IPPROTO_IPV6;
  item->cmsg_type = IPV6_PKTINFO;
  item->cmsg_len = CMSG_LEN (sizeof info);
  message->msg_controllen = CMSG_SPACE (sizeof info);
  memcpy (CMSG_DATA (item), &info, sizeof info);
}

gboolean
discovery_socket_send (int fd,
                       const Address *to,
                       int interface,
                       const struct in6_addr *source,
                       const GString *datagram)
{
  _Alignas(struct cmsghdr) char control[DISCOVERY_CONTROL_BYTES] = { 0 };
  Address name = *to;
  struct iovec piece = { .iov_base = datagram->str, .iov_len = datagram->len };
  struct msghdr message = {
    .msg_name = &name.storage,
    .msg_namelen = name.n_bytes,
    .msg_iov = &piece,
    .msg_iovlen = 1,
    .msg_control = control,
    .msg_controllen = sizeof control,
  };

  set_source (&message, interface, to->any.sa_family, source);
  return sendmsg (fd, &message, 0) >= 0;
}
