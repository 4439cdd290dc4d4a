/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Chunks of 16 KiB, last in first out, so that consecutive replies reuse memory that is still in
 * the cache. A reply that is larger than a chunk gets one of its own size, which is not kept.
 *
 * Frames are named, eight bytes each: a hundred connections that do not read hold the same frames,
 * not a hundred copies. A chunk of names is in use as long as one of its frames is unsent. Replies
 * behind frames become frames, if they would not fill a chunk: where both alternate, a chunk for
 * each could be a hundred times what is in it.
 */
#include "server/net/output.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define OUTPUT_CHUNK_BYTES (16 * 1024 - 64)
#define OUTPUT_CHUNK_NAMES 28 /* a chunk of names is a quarter of a KiB */
#define OUTPUT_MAX_SPARE 64
#define OUTPUT_MAX_IOV 64

struct OutputChunk
{
  OutputChunk *next;
  guint32 begin; /* first unsent byte, or first unsent name */
  guint32 end;
  guint32 capacity; /* [bytes], or OUTPUT_CHUNK_NAMES */
  gboolean has_names;
  gsize n_sent; /* [bytes] of the frame that is named first */
  char bytes[]; /* or names: chunk_names() */
};

static inline OutputFrame **
chunk_names (OutputChunk *self)
{
  return (OutputFrame **)(void *)self->bytes;
}

OutputFrame *
output_frame_new (SharedFrame *frame)
{
  OutputFrame *self = g_new (OutputFrame, 1);

  self->frame = frame;
  self->bytes = shared_frame_bytes (frame);
  self->n_bytes = shared_frame_n_bytes (frame);
  self->n_refs = 1;
  self->is_own = FALSE;
  return self;
}

OutputFrame *
output_frame_ref (OutputFrame *self)
{
  self->n_refs++;
  return self;
}

void
output_frame_unref (OutputFrame *self)
{
  if (--self->n_refs > 0)
    return;
  shared_frame_unref (self->frame);
  g_free (self);
}

static OutputChunk *
chunk_from (OutputChunk **spare, guint *n_spare, gsize n_bytes)
{
  OutputChunk *chunk = *spare;

  if (chunk == NULL)
    return g_malloc (sizeof *chunk + n_bytes);
  *spare = chunk->next;
  (*n_spare)--;
  return chunk;
}

/* What it is counted as. */
static inline gsize
chunk_n_bytes (const OutputChunk *self)
{
  return self->has_names ? OUTPUT_CHUNK_NAMES * sizeof (OutputFrame *) : self->capacity;
}

static OutputChunk *
chunk_take (OutputPool *pool, gsize n_bytes)
{
  gsize capacity = MAX (n_bytes, OUTPUT_CHUNK_BYTES);
  OutputChunk *chunk = n_bytes <= OUTPUT_CHUNK_BYTES
                           ? chunk_from (&pool->spare, &pool->n_spare, capacity)
                           : g_malloc (sizeof *chunk + capacity);

  *chunk = (OutputChunk){ .capacity = (guint32)capacity };
  pool->n_bytes += chunk_n_bytes (chunk);
  return chunk;
}

static OutputChunk *
chunk_take_names (OutputPool *pool)
{
  OutputChunk *chunk = chunk_from (&pool->spare_names, &pool->n_spare_names,
                                   OUTPUT_CHUNK_NAMES * sizeof (OutputFrame *));

  *chunk = (OutputChunk){ .capacity = OUTPUT_CHUNK_NAMES, .has_names = TRUE };
  pool->n_bytes += chunk_n_bytes (chunk);
  return chunk;
}

static void
chunk_give (OutputPool *pool, OutputChunk *chunk)
{
  OutputChunk **spare = chunk->has_names ? &pool->spare_names : &pool->spare;
  guint *n_spare = chunk->has_names ? &pool->n_spare_names : &pool->n_spare;

  pool->n_bytes -= chunk_n_bytes (chunk);
  for (guint32 i = chunk->begin; chunk->has_names && i < chunk->end; i++)
    output_frame_unref (chunk_names (chunk)[i]);
  if ((!chunk->has_names && chunk->capacity != OUTPUT_CHUNK_BYTES) || *n_spare >= OUTPUT_MAX_SPARE)
    {
      g_free (chunk);
      return;
    }
  chunk->next = *spare;
  *spare = chunk;
  (*n_spare)++;
}

