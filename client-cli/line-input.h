/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lines of standard input as they come, without ever blocking the main loop, and only as fast as
 * they are wanted.
 */
#pragma once

#include <glib.h>

#define LINE_INPUT_MAX 65536 /* [bytes] of a line */

typedef struct _LineInput LineInput;

typedef struct
{
  /* @line is well-formed UTF-8 without its line end, never empty: empty lines are passed over. */
  void (*line) (const char *line, gpointer user_data);
  /* A line cannot be taken; @why is a sentence for people. */
  void (*refused) (const char *why, gpointer user_data);
  /* No more will come. @failure: (nullable): why reading failed, for people */
  void (*end) (const char *failure, gpointer user_data);
} LineInputEvents;

/** line_input_new: @events: a constant; called from the main loop */
LineInput *line_input_new (const LineInputEvents *events, gpointer user_data);
void line_input_free (LineInput *self);

/** line_input_pause: while @paused no line is given and nothing is read. May be called from `line`.
 */
void line_input_pause (LineInput *self, gboolean paused);
