/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceDefinition: owns its entries, its suggestions and the JSON text they came in.
 */
#include "protocol/client/definition.h"

#include "protocol/client/boxed.h"
#include "protocol/client/fields.h"

struct _ParlanceDefinition
{
  char *word;
  char **suggestions; /* (nullable) */
  GPtrArray *entries; /* of ParlanceEntry */
  char *json;
  ParlanceJsonValue entry_values; /* borrowed from @json */
};

PARLANCE_DEFINE_BOXED_TYPE (ParlanceDefinition, parlance_definition)

static const ParlanceField definition_fields[] = {
  { "word", PARLANCE_FIELD_STRING, TRUE, G_STRUCT_OFFSET (ParlanceDefinition, word) },
  { "entries", PARLANCE_FIELD_ARRAY, TRUE, G_STRUCT_OFFSET (ParlanceDefinition, entry_values) },
  { "suggestions", PARLANCE_FIELD_STRINGS, FALSE,
    G_STRUCT_OFFSET (ParlanceDefinition, suggestions) },
};

static gboolean
definition_read (ParlanceDefinition *self, GError **error)
{
  ParlanceJsonValue result;
  if (!parlance_fields_parse (self->json, &result, error) ||
      !parlance_fields_read (&result, definition_fields, G_N_ELEMENTS (definition_fields), self,
                             error))
    return FALSE;

  ParlanceJsonValue value;
  guint32 cursor = 0;
  while (parlance_json_next_element (&self->entry_values, &cursor, &value))
    {
      ParlanceEntry *entry = parlance_entry_new_from_value (&value, error);
      if (entry == NULL)
        return FALSE;
      g_ptr_array_add (self->entries, entry);
    }
  return TRUE;
}

ParlanceDefinition *
parlance_definition_new_take_json (char *json, GError **error)
{
  g_return_val_if_fail (json != NULL, NULL);

  g_autoptr (ParlanceDefinition) self = g_atomic_rc_box_new0 (ParlanceDefinition);
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify)parlance_entry_unref);
  self->json = json;
  if (!definition_read (self, error))
    {
      g_prefix_error_literal (error, "the server's answer to define makes no sense: ");
      return NULL;
    }
  return g_steal_pointer (&self);
}

static void
definition_clear (gpointer data)
{
  ParlanceDefinition *self = data;

  g_free (self->word);
  g_strfreev (self->suggestions);
  g_ptr_array_unref (self->entries);
  g_free (self->json);
}

ParlanceDefinition *
parlance_definition_ref (ParlanceDefinition *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
parlance_definition_unref (ParlanceDefinition *self)
{
  g_atomic_rc_box_release_full (self, definition_clear);
}

const char *
parlance_definition_get_word (const ParlanceDefinition *self)
{
  return self->word;
}

guint
parlance_definition_get_n_entries (const ParlanceDefinition *self)
{
  return self->entries->len;
}

ParlanceEntry *
parlance_definition_get_entry (const ParlanceDefinition *self, guint index)
{
  g_return_val_if_fail (index < self->entries->len, NULL);

  return g_ptr_array_index (self->entries, index);
}

const char *const *
parlance_definition_get_suggestions (const ParlanceDefinition *self)
{
  static const char *const none[] = { NULL };

  return self->suggestions != NULL ? (const char *const *)self->suggestions : none;
}

const char *
parlance_definition_get_json (const ParlanceDefinition *self)
{
  return self->json;
}
