/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * GIO knows the forms, but writes the scope of an address as a number, which people cannot tell
 * from others.
 */
#include "protocol/client/address.h"

#include <net/if.h>
#include <netinet/in.h>

#include "protocol/wire/limits.h"

GSocketConnectable *
parlance_address_parse (const char *text, GError **error)
{
  g_return_val_if_fail (text != NULL, NULL);

  g_autoptr (GError) local_error = NULL;
  GSocketConnectable *address = g_network_address_parse (text, PARLANCE_DEFAULT_PORT, &local_error);

  if (address == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, local_error->message);
  return address;
}

GInetSocketAddress *
parlance_address_parse_numeric (const char *text)
{
  g_autoptr (GSocketConnectable) address = parlance_address_parse (text, NULL);

  if (address == NULL)
    return NULL;
  GNetworkAddress *network = G_NETWORK_ADDRESS (address);
  GSocketAddress *numeric = g_inet_socket_address_new_from_string (
      g_network_address_get_hostname (network), g_network_address_get_port (network));
  return numeric != NULL ? G_INET_SOCKET_ADDRESS (numeric) : NULL;
}

GInetSocketAddress *
parlance_address_new_native (gconstpointer native, gsize n_bytes, guint16 port)
{
  const struct sockaddr *any = native;

  if (any->sa_family == AF_INET && n_bytes >= sizeof (struct sockaddr_in))
    {
      const struct sockaddr_in *in = native;
      g_autoptr (GInetAddress) inet =
          g_inet_address_new_from_bytes ((const guint8 *)&in->sin_addr, G_SOCKET_FAMILY_IPV4);

      return G_INET_SOCKET_ADDRESS (g_inet_socket_address_new (inet, port));
    }
  if (any->sa_family == AF_INET6 && n_bytes >= sizeof (struct sockaddr_in6))
    {
      const struct sockaddr_in6 *in6 = native;
      g_autoptr (GInetAddress) inet =
          g_inet_address_new_from_bytes ((const guint8 *)&in6->sin6_addr, G_SOCKET_FAMILY_IPV6);

      return g_object_new (G_TYPE_INET_SOCKET_ADDRESS, "address", inet, "port", (guint)port,
                           "scope-id", (guint)in6->sin6_scope_id, NULL);
    }
  return NULL;
}

/* Returns: the index of an interface; 0: none */
static guint
scope_of (GInetSocketAddress *address)
{
  return g_socket_address_get_family (G_SOCKET_ADDRESS (address)) == G_SOCKET_FAMILY_IPV6
             ? g_inet_socket_address_get_scope_id (address)
             : 0;
}

GInetSocketAddress *
parlance_address_with_port (GInetSocketAddress *address, guint16 port)
{
  GInetAddress *inet = g_inet_socket_address_get_address (address);

  if (g_inet_address_get_family (inet) == G_SOCKET_FAMILY_IPV4)
    return G_INET_SOCKET_ADDRESS (g_inet_socket_address_new (inet, port));
  return g_object_new (G_TYPE_INET_SOCKET_ADDRESS, "address", inet, "port", (guint)port, "scope-id",
                       scope_of (address), NULL);
}

gboolean
parlance_address_same_host (GInetSocketAddress *a, GInetSocketAddress *b)
{
  return g_inet_address_equal (g_inet_socket_address_get_address (a),
                               g_inet_socket_address_get_address (b)) &&
         scope_of (a) == scope_of (b);
}

char *
parlance_address_to_string (GInetSocketAddress *address)
{
  g_return_val_if_fail (G_IS_INET_SOCKET_ADDRESS (address), NULL);

  GInetAddress *inet = g_inet_socket_address_get_address (address);
  g_autofree char *host = g_inet_address_to_string (inet);
  guint port = g_inet_socket_address_get_port (address);
  guint scope = scope_of (address);
  char name[IF_NAMESIZE];

  if (g_inet_address_get_family (inet) == G_SOCKET_FAMILY_IPV4)
    return g_strdup_printf ("%s:%u", host, port);
  if (scope == 0)
    return g_strdup_printf ("[%s]:%u", host, port);
  if (if_indextoname (scope, name) == NULL)
    return g_strdup_printf ("[%s%%%u]:%u", host, scope, port);
  return g_strdup_printf ("[%s%%%s]:%u", host, name, port);
}

char **
parlance_addresses_dup (const char *const *addresses)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (; *addresses != NULL; addresses++)
    g_strv_builder_add (builder, *addresses);
  return g_strv_builder_end (builder);
}
