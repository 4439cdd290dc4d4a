/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A room without a group of its own has the server's retention; a group begins with that, wherever
 * it stands in the file.
 */
#include "server/config-rooms.h"

#include "protocol/wire/names.h"
#include "server/config-access.h"

#include <string.h>

#define MAX_DAYS 36500
#define MAX_MESSAGES 1000000000

gboolean
config_apply_retention (ChatRetention *retention,
                        const char *key,
                        const char *value,
                        GError **error)
{
  gboolean is_days = strcmp (key, "history_days") == 0;
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, 0, is_days ? MAX_DAYS : MAX_MESSAGES, &number, error))
    return FALSE;
  if (is_days)
    retention->max_days = (guint)number;
  else
    retention->max_messages = (guint)number;
  return TRUE;
}

gboolean
config_apply_room (Config *self, const ConfigFile *file, const char *group, GError **error)
{
  const char *name = group + strlen (CONFIG_ROOM_GROUP);
  GKeyFile *keys = config_file_keys (file);
  g_auto (GStrv) names = g_key_file_get_keys (keys, group, NULL, NULL);
  ConfigRoom *room = g_new0 (ConfigRoom, 1);

  if (!g_utf8_validate (name, -1, NULL) || !parlance_room_is_valid (name, strlen (name)))
    {
      g_free (room);
      config_file_mistake (file, group, NULL, "that cannot be the name of a room", error);
      return FALSE;
    }
  g_hash_table_insert (self->rooms, parlance_name_fold (name, strlen (name)), room);
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *value = g_key_file_get_string (keys, group, names[i], NULL);
      g_autoptr (GError) mistake = NULL;
      gboolean is_days = strcmp (names[i], "history_days") == 0;

      if (!is_days && strcmp (names[i], "history_messages") != 0)
        g_set_error_literal (&mistake, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                             "no such key");
      else if (config_apply_retention (&room->retention, names[i], value != NULL ? value : "",
                                       &mistake))
        *(is_days ? &room->has_days : &room->has_messages) = TRUE;
      if (mistake != NULL)
        {
          config_file_mistake (file, group, names[i], mistake->message, error);
          return FALSE;
        }
    }
  return TRUE;
}

ChatLimits *
config_chat_limits (const Config *self)
{
  ChatLimits *limits = chat_limits_new ();
  GHashTableIter iter;
  gpointer key;
  gpointer value;

  limits->send_rate = self->send_rate;
  limits->retention = self->retention;
  limits->room_rate = self->limits.room_rate;
  g_array_append_vals (limits->unlimited, self->limits.unlimited->data,
                       self->limits.unlimited->len);
  config_apply_access (self, limits);
  g_hash_table_iter_init (&iter, self->rooms);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const ConfigRoom *room = value;
      ChatRetention *retention = g_memdup2 (&self->retention, sizeof self->retention);

      if (room->has_days)
        retention->max_days = room->retention.max_days;
      if (room->has_messages)
        retention->max_messages = room->retention.max_messages;
      g_hash_table_insert (limits->rooms, g_strdup (key), retention);
    }
  return limits;
}
