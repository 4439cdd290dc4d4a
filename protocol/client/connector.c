/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The attempts themselves are GSocketClient's, which implements RFC 8305 for whatever enumerates
 * addresses: this is the order they are enumerated in (section 4).
 */
#include "protocol/client/connector.h"

#include "protocol/client/address.h"

struct _ParlanceConnector
{
  GObject parent_instance;
  GPtrArray *addresses; /* of GSocketAddress, in the order of the attempts */
};

static void parlance_connector_connectable_init (GSocketConnectableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ParlanceConnector,
                               parlance_connector,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_SOCKET_CONNECTABLE,
                                                      parlance_connector_connectable_init))

/* --- one walk along the addresses ------------------------------------------------------------- */

#define PARLANCE_TYPE_CONNECTOR_WALK (parlance_connector_walk_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceConnectorWalk,
                      parlance_connector_walk,
                      PARLANCE,
                      CONNECTOR_WALK,
                      GSocketAddressEnumerator)

struct _ParlanceConnectorWalk
{
  GSocketAddressEnumerator parent_instance;
  GPtrArray *addresses;
  guint next;
};

G_DEFINE_FINAL_TYPE (ParlanceConnectorWalk,
                     parlance_connector_walk,
                     G_TYPE_SOCKET_ADDRESS_ENUMERATOR)

static GSocketAddress *
parlance_connector_walk_next (GSocketAddressEnumerator *enumerator,
                              GCancellable *cancellable,
                              GError **error)
{
  ParlanceConnectorWalk *self = PARLANCE_CONNECTOR_WALK (enumerator);

  if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
      self->next == self->addresses->len)
    return NULL;
  return g_object_ref (g_ptr_array_index (self->addresses, self->next++));
}

static void
parlance_connector_walk_finalize (GObject *object)
{
  g_ptr_array_unref (PARLANCE_CONNECTOR_WALK (object)->addresses);
  G_OBJECT_CLASS (parlance_connector_walk_parent_class)->finalize (object);
}

static void
parlance_connector_walk_class_init (ParlanceConnectorWalkClass *klass)
{
  G_SOCKET_ADDRESS_ENUMERATOR_CLASS (klass)->next = parlance_connector_walk_next;
  G_OBJECT_CLASS (klass)->finalize = parlance_connector_walk_finalize;
}

static void
parlance_connector_walk_init (ParlanceConnectorWalk *self)
{
}

/* --- the connector ---------------------------------------------------------------------------- */

static GSocketAddressEnumerator *
parlance_connector_enumerate (GSocketConnectable *connectable)
{
  ParlanceConnectorWalk *walk = g_object_new (PARLANCE_TYPE_CONNECTOR_WALK, NULL);

  walk->addresses = g_ptr_array_ref (PARLANCE_CONNECTOR (connectable)->addresses);
  return G_SOCKET_ADDRESS_ENUMERATOR (walk);
}

static char *
parlance_connector_to_string (GSocketConnectable *connectable)
{
  const GPtrArray *addresses = PARLANCE_CONNECTOR (connectable)->addresses;

  return parlance_address_to_string (g_ptr_array_index (addresses, 0));
}

static void
parlance_connector_connectable_init (GSocketConnectableIface *iface)
{
  iface->enumerate = parlance_connector_enumerate;
  iface->proxy_enumerate = parlance_connector_enumerate; /* a LAN is reached directly */
  iface->to_string = parlance_connector_to_string;
}

/* Takes the next address of @family, or of any other when there is none, out of @addresses. */
static GSocketAddress *
take_address (GPtrArray *addresses, GSocketFamily family)
{
  for (guint i = 0; i < addresses->len; i++)
    {
      if (g_socket_address_get_family (g_ptr_array_index (addresses, i)) == family)
        return g_ptr_array_steal_index (addresses, i);
    }
  return g_ptr_array_steal_index (addresses, 0);
}

static GSocketConnectable *
connector_new (GPtrArray *addresses)
{
  ParlanceConnector *self = g_object_new (PARLANCE_TYPE_CONNECTOR, NULL);
  GSocketFamily family = g_socket_address_get_family (g_ptr_array_index (addresses, 0));

  while (addresses->len > 0)
    {
      GSocketAddress *address = take_address (addresses, family);

      g_ptr_array_add (self->addresses, address);
      family = g_socket_address_get_family (address) == G_SOCKET_FAMILY_IPV4 ? G_SOCKET_FAMILY_IPV6
                                                                             : G_SOCKET_FAMILY_IPV4;
    }
  return G_SOCKET_CONNECTABLE (self);
}

GSocketConnectable *
parlance_connector_parse (const char *const *addresses, GError **error)
{
  g_return_val_if_fail (addresses != NULL && addresses[0] != NULL, NULL);

  g_autoptr (GPtrArray) numeric = g_ptr_array_new_with_free_func (g_object_unref);

  for (const char *const *text = addresses; addresses[1] != NULL && *text != NULL; text++)
    {
      GInetSocketAddress *address = parlance_address_parse_numeric (*text);
      if (address != NULL)
        g_ptr_array_add (numeric, address);
    }
  return numeric->len > 0 ? connector_new (numeric) : parlance_address_parse (addresses[0], error);
}

static void
parlance_connector_finalize (GObject *object)
{
  g_ptr_array_unref (PARLANCE_CONNECTOR (object)->addresses);
  G_OBJECT_CLASS (parlance_connector_parent_class)->finalize (object);
}

static void
parlance_connector_class_init (ParlanceConnectorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = parlance_connector_finalize;
}

static void
parlance_connector_init (ParlanceConnector *self)
{
  self->addresses = g_ptr_array_new_with_free_func (g_object_unref);
}
