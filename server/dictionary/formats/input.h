/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A text file read front to back through one buffer, which holds a block or the longest record met,
 * whichever is more: memory is bounded whatever the file holds. It counts lines for messages and
 * tells the sink how far the reading is.
 */
#pragma once

#include "server/dictionary/source.h"

typedef struct Input Input;

/* [bytes] A line or CSV record. An entry of the greatest allowed size fits even when every byte of
 * it is escaped. */
#define INPUT_MAX_RECORD ((gsize)4 * 1024 * 1024)

typedef enum
{
  INPUT_RECORD,
  INPUT_END,
  INPUT_FAILED, /* the error is set */
} InputResult;

/**
 * input_open:
 * @sink: (nullable): is told of the progress, for as long as the input is read
 *
 * Skips a byte order mark.
 *
 * Returns: (transfer full): or %NULL with %SOURCE_ERROR_IO
 */
Input *input_open (const char *path, SourceSink *sink, GError **error);
void input_free (Input *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Input, input_free)

/**
 * input_peek:
 * @ret_n: (out): [bytes] there are
 *
 * Returns: (transfer none): what was read and not consumed; valid until input_more()
 */
char *input_peek (Input *self, gsize *ret_n);

/**
 * input_more:
 *
 * Reads another block behind what input_peek() gives, which may move.
 *
 * Returns: %INPUT_RECORD when there is more, %INPUT_END at the end of the file, %INPUT_FAILED when
 * it cannot be read, the unconsumed bytes pass %INPUT_MAX_RECORD, or the sink cancelled
 */
InputResult input_more (Input *self, GError **error);

/** input_consume: takes @n_bytes off the front, which hold @n_lines line ends. */
void input_consume (Input *self, gsize n_bytes, guint64 n_lines);

/**
 * input_line:
 * @ret_line: (out) (transfer none) (array length=ret_n): writable, valid until the next call, its
 * line end (LF or CR LF) taken off
 */
InputResult input_line (Input *self, char **ret_line, gsize *ret_n, GError **error);

/** input_line_is_whole: whether the line given last had its LF: the file is not cut within it. */
gboolean input_line_is_whole (const Input *self);

/** input_line_number: of the line given last, counted from 1. */
guint64 input_line_number (const Input *self);

/**
 * input_damaged:
 *
 * Sets %SOURCE_ERROR_DAMAGED: "cannot read FILE: line N: …" with the line of input_line_number().
 *
 * Returns: %FALSE
 */
gboolean
input_damaged (const Input *self, GError **error, const char *format, ...) G_GNUC_PRINTF (3, 4);

/** input_check_utf8: %FALSE with input_damaged() when @text is not UTF-8, or holds a NUL. */
gboolean input_check_utf8 (const Input *self, const char *text, gsize n_bytes, GError **error);
