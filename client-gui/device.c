/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Read by tables: what a server sends besides is no business of ours.
 */
#include "client-gui/device.h"

#include <glib/gi18n.h>

#include "client-gui/display-line.h"
#include "protocol/client/fields.h"

#define MAX_CLIENT 60 /* [characters] of what a device calls itself */

typedef struct
{
  gint64 id;
  char *client; /* (nullable) while it is read */
  gint64 created_ms;
  gint64 used_ms;
  gboolean is_online;
  gboolean is_current;
} Facts;

struct _ParlanceDevice
{
  GObject parent_instance;
  Facts facts;
};

G_DEFINE_FINAL_TYPE (ParlanceDevice, parlance_device, G_TYPE_OBJECT)

/* Returns: (transfer full) (nullable) */
static ParlanceDevice *
device_new (const ParlanceJsonValue *value)
{
  static const ParlanceField fields[] = {
    { "device", PARLANCE_FIELD_INTEGER, TRUE, G_STRUCT_OFFSET (Facts, id) },
    { "client", PARLANCE_FIELD_STRING, FALSE, G_STRUCT_OFFSET (Facts, client) },
    { "created", PARLANCE_FIELD_INTEGER, FALSE, G_STRUCT_OFFSET (Facts, created_ms) },
    { "used", PARLANCE_FIELD_INTEGER, FALSE, G_STRUCT_OFFSET (Facts, used_ms) },
    { "online", PARLANCE_FIELD_BOOLEAN, FALSE, G_STRUCT_OFFSET (Facts, is_online) },
    { "current", PARLANCE_FIELD_BOOLEAN, FALSE, G_STRUCT_OFFSET (Facts, is_current) },
  };
  g_autoptr (ParlanceDevice) self = g_object_new (PARLANCE_TYPE_DEVICE, NULL);

  if (!parlance_fields_read (value, fields, G_N_ELEMENTS (fields), &self->facts, NULL))
    return NULL;
  if (self->facts.client == NULL)
    self->facts.client = g_strdup ("");
  return g_steal_pointer (&self);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const Facts *left = &(*(ParlanceDevice *const *)a)->facts;
  const Facts *right = &(*(ParlanceDevice *const *)b)->facts;

  if (left->is_current != right->is_current)
    return left->is_current ? -1 : 1;
  return (left->used_ms < right->used_ms) - (left->used_ms > right->used_ms);
}

gboolean
parlance_account_answer_read (const char *json, ParlanceAccountAnswer *ret_answer, GError **error)
{
  typedef struct
  {
    gint64 created_ms;
    gboolean is_operator;
    ParlanceJsonValue devices;
  } Account;
  static const ParlanceField fields[] = {
    { "created", PARLANCE_FIELD_INTEGER, FALSE, G_STRUCT_OFFSET (Account, created_ms) },
    { "operator", PARLANCE_FIELD_BOOLEAN, FALSE, G_STRUCT_OFFSET (Account, is_operator) },
    { "devices", PARLANCE_FIELD_ARRAY, TRUE, G_STRUCT_OFFSET (Account, devices) },
  };
  Account account = { 0 };
  ParlanceJsonValue value;
  guint32 cursor = 0;

  g_return_val_if_fail (json != NULL, FALSE);

  if (!parlance_fields_parse (json, &value, error) ||
      !parlance_fields_read (&value, fields, G_N_ELEMENTS (fields), &account, error))
    return FALSE;
  ret_answer->created_ms = account.created_ms;
  ret_answer->is_operator = account.is_operator;
  ret_answer->devices = g_ptr_array_new_with_free_func (g_object_unref);
  while (parlance_json_next_element (&account.devices, &cursor, &value))
    {
      ParlanceDevice *device = device_new (&value);
      if (device != NULL)
        g_ptr_array_add (ret_answer->devices, device);
    }
  g_ptr_array_sort (ret_answer->devices, compare);
  return TRUE;
}

void
parlance_account_answer_clear (ParlanceAccountAnswer *answer)
{
  g_clear_pointer (&answer->devices, g_ptr_array_unref);
}

gint64
parlance_device_get_id (ParlanceDevice *self)
{
  g_return_val_if_fail (PARLANCE_IS_DEVICE (self), 0);

  return self->facts.id;
}

const char *
parlance_device_get_client (ParlanceDevice *self)
{
  g_return_val_if_fail (PARLANCE_IS_DEVICE (self), NULL);

  return self->facts.client;
}

char *
parlance_device_name (const char *client)
{
  g_return_val_if_fail (client != NULL, NULL);

  g_autofree char *line = parlance_display_line_dup (client, MAX_CLIENT);
  g_strstrip (line);
  return *line != '\0' ? g_steal_pointer (&line) : g_strdup (_ ("Unknown Program"));
}

gint64
parlance_device_get_created_ms (ParlanceDevice *self)
{
  g_return_val_if_fail (PARLANCE_IS_DEVICE (self), 0);

  return self->facts.created_ms;
}

gint64
parlance_device_get_used_ms (ParlanceDevice *self)
{
  g_return_val_if_fail (PARLANCE_IS_DEVICE (self), 0);

  return self->facts.used_ms;
}

gboolean
parlance_device_is_online (ParlanceDevice *self)
{
  g_return_val_if_fail (PARLANCE_IS_DEVICE (self), FALSE);

  return self->facts.is_online;
}

gboolean
parlance_device_is_current (ParlanceDevice *self)
{
  g_return_val_if_fail (PARLANCE_IS_DEVICE (self), FALSE);

  return self->facts.is_current;
}

static void
parlance_device_finalize (GObject *object)
{
  g_free (PARLANCE_DEVICE (object)->facts.client);
  G_OBJECT_CLASS (parlance_device_parent_class)->finalize (object);
}

static void
parlance_device_class_init (ParlanceDeviceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = parlance_device_finalize;
}

static void
parlance_device_init (ParlanceDevice *self)
{
}
