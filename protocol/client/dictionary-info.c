/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceDictionaryInfo: owns a decoded copy of each member and the JSON text it was read from.
 */
#include "protocol/client/dictionary-info.h"

#include "protocol/client/boxed.h"
#include "protocol/client/fields.h"

struct _ParlanceDictionaryInfo
{
  char *name;
  char *title; /* (nullable), as are the texts below */
  char *source;
  char *target;
  char *format;
  char *license;
  gint64 n_entries;
  char *json;
};

PARLANCE_DEFINE_BOXED_TYPE (ParlanceDictionaryInfo, parlance_dictionary_info)

#define INFO_OFFSET(member) G_STRUCT_OFFSET (ParlanceDictionaryInfo, member)

static const ParlanceField info_fields[] = {
  { "name", PARLANCE_FIELD_STRING, TRUE, INFO_OFFSET (name) },
  { "title", PARLANCE_FIELD_STRING, FALSE, INFO_OFFSET (title) },
  { "entries", PARLANCE_FIELD_INTEGER, TRUE, INFO_OFFSET (n_entries) },
  { "source", PARLANCE_FIELD_STRING, FALSE, INFO_OFFSET (source) },
  { "target", PARLANCE_FIELD_STRING, FALSE, INFO_OFFSET (target) },
  { "format", PARLANCE_FIELD_STRING, FALSE, INFO_OFFSET (format) },
  { "license", PARLANCE_FIELD_STRING, FALSE, INFO_OFFSET (license) },
};

static ParlanceDictionaryInfo *
info_new_from_value (const ParlanceJsonValue *value, GError **error)
{
  g_autoptr (ParlanceDictionaryInfo) self = g_atomic_rc_box_new0 (ParlanceDictionaryInfo);

  if (!parlance_fields_read (value, info_fields, G_N_ELEMENTS (info_fields), self, error))
    return NULL;
  self->json = g_strndup (value->text, value->n_bytes);
  return g_steal_pointer (&self);
}

static GPtrArray *
info_list_read (const char *json, GError **error)
{
  static const ParlanceField list_fields[] = {
    { "dictionaries", PARLANCE_FIELD_ARRAY, TRUE, 0 },
  };
  ParlanceJsonValue result;
  ParlanceJsonValue values;
  if (!parlance_fields_parse (json, &result, error) ||
      !parlance_fields_read (&result, list_fields, G_N_ELEMENTS (list_fields), &values, error))
    return NULL;

  g_autoptr (GPtrArray) list =
      g_ptr_array_new_with_free_func ((GDestroyNotify)parlance_dictionary_info_unref);
  ParlanceJsonValue value;
  guint32 cursor = 0;
  while (parlance_json_next_element (&values, &cursor, &value))
    {
      ParlanceDictionaryInfo *info = info_new_from_value (&value, error);
      if (info == NULL)
        return NULL;
      g_ptr_array_add (list, info);
    }
  return g_steal_pointer (&list);
}

GPtrArray *
parlance_dictionary_info_list_new_from_json (const char *json, GError **error)
{
  g_return_val_if_fail (json != NULL, NULL);

  GPtrArray *list = info_list_read (json, error);
  if (list == NULL)
    g_prefix_error_literal (error, "the server's answer to dictionaries makes no sense: ");
  return list;
}

static void
info_clear (gpointer data)
{
  ParlanceDictionaryInfo *self = data;

  g_free (self->name);
  g_free (self->title);
  g_free (self->source);
  g_free (self->target);
  g_free (self->format);
  g_free (self->license);
  g_free (self->json);
}

ParlanceDictionaryInfo *
parlance_dictionary_info_ref (ParlanceDictionaryInfo *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
parlance_dictionary_info_unref (ParlanceDictionaryInfo *self)
{
  g_atomic_rc_box_release_full (self, info_clear);
}

static const char *
or_empty (const char *text)
{
  return text != NULL ? text : "";
}

const char *
parlance_dictionary_info_get_name (const ParlanceDictionaryInfo *self)
{
  return self->name;
}

const char *
parlance_dictionary_info_get_title (const ParlanceDictionaryInfo *self)
{
  return or_empty (self->title);
}

gint64
parlance_dictionary_info_get_n_entries (const ParlanceDictionaryInfo *self)
{
  return self->n_entries;
}

const char *
parlance_dictionary_info_get_source (const ParlanceDictionaryInfo *self)
{
  return or_empty (self->source);
}

const char *
parlance_dictionary_info_get_target (const ParlanceDictionaryInfo *self)
{
  return or_empty (self->target);
}

const char *
parlance_dictionary_info_get_format (const ParlanceDictionaryInfo *self)
{
  return or_empty (self->format);
}

const char *
parlance_dictionary_info_get_license (const ParlanceDictionaryInfo *self)
{
  return or_empty (self->license);
}

const char *
parlance_dictionary_info_get_json (const ParlanceDictionaryInfo *self)
{
  return self->json;
}
