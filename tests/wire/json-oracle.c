/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Compares two readings of one JSON text: ours, which walks the text, and json-c's object tree.
 */
#include "tests/wire/json-oracle.h"

#include <json-c/json.h>
#include <string.h>

#define ORACLE_DEPTH (PARLANCE_JSON_DEEPEST + 2) /* json-c counts a level for scalars too */

static gboolean values_agree (const ParlanceJsonValue *value, struct json_object *other);

static gboolean
is_beyond_oracle (const ParlanceJsonValue *value)
{
  ParlanceJsonValue key;
  ParlanceJsonValue inner;
  guint32 cursor = 0;
  gint64 number;

  switch (value->type)
    {
    case PARLANCE_JSON_INTEGER:
      return !parlance_json_get_int64 (value, &number);
    case PARLANCE_JSON_ARRAY:
      while (parlance_json_next_element (value, &cursor, &inner))
        {
          if (is_beyond_oracle (&inner))
            return TRUE;
        }
      return FALSE;
    case PARLANCE_JSON_OBJECT:
      while (parlance_json_next_member (value, &cursor, &key, &inner))
        {
          g_autofree char *name = g_malloc (key.n_bytes);
          if (memchr (name, '\0', parlance_json_string_decode (&key, name)) != NULL ||
              is_beyond_oracle (&inner))
            return TRUE;
        }
      return FALSE;
    default:
      return FALSE;
    }
}

static gboolean
strings_agree (const ParlanceJsonValue *value, struct json_object *other)
{
  gsize n_decoded = parlance_json_string_n_decoded (value);
  g_autofree char *decoded = g_malloc (n_decoded + 1);

  return parlance_json_string_decode (value, decoded) == n_decoded &&
         (gsize)json_object_get_string_len (other) == n_decoded &&
         memcmp (json_object_get_string (other), decoded, n_decoded) == 0;
}

static gboolean
numbers_agree (const ParlanceJsonValue *value, struct json_object *other)
{
  g_autofree char *text = g_strndup (value->text, value->n_bytes);

  return g_ascii_strtod (text, NULL) == json_object_get_double (other);
}

static gboolean
arrays_agree (const ParlanceJsonValue *value, struct json_object *other)
{
  ParlanceJsonValue element;
  guint32 cursor = 0;
  gsize n_elements = 0;

  while (parlance_json_next_element (value, &cursor, &element))
    {
      if (n_elements >= json_object_array_length (other) ||
          !values_agree (&element, json_object_array_get_idx (other, n_elements)))
        return FALSE;
      n_elements++;
    }
  return n_elements == json_object_array_length (other);
}

/* Both readings let the last of equal keys count. */
static gboolean
objects_agree (const ParlanceJsonValue *value, struct json_object *other)
{
  ParlanceJsonValue key;
  ParlanceJsonValue ignored;
  guint32 cursor = 0;

  while (parlance_json_next_member (value, &cursor, &key, &ignored))
    {
      g_autofree char *name = g_malloc (key.n_bytes);
      ParlanceJsonValue member;
      struct json_object *other_member;

      name[parlance_json_string_decode (&key, name)] = '\0';
      if (!parlance_json_get_member (value, name, &member) ||
          !json_object_object_get_ex (other, name, &other_member) ||
          !values_agree (&member, other_member))
        return FALSE;
    }
  json_object_object_foreach (other, other_name, unused)
  {
    (void)unused;
    if (!parlance_json_get_member (value, other_name, &ignored))
      return FALSE;
  }
  return TRUE;
}

static gboolean
values_agree (const ParlanceJsonValue *value, struct json_object *other)
{
  enum json_type type = json_object_get_type (other);
  gint64 number;

  switch (value->type)
    {
    case PARLANCE_JSON_NULL:
      return type == json_type_null;
    case PARLANCE_JSON_FALSE:
      return type == json_type_boolean && !json_object_get_boolean (other);
    case PARLANCE_JSON_TRUE:
      return type == json_type_boolean && json_object_get_boolean (other);
    case PARLANCE_JSON_INTEGER:
      return parlance_json_get_int64 (value, &number) && json_object_get_int64 (other) == number;
    case PARLANCE_JSON_REAL:
      return type == json_type_double && numbers_agree (value, other);
    case PARLANCE_JSON_STRING:
      return type == json_type_string && strings_agree (value, other);
    case PARLANCE_JSON_ARRAY:
      return type == json_type_array && arrays_agree (value, other);
    case PARLANCE_JSON_OBJECT:
      return type == json_type_object && objects_agree (value, other);
    default:
      return FALSE;
    }
}

gboolean
json_oracle_agrees (const char *text, gsize n_bytes, const ParlanceJsonValue *value)
{
  if (is_beyond_oracle (value))
    return TRUE;

  /* json-c knows that a number at the top has ended by the NUL after it. */
  g_autoptr (GString) terminated = g_string_new_len (text, (gssize)n_bytes);
  struct json_tokener *tokener = json_tokener_new_ex (ORACLE_DEPTH);
  json_tokener_set_flags (tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
  struct json_object *other = json_tokener_parse_ex (tokener, terminated->str, (int)n_bytes + 1);
  gboolean agrees =
      json_tokener_get_error (tokener) == json_tokener_success && values_agree (value, other);
  json_object_put (other);
  json_tokener_free (tokener);
  return agrees;
}