static void
free_spare (OutputChunk **spare)
{
  while (*spare != NULL)
    {
      OutputChunk *next = (*spare)->next;
      g_free (*spare);
      *spare = next;
    }
}

void
output_pool_clear (OutputPool *self)
{
  free_spare (&self->spare);
  free_spare (&self->spare_names);
  self->n_spare = 0;
  self->n_spare_names = 0;
}

static void
output_pop (Output *self, OutputPool *pool)
{
  OutputChunk *chunk = self->head;

  self->head = chunk->next;
  if (self->head == NULL)
    self->tail = NULL;
  chunk_give (pool, chunk);
}

void
output_clear (Output *self, OutputPool *pool)
{
  while (self->head != NULL)
    output_pop (self, pool);
  self->n_bytes = 0;
  self->n_shared = 0;
}

static void
output_push (Output *self, OutputChunk *chunk)
{
  if (self->tail != NULL)
    self->tail->next = chunk;
  else
    self->head = chunk;
  self->tail = chunk;
}

void
output_append_frame (Output *self, OutputPool *pool, OutputFrame *frame)
{
  OutputChunk *tail = self->tail;

  if (tail == NULL || !tail->has_names || tail->end == tail->capacity)
    {
      tail = chunk_take_names (pool);
      output_push (self, tail);
    }
  chunk_names (tail)[tail->end++] = output_frame_ref (frame);
  self->n_bytes += frame->n_bytes;
  if (!frame->is_own)
    self->n_shared += frame->n_bytes;
}

static void
output_append_own_frame (Output *self, OutputPool *pool, const char *bytes, gsize n_bytes)
{
  OutputFrame *frame = output_frame_new (shared_frame_new (bytes, n_bytes));

  frame->is_own = TRUE;
  output_append_frame (self, pool, frame);
  output_frame_unref (frame);
}

void
output_append (Output *self, OutputPool *pool, const char *bytes, gsize n_bytes)
{
  OutputChunk *tail = self->tail;

  if (tail != NULL && tail->has_names && n_bytes > 0 && n_bytes <= OUTPUT_CHUNK_BYTES)
    {
      output_append_own_frame (self, pool, bytes, n_bytes);
      return;
    }
  self->n_bytes += n_bytes;
  if (tail != NULL && !tail->has_names)
    {
      gsize n = MIN (n_bytes, (gsize)(tail->capacity - tail->end));
      memcpy (tail->bytes + tail->end, bytes, n);
      tail->end += (guint32)n;
      bytes += n;
      n_bytes -= n;
    }
  if (n_bytes == 0)
    return;

  OutputChunk *chunk = chunk_take (pool, n_bytes);
  memcpy (chunk->bytes, bytes, n_bytes);
  chunk->end = (guint32)n_bytes;
  output_push (self, chunk);
}

/* Takes up to @n_sent bytes off the first chunk. Returns: how many */
static gsize
output_sent_bytes (Output *self, gsize n_sent)
{
  OutputChunk *chunk = self->head;
  gsize n = MIN (n_sent, (gsize)(chunk->end - chunk->begin));

  chunk->begin += (guint32)n;
  self->within_line = chunk->bytes[chunk->begin - 1] != '\n';
  return n;
}

static gsize
output_sent_names (Output *self, gsize n_sent)
{
  OutputChunk *chunk = self->head;
  gsize n_left = n_sent;

  while (n_left > 0 && chunk->begin < chunk->end)
    {
      OutputFrame *frame = chunk_names (chunk)[chunk->begin];
      gsize n = MIN (n_left, frame->n_bytes - chunk->n_sent);

      n_left -= n;
      chunk->n_sent += n;
      if (!frame->is_own)
        self->n_shared -= n;
      self->within_line = frame->bytes[chunk->n_sent - 1] != '\n';
      if (chunk->n_sent < frame->n_bytes)
        break;
      output_frame_unref (frame);
      chunk->begin++;
      chunk->n_sent = 0;
    }
  return n_sent - n_left;
}

