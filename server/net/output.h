/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a connection has still to send: a queue of chunks that is written with one writev. A chunk
 * holds bytes of the connection's own, or names frames that many connections send. Chunks come from
 * a pool that the worker's connections share, so that an idle connection owns none.
 */
#pragma once

#include "server/net/shared-frame.h"

typedef struct OutputChunk OutputChunk;

/* Spare chunks of one worker. Zeroed is empty. */
typedef struct
{
  OutputChunk *spare; /* for bytes */
  guint n_spare;
  OutputChunk *spare_names; /* for frames */
  guint n_spare_names;
  gsize n_bytes; /* of the chunks that are in use */
} OutputPool;

void output_pool_clear (OutputPool *self);

/* A frame as one worker's connections know it, counted by its thread alone. */
typedef struct
{
  SharedFrame *frame;
  const char *bytes;
  gsize n_bytes;
  guint n_refs;
  gboolean is_own; /* one connection's */
} OutputFrame;

/** output_frame_new: @frame: (transfer full) */
OutputFrame *output_frame_new (SharedFrame *frame);
OutputFrame *output_frame_ref (OutputFrame *self);
void output_frame_unref (OutputFrame *self);

/* Zeroed is empty. */
typedef struct
{
  OutputChunk *head;
  OutputChunk *tail;
  gsize n_bytes;        /* unsent */
  gsize n_shared;       /* of them: of frames that others may have too */
  gboolean within_line; /* the last byte sent was no LF */
} Output;

void output_clear (Output *self, OutputPool *pool);

/** output_append: copies @bytes, whole lines, to the end of the queue */
void output_append (Output *self, OutputPool *pool, const char *bytes, gsize n_bytes);

/** output_append_frame: @frame: referenced, not copied */
void output_append_frame (Output *self, OutputPool *pool, OutputFrame *frame);

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
 * output_gather:
 *
 * Copies what is to be sent next to @room, as far as there is room for it.
 *
 * Returns: [bytes] that were copied
 */
gsize output_gather (const Output *self, char *room, gsize n_room);

/** output_skip: the next @n_bytes are on their way; at most as many as there are */
void output_skip (Output *self, OutputPool *pool, gsize n_bytes);

/**
 * output_drop_whole_lines:
 *
 * Throws away everything unsent but the rest of a line that is already partly sent, so that what is
 * appended next starts on a line of its own.
 */
void output_drop_whole_lines (Output *self, OutputPool *pool);
