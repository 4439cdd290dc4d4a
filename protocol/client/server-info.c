/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceServerInfo: owns a decoded copy of each member and the JSON text it was read from.
 */
#include "protocol/client/server-info.h"

#include "protocol/client/boxed.h"
#include "protocol/client/fields.h"

struct _ParlanceServerInfo
{
  gint64 protocol;
  char *id;
  char *name;
  char *version;
  char **capabilities; /* (nullable) */
  char *json;
  ParlanceJsonValue server; /* borrowed from @json */
};

PARLANCE_DEFINE_BOXED_TYPE (ParlanceServerInfo, parlance_server_info)

#define INFO_OFFSET(member) G_STRUCT_OFFSET (ParlanceServerInfo, member)

static const ParlanceField hello_fields[] = {
  { "protocol", PARLANCE_FIELD_INTEGER, TRUE, INFO_OFFSET (protocol) },
  { "server", PARLANCE_FIELD_OBJECT, TRUE, INFO_OFFSET (server) },
  { "capabilities", PARLANCE_FIELD_STRINGS, FALSE, INFO_OFFSET (capabilities) },
};

static const ParlanceField server_fields[] = {
  { "id", PARLANCE_FIELD_STRING, TRUE, INFO_OFFSET (id) },
  { "name", PARLANCE_FIELD_STRING, TRUE, INFO_OFFSET (name) },
  { "version", PARLANCE_FIELD_STRING, TRUE, INFO_OFFSET (version) },
};

ParlanceServerInfo *
parlance_server_info_new_take_json (char *json, GError **error)
{
  g_return_val_if_fail (json != NULL, NULL);

  g_autoptr (ParlanceServerInfo) self = g_atomic_rc_box_new0 (ParlanceServerInfo);
  self->json = json;

  ParlanceJsonValue result;
  if (!parlance_fields_parse (self->json, &result, error) ||
      !parlance_fields_read (&result, hello_fields, G_N_ELEMENTS (hello_fields), self, error) ||
      !parlance_fields_read (&self->server, server_fields, G_N_ELEMENTS (server_fields), self,
                             error))
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
  g_strfreev (self->capabilities);
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

const char *
parlance_server_info_get_json (const ParlanceServerInfo *self)
{
  return self->json;
}
