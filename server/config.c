/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every value passes through one setter by key, whichever side it comes from: what is refused in
 * the file is refused on the command line in the same words.
 */
#include "server/config.h"

#include "protocol/wire/limits.h"
#include "server/config-access.h"
#include "server/config-file.h"
#include "server/config-limits.h"
#include "server/config-rooms.h"
#include "server/config-sources.h"

#include <sched.h>
#include <string.h>
#include <unistd.h>

#define CONFIG_GROUP "server"
#define CONFIG_DICTIONARY_GROUP "dictionary " /* followed by the file's stem */

#define CONFIG_MAX_WORKERS 256
#define CONFIG_DEFAULT_CONNECTIONS 16384
#define CONFIG_MAX_CONNECTIONS 1000000
#define CONFIG_MAX_NAME 128 /* [bytes] */
#define CONFIG_DEFAULT_SEND_RATE 20
#define CONFIG_MAX_SEND_RATE 1000000

static gboolean refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, text);
  return FALSE;
}

static gboolean
parse_number (const char *text, guint64 minimum, guint64 maximum, guint *ret, GError **error)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (text, 10, minimum, maximum, &number, NULL))
    return refuse (error,
                   "“%s” is no whole number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, text,
                   minimum, maximum);
  *ret = (guint)number;
  return TRUE;
}

static gboolean
add_address (GArray *addresses, const char *text, guint16 default_port, GError **error)
{
  Address address;

  if (!address_parse (text, default_port, &address, error))
    return FALSE;
  g_array_append_val (addresses, address);
  return TRUE;
}

/* --- setters, one a key ----------------------------------------------------------------------- */

static gboolean
set_name (Config *self, const char *value, GError **error)
{
  if (*value == '\0' || strlen (value) > CONFIG_MAX_NAME || !g_utf8_validate (value, -1, NULL))
    return refuse (error, "a name is 1 to %d bytes of UTF-8", CONFIG_MAX_NAME);
  for (const char *p = value; *p != '\0'; p = g_utf8_find_next_char (p, NULL))
    {
      if (!g_unichar_isprint (g_utf8_get_char (p)))
        return refuse (error, "a name holds no control characters");
    }
  g_free (self->name);
  self->name = g_strdup (value);
  return TRUE;
}

static gboolean
set_listen (Config *self, const char *value, GError **error)
{
  self->listen_default = FALSE;
  return add_address (self->listen, value, PARLANCE_DEFAULT_PORT, error);
}

static gboolean
set_dict_listen (Config *self, const char *value, GError **error)
{
  if (strcmp (value, "off") == 0)
    return TRUE;
  return add_address (self->dict_listen, value, PARLANCE_DEFAULT_DICT_PORT, error);
}

static gboolean
set_discovery_port (Config *self, const char *value, GError **error)
{
  guint port = 0;

  if (strcmp (value, "off") == 0)
    {
      self->discovery_port = -1;
      return TRUE;
    }
  if (!parse_number (value, 0, G_MAXUINT16, &port, error))
    return FALSE;
  self->discovery_port = (int)port;
  return TRUE;
}

static gboolean
set_data_dir (Config *self, const char *value, GError **error)
{
  if (*value == '\0')
    return refuse (error, "names no directory");
  g_free (self->data_dir);
  self->data_dir = g_canonicalize_filename (value, NULL);
  return TRUE;
}

static gboolean
set_workers (Config *self, const char *value, GError **error)
{
  return parse_number (value, 1, CONFIG_MAX_WORKERS, &self->n_workers, error);
}

static gboolean
set_max_connections (Config *self, const char *value, GError **error)
{
  self->max_connections_default = FALSE;
  return parse_number (value, 1, CONFIG_MAX_CONNECTIONS, &self->max_connections, error);
}

static gboolean
set_send_rate (Config *self, const char *value, GError **error)
{
  return parse_number (value, 0, CONFIG_MAX_SEND_RATE, &self->send_rate, error);
}

/* Returns: which of the @n_names it is, or -1 */
static int
find_name (const char *const *names, gsize n_names, const char *value)
{
  for (gsize i = 0; i < n_names; i++)
    {
      if (strcmp (value, names[i]) == 0)
        return (int)i;
    }
  return -1;
}

static gboolean
set_durability (Config *self, const char *value, GError **error)
{
  static const char *const names[] = {
    [CONFIG_DURABILITY_FULL] = "full",
    [CONFIG_DURABILITY_PROCESS] = "process",
    [CONFIG_DURABILITY_MEMORY] = "memory",
  };
  int which = find_name (names, G_N_ELEMENTS (names), value);

  if (which < 0)
    return refuse (error, "“%s” is none of “process”, “full” and “memory”", value);
  self->durability = (ConfigDurability)which;
  return TRUE;
}

