/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The first address to answer is preferred and stays so, though another may be quicker the next
 * time: a list whose addresses change places helps nobody. It steps back when it has missed a whole
 * round of queries that another address answered, as it does after a move to another network.
 */
#include "protocol/client/server.h"

#include "protocol/client/address.h"

#define LIFETIME_US (PARLANCE_SERVER_LIFETIME_S * G_USEC_PER_SEC)

typedef struct
{
  GInetSocketAddress *address;
  gint64 seen_us;
  guint round; /* of the last query that it answered */
  gboolean is_local;
} Place;

struct _ParlanceServer
{
  GObject parent_instance;
  ParlanceBeacon beacon; /* as told last by the preferred address */
  GArray *places;        /* of Place, the preferred one first; never empty */
  char **addresses;      /* of the places, as text */
};

enum
{
  PROP_ID = 1,
  PROP_NAME,
  PROP_ADDRESS,
  PROP_ADDRESSES,
  PROP_VERSION,
  PROP_N_USERS,
  PROP_N_DICTIONARIES,
  PROP_IS_LOCAL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (ParlanceServer, parlance_server, G_TYPE_OBJECT)

static Place *
place_at (ParlanceServer *self, guint index)
{
  return &g_array_index (self->places, Place, index);
}

static void
place_clear (gpointer data)
{
  Place *place = data;

  g_object_unref (place->address);
}

/* Returns: (nullable): %NULL when there are as many as may be */
static Place *
provide_place (ParlanceServer *self, GInetSocketAddress *address, gboolean *ret_changed)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      Place *place = place_at (self, i);

      if (!parlance_address_same_host (place->address, address))
        continue;
      *ret_changed = g_inet_socket_address_get_port (place->address) !=
                     g_inet_socket_address_get_port (address);
      g_set_object (&place->address, address);
      return place;
    }
  if (self->places->len == PARLANCE_SERVER_MAX_ADDRESSES)
    return NULL;
  const Place place = { .address = g_object_ref (address) };
  g_array_append_val (self->places, place);
  *ret_changed = TRUE;
  return place_at (self, self->places->len - 1);
}

/* What answered a whole round ago at most goes before what did not; the order among them stays.
 * Returns: whether anything moved */
static gboolean
order_places (ParlanceServer *self, guint round)
{
  guint n_current = 0;
  gboolean moved = FALSE;

  for (guint i = 0; i < self->places->len; i++)
    {
      Place place = *place_at (self, i);

      if (place.round + 1 < round)
        continue;
      for (guint k = i; k > n_current; k--)
        *place_at (self, k) = *place_at (self, k - 1);
      *place_at (self, n_current) = place;
      moved |= i != n_current;
      n_current++;
    }
  return moved;
}

static void
update_addresses (ParlanceServer *self)
{
  g_auto (GStrv) before = g_steal_pointer (&self->addresses);

  self->addresses = g_new0 (char *, self->places->len + 1);
  for (guint i = 0; i < self->places->len; i++)
    self->addresses[i] = parlance_address_to_string (place_at (self, i)->address);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ADDRESSES]);
  if (before == NULL || g_strcmp0 (before[0], self->addresses[0]) != 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ADDRESS]);
}

static gboolean
any_is_local (ParlanceServer *self)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      if (place_at (self, i)->is_local)
        return TRUE;
    }
  return FALSE;
}

static void
notify_changes (ParlanceServer *self, const ParlanceBeacon *before)
{
  GObject *object = G_OBJECT (self);

  if (g_strcmp0 (before->name, self->beacon.name) != 0)
    g_object_notify_by_pspec (object, properties[PROP_NAME]);
  if (g_strcmp0 (before->version, self->beacon.version) != 0)
    g_object_notify_by_pspec (object, properties[PROP_VERSION]);
  if (before->n_users != self->beacon.n_users)
    g_object_notify_by_pspec (object, properties[PROP_N_USERS]);
  if (before->n_dictionaries != self->beacon.n_dictionaries)
    g_object_notify_by_pspec (object, properties[PROP_N_DICTIONARIES]);
}

void
parlance_server_hear (ParlanceServer *self, const ParlanceHeard *heard, gint64 now_us)
{
  const ParlanceBeacon before = self->beacon;
  gboolean was_local = any_is_local (self);
  gboolean changed = FALSE;
  Place *place = provide_place (self, heard->address, &changed);

  if (place == NULL)
    return;
  place->seen_us = now_us;
  place->round = MAX (place->round, heard->round);
  place->is_local = heard->is_local;

  g_object_freeze_notify (G_OBJECT (self));
  changed |= order_places (self, heard->round);
  /* Anybody can answer with the id of another: what is shown is what the preferred address says. */
  if (parlance_address_same_host (place_at (self, 0)->address, heard->address))
    self->beacon = *heard->beacon;
  if (changed)
    update_addresses (self);
  notify_changes (self, &before);
  if (was_local != any_is_local (self))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_LOCAL]);
  g_object_thaw_notify (G_OBJECT (self));
}

gint64
parlance_server_expire (ParlanceServer *self, gint64 now_us)
{
  gint64 next_us = G_MAXINT64;
  gint64 last_us = parlance_server_get_last_seen (self);
  guint n_before = self->places->len;

  if (last_us + LIFETIME_US <= now_us)
    return 0;
  for (guint i = self->places->len; i-- > 0;)
    {
      gint64 until_us = place_at (self, i)->seen_us + LIFETIME_US;

      if (until_us <= now_us)
        g_array_remove_index (self->places, i);
      else
        next_us = MIN (next_us, until_us);
    }
  if (self->places->len < n_before)
    update_addresses (self);
  return next_us;
}

