/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The line that somebody types: its text, the cursor in it, what was killed, and the lines before
 * it. Keys go in, the piece of the line that a terminal has room for comes out. Pure.
 */
#pragma once

#include "client-cli/key-decoder.h"

typedef enum
{
  LINE_EDITOR_NOTHING, /* nothing to be seen happened */
  LINE_EDITOR_CHANGED,
  LINE_EDITOR_REFUSED, /* the key can do nothing here: worth a bell */
  LINE_EDITOR_ENTER,   /* line_editor_take() has the line */
  LINE_EDITOR_TAB,
  LINE_EDITOR_BACK_TAB,
  LINE_EDITOR_INTERRUPT, /* Ctrl-C: the line was cleared, if there was one */
  LINE_EDITOR_END,       /* Ctrl-D on an empty line */
  LINE_EDITOR_REDRAW,    /* Ctrl-L */
  LINE_EDITOR_SUSPEND,   /* Ctrl-Z */
  LINE_EDITOR_UNKNOWN,   /* the key is nothing to the editor */
} LineEditorResult;

typedef struct _LineEditor LineEditor;

/** line_editor_new: @limit_bytes: longest text */
LineEditor *line_editor_new (gsize limit_bytes);
void line_editor_free (LineEditor *self);

LineEditorResult line_editor_press (LineEditor *self, const Key *key);

/** line_editor_get_text: well-formed UTF-8, LF among it; lives until the next change */
const char *line_editor_get_text (const LineEditor *self);

/** line_editor_get_cursor: [bytes] before the cursor */
gsize line_editor_get_cursor (const LineEditor *self);

/** line_editor_replace: puts @text in place of @start to @end [bytes], and the cursor behind it. */
void line_editor_replace (LineEditor *self, gsize start, gsize end, const char *text);

/**
 * line_editor_take:
 *
 * Ends the line: it is remembered among those that the cursor keys bring back.
 *
 * Returns: (transfer full): the text
 */
char *line_editor_take (LineEditor *self);

/**
 * line_editor_draw:
 * @columns: there are; at least 3
 * @ret_cursor: (out): [columns] that the cursor is from the first one, below @columns
 *
 * Appends what is to be seen of the line, harmless, with `<` and `>` where more of it is. It stays
 * where it is as long as the cursor is in it.
 */
void line_editor_draw (LineEditor *self, guint columns, GString *out, guint *ret_cursor);