static gboolean
set_tls (Config *self, const char *value, GError **error)
{
  static const char *const names[] = {
    [CONNECTION_TLS_OFF] = "off",
    [CONNECTION_TLS_OPTIONAL] = "optional",
    [CONNECTION_TLS_REQUIRED] = "required",
  };
  int which = find_name (names, G_N_ELEMENTS (names), value);

  if (which < 0)
    return refuse (error, "“%s” is none of “off”, “optional” and “required”", value);
  self->tls = (ConnectionTls)which;
  return TRUE;
}

static gboolean
set_confine (Config *self, const char *value, GError **error)
{
  static const char *const names[] = {
    [CONFINE_AUTO] = "auto",
    [CONFINE_ON] = "on",
    [CONFINE_OFF] = "off",
  };
  int which = find_name (names, G_N_ELEMENTS (names), value);

  if (which < 0)
    return refuse (error, "“%s” is none of “auto”, “on” and “off”", value);
  self->confine = (ConfineMode)which;
  return TRUE;
}

static gboolean
set_path (char **path, const char *value, GError **error)
{
  if (*value == '\0')
    return refuse (error, "names no file");
  g_free (*path);
  *path = g_canonicalize_filename (value, NULL);
  return TRUE;
}

static gboolean
set_tls_certificate (Config *self, const char *value, GError **error)
{
  return set_path (&self->tls_certificate, value, error);
}

static gboolean
set_tls_key (Config *self, const char *value, GError **error)
{
  return set_path (&self->tls_key, value, error);
}

static gboolean
set_history_days (Config *self, const char *value, GError **error)
{
  return config_apply_retention (&self->retention, "history_days", value, error);
}

static gboolean
set_history_messages (Config *self, const char *value, GError **error)
{
  return config_apply_retention (&self->retention, "history_messages", value, error);
}

static gboolean
add_dictionary (Config *self, const char *value, GError **error)
{
  LibrarySource source = { .path = NULL };

  if (*value == '\0')
    return refuse (error, "names no file");
  source.path = g_canonicalize_filename (value, NULL);
  g_array_append_val (self->dictionaries, source);
  return TRUE;
}

typedef gboolean (*ConfigSetter) (Config *self, const char *value, GError **error);

typedef struct
{
  const char *key;
  gboolean is_list;
  ConfigSetter set;
} ConfigKey;

static const ConfigKey config_keys[] = {
  { "name", FALSE, set_name },
  { "listen", TRUE, set_listen },
  { "dict_listen", TRUE, set_dict_listen },
  { "discovery_port", FALSE, set_discovery_port },
  { "data_dir", FALSE, set_data_dir },
  { "dictionaries", TRUE, add_dictionary },
  { "workers", FALSE, set_workers },
  { "max_connections", FALSE, set_max_connections },
  { "send_rate", FALSE, set_send_rate },
  { "durability", FALSE, set_durability },
  { "tls", FALSE, set_tls },
  { "tls_certificate", FALSE, set_tls_certificate },
  { "tls_key", FALSE, set_tls_key },
  { "confine", FALSE, set_confine },
  { "access", FALSE, config_set_access },
  { "password_hash", FALSE, config_set_password_hash },
  { "operators", TRUE, config_add_operator },
  { "history_days", FALSE, set_history_days },
  { "history_messages", FALSE, set_history_messages },
};

/* --- the file --------------------------------------------------------------------------------- */

static gboolean
file_apply_key (Config *self, const ConfigFile *file, const char *name, GError **error)
{
  GKeyFile *keys = config_file_keys (file);
  g_autoptr (GError) mistake = NULL;
  g_auto (GStrv) values = NULL;
  const ConfigKey *key = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (config_keys); i++)
    {
      if (strcmp (config_keys[i].key, name) == 0)
        key = &config_keys[i];
    }
  if (key == NULL)
    {
      config_file_mistake (file, CONFIG_GROUP, name, "no such key", error);
      return FALSE;
    }
  if (key->is_list)
    values = g_key_file_get_string_list (keys, CONFIG_GROUP, name, NULL, &mistake);
  else
    {
      values = g_new0 (char *, 2);
      values[0] = g_key_file_get_string (keys, CONFIG_GROUP, name, &mistake);
    }
  for (guint i = 0; mistake == NULL && values[i] != NULL; i++)
    {
      g_strstrip (values[i]);
      key->set (self, values[i], &mistake);
    }
  if (mistake != NULL)
    config_file_mistake (file, CONFIG_GROUP, name, mistake->message, error);
  return mistake == NULL;
}

static void
dictionary_settings_free (gpointer data)
{
  ConfigDictionary *settings = data;

  g_free (settings->name);
  g_free (settings);
}

