/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whoever writes a .socket unit makes mistakes in it, and meets them here: each is told with the
 * descriptor's number and name.
 */
#include "server/handed-sockets.h"

#include "server/net/address.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FIRST_DESCRIPTOR 3
#define MAX_DESCRIPTORS 64

/* --- what a descriptor is --------------------------------------------------------------------- */

static gboolean
refuse (int fd, const char *name, const char *what, GError **error)
{
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
               "cannot use the socket that the service manager hands over as descriptor %d (“%s”): "
               "%s",
               fd, name, what);
  return FALSE;
}

static int
socket_option (int fd, int level, int name)
{
  int value = -1;
  socklen_t n_bytes = sizeof value;

  return getsockopt (fd, level, name, &value, &n_bytes) == 0 ? value : -1;
}

static gboolean
prepare (int fd, const char *name, GError **error)
{
  int flags = fcntl (fd, F_GETFL);

  if (flags < 0 || fcntl (fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
      fcntl (fd, F_SETFD, FD_CLOEXEC) != 0)
    return refuse (fd, name, g_strerror (errno), error);
  if (socket_option (fd, SOL_SOCKET, SO_TYPE) < 0)
    return refuse (fd, name, "it is no socket", error);
  int family = socket_option (fd, SOL_SOCKET, SO_DOMAIN);
  if (family != AF_INET && family != AF_INET6)
    return refuse (fd, name, "it is neither of IPv4 nor of IPv6", error);
  return TRUE;
}

static gboolean
take_listener (GArray *listeners, int fd, const char *name, GError **error)
{
  if (socket_option (fd, SOL_SOCKET, SO_TYPE) != SOCK_STREAM)
    return refuse (fd, name, "it is not of TCP (one of UDP is named FileDescriptorName=discovery)",
                   error);
  if (socket_option (fd, SOL_SOCKET, SO_ACCEPTCONN) != 1)
    return refuse (fd, name, "it does not listen (the unit needs Accept=no)", error);
  g_array_append_val (listeners, fd);
  return TRUE;
}

static gboolean
take_discovery (HandedSockets *self, int fd, const char *name, GError **error)
{
  gboolean is_ipv6 = socket_option (fd, SOL_SOCKET, SO_DOMAIN) == AF_INET6;
  int *place = is_ipv6 ? &self->discovery_ipv6 : &self->discovery_ipv4;
  int other = is_ipv6 ? self->discovery_ipv4 : self->discovery_ipv6;

  if (socket_option (fd, SOL_SOCKET, SO_TYPE) != SOCK_DGRAM)
    return refuse (fd, name, "it is not of UDP (ListenDatagram=)", error);
  /* Which address of this machine was asked is told in another way for each family. */
  if (is_ipv6 && socket_option (fd, IPPROTO_IPV6, IPV6_V6ONLY) != 1)
    return refuse (fd, name,
                   "it is of IPv6 and takes IPv4 as well (the unit needs "
                   "BindIPv6Only=ipv6-only, and ListenDatagram=0.0.0.0:PORT besides)",
                   error);
  if (*place >= 0)
    return refuse (fd, name, "there is one for discovery of the same family already", error);
  if (address_bound_port (fd) == 0)
    return refuse (fd, name, "it is bound to no port", error);
  /* Clients ask both families at one port. */
  if (other >= 0 && address_bound_port (other) != address_bound_port (fd))
    {
      g_autofree char *what = g_strdup_printf (
          "it has UDP port %u, and the one of the other family, descriptor %d, has port %u",
          address_bound_port (fd), other, address_bound_port (other));
      return refuse (fd, name, what, error);
    }
  *place = fd;
  return TRUE;
}

/* --- the environment -------------------------------------------------------------------------- */

static gboolean
take_one (HandedSockets *self, int fd, const char *name, GError **error)
{
  if (!prepare (fd, name, error))
    return FALSE;
  if (strcmp (name, "discovery") == 0)
    return take_discovery (self, fd, name, error);
  return take_listener (strcmp (name, "dict") == 0 ? self->dict : self->json, fd, name, error);
}

static gboolean
take_all (HandedSockets *self, const char *count, const char *all_names, GError **error)
{
  g_auto (GStrv) names = all_names != NULL ? g_strsplit (all_names, ":", -1) : NULL;
  guint64 n_sockets;

  if (!g_ascii_string_to_unsigned (count, 10, 1, MAX_DESCRIPTORS, &n_sockets, NULL))
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                   "the service manager hands over LISTEN_FDS=“%s” sockets, which is no number "
                   "from 1 to %d",
                   count, MAX_DESCRIPTORS);
      return FALSE;
    }
  if (names != NULL && g_strv_length (names) != n_sockets)
    {
      g_set_error (
          error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
          "the service manager hands over %u sockets, but LISTEN_FDNAMES=“%s” has %u names",
          (guint)n_sockets, all_names, g_strv_length (names));
      return FALSE;
    }
  for (guint i = 0; i < n_sockets; i++)
    {
      if (!take_one (self, FIRST_DESCRIPTOR + (int)i, names != NULL ? names[i] : "unknown", error))
        return FALSE;
    }
  return TRUE;
}

gboolean
handed_sockets_take (HandedSockets *ret_sockets, GError **error)
{
  g_autofree char *pid = g_strdup (g_getenv ("LISTEN_PID"));
  g_autofree char *count = g_strdup (g_getenv ("LISTEN_FDS"));
  g_autofree char *names = g_strdup (g_getenv ("LISTEN_FDNAMES"));
  guint64 number;

  *ret_sockets = (HandedSockets){
    .json = g_array_new (FALSE, FALSE, sizeof (int)),
    .dict = g_array_new (FALSE, FALSE, sizeof (int)),
    .discovery_ipv4 = -1,
    .discovery_ipv6 = -1,
  };
  g_unsetenv ("LISTEN_PID");
  g_unsetenv ("LISTEN_FDS");
  g_unsetenv ("LISTEN_FDNAMES");
  /* They may be meant for whoever started this program. */
  if (count == NULL || pid == NULL ||
      !g_ascii_string_to_unsigned (pid, 10, 1, G_MAXINT, &number, NULL) ||
      number != (guint64)getpid ())
    return TRUE;
  return take_all (ret_sockets, count, names, error);
}

int
handed_sockets_steal (int *fd)
{
  int stolen = *fd;

  *fd = -1;
  return stolen;
}

static void
close_all (GArray *descriptors)
{
  for (guint i = 0; descriptors != NULL && i < descriptors->len; i++)
    {
      if (g_array_index (descriptors, int, i) >= 0)
        close (g_array_index (descriptors, int, i));
    }
  g_clear_pointer (&descriptors, g_array_unref);
}

void
handed_sockets_clear (HandedSockets *self)
{
  close_all (self->json);
  close_all (self->dict);
  if (self->discovery_ipv4 >= 0)
    close (self->discovery_ipv4);
  if (self->discovery_ipv6 >= 0)
    close (self->discovery_ipv6);
  *self = (HandedSockets){ .discovery_ipv4 = -1, .discovery_ipv6 = -1 };
}
