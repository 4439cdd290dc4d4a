/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A text of any length in pieces that the server takes, from the command line, a file or standard
 * input, without ever blocking the main loop or reading far ahead.
 */
#pragma once

#include "client-cli/app.h"

typedef struct _TextInput TextInput;

typedef enum
{
  TEXT_INPUT_READY, /* a piece was given */
  TEXT_INPUT_WAIT,  /* none yet: `on_ready` will be called */
  TEXT_INPUT_END,   /* no more, or the program has failed */
} TextInputStatus;

/**
 * text_input_new:
 * @on_ready: called from the main loop after text_input_next() said %TEXT_INPUT_WAIT
 *
 * Takes the words of the options of @app: without any or with "-" alone standard input; one that
 * names a file the file; else they are the text.
 *
 * Returns: (nullable): %NULL when the file cannot be opened and the program has failed
 */
TextInput *text_input_new (App *app, void (*on_ready) (gpointer user_data), gpointer user_data);
void text_input_free (TextInput *self);

/**
 * text_input_next:
 * @ret_piece: (out) (transfer full): well-formed UTF-8 of at most PARLANCE_MAX_TEXT bytes, cut
 * where a line ends; at the end of a sentence, a word or a character where a line is longer
 *
 * What stands on a terminal comes line by line. Text that is not UTF-8 fails the program.
 */
TextInputStatus text_input_next (TextInput *self, char **ret_piece);