/* An atom of RFC 2229, 2.2, that can stand at the beginning of a line of text. */
static gboolean
is_dictionary_name (const char *name)
{
  for (const char *p = name; *p != '\0'; p = g_utf8_find_next_char (p, NULL))
    {
      if (!g_unichar_isgraph (g_utf8_get_char (p)) || strchr ("\"'\\*!", *p) != NULL)
        return FALSE;
    }
  return *name != '\0' && *name != '.' && strlen (name) <= LIBRARY_MAX_NAME;
}

static gboolean
apply_dictionary_name (ConfigDictionary *settings,
                       GKeyFile *keys,
                       const char *group,
                       GError **error)
{
  g_autofree char *name = g_key_file_get_string (keys, group, "name", NULL);

  if (name == NULL || !is_dictionary_name (name))
    return refuse (
        error,
        "a dictionary's name is one word of at most %d bytes without quotes, \\, * and !, "
        "and does not begin with a dot",
        LIBRARY_MAX_NAME);
  g_free (settings->name);
  settings->name = g_steal_pointer (&name);
  return TRUE;
}

static gboolean
apply_dictionary_enabled (ConfigDictionary *settings,
                          GKeyFile *keys,
                          const char *group,
                          GError **error)
{
  g_autoptr (GError) mistake = NULL;

  settings->is_off = !g_key_file_get_boolean (keys, group, "enabled", &mistake);
  return mistake == NULL || refuse (error, "is neither “true” nor “false”");
}