void
output_skip (Output *self, OutputPool *pool, gsize n_bytes)
{
  self->n_bytes -= n_bytes;
  while (n_bytes > 0 && self->head != NULL)
    {
      OutputChunk *chunk = self->head;

      n_bytes -=
          chunk->has_names ? output_sent_names (self, n_bytes) : output_sent_bytes (self, n_bytes);
      if (chunk->begin == chunk->end)
        output_pop (self, pool);
    }
}

/* What of the chunk the kernel can be given at a time, one part a call. @i: which name, from its
 * first unsent one. */
static struct iovec
chunk_part (OutputChunk *chunk, guint32 i)
{
  if (!chunk->has_names)
    return (struct iovec){ .iov_base = chunk->bytes + chunk->begin,
                           .iov_len = chunk->end - chunk->begin };

  const OutputFrame *frame = chunk_names (chunk)[chunk->begin + i];
  gsize n_sent = i == 0 ? chunk->n_sent : 0;
  return (struct iovec){ .iov_base = (void *)(gintptr)(frame->bytes + n_sent),
                         .iov_len = frame->n_bytes - n_sent };
}

static guint32
chunk_n_parts (const OutputChunk *chunk)
{
  return chunk->has_names ? chunk->end - chunk->begin : 1;
}

/* Nearly all output is one part: spares the kernel the vector. */
static ssize_t
send_part (OutputChunk *chunk, int fd)
{
  struct iovec part = chunk_part (chunk, 0);

  return send (fd, part.iov_base, part.iov_len, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static ssize_t
send_parts (OutputChunk *first, int fd)
{
  struct iovec parts[OUTPUT_MAX_IOV];
  struct msghdr message = { .msg_iov = parts };

  for (OutputChunk *chunk = first; chunk != NULL; chunk = chunk->next)
    {
      guint32 n_parts = chunk_n_parts (chunk);

      for (guint32 i = 0; i < n_parts && message.msg_iovlen < OUTPUT_MAX_IOV; i++)
        parts[message.msg_iovlen++] = chunk_part (chunk, i);
      if (message.msg_iovlen == OUTPUT_MAX_IOV)
        break;
    }
  return sendmsg (fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

OutputStatus
output_flush (Output *self, OutputPool *pool, int fd, gsize *ret_n_sent)
{
  *ret_n_sent = 0;
  while (self->head != NULL)
    {
      OutputChunk *head = self->head;
      ssize_t n = head->next == NULL && chunk_n_parts (head) == 1 ? send_part (head, fd)
                                                                  : send_parts (head, fd);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK ? OUTPUT_BLOCKED : OUTPUT_FAILED;
      *ret_n_sent += (gsize)n;
      output_skip (self, pool, (gsize)n);
    }
  return OUTPUT_SENT;
}

gsize
output_gather (const Output *self, char *room, gsize n_room)
{
  gsize n_gathered = 0;

  for (OutputChunk *chunk = self->head; chunk != NULL && n_gathered < n_room; chunk = chunk->next)
    {
      guint32 n_parts = chunk_n_parts (chunk);

      for (guint32 i = 0; i < n_parts && n_gathered < n_room; i++)
        {
          const struct iovec part = chunk_part (chunk, i);
          gsize n = MIN (part.iov_len, n_room - n_gathered);

          memcpy (room + n_gathered, part.iov_base, n);
          n_gathered += n;
        }
    }
  return n_gathered;
}

void
output_drop_whole_lines (Output *self, OutputPool *pool)
{
  g_autoptr (GString) rest = g_string_new (NULL);
  gboolean ended = !self->within_line;

  /* Frames are whole lines: of a chunk of names only the first part can be within one. */
  for (OutputChunk *chunk = self->head; chunk != NULL && !ended; chunk = chunk->next)
    {
      struct iovec part = chunk_part (chunk, 0);
      const char *lf = memchr (part.iov_base, '\n', part.iov_len);
      gsize n_kept = lf != NULL ? (gsize)(lf + 1 - (const char *)part.iov_base) : part.iov_len;

      g_string_append_len (rest, part.iov_base, (gssize)n_kept);
      ended = lf != NULL;
    }
  output_clear (self, pool);
  if (rest->len > 0)
    output_append (self, pool, rest->str, rest->len);
}
