/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Walking and decoding a JSON text that passed parlance_json_parse(). This leans on the check: it
 * looks for no errors, and knows that a string, an array or an object ends before its text does.
 * Nothing is allocated and nothing is kept, so any thread may read any text.
 */
#include "protocol/wire/json-reader.h"

#include "protocol/wire/json-scan.h"

/* @at is after the opening quote. Returns what is after the closing one. */
static inline const char *
string_end (const char *at, const char *end)
{
  guint high = 0;

  for (;;)
    {
      at = json_scan_plain (at, end, &high);
      if (*at == '"')
        return at + 1;
      at += 2; /* an escape; the digits after \u are plain */
    }
}

/* @at is at the opening bracket. Returns what is after the one that closes it. */
static const char *
container_end (const char *at, const char *end)
{
  guint depth = 0;

  for (;;)
    {
      switch (*at++)
        {
        case '"':
          at = string_end (at, end);
          break;
        case '{':
        case '[':
          depth++;
          break;
        case '}':
        case ']':
          if (--depth == 0)
            return at;
          break;
        default:
          break;
        }
    }
}

static inline ParlanceJsonValue
value_at (const char *at, const char *end)
{
  ParlanceJsonValue value = { .text = at };
  const char *after;

  switch (*at)
    {
    case '"':
      value.type = PARLANCE_JSON_STRING;
      after = string_end (at + 1, end);
      break;
    case '{':
      value.type = PARLANCE_JSON_OBJECT;
      after = container_end (at, end);
      break;
    case '[':
      value.type = PARLANCE_JSON_ARRAY;
      after = container_end (at, end);
      break;
    case 't':
      value.type = PARLANCE_JSON_TRUE;
      after = at + strlen ("true");
      break;
    case 'f':
      value.type = PARLANCE_JSON_FALSE;
      after = at + strlen ("false");
      break;
    case 'n':
      value.type = PARLANCE_JSON_NULL;
      after = at + strlen ("null");
      break;
    default:
      after = json_scan_number (at, end, &value.type);
    }
  value.n_bytes = (guint32)(after - at);
  return value;
}

/* Returns the start of the next member or element, or NULL at the closing bracket. */
static inline const char *
next_start (const ParlanceJsonValue *container, guint32 cursor)
{
  const char *end = container->text + container->n_bytes;
  const char *at = json_skip_space (container->text + MAX (cursor, 1), end);

  if (*at == ',')
    at = json_skip_space (at + 1, end);
  return at < end - 1 ? at : NULL;
}

gboolean
parlance_json_next_member (const ParlanceJsonValue *object,
                           guint32 *cursor,
                           ParlanceJsonValue *ret_key,
                           ParlanceJsonValue *ret_value)
{
  g_assert (object->type == PARLANCE_JSON_OBJECT);
  const char *end = object->text + object->n_bytes;
  const char *at = next_start (object, *cursor);

  if (at == NULL)
    return FALSE;
  const char *after_key = string_end (at + 1, end);
  ret_key->text = at;
  ret_key->n_bytes = (guint32)(after_key - at);
  ret_key->type = PARLANCE_JSON_STRING;
  at = json_skip_space (after_key, end);
  at = json_skip_space (at + 1, end); /* over the colon */
  *ret_value = value_at (at, end);
  *cursor = (guint32)(at - object->text) + ret_value->n_bytes;
  return TRUE;
}

gboolean
parlance_json_next_element (const ParlanceJsonValue *array,
                            guint32 *cursor,
                            ParlanceJsonValue *ret_value)
{
  g_assert (array->type == PARLANCE_JSON_ARRAY);
  const char *at = next_start (array, *cursor);

  if (at == NULL)
    return FALSE;
  *ret_value = value_at (at, array->text + array->n_bytes);
  *cursor = (guint32)(at - array->text) + ret_value->n_bytes;
  return TRUE;
}

gboolean
parlance_json_get_member (const ParlanceJsonValue *object,
                          const char *name,
                          ParlanceJsonValue *ret_value)
{
  ParlanceJsonValue key;
  ParlanceJsonValue value;
  guint32 cursor = 0;
  gboolean found = FALSE;

  while (parlance_json_next_member (object, &cursor, &key, &value))
    {
      if (parlance_json_string_equals (&key, name))
        {
          *ret_value = value;
          found = TRUE;
        }
    }
  return found;
}

/* Resolves the escape at @at. @out has room for 6 bytes, what g_unichar_to_utf8() asks for; at most
 * 4 are used. Returns the end of the escape. */
