/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Plain sockets: GSocket has no word for the interface that a datagram leaves by.
 */
#include "protocol/client/probe-socket.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define CONTROL_BYTES 128

static gboolean
set_option (int fd, int level, int name, int value)
{
  return setsockopt (fd, level, name, &value, sizeof value) == 0;
}

int
probe_socket_open (int family)
{
  int fd = socket (family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

  if (fd < 0)
    return -1;
  if (family == AF_INET ? set_option (fd, SOL_SOCKET, SO_BROADCAST, 1) &&
                              set_option (fd, IPPROTO_IP, IP_PKTINFO, 1)
                        : set_option (fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) &&
                              set_option (fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1))
    return fd;

  int code = errno;
  close (fd);
  errno = code;
  return -1;
}

int
probe_socket_send (int fd,
                   const GString *datagram,
                   const struct sockaddr_storage *to,
                   guint interface,
                   const struct in_addr *own)
{
  _Alignas(struct cmsghdr) char control[CONTROL_BYTES] = { 0 };
  struct sockaddr_storage name = *to;
  struct iovec piece = { .iov_base = datagram->str, .iov_len = datagram->len };
  struct msghdr message = {
    .msg_name = &name,
    .msg_namelen =
        to->ss_family == AF_INET ? sizeof (struct sockaddr_in) : sizeof (struct sockaddr_in6),
    .msg_iov = &piece,
    .msg_iovlen = 1,
  };

  if (own != NULL)
    {
      const struct in_pktinfo info = { .ipi_ifindex = (int)interface, .ipi_spec_dst = *own };

      message.msg_control = control;
      message.msg_controllen = CMSG_SPACE (sizeof info);
      struct cmsghdr *item = CMSG_FIRSTHDR (&message);
      item->cmsg_level = IPPROTO_IP;
      item->cmsg_type = IP_PKTINFO;
      item->cmsg_len = CMSG_LEN (sizeof info);
      memcpy (CMSG_DATA (item), &info, sizeof info);
    }
  return sendmsg (fd, &message, 0) < 0 ? errno : 0;
}

static guint
arrival_interface (struct msghdr *message)
{
  for (struct cmsghdr *item = CMSG_FIRSTHDR (message); item != NULL;
       item = CMSG_NXTHDR (message, item))
    {
      if (item->cmsg_level == IPPROTO_IP && item->cmsg_type == IP_PKTINFO)
        {
          struct in_pktinfo info;
          memcpy (&info, CMSG_DATA (item), sizeof info);
          return (guint)info.ipi_ifindex;
        }
      if (item->cmsg_level == IPPROTO_IPV6 && item->cmsg_type == IPV6_PKTINFO)
        {
          struct in6_pktinfo info;
          memcpy (&info, CMSG_DATA (item), sizeof info);
          return info.ipi6_ifindex;
        }
    }
  return 0;
}

gboolean
probe_socket_receive (int fd, char *bytes, gsize size, ProbeArrival *ret_arrival)
{
  _Alignas(struct cmsghdr) char control[CONTROL_BYTES];
  struct iovec piece = { .iov_base = bytes, .iov_len = size };
  struct msghdr message = {
    .msg_name = &ret_arrival->from,
    .msg_namelen = sizeof ret_arrival->from,
    .msg_iov = &piece,
    .msg_iovlen = 1,
    .msg_control = control,
    .msg_controllen = sizeof control,
  };
  ssize_t n_bytes = recvmsg (fd, &message, 0);

  if (n_bytes < 0)
    return FALSE;
  ret_arrival->n_from = message.msg_namelen;
  ret_arrival->interface = arrival_interface (&message);
  ret_arrival->n_bytes = (gsize)n_bytes;
  return TRUE;
}
