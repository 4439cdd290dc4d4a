/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceServerInfo: owns a decoded copy of each member and the JSON text it was read from.
 */
#include "protocol/client/server-info.h"

#include "protocol/client/boxed.h"
#include "protocol/client/fields.h"
#include "protocol/wire/limits.h"

struct _ParlanceServerInfo
{
  gint64 protocol;
  char *id;
  char *name;
  char *version;
  char *access; /* (nullable) */
  gboolean is_account;
  gboolean is_operator;
  char **capabilities; /* (nullable) */
  gint64 max_text;
  gint64 max_rooms;
  char *nick;  /* (nullable) */
  char *token; /* (nullable) */
  ParlanceDroppedDevice dropped_device;
  char *json;
  ParlanceJsonValue server; /* borrowed from @json, as are the others; (nullable): no text */
  ParlanceJsonValue limits;
  ParlanceJsonValue session;
  ParlanceJsonValue dropped;
};

PARLANCE_DEFINE_BOXED_TYPE (ParlanceServerInfo, parlance_server_info)

#define INFO_OFFSET(member) G_STRUCT_OFFSET (ParlanceServerInfo, member)

static const ParlanceField hello_fields[] = {
  { "protocol", PARLANCE_FIELD_INTEGER, TRUE, INFO_OFFSET (protocol) },
  { "server", PARLANCE_FIELD_OBJECT, TRUE, INFO_OFFSET (server) },
  { "limits", PARLANCE_FIELD_OBJECT, FALSE, INFO_OFFSET (limits) },
  { "session", PARLANCE_FIELD_OBJECT, FALSE, INFO_OFFSET (session) },
  { "capabilities", PARLANCE_FIELD_STRINGS, FALSE, INFO_OFFSET (capabilities) },
};

static const ParlanceField server_fields[] = {
  { "id", PARLANCE_FIELD_STRING, TRUE, INFO_OFFSET (id) },
  { "name", PARLANCE_FIELD_STRING, TRUE, INFO_OFFSET (name) },
  { "version", PARLANCE_FIELD_STRING, TRUE, INFO_OFFSET (version) },
  { "access", PARLANCE_FIELD_STRING, FALSE, INFO_OFFSET (access) },
};

static const ParlanceField limits_fields[] = {
  { "max_text", PARLANCE_FIELD_INTEGER, FALSE, INFO_OFFSET (max_text) },
  { "max_rooms", PARLANCE_FIELD_INTEGER, FALSE, INFO_OFFSET (max_rooms) },
};

static const ParlanceField session_fields[] = {
  { "nick", PARLANCE_FIELD_STRING, TRUE, INFO_OFFSET (nick) },
  { "token", PARLANCE_FIELD_STRING, TRUE, INFO_OFFSET (token) },
  { "account", PARLANCE_FIELD_BOOLEAN, FALSE, INFO_OFFSET (is_account) },
  { "operator", PARLANCE_FIELD_BOOLEAN, FALSE, INFO_OFFSET (is_operator) },
  { "dropped", PARLANCE_FIELD_OBJECT, FALSE, INFO_OFFSET (dropped) },
};

static const ParlanceField dropped_fields[] = {
  { "device", PARLANCE_FIELD_INTEGER, TRUE, INFO_OFFSET (dropped_device.id) },
  { "client", PARLANCE_FIELD_STRING, TRUE, INFO_OFFSET (dropped_device.client) },
  { "used", PARLANCE_FIELD_INTEGER, TRUE, INFO_OFFSET (dropped_device.used_ms) },
};

static gboolean
read_hello (ParlanceServerInfo *self, GError **error)
{
  ParlanceJsonValue result;

  if (!parlance_fields_parse (self->json, &result, error) ||
      !parlance_fields_read (&result, hello_fields, G_N_ELEMENTS (hello_fields), self, error) ||
      !parlance_fields_read (&self->server, server_fields, G_N_ELEMENTS (server_fields), self,
                             error))
    return FALSE;

  self->max_text = PARLANCE_MAX_TEXT;
  self->max_rooms = PARLANCE_MAX_ROOMS;
  return (self->limits.text == NULL ||
          parlance_fields_read (&self->limits, limits_fields, G_N_ELEMENTS (limits_fields), self,
                                error)) &&
         (self->session.text == NULL ||
          parlance_fields_read (&self->session, session_fields, G_N_ELEMENTS (session_fields), self,
                                error)) &&
         (self->dropped.text == NULL ||
          parlance_fields_read (&self->dropped, dropped_fields, G_N_ELEMENTS (dropped_fields), self,
                                error));
}

ParlanceServerInfo *
parlance_server_info_new_take_json (char *json, GError **error)
{
  g_return_val_if_fail (json != NULL, NULL);

  g_autoptr (ParlanceServerInfo) self = g_atomic_rc_box_new0 (ParlanceServerInfo);
  self->json = json;

  if (!read_hello (self, error))
    {
      g_prefix_error_literal (error, "the server's answer to hello makes no sense: ");
      return NULL;
    }
  return g_steal_pointer (&self);
}

static void
info_clear (gpointer data)
{
  ParlanceServerInfo *self = data;

  g_free (self->id);
  g_free (self->name);
  g_free (self->version);
  g_free (self->access);
  g_strfreev (self->capabilities);
  g_free (self->nick);
  g_free (self->token);
  g_free (self->dropped_device.client);
  g_free (self->json);
}

ParlanceServerInfo *
parlance_server_info_ref (ParlanceServerInfo *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
parlance_server_info_unref (ParlanceServerInfo *self)
{
  g_atomic_rc_box_release_full (self, info_clear);
}

gint64
parlance_server_info_get_protocol (const ParlanceServerInfo *self)
{
  return self->protocol;
}

const char *
parlance_server_info_get_id (const ParlanceServerInfo *self)
{
  return self->id;
}

const char *
parlance_server_info_get_name (const ParlanceServerInfo *self)
{
  return self->name;
}

const char *
parlance_server_info_get_version (const ParlanceServerInfo *self)
{
  return self->version;
}

const char *const *
parlance_server_info_get_capabilities (const ParlanceServerInfo *self)
{
  static const char *const none[] = { NULL };

  return self->capabilities != NULL ? (const char *const *)self->capabilities : none;
}

guint
parlance_server_info_get_max_text (const ParlanceServerInfo *self)
{
  return (guint)CLAMP (self->max_text, 1, PARLANCE_MAX_LINE);
}

guint
parlance_server_info_get_max_rooms (const ParlanceServerInfo *self)
{
  return (guint)CLAMP (self->max_rooms, 1, G_MAXUINT16);
}

const char *
parlance_server_info_get_nick (const ParlanceServerInfo *self)
{
  return self->nick;
}

const char *
parlance_server_info_get_token (const ParlanceServerInfo *self)
{
  return self->token;
}

const char *
parlance_server_info_get_access (const ParlanceServerInfo *self)
{
  return self->access != NULL ? self->access : "open";
}

gboolean
parlance_server_info_is_account (const ParlanceServerInfo *self)
{
  return self->is_account;
}

gboolean
parlance_server_info_is_operator (const ParlanceServerInfo *self)
{
  return self->is_operator;
}

const ParlanceDroppedDevice *
parlance_server_info_get_dropped (const ParlanceServerInfo *self)
{
  return self->dropped.text != NULL ? &self->dropped_device : NULL;
}

const char *
parlance_server_info_get_json (const ParlanceServerInfo *self)
{
  return self->json;
}
