/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writing JSON text straight into a GString. Plain runs are found eight bytes at a time and copied
 * whole. The caller owns the string; nothing is kept.
 */
#include "protocol/wire/json-writer.h"

#include "protocol/wire/json-scan.h"

static void
append_escape (GString *out, guchar byte)
{
  static const char hex[] = "0123456789abcdef";

  switch (byte)
    {
    case '"':
      g_string_append_len (out, "\\\"", 2);
      break;
    case '\\':
      g_string_append_len (out, "\\\\", 2);
      break;
    case '\n':
      g_string_append_len (out, "\\n", 2);
      break;
    case '\t':
      g_string_append_len (out, "\\t", 2);
      break;
    default:
      {
        const char escape[6] = { '\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15] };
        g_string_append_len (out, escape, sizeof escape);
      }
    }
}

void
parlance_json_append_string (GString *out, const char *text, gsize n_bytes)
{
  g_string_append_c (out, '"');
  parlance_json_append_escaped (out, text, n_bytes);
  g_string_append_c (out, '"');
}

void
parlance_json_append_escaped (GString *out, const char *text, gsize n_bytes)
{
  const char *end = text + n_bytes;
  guint high = 0;

  while (text < end)
    {
      const char *stop = json_scan_plain (text, end, &high);
      parlance_append (out, text, (gsize)(stop - text));
      if (stop == end)
        return;
      append_escape (out, (guchar)*stop);
      text = stop + 1;
    }
}

void
parlance_json_append_int64 (GString *out, gint64 number)
{
  char digits[20]; /* "-9223372036854775808" */
  gsize at = sizeof digits;
  guint64 rest = number < 0 ? -(guint64)number : (guint64)number;

  do
    {
      digits[--at] = (char)('0' + rest % 10);
      rest /= 10;
    }
  while (rest != 0);
  if (number < 0)
    digits[--at] = '-';
  parlance_append (out, digits + at, sizeof digits - at);
}
