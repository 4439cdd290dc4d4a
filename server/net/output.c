/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Chunks of 16 KiB, last in first out, so that consecutive replies reuse memory that is still in
 * the cache. A reply that is larger than a chunk gets one of its own size, which is not kept.
 */
#include "server/net/output.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define OUTPUT_CHUNK_BYTES (16 * 1024 - 64)
#define OUTPUT_MAX_SPARE 64
#define OUTPUT_MAX_IOV 64

struct OutputChunk
{
  OutputChunk *next;
  guint32 begin; /* first unsent byte */
  guint32 end;
  guint32 capacity;
  char bytes[];
};

static OutputChunk *
chunk_take (OutputPool *pool, gsize n_bytes)
{
  OutputChunk *chunk;

  if (n_bytes <= OUTPUT_CHUNK_BYTES && pool->spare != NULL)
    {
      chunk = pool->spare;
      pool->spare = chunk->next;
      pool->n_spare--;
    }
  else
    {
      gsize capacity = MAX (n_bytes, OUTPUT_CHUNK_BYTES);
      chunk = g_malloc (sizeof *chunk + capacity);
      chunk->capacity = (guint32)capacity;
    }
  chunk->next = NULL;
  chunk->begin = 0;
  chunk->end = 0;
  return chunk;
}

static void
chunk_give (OutputPool *pool, OutputChunk *chunk)
{
  if (chunk->capacity != OUTPUT_CHUNK_BYTES || pool->n_spare >= OUTPUT_MAX_SPARE)
    {
      g_free (chunk);
      return;
    }
  chunk->next = pool->spare;
  pool->spare = chunk;
  pool->n_spare++;
}

void
output_pool_clear (OutputPool *self)
{
  while (self->spare != NULL)
    {
      OutputChunk *next = self->spare->next;
      g_free (self->spare);
      self->spare = next;
    }
  self->n_spare = 0;
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
}

void
output_append (Output *self, OutputPool *pool, const char *bytes, gsize n_bytes)
{
  OutputChunk *tail = self->tail;

  self->n_bytes += n_bytes;
  if (tail != NULL)
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
  if (tail != NULL)
    tail->next = chunk;
  else
    self->head = chunk;
  self->tail = chunk;
}

static void
output_sent (Output *self, OutputPool *pool, gsize n_sent)
{
  self->n_bytes -= n_sent;
  while (n_sent > 0 && self->head != NULL)
    {
      OutputChunk *chunk = self->head;
      gsize n = MIN (n_sent, (gsize)(chunk->end - chunk->begin));

      chunk->begin += (guint32)n;
      n_sent -= n;
      if (n_sent == 0)
        self->within_line = chunk->bytes[chunk->begin - 1] != '\n';
      if (chunk->begin == chunk->end)
        output_pop (self, pool);
    }
}

/* Nearly all output is one chunk: spares the kernel the vector. */
static ssize_t
send_chunk (const OutputChunk *chunk, int fd)
{
  return send (fd, chunk->bytes + chunk->begin, chunk->end - chunk->begin,
               MSG_NOSIGNAL | MSG_DONTWAIT);
}

static ssize_t
send_chunks (OutputChunk *first, int fd)
{
  struct iovec parts[OUTPUT_MAX_IOV];
  struct msghdr message = { .msg_iov = parts };

  for (OutputChunk *chunk = first; chunk != NULL && message.msg_iovlen < OUTPUT_MAX_IOV;
       chunk = chunk->next)
    {
      parts[message.msg_iovlen].iov_base = chunk->bytes + chunk->begin;
      parts[message.msg_iovlen].iov_len = chunk->end - chunk->begin;
      message.msg_iovlen++;
    }
  return sendmsg (fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

OutputStatus
output_flush (Output *self, OutputPool *pool, int fd, gsize *ret_n_sent)
{
  *ret_n_sent = 0;
  while (self->head != NULL)
    {
      ssize_t n =
          self->head->next == NULL ? send_chunk (self->head, fd) : send_chunks (self->head, fd);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK ? OUTPUT_BLOCKED : OUTPUT_FAILED;
      *ret_n_sent += (gsize)n;
      output_sent (self, pool, (gsize)n);
    }
  return OUTPUT_SENT;
}

/* The chunk in which the line ends that is partly sent; everything behind its LF is cut off there.
 */
static OutputChunk *
output_cut_after_line (Output *self, gsize *ret_n_kept)
{
  *ret_n_kept = 0;
  if (!self->within_line)
    return NULL;
  for (OutputChunk *chunk = self->head; chunk != NULL; chunk = chunk->next)
    {
      const char *begin = chunk->bytes + chunk->begin;
      const char *lf = memchr (begin, '\n', chunk->end - chunk->begin);

      if (lf != NULL)
        chunk->end = chunk->begin + (guint32)(lf + 1 - begin);
      *ret_n_kept += chunk->end - chunk->begin;
      if (lf != NULL)
        return chunk;
    }
  return NULL;
}

void
output_drop_whole_lines (Output *self, OutputPool *pool)
{
  gsize n_kept;
  OutputChunk *last = output_cut_after_line (self, &n_kept);

  if (last == NULL)
    {
      output_clear (self, pool);
      return;
    }
  for (OutputChunk *chunk = last->next; chunk != NULL;)
    {
      OutputChunk *next = chunk->next;
      chunk_give (pool, chunk);
      chunk = next;
    }
  last->next = NULL;
  self->tail = last;
  self->n_bytes = n_kept;
}
