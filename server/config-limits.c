/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A class may sit behind one address, and all begin at once: a rate's bucket holds ten seconds'
 * worth, and the defaults are what hundreds of people do not use up.
 */
#include "server/config-limits.h"

#include <string.h>

#define MAX_RATE 1000000
#define MAX_CONNECTIONS 1000000

#define MIN_MEMORY (16 * 1024 * 1024)
#define MAX_MEMORY (G_GUINT64_CONSTANT (1) << 50)

#define DEFAULT_CONNECTIONS 1024
#define DEFAULT_CONNECTION_RATE 100
#define DEFAULT_REQUEST_RATE 20000
#define DEFAULT_HEAVY_RATE 50
#define DEFAULT_SEND_RATE 200
#define DEFAULT_ROOM_RATE 30

void
config_limits_init (ConfigLimits *self)
{
  static const char *const own_machine[] = { "127.0.0.0/8", "::1" };

  self->peer = (PeerLimits){
    .max_connections = DEFAULT_CONNECTIONS,
    .rates = {
      [PEER_CONNECTS] = DEFAULT_CONNECTION_RATE,
      [PEER_REQUESTS] = DEFAULT_REQUEST_RATE,
      [PEER_HEAVY] = DEFAULT_HEAVY_RATE,
      [PEER_SENDS] = DEFAULT_SEND_RATE,
    },
  };
  self->connections_default = TRUE;
  self->memory_default = TRUE;
  self->room_rate = DEFAULT_ROOM_RATE;
  self->unlimited = g_array_new (FALSE, FALSE, sizeof (NetworkRange));
  for (gsize i = 0; i < G_N_ELEMENTS (own_machine); i++)
    {
      NetworkRange range;

      if (!network_range_parse (own_machine[i], &range))
        g_assert_not_reached ();
      g_array_append_val (self->unlimited, range);
    }
}

void
config_limits_clear (ConfigLimits *self)
{
  g_array_unref (self->unlimited);
}

/* --- the group -------------------------------------------------------------------------------- */

static gboolean
set_number (guint *number, const char *value, guint maximum, GError **error)
{
  guint64 parsed;

  if (!g_ascii_string_to_unsigned (value, 10, 0, maximum, &parsed, NULL))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "“%s” is no whole number from 0 (no limit) to %u", value, maximum);
      return FALSE;
    }
  *number = (guint)parsed;
  return TRUE;
}

static gboolean
set_connections (ConfigLimits *self, const char *value, GError **error)
{
  self->connections_default = FALSE;
  return set_number (&self->peer.max_connections, value, MAX_CONNECTIONS, error);
}

static gboolean
set_connection_rate (ConfigLimits *self, const char *value, GError **error)
{
  return set_number (&self->peer.rates[PEER_CONNECTS], value, MAX_RATE, error);
}

static gboolean
set_request_rate (ConfigLimits *self, const char *value, GError **error)
{
  return set_number (&self->peer.rates[PEER_REQUESTS], value, MAX_RATE, error);
}

static gboolean
set_heavy_rate (ConfigLimits *self, const char *value, GError **error)
{
  return set_number (&self->peer.rates[PEER_HEAVY], value, MAX_RATE, error);
}

static gboolean
set_send_rate (ConfigLimits *self, const char *value, GError **error)
{
  return set_number (&self->peer.rates[PEER_SENDS], value, MAX_RATE, error);
}

static gboolean
set_room_rate (ConfigLimits *self, const char *value, GError **error)
{
  return set_number (&self->room_rate, value, MAX_RATE, error);
}

/* The list in place of the default. */
static gboolean
set_unlimited (ConfigLimits *self, const char *value, GError **error)
{
  g_auto (GStrv) texts = g_strsplit (value, ";", -1);

  g_array_set_size (self->unlimited, 0);
  for (guint i = 0; texts[i] != NULL; i++)
    {
      const char *text = g_strstrip (texts[i]);
      NetworkRange range;

      if (*text == '\0' || strcmp (text, "none") == 0)
        continue;
      if (!network_range_parse (text, &range))
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                       "“%s” is neither an address nor a range such as 10.0.0.0/8", text);
          return FALSE;
        }
      g_array_append_val (self->unlimited, range);
    }
  return TRUE;
}

/* 512M: with K, M or G behind it. */
static gboolean
set_memory (ConfigLimits *self, const char *value, GError **error)
{
  static const char units[] = "KMG";
  gsize n = strlen (value);
  const char *unit = n > 0 ? strchr (units, value[n - 1]) : NULL;
  guint shift = unit != NULL ? 10 * (guint)(unit - units + 1) : 0;
  g_autofree char *digits = g_strndup (value, unit != NULL ? n - 1 : n);
  guint64 number;

  if (!g_ascii_string_to_unsigned (digits, 10, 0, MAX_MEMORY >> shift, &number, NULL) ||
      (number > 0 && number << shift < MIN_MEMORY))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "“%s” is no size of 16M or more, such as 512M or 4G, and not 0 (no limit)",
                   value);
      return FALSE;
    }
  self->max_memory = number << shift;
  self->memory_default = FALSE;
  return TRUE;
}

typedef struct
{
  const char *key;
  gboolean (*set) (ConfigLimits *self, const char *value, GError **error);
} LimitKey;

static const LimitKey limit_keys[] = {
  { "connections", set_connections },   { "connection_rate", set_connection_rate },
  { "request_rate", set_request_rate }, { "heavy_rate", set_heavy_rate },
  { "send_rate", set_send_rate },       { "room_rate", set_room_rate },
  { "unlimited", set_unlimited },       { "memory", set_memory },
};

static gboolean
apply_key (ConfigLimits *self, const char *key, const char *value, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (limit_keys); i++)
    {
      if (strcmp (limit_keys[i].key, key) == 0)
        return limit_keys[i].set (self, value, error);
    }
  g_set_error_literal (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE, "no such key");
  return FALSE;
}

gboolean
config_apply_limits (Config *self, const ConfigFile *file, GError **error)
{
  GKeyFile *keys = config_file_keys (file);
  g_auto (GStrv) names = g_key_file_get_keys (keys, CONFIG_LIMITS_GROUP, NULL, NULL);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *value = g_key_file_get_string (keys, CONFIG_LIMITS_GROUP, names[i], NULL);
      g_autoptr (GError) mistake = NULL;

      if (!apply_key (&self->limits, names[i], value != NULL ? g_strstrip (value) : "", &mistake))
        {
          config_file_mistake (file, CONFIG_LIMITS_GROUP, names[i], mistake->message, error);
          return FALSE;
        }
    }
  return TRUE;
}
