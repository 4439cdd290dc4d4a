/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cuts a byte stream into lines without ever holding more than one line's limit. Complete lines
 * are handed out in place, from the caller's own receive buffer; only the unfinished tail of a read
 * is copied. An idle reader owns no memory beyond the struct.
 */
#pragma once

#include <glib.h>

typedef struct
{
  char *pending;       /* (nullable) (owned): the unfinished line */
  guint32 n_pending;   /* [bytes] */
  guint32 n_allocated; /* [bytes] */
  guint32 limit;       /* [bytes] longest line, line end not counted */
  gboolean skipping;   /* inside a line that passed the limit */
  gboolean handed_out; /* @pending is what the last call returned */
  guint32 n_ended;     /* line ends seen, those of empty and of skipped lines too; wraps round */
} ParlanceLineReader;

typedef enum
{
  PARLANCE_LINE_NONE,     /* all input was used; no complete line yet */
  PARLANCE_LINE_READY,    /* a line was handed out */
  PARLANCE_LINE_TOO_LONG, /* a line passed the limit; said once for it, as soon as it is known */
} ParlanceLineStatus;

void parlance_line_reader_init (ParlanceLineReader *self, guint32 limit_bytes);
void parlance_line_reader_clear (ParlanceLineReader *self);

/**
 * parlance_line_reader_next:
 * @cursor: (inout): where to go on in the received bytes; moved past what was used
 * @end: the end of the received bytes
 * @ret_line: (out) (transfer none): the line without LF and without a CR before it, never empty
 *   (empty lines are passed over); valid until the next call on @self or until the received bytes
 *   go, whichever is first
 * @ret_n_bytes: (out): [bytes], 1 to the limit
 *
 * Call again with the same @end until it says %PARLANCE_LINE_NONE. Input that is left before that
 * stays the caller's to keep. A line of exactly the limit followed by CR LF is within it.
 *
 * Thread: the owner of @self. Source: docs/protocol.md, section 1
 */
ParlanceLineStatus parlance_line_reader_next (ParlanceLineReader *self,
                                              const char **cursor,
                                              const char *end,
                                              const char **ret_line,
                                              gsize *ret_n_bytes);

/**
 * parlance_line_reader_finish:
 *
 * The stream ended. Hands out the last line, which had no line end, if there is one.
 *
 * Returns: %PARLANCE_LINE_READY or %PARLANCE_LINE_NONE
 */
ParlanceLineStatus
parlance_line_reader_finish (ParlanceLineReader *self, const char **ret_line, gsize *ret_n_bytes);

/**
 * parlance_line_reader_is_unfinished:
 *
 * Returns: whether a line has begun (or is being skipped) and has not ended
 */
gboolean parlance_line_reader_is_unfinished (const ParlanceLineReader *self);
