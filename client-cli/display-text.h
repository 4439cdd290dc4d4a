/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Strangers' text on a terminal: nothing in it may steer the terminal or reorder what people read,
 * so control characters are shown as pictures and invisible format controls by their number. Pure.
 */
#pragma once

#include <glib.h>

typedef enum
{
  DISPLAY_LINE, /* one line: LF and TAB are shown as pictures too */
  DISPLAY_TEXT, /* LF and TAB are layout and pass */
} DisplayLayout;

/**
 * display_append:
 * @text: (array length=n_bytes): anything; ill-formed UTF-8 is shown as U+FFFD
 */
void display_append (GString *out, const char *text, gsize n_bytes, DisplayLayout layout);

/** display_dup_line: Returns: (transfer full): @text as display_append() shows it on one line */
char *display_dup_line (const char *text);

/**
 * display_append_json:
 * @json: (array length=n_bytes): one well-formed JSON text
 *
 * Appends @json on one line and harmless to a terminal, with the same value: what JSON lets stand
 * raw (DEL, C1 and format controls) is written as \uXXXX.
 */
void display_append_json (GString *out, const char *json, gsize n_bytes);

/**
 * display_char_width:
 * @character: harmless, that is from display_append()
 *
 * Returns: the columns it takes on a terminal: 0 for combining marks, 2 for wide characters, else 1
 */
guint display_char_width (gunichar character);

/** display_width: Returns: the columns that @text, one harmless line, takes. */
guint display_width (const char *text);