static gboolean
file_apply_dictionary (Config *self, const ConfigFile *file, const char *group, GError **error)
{
  GKeyFile *keys = config_file_keys (file);
  g_auto (GStrv) names = g_key_file_get_keys (keys, group, NULL, NULL);
  ConfigDictionary *settings = g_new0 (ConfigDictionary, 1);

  g_hash_table_insert (self->settings, g_strdup (group + strlen (CONFIG_DICTIONARY_GROUP)),
                       settings);
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (GError) mistake = NULL;

      if (strcmp (names[i], "name") == 0)
        apply_dictionary_name (settings, keys, group, &mistake);
      else if (strcmp (names[i], "enabled") == 0)
        apply_dictionary_enabled (settings, keys, group, &mistake);
      else
        refuse (&mistake, "no such key");
      if (mistake != NULL)
        {
          config_file_mistake (file, group, names[i], mistake->message, error);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
file_check_access (const Config *self, const ConfigFile *file, GError **error)
{
  g_autoptr (GError) mistake = NULL;

  if (config_check_access (self, &mistake))
    return TRUE;
  config_file_mistake (file, CONFIG_GROUP, "access", mistake->message, error);
  return FALSE;
}

static gboolean
file_check_tls (const Config *self, const ConfigFile *file, GError **error)
{
  if (self->tls_key == NULL || self->tls_certificate != NULL)
    return TRUE;
  config_file_mistake (file, CONFIG_GROUP, "tls_key",
                       "a key needs its certificate: name it in tls_certificate", error);
  return FALSE;
}

static gboolean
file_apply_server (Config *self, const ConfigFile *file, const char *group, GError **error)
{
  g_auto (GStrv) names = g_key_file_get_keys (config_file_keys (file), group, NULL, NULL);

  for (guint i = 0; names[i] != NULL; i++)
    {
      if (!file_apply_key (self, file, names[i], error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
file_apply_group (Config *self, const ConfigFile *file, const char *group, GError **error)
{
  if (g_str_has_prefix (group, CONFIG_DICTIONARY_GROUP))
    return file_apply_dictionary (self, file, group, error);
  if (g_str_has_prefix (group, CONFIG_ROOM_GROUP))
    return config_apply_room (self, file, group, error);
  if (strcmp (group, CONFIG_LIMITS_GROUP) == 0)
    return config_apply_limits (self, file, error);
  if (strcmp (group, CONFIG_GROUP) == 0)
    return file_apply_server (self, file, group, error);
  config_file_mistake (file, group, NULL, "no such group", error);
  return FALSE;
}

static gboolean
file_apply (Config *self, const ConfigOptions *options, GError **error)
{
  g_autoptr (ConfigFile) file = config_file_new (options->config, error);
  if (file == NULL)
    return FALSE;

  g_auto (GStrv) groups = g_key_file_get_groups (config_file_keys (file), NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    {
      if (!file_apply_group (self, file, groups[i], error))
        return FALSE;
    }
  if (!file_check_tls (self, file, error))
    return FALSE;
  /* What the command line says of it stands instead. */
  return options->access != NULL || file_check_access (self, file, error);
}

/* --- the command line ------------------------------------------------------------------------- */

static gboolean
option_apply (Config *self, const char *option, const char *value, ConfigSetter set, GError **error)
{
  g_autoptr (GError) mistake = NULL;

  if (value == NULL || set (self, value, &mistake))
    return TRUE;
  return refuse (error, "%s: %s", option, mistake->message);
}

static gboolean
option_apply_list (
    Config *self, const char *option, char **values, ConfigSetter set, GError **error)
{
  for (guint i = 0; values != NULL && values[i] != NULL; i++)
    {
      if (!option_apply (self, option, values[i], set, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
options_apply (Config *self, const ConfigOptions *options, GError **error)
{
  /* A list on the command line stands instead of the file's. */
  if (options->listen != NULL)
    g_array_set_size (self->listen, 0);
  if (options->dict_listen != NULL)
    g_array_set_size (self->dict_listen, 0);
  if (options->dictionaries != NULL)
    g_array_set_size (self->dictionaries, 0);

  if (!option_apply (self, "--name", options->name, set_name, error) ||
      !option_apply_list (self, "--listen", options->listen, set_listen, error) ||
      !option_apply (self, "--dict-listen", options->dict_listen, set_dict_listen, error) ||
      !option_apply (self, "--discovery-port", options->discovery_port, set_discovery_port,
                     error) ||
      !option_apply (self, "--data-dir", options->data_dir, set_data_dir, error) ||
      !option_apply_list (self, "--dictionary", options->dictionaries, add_dictionary, error) ||
      !option_apply (self, "--workers", options->workers, set_workers, error) ||
      !option_apply (self, "--max-connections", options->max_connections, set_max_connections,
                     error) ||
      !option_apply (self, "--send-rate", options->send_rate, set_send_rate, error) ||
      !option_apply (self, "--durability", options->durability, set_durability, error) ||
      !option_apply (self, "--tls", options->tls, set_tls, error) ||
      !option_apply (self, "--confine", options->confine, set_confine, error) ||
      !option_apply (self, "--access", options->access, config_set_access, error))
    return FALSE;

  /* Who types a dictionary's name wants it served, or to be told at once that it is not. */
  if (options->dictionaries != NULL)
    {
      for (guint i = 0; i < self->dictionaries->len; i++)
        g_array_index (self->dictionaries, LibrarySource, i).required = TRUE;
    }
  return TRUE;
}

/* --- the whole -------------------------------------------------------------------------------- */

static guint
count_cores (void)
{
  cpu_set_t cores;

  if (sched_getaffinity (0, sizeof cores, &cores) != 0)
    return 1;
  return (guint)CLAMP (CPU_COUNT (&cores), 1, CONFIG_MAX_WORKERS);
}

static void
set_defaults (Config *self)
{
  self->name = g_strdup_printf ("Parlance on %s", g_get_host_name ());
  self->data_dir = getuid () == 0 ? g_strdup ("/var/lib/parlance")
                                  : g_build_filename (g_get_user_data_dir (), "parlance", NULL);
  self->listen = g_array_new (FALSE, TRUE, sizeof (Address));
  self->listen_default = TRUE;
  self->dict_listen = g_array_new (FALSE, TRUE, sizeof (Address));
  self->dictionaries = config_source_array_new ();
  self->settings =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, dictionary_settings_free);
  self->rooms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->operators = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->n_workers = count_cores ();
  self->max_connections = CONFIG_DEFAULT_CONNECTIONS;
  self->max_connections_default = TRUE;
  self->discovery_port = PARLANCE_DEFAULT_PORT;
  self->send_rate = CONFIG_DEFAULT_SEND_RATE;
  self->durability = CONFIG_DURABILITY_FULL;
  self->tls = CONNECTION_TLS_OPTIONAL;
  config_limits_init (&self->limits);
}

Config *
config_new (const ConfigOptions *options, GError **error)
{
  g_autoptr (Config) self = g_new0 (Config, 1);

  set_defaults (self);
  if (options->config != NULL && !file_apply (self, options, error))
    return NULL;
  if (!options_apply (self, options, error) || !config_check_access (self, error))
    return NULL;
  if (self->listen_default &&
      (!add_address (self->listen, "0.0.0.0", PARLANCE_DEFAULT_PORT, error) ||
       !add_address (self->listen, "::", PARLANCE_DEFAULT_PORT, error)))
    return NULL;
  return g_steal_pointer (&self);
}

void
config_free (Config *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->data_dir);
  g_free (self->tls_certificate);
  g_free (self->tls_key);
  g_free (self->password_hash);
  g_hash_table_unref (self->operators);
  g_array_unref (self->listen);
  g_array_unref (self->dict_listen);
  g_array_unref (self->dictionaries);
  g_hash_table_unref (self->settings);
  g_hash_table_unref (self->rooms);
  config_limits_clear (&self->limits);
  g_free (self);
}
