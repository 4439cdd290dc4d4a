/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writing JSON text straight into a GString, for both ends. No object tree is built.
 */
#pragma once

#include <glib.h>
#include <string.h>

/**
 * parlance_append:
 *
 * g_string_append_len() with the common case inline: replies are copied together from short pieces.
 */
static inline void
parlance_append (GString *out, const char *bytes, gsize n_bytes)
{
  if (out->allocated_len - out->len <= n_bytes)
    {
      g_string_append_len (out, bytes, (gssize)n_bytes);
      return;
    }
  memcpy (out->str + out->len, bytes, n_bytes);
  out->len += n_bytes;
  out->str[out->len] = '\0';
}

#define PARLANCE_APPEND_LITERAL(out, literal) parlance_append (out, literal, sizeof (literal) - 1)

/**
 * parlance_json_append_string:
 * @text: (array length=n_bytes): well-formed UTF-8; NUL may be among it
 *
 * Appends @text as a JSON string with its quotes. Escapes the quote, the backslash and control
 * characters (U+0000 to U+001F; LF as \n, TAB as \t, the others as \u00XX), and nothing else.
 */
void parlance_json_append_string (GString *out, const char *text, gsize n_bytes);

/** parlance_json_append_escaped: the same without the quotes. */
void parlance_json_append_escaped (GString *out, const char *text, gsize n_bytes);

void parlance_json_append_int64 (GString *out, gint64 number);
