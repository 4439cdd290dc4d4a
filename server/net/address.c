/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * getaddrinfo() with numeric hosts only: it knows scopes and every spelling of an IPv6 address.
 */
#include "server/net/address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>

static gboolean
port_parse (const char *text, guint16 *ret_port)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT16, &number, NULL))
    return FALSE;
  *ret_port = (guint16)number;
  return TRUE;
}

/* Splits at the port's colon; an IPv6 address without brackets has none. */
static gboolean
address_split (const char *text, char **ret_host, const char **ret_port)
{
  const char *colon = strrchr (text, ':');
  const char *end = text + strlen (text);

  *ret_port = NULL;
  if (*text == '[')
    {
      const char *bracket = strchr (text, ']');
      if (bracket == NULL || (bracket[1] != '\0' && bracket[1] != ':'))
        return FALSE;
      *ret_host = g_strndup (text + 1, (gsize)(bracket - text - 1));
      *ret_port = bracket[1] == ':' ? bracket + 2 : NULL;
      return TRUE;
    }
  if (colon != NULL && strchr (text, ':') == colon)
    {
      *ret_port = colon + 1;
      end = colon;
    }
  *ret_host = g_strndup (text, (gsize)(end - text));
  return TRUE;
}

/* getaddrinfo() takes 9502 and 127.1 for IPv4 addresses too, and nobody means 0.0.37.30 by the
 * first. */
static gboolean
is_plain_host (const char *host)
{
  struct in_addr in;

  return strchr (host, ':') != NULL || inet_pton (AF_INET, host, &in) == 1;
}

gboolean
address_parse (const char *text, guint16 default_port, Address *ret_address, GError **error)
{
  struct addrinfo hints = { .ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM };
  struct addrinfo *found = NULL;
  g_autofree char *host = NULL;
  const char *port_text = NULL;
  guint16 port = default_port;

  if (!address_split (text, &host, &port_text) ||
      (port_text != NULL && !port_parse (port_text, &port)) || !is_plain_host (host) ||
      getaddrinfo (host, NULL, &hints, &found) != 0)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "“%s” is no address: write it as 192.0.2.1:%u or [2001:db8::1]:%u", text,
                   default_port, default_port);
      return FALSE;
    }

  *ret_address = (Address){ .n_bytes = found->ai_addrlen };
  memcpy (&ret_address->storage, found->ai_addr, found->ai_addrlen);
  freeaddrinfo (found);
  if (ret_address->any.sa_family == AF_INET6)
    ((struct sockaddr_in6 *)&ret_address->storage)->sin6_port = htons (port);
  else
    ((struct sockaddr_in *)&ret_address->storage)->sin_port = htons (port);
  return TRUE;
}

char *
address_format (const Address *self)
{
  char host[NI_MAXHOST];
  char port[NI_MAXSERV];

  if (getnameinfo (&self->any, self->n_bytes, host, sizeof host, port, sizeof port,
                   NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return g_strdup ("unknown address");
  return strchr (host, ':') != NULL ? g_strdup_printf ("[%s]:%s", host, port)
                                    : g_strdup_printf ("%s:%s", host, port);
}

gboolean
address_is_loopback (const Address *self)
{
  if (self->any.sa_family == AF_INET)
    {
      const struct sockaddr_in *in = (const struct sockaddr_in *)&self->storage;
      return (ntohl (in->sin_addr.s_addr) >> 24) == IN_LOOPBACKNET;
    }
  if (self->any.sa_family == AF_INET6)
    {
      const struct in6_addr *in6 = &((const struct sockaddr_in6 *)&self->storage)->sin6_addr;
      return IN6_IS_ADDR_LOOPBACK (in6) ||
             (IN6_IS_ADDR_V4MAPPED (in6) && in6->s6_addr[12] == IN_LOOPBACKNET);
    }
  return FALSE;
}

void
address_to_bytes (const Address *self, guint8 ret_bytes[16])
{
  memset (ret_bytes, 0, 16);
  if (self->any.sa_family == AF_INET6)
    memcpy (ret_bytes, &((const struct sockaddr_in6 *)&self->storage)->sin6_addr, 16);
  else if (self->any.sa_family == AF_INET)
    {
      memset (ret_bytes + 10, 0xff, 2);
      memcpy (ret_bytes + 12, &((const struct sockaddr_in *)&self->storage)->sin_addr, 4);
    }
}

guint16
address_bound_port (int fd)
{
  Address address = { .n_bytes = sizeof address.storage };

  if (getsockname (fd, &address.any, &address.n_bytes) != 0)
    return 0;
  return address.any.sa_family == AF_INET
             ? ntohs (((struct sockaddr_in *)&address.storage)->sin_port)
             : ntohs (((struct sockaddr_in6 *)&address.storage)->sin6_port);
}
