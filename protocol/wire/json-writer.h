/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writing JSON text straight into a GString, for both ends. No object tree is built.
 */
#pragma once

#include <glib.h>

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