static const char *
decode_escape (const char *at, const char *end, char *out, gsize *ret_n_out)
{
  *ret_n_out = 1;
  switch (at[1])
    {
    case 'b':
      *out = '\b';
      return at + 2;
    case 'f':
      *out = '\f';
      return at + 2;
    case 'n':
      *out = '\n';
      return at + 2;
    case 'r':
      *out = '\r';
      return at + 2;
    case 't':
      *out = '\t';
      return at + 2;
    case 'u':
      break;
    default:
      *out = at[1];
      return at + 2;
    }

  gint32 code_point = json_read_unit (at, end);
  at += JSON_N_UNIT_BYTES;
  if (json_is_high_surrogate (code_point))
    {
      gint32 low = json_read_unit (at, end);
      code_point = 0x10000 + (code_point - 0xD800) * 0x400 + (low - 0xDC00);
      at += JSON_N_UNIT_BYTES;
    }
  *ret_n_out = (gsize)g_unichar_to_utf8 ((gunichar)code_point, out);
  return at;
}

/* Compares the rest of a string, from its first escape on. */
static gboolean
escaped_string_equals (const char *at, const char *end, const char *text, gsize n_text)
{
  char plain[6];

  while (at < end)
    {
      const char *piece = at;
      gsize n_piece;
      if (*at == '\\')
        {
          at = decode_escape (at, end, plain, &n_piece);
          piece = plain;
        }
      else
        {
          n_piece = 1;
          at++;
        }
      if (n_piece > n_text || memcmp (piece, text, n_piece) != 0)
        return FALSE;
      text += n_piece;
      n_text -= n_piece;
    }
  return n_text == 0;
}

gboolean
parlance_json_string_equals (const ParlanceJsonValue *string, const char *text)
{
  g_assert (string->type == PARLANCE_JSON_STRING);
  const char *at = string->text + 1;
  const char *end = string->text + string->n_bytes - 1;

  for (; at < end && *at != '\\'; at++, text++)
    {
      if (*at != *text) /* also at the end of @text, for no byte of the string is NUL */
        return FALSE;
    }
  return escaped_string_equals (at, end, text, strlen (text));
}

gsize
parlance_json_string_n_decoded (const ParlanceJsonValue *string)
{
  g_assert (string->type == PARLANCE_JSON_STRING);
  const char *at = string->text + 1;
  const char *end = string->text + string->n_bytes - 1;
  gsize n_decoded = 0;

  for (;;)
    {
      const char *escape = memchr (at, '\\', (gsize)(end - at));
      if (escape == NULL)
        return n_decoded + (gsize)(end - at);
      char plain[6];
      gsize n_plain;
      n_decoded += (gsize)(escape - at);
      at = decode_escape (escape, end, plain, &n_plain);
      n_decoded += n_plain;
    }
}

gsize
parlance_json_string_decode (const ParlanceJsonValue *string, char *out)
{
  g_assert (string->type == PARLANCE_JSON_STRING);
  const char *at = string->text + 1;
  const char *end = string->text + string->n_bytes - 1;
  char *start = out;

  while (at < end)
    {
      const char *escape = memchr (at, '\\', (gsize)(end - at));
      gsize n_run = (gsize)((escape != NULL ? escape : end) - at);
      memcpy (out, at, n_run);
      out += n_run;
      at += n_run;
      if (escape != NULL)
        {
          char plain[6];
          gsize n_plain;
          at = decode_escape (escape, end, plain, &n_plain);
          memcpy (out, plain, n_plain);
          out += n_plain;
        }
    }
  return (gsize)(out - start);
}

gboolean
parlance_json_get_int64 (const ParlanceJsonValue *value, gint64 *ret_number)
{
  if (value->type != PARLANCE_JSON_INTEGER)
    return FALSE;

  const char *end = value->text + value->n_bytes;
  gboolean negative = *value->text == '-';
  const char *at = value->text + (negative ? 1 : 0);
  guint64 magnitude = 0;

  if (end - at > 19) /* a number has no leading zeros, and 20 digits are over 64 bits of it */
    return FALSE;
  for (; at < end; at++)
    magnitude = magnitude * 10 + (guint64)(*at - '0');
  if (magnitude > (guint64)G_MAXINT64 + (negative ? 1 : 0))
    return FALSE;
  *ret_number = (gint64)(negative ? -magnitude : magnitude);
  return TRUE;
}
