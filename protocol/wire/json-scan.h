/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The inner loops that checking, walking and writing JSON share. Private to protocol/wire; inline,
 * because most of what they pass over is shorter than a call is worth. None reads past @end.
 */
#pragma once

#include "protocol/wire/json-reader.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define JSON_N_UNIT_BYTES 6 /* of one \uXXXX */

/* Returns the first quote, backslash or control character from @at on, or @end. *@high becomes
 * non-zero when a byte of 0x80 or more was passed. */
static inline const char *
json_scan_plain (const char *at, const char *end, guint *high)
{
#ifdef __SSE2__
  while (end - at >= 16)
    {
      __m128i block = _mm_loadu_si128 ((const __m128i *)(const void *)at);
      __m128i control = _mm_cmpeq_epi8 (_mm_min_epu8 (block, _mm_set1_epi8 (0x1F)), block);
      __m128i quote = _mm_cmpeq_epi8 (block, _mm_set1_epi8 ('"'));
      __m128i backslash = _mm_cmpeq_epi8 (block, _mm_set1_epi8 ('\\'));
      guint high_bits = (guint)_mm_movemask_epi8 (block);
      guint stops =
          (guint)_mm_movemask_epi8 (_mm_or_si128 (_mm_or_si128 (quote, backslash), control));
      if (stops != 0)
        {
          *high |= high_bits & (stops - 1) & ~stops; /* those before the first stop */
          return at + __builtin_ctz (stops);
        }
      *high |= high_bits;
      at += 16;
    }
#endif
  for (; at < end; at++)
    {
      guchar byte = (guchar)*at;
      if (byte < 0x20 || byte == '"' || byte == '\\')
        break;
      *high |= byte & 0x80;
    }
  return at;
}

static inline const char *
json_skip_space (const char *at, const char *end)
{
  while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
    at++;
  return at;
}

/* Returns the end of the digits at @at, or NULL when there are none. */
static inline const char *
json_scan_digits (const char *at, const char *end)
{
  const char *start = at;

  while (at < end && g_ascii_isdigit (*at))
    at++;
  return at > start ? at : NULL;
}

/* Returns the end of the number at @at, or NULL when it breaks RFC 8259, section 6. */
static inline const char *
json_scan_number (const char *at, const char *end, ParlanceJsonType *ret_type)
{
  *ret_type = PARLANCE_JSON_INTEGER;
  if (at < end && *at == '-')
    at++;
  if (at < end && *at == '0')
    at++;
  else
    at = json_scan_digits (at, end);

  if (at != NULL && at < end && *at == '.')
    {
      *ret_type = PARLANCE_JSON_REAL;
      at = json_scan_digits (at + 1, end);
    }
  if (at != NULL && at < end && (*at == 'e' || *at == 'E'))
    {
      *ret_type = PARLANCE_JSON_REAL;
      at++;
      if (at < end && (*at == '+' || *at == '-'))
        at++;
      at = json_scan_digits (at, end);
    }
  return at;
}

/* Returns the UTF-16 code unit of the \uXXXX at @at, or -1 when none stands there. */
static inline gint32
json_read_unit (const char *at, const char *end)
{
  gint32 unit = 0;

  if (end - at < JSON_N_UNIT_BYTES || at[0] != '\\' || at[1] != 'u')
    return -1;
  for (guint i = 2; i < JSON_N_UNIT_BYTES; i++)
    {
      int digit = g_ascii_xdigit_value (at[i]);
      if (digit < 0)
        return -1;
      unit = unit * 16 + digit;
    }
  return unit;
}

static inline gboolean
json_is_high_surrogate (gint32 unit)
{
  return unit >= 0xD800 && unit <= 0xDBFF;
}

static inline gboolean
json_is_low_surrogate (gint32 unit)
{
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

/* parlance_json_string_equals() for a constant @name without a backslash in it: no call is made for
 * the keys of an ordinary request, if longer names are tried first. */
static inline gboolean
json_key_equals (const ParlanceJsonValue *key, const char *name)
{
  gsize n_name = strlen (name);
  gsize n_raw = key->n_bytes - 2;

  if (n_raw == n_name)
    return memcmp (key->text + 1, name, n_name) == 0;
  return n_raw > n_name && parlance_json_string_equals (key, name); /* it may hold escapes */
}