gboolean
parlance_server_speaks_from (ParlanceServer *self, GInetAddress *host)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      GInetAddress *own = g_inet_socket_address_get_address (place_at (self, i)->address);
      if (g_inet_address_equal (own, host))
        return TRUE;
    }
  return FALSE;
}

ParlanceServer *
parlance_server_new (const ParlanceHeard *heard, gint64 now_us)
{
  ParlanceServer *self = g_object_new (PARLANCE_TYPE_SERVER, NULL);

  parlance_server_hear (self, heard, now_us);
  return self;
}

/* --- what it is asked for --------------------------------------------------------------------- */

const char *
parlance_server_get_id (ParlanceServer *self)
{
  g_return_val_if_fail (PARLANCE_IS_SERVER (self), NULL);

  return self->beacon.id;
}

const char *
parlance_server_get_name (ParlanceServer *self)
{
  g_return_val_if_fail (PARLANCE_IS_SERVER (self), NULL);

  return self->beacon.name;
}

const char *
parlance_server_get_version (ParlanceServer *self)
{
  g_return_val_if_fail (PARLANCE_IS_SERVER (self), NULL);

  return self->beacon.version;
}

ParlanceTlsMode
parlance_server_get_tls (ParlanceServer *self)
{
  g_return_val_if_fail (PARLANCE_IS_SERVER (self), PARLANCE_TLS_OFF);

  return self->beacon.tls;
}

const char *
parlance_server_get_fingerprint (ParlanceServer *self)
{
  g_return_val_if_fail (PARLANCE_IS_SERVER (self), NULL);

  return self->beacon.fingerprint;
}

guint
parlance_server_get_n_users (ParlanceServer *self)
{
  g_return_val_if_fail (PARLANCE_IS_SERVER (self), 0);

  return self->beacon.n_users;
}

guint
parlance_server_get_n_dictionaries (ParlanceServer *self)
{
  g_return_val_if_fail (PARLANCE_IS_SERVER (self), 0);

  return self->beacon.n_dictionaries;
}

guint16
parlance_server_get_port (ParlanceServer *self)
{
  g_return_val_if_fail (PARLANCE_IS_SERVER (self), 0);

  return g_inet_socket_address_get_port (place_at (self, 0)->address);
}

gboolean
parlance_server_get_is_local (ParlanceServer *self)
{
  g_return_val_if_fail (PARLANCE_IS_SERVER (self), FALSE);

  return any_is_local (self);
}

const char *
parlance_server_get_address (ParlanceServer *self)
{
  g_return_val_if_fail (PARLANCE_IS_SERVER (self), NULL);

  return self->addresses[0];
}

char **
parlance_server_dup_addresses (ParlanceServer *self)
{
  g_return_val_if_fail (PARLANCE_IS_SERVER (self), NULL);

  return g_strdupv (self->addresses);
}

gint64
parlance_server_get_last_seen (ParlanceServer *self)
{
  g_return_val_if_fail (PARLANCE_IS_SERVER (self), 0);

  gint64 last_us = 0;
  for (guint i = 0; i < self->places->len; i++)
    last_us = MAX (last_us, place_at (self, i)->seen_us);
  return last_us;
}

/* --- GObject ---------------------------------------------------------------------------------- */

static void
parlance_server_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ParlanceServer *self = PARLANCE_SERVER (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, self->beacon.id);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->beacon.name);
      break;
    case PROP_ADDRESS:
      g_value_set_string (value, self->addresses[0]);
      break;
    case PROP_ADDRESSES:
      g_value_set_boxed (value, self->addresses);
      break;
    case PROP_VERSION:
      g_value_set_string (value, self->beacon.version);
      break;
    case PROP_N_USERS:
      g_value_set_uint (value, self->beacon.n_users);
      break;
    case PROP_N_DICTIONARIES:
      g_value_set_uint (value, self->beacon.n_dictionaries);
      break;
    case PROP_IS_LOCAL:
      g_value_set_boolean (value, any_is_local (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
parlance_server_finalize (GObject *object)
{
  ParlanceServer *self = PARLANCE_SERVER (object);

  g_array_unref (self->places);
  g_strfreev (self->addresses);
  G_OBJECT_CLASS (parlance_server_parent_class)->finalize (object);
}

static void
parlance_server_class_init (ParlanceServerClass *klass)
{
  static const struct
  {
    guint id;
    const char *name;
  } texts[] = { { PROP_ID, "id" },
                { PROP_NAME, "name" },
                { PROP_ADDRESS, "address" },
                { PROP_VERSION, "version" } },
    numbers[] = { { PROP_N_USERS, "n-users" }, { PROP_N_DICTIONARIES, "n-dictionaries" } };
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = parlance_server_get_property;
  object_class->finalize = parlance_server_finalize;
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    properties[texts[i].id] = g_param_spec_string (texts[i].name, NULL, NULL, NULL, flags);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    properties[numbers[i].id] =
        g_param_spec_uint (numbers[i].name, NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_ADDRESSES] = g_param_spec_boxed ("addresses", NULL, NULL, G_TYPE_STRV, flags);
  properties[PROP_IS_LOCAL] = g_param_spec_boolean ("is-local", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
parlance_server_init (ParlanceServer *self)
{
  self->places = g_array_new (FALSE, FALSE, sizeof (Place));
  g_array_set_clear_func (self->places, place_clear);
}
