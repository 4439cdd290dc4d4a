/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The check of a JSON text that nobody vouches for: one pass, no recursion, no allocation. Whatever
 * passes it may be walked without a further look for errors (json-reader.c).
 * Sources: RFC 8259 (JSON), RFC 3629 (UTF-8).
 */
#include "protocol/wire/json-reader.h"

#include "protocol/wire/json-scan.h"

/* The arrays and objects around the place that is being checked. */
typedef struct
{
  guint depth;
  guint max_depth;
  guint64 objects; /* a bit a level, the innermost lowest: set for an object, not an array */
} Nesting;

/* Returns the end of the escape whose backslash is at @at, or NULL. */
static const char *
check_escape (const char *at, const char *end)
{
  if (end - at < 2)
    return NULL;
  switch (at[1])
    {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
      return at + 2;
    default:
      break;
    }

  gint32 unit = json_read_unit (at, end);
  if (unit < 0 || json_is_low_surrogate (unit))
    return NULL;
  at += JSON_N_UNIT_BYTES;
  if (!json_is_high_surrogate (unit))
    return at;
  return json_is_low_surrogate (json_read_unit (at, end)) ? at + JSON_N_UNIT_BYTES : NULL;
}

/* @at is after the opening quote. Returns what is after the closing one, or NULL. */
static inline const char *
check_string (const char *at, const char *end)
{
  const char *start = at;
  guint high = 0;

  for (;;)
    {
      at = json_scan_plain (at, end, &high);
      if (at == end || (guchar)*at < 0x20)
        return NULL;
      if (*at == '"')
        break;
      at = check_escape (at, end);
      if (at == NULL)
        return NULL;
    }
  if (high != 0 && !g_utf8_validate_len (start, (gsize)(at - start), NULL))
    return NULL;
  return at + 1;
}

static const char *
check_literal (const char *at, const char *end, const char *literal, gsize n_literal)
{
  if ((gsize)(end - at) < n_literal || memcmp (at, literal, n_literal) != 0)
    return NULL;
  return at + n_literal;
}

/* Returns the end of the value at @at, which is neither array nor object, or NULL. */
static inline const char *
check_scalar (const char *at, const char *end, ParlanceJsonType *ret_type)
{
  switch (*at)
    {
    case '"':
      *ret_type = PARLANCE_JSON_STRING;
      return check_string (at + 1, end);
    case 't':
      *ret_type = PARLANCE_JSON_TRUE;
      return check_literal (at, end, "true", strlen ("true"));
    case 'f':
      *ret_type = PARLANCE_JSON_FALSE;
      return check_literal (at, end, "false", strlen ("false"));
    case 'n':
      *ret_type = PARLANCE_JSON_NULL;
      return check_literal (at, end, "null", strlen ("null"));
    default:
      return json_scan_number (at, end, ret_type);
    }
}

static inline gboolean
inside_object (const Nesting *nesting)
{
  return nesting->objects & 1;
}

static inline char
closing_bracket (const Nesting *nesting)
{
  return inside_object (nesting) ? '}' : ']';
}

/* Moves over a member's name, when an object is what surrounds the next value. Returns where that
 * value starts, or NULL. */
static inline const char *
check_before_value (const Nesting *nesting, const char *at, const char *end)
{
  at = json_skip_space (at, end);
  if (!inside_object (nesting))
    return at;

  if (at == end || *at != '"')
    return NULL;
  at = check_string (at + 1, end);
  if (at == NULL)
    return NULL;
  at = json_skip_space (at, end);
  if (at == end || *at != ':')
    return NULL;
  return json_skip_space (at + 1, end);
}

/* @at is at an opening bracket. Returns where the first value inside starts or, if there is none,
 * where the closing bracket stands (*@ret_empty); or NULL. */
static inline const char *
check_opening (Nesting *nesting, const char *at, const char *end, gboolean *ret_empty)
{
  if (nesting->depth == nesting->max_depth)
    return NULL;
  nesting->depth++;
  nesting->objects = nesting->objects << 1 | (*at == '{');
  at = json_skip_space (at + 1, end);
  *ret_empty = at < end && *at == closing_bracket (nesting);
  return *ret_empty ? at : check_before_value (nesting, at, end);
}

/* Moves over what closes after a value, then over the comma. Returns where the next value starts,
 * or what is after the outermost bracket; or NULL. */
static inline const char *
check_after_value (Nesting *nesting, const char *at, const char *end)
{
  while (nesting->depth > 0)
    {
      at = json_skip_space (at, end);
      if (at == end)
        return NULL;
      if (*at == ',')
        return check_before_value (nesting, at + 1, end);
      if (*at != closing_bracket (nesting))
        return NULL;
      at++;
      nesting->depth--;
      nesting->objects >>= 1;
    }
  return at;
}

/* Checks the value at @at with all that is inside it, without recursion. Returns its end, or NULL.
 * @ret_type is what it is if it is neither array nor object. */
