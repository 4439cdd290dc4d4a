/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a connection has still to send: a queue of chunks that is written with one writev. Chunks
 * come from a pool that the worker's connections share, so that an idle connection owns none.
 */
#pragma once

#include <glib.h>

typedef struct OutputChunk OutputChunk;

/* Spare chunks of one worker. Zeroed is empty. */
typedef struct
{
  OutputChunk *spare;
  guint n_spare;
} OutputPool;

void output_pool_clear (OutputPool *self);

/* Zeroed is empty. */
typedef struct
{
  OutputChunk *head;
  OutputChunk *tail;
  gsize n_bytes;        /* unsent */
  gboolean within_line; /* the last byte sent was no LF */
} Output;

void output_clear (Output *self, OutputPool *pool);

/** output_append: copies @bytes to the end of the queue */
void output_append (Output *self, OutputPool *pool, const char *bytes, gsize n_bytes);

typedef enum
{
  OUTPUT_SENT,    /* everything is with the kernel */
  OUTPUT_BLOCKED, /* the socket takes no more for the moment */
  OUTPUT_FAILED,  /* the peer is gone; errno says why */
} OutputStatus;

/**
 * output_flush:
 * @ret_n_sent: (out): [bytes] that the kernel took
 */
OutputStatus output_flush (Output *self, OutputPool *pool, int fd, gsize *ret_n_sent);

/**
 * output_drop_whole_lines:
 *
 * Throws away everything unsent but the rest of a line that is already partly sent, so that what is
 * appended next starts on a line of its own.
 */
void output_drop_whole_lines (Output *self, OutputPool *pool);
