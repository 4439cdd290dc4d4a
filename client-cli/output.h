/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The program's standard output: gathered and written in large pieces, but never held back while
 * the program waits. And its standard error, one message a line.
 */
#pragma once

#include <glib.h>

typedef struct _Output Output;

/**
 * output_new:
 *
 * One a program: it stands for file descriptors 1 and 2. Nothing is written before the main loop
 * runs idle, output_commit() finds much, or output_flush().
 */
Output *output_new (void);
void output_free (Output *self);

/** output_set_columns: @columns: of the terminal that remarks go to; 0, as at first: none */
void output_set_columns (Output *self, guint columns);

/** output_get_buffer: Returns: (transfer none): append to it, then call output_commit() */
GString *output_get_buffer (Output *self);

/**
 * output_append_json:
 * @json: (array length=n_bytes): one well-formed JSON text
 *
 * Appends it to the buffer as one line that is harmless to a terminal.
 */
void output_append_json (Output *self, const char *json, gsize n_bytes);

/** output_commit: writes what is in the buffer if it is much, else leaves it for an idle moment. */
void output_commit (Output *self);

/**
 * output_flush:
 *
 * Blocks until all is written. A reader that went away (a pipe into head) ends the program at once
 * and quietly, by SIGPIPE like any other filter.
 *
 * Returns: %FALSE when writing failed, with errno
 */
gboolean output_flush (Output *self);

/**
 * output_complain:
 * @message: one line for people, without its LF; what strangers wrote in it is made harmless
 *
 * Writes "parlance: " and @message to standard error, in order with the output on a terminal.
 */
void output_complain (Output *self, const char *message);

/**
 * output_remark:
 *
 * The same without "parlance: ", for what is not an error, wrapped as output_set_columns() says.
 */
void output_remark (Output *self, const char *message);

/** output_hint: a remark that only somebody at a terminal can use: not made elsewhere. */
void output_hint (Output *self, const char *message);