static inline const char *
check_value (const char *at, const char *end, guint max_depth, ParlanceJsonType *ret_type)
{
  Nesting nesting = { .max_depth = max_depth };

  do
    {
      gboolean opened = FALSE;
      gboolean empty = FALSE;

      if (at == end)
        return NULL;
      if (*at == '{' || *at == '[')
        {
          at = check_opening (&nesting, at, end, &empty);
          opened = !empty;
        }
      else
        at = check_scalar (at, end, ret_type);
      if (at != NULL && !opened)
        at = check_after_value (&nesting, at, end);
    }
  while (at != NULL && nesting.depth > 0);
  return at;
}

/* The value at @at as a slice of the text. Returns its end, or NULL. */
static inline const char *
take_value (const char *at, const char *end, guint max_depth, ParlanceJsonValue *ret_value)
{
  ParlanceJsonType type = PARLANCE_JSON_NULL;
  const char *after = check_value (at, end, max_depth, &type);

  if (after == NULL)
    return NULL;
  if (*at == '{')
    type = PARLANCE_JSON_OBJECT;
  else if (*at == '[')
    type = PARLANCE_JSON_ARRAY;
  ret_value->text = at;
  ret_value->n_bytes = (guint32)(after - at);
  ret_value->type = type;
  return after;
}

gboolean
parlance_json_parse (const char *text, gsize n_bytes, guint max_depth, ParlanceJsonValue *ret_value)
{
  g_assert (max_depth <= PARLANCE_JSON_DEEPEST);
  if (n_bytes == 0 || n_bytes > G_MAXUINT32)
    return FALSE;

  const char *end = text + n_bytes;
  ParlanceJsonValue value;
  const char *after = take_value (json_skip_space (text, end), end, max_depth, &value);

  if (after == NULL || json_skip_space (after, end) != end)
    return FALSE;
  *ret_value = value;
  return TRUE;
}

/* @at is at a member's name. Returns what is after its value, or NULL. */
static inline const char *
take_member (const char *at,
             const char *end,
             guint max_depth,
             ParlanceJsonValue *ret_key,
             ParlanceJsonValue *ret_value)
{
  if (at == end || *at != '"')
    return NULL;
  const char *after_key = check_string (at + 1, end);
  if (after_key == NULL)
    return NULL;
  *ret_key = (ParlanceJsonValue){ at, (guint32)(after_key - at), PARLANCE_JSON_STRING };
  at = json_skip_space (after_key, end);
  if (at == end || *at != ':')
    return NULL;
  return take_value (json_skip_space (at + 1, end), end, max_depth, ret_value);
}

/* An escape makes a name longer than what it stands for, so only a longer one may be @name in
 * disguise. */
static inline gboolean
key_is (const ParlanceJsonValue *key, const ParlanceJsonName *name)
{
  gsize n_raw = key->n_bytes - 2;

  if (n_raw == name->n_bytes)
    return memcmp (key->text + 1, name->text, n_raw) == 0;
  return n_raw > name->n_bytes && memchr (key->text + 1, '\\', n_raw) != NULL &&
         parlance_json_string_equals (key, name->text);
}

/* Moves to the comma at or after *@at and over it, to where the next member begins; or to what else
 * is there. */
static inline gboolean
take_comma (const char **at, const char *end)
{
  *at = json_skip_space (*at, end);
  if (*at == end || **at != ',')
    return FALSE;
  *at = json_skip_space (*at + 1, end);
  return TRUE;
}

gboolean
parlance_json_parse_members (const char *text,
                             gsize n_bytes,
                             guint max_depth,
                             const ParlanceJsonName *names,
                             guint n_names,
                             ParlanceJsonValue *ret_root,
                             ParlanceJsonValue *ret_values)
{
  const char *end = text + n_bytes;
  const char *start = json_skip_space (text, end);
  const char *at = start;
  ParlanceJsonValue key;
  ParlanceJsonValue value;

  memset (ret_values, 0, n_names * sizeof *ret_values);
  if (start == end || *start != '{' || max_depth == 0)
    return parlance_json_parse (text, n_bytes, max_depth, ret_root);

  at = json_skip_space (start + 1, end);
  if (at < end && *at == '}')
    return parlance_json_parse (text, n_bytes, max_depth, ret_root);
  do
    {
      at = take_member (at, end, max_depth - 1, &key, &value);
      if (at == NULL)
        return FALSE;
      for (guint i = 0; i < n_names; i++)
        {
          if (key_is (&key, &names[i]))
            ret_values[i] = value;
        }
    }
  while (take_comma (&at, end));

  if (at == end || *at != '}' || json_skip_space (at + 1, end) != end || n_bytes > G_MAXUINT32)
    return FALSE;
  *ret_root = (ParlanceJsonValue){ start, (guint32)(at + 1 - start), PARLANCE_JSON_OBJECT };
  return TRUE;
}
