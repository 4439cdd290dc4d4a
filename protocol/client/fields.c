/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Table-driven reading of a peer's JSON objects. One pass over the object, whatever the number of
 * fields: a reply is walked once.
 */
#include "protocol/client/fields.h"

#include <gio/gio.h>
#include <string.h>

#include "protocol/wire/limits.h"

char *
parlance_fields_dup_string (const ParlanceJsonValue *value)
{
  if (value->type != PARLANCE_JSON_STRING)
    return NULL;

  g_autofree char *text = g_malloc ((gsize)value->n_bytes + 1);
  gsize n_bytes = parlance_json_string_decode (value, text);

  /* A string with a NUL inside would be cut short by whoever takes it for a C string. */
  if (memchr (text, '\0', n_bytes) != NULL)
    return NULL;
  text[n_bytes] = '\0';
  return g_steal_pointer (&text);
}

static char **
dup_strings (const ParlanceJsonValue *array)
{
  if (array->type != PARLANCE_JSON_ARRAY)
    return NULL;

  g_autoptr (GPtrArray) strings = g_ptr_array_new_with_free_func (g_free);
  ParlanceJsonValue element;
  guint32 cursor = 0;
  while (parlance_json_next_element (array, &cursor, &element))
    {
      char *text = parlance_fields_dup_string (&element);
      if (text == NULL)
        return NULL;
      g_ptr_array_add (strings, text);
    }
  g_ptr_array_add (strings, NULL);
  return (char **)g_ptr_array_steal (strings, NULL);
}

static char **
dup_pairs (const ParlanceJsonValue *object)
{
  if (object->type != PARLANCE_JSON_OBJECT)
    return NULL;

  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (g_free);
  ParlanceJsonValue key;
  ParlanceJsonValue value;
  guint32 cursor = 0;
  while (parlance_json_next_member (object, &cursor, &key, &value))
    {
      char *name = parlance_fields_dup_string (&key);
      char *text = parlance_fields_dup_string (&value);
      if (name == NULL || text == NULL)
        {
          g_free (name);
          g_free (text);
          return NULL;
        }
      g_ptr_array_add (pairs, name);
      g_ptr_array_add (pairs, text);
    }
  g_ptr_array_add (pairs, NULL);
  return (char **)g_ptr_array_steal (pairs, NULL);
}

static gboolean
store_string (char **target, const ParlanceJsonValue *value)
{
  char *text = parlance_fields_dup_string (value);
  if (text == NULL)
    return FALSE;
  g_free (*target);
  *target = text;
  return TRUE;
}

/* Takes @strings. */
static gboolean
store_strings (char ***target, char **strings)
{
  if (strings == NULL)
    return FALSE;
  g_strfreev (*target);
  *target = strings;
  return TRUE;
}

/* The last of several members with one name counts, so each store replaces what was there. */
static gboolean
store (ParlanceFieldKind kind, gpointer target, const ParlanceJsonValue *value)
{
  switch (kind)
    {
    case PARLANCE_FIELD_STRING:
      return store_string (target, value);
    case PARLANCE_FIELD_STRINGS:
      return store_strings (target, dup_strings (value));
    case PARLANCE_FIELD_PAIRS:
      return store_strings (target, dup_pairs (value));
    case PARLANCE_FIELD_INTEGER:
      return parlance_json_get_int64 (value, target);
    case PARLANCE_FIELD_BOOLEAN:
      *(gboolean *)target = value->type == PARLANCE_JSON_TRUE;
      return value->type == PARLANCE_JSON_TRUE || value->type == PARLANCE_JSON_FALSE;
    case PARLANCE_FIELD_OBJECT:
      *(ParlanceJsonValue *)target = *value;
      return value->type == PARLANCE_JSON_OBJECT;
    case PARLANCE_FIELD_ARRAY:
      *(ParlanceJsonValue *)target = *value;
      return value->type == PARLANCE_JSON_ARRAY;
    default:
      g_assert_not_reached ();
    }
}

static const char *
kind_name (ParlanceFieldKind kind)
{
  static const char *const names[] = {
    [PARLANCE_FIELD_STRING] = "a string without NULs",
    [PARLANCE_FIELD_STRINGS] = "an array of strings",
    [PARLANCE_FIELD_PAIRS] = "an object of strings",
    [PARLANCE_FIELD_INTEGER] = "an integer",
    [PARLANCE_FIELD_BOOLEAN] = "true or false",
    [PARLANCE_FIELD_OBJECT] = "an object",
    [PARLANCE_FIELD_ARRAY] = "an array",
  };
  return names[kind];
}

static guint
find_field (const ParlanceField *fields, guint n_fields, const ParlanceJsonValue *key)
{
  guint i = 0;
  while (i < n_fields && !parlance_json_string_equals (key, fields[i].name))
    i++;
  return i;
}

static gboolean
check_required (const ParlanceField *fields, guint n_fields, guint32 seen, GError **error)
{
  for (guint i = 0; i < n_fields; i++)
    if (fields[i].required && (seen & (1U << i)) == 0)
      {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "“%s” is missing", fields[i].name);
        return FALSE;
      }
  return TRUE;
}

gboolean
parlance_fields_read (const ParlanceJsonValue *object,
                      const ParlanceField *fields,
                      guint n_fields,
                      gpointer target,
                      GError **error)
{
  g_return_val_if_fail (n_fields <= 32, FALSE);

  if (object->type != PARLANCE_JSON_OBJECT)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "a value that has to be an object is none");
      return FALSE;
    }

  ParlanceJsonValue key;
  ParlanceJsonValue value;
  guint32 cursor = 0;
  guint32 seen = 0;
  while (parlance_json_next_member (object, &cursor, &key, &value))
    {
      guint i = find_field (fields, n_fields, &key);
      if (i == n_fields || (value.type == PARLANCE_JSON_NULL && !fields[i].required))
        continue;
      if (!store (fields[i].kind, (char *)target + fields[i].offset, &value))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "“%s” is not %s", fields[i].name,
                       kind_name (fields[i].kind));
          return FALSE;
        }
      seen |= 1U << i;
    }
  return check_required (fields, n_fields, seen, error);
}

gboolean
parlance_fields_parse (const char *json, ParlanceJsonValue *ret_value, GError **error)
{
  if (parlance_json_parse (json, strlen (json), PARLANCE_MAX_DEPTH, ret_value))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "it is not JSON");
  return FALSE;
}
