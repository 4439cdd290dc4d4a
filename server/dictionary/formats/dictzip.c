/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The header (RFC 1952, 2.3) carries an extra field "RA": version, chunk length, chunk count, and
 * the packed size of every chunk. The last chunk unpacks to what is left, all others to the chunk
 * length. A few unpacked chunks are kept, the least recently used one gives way.
 */
#include "server/dictionary/formats/dictzip.h"

#include <string.h>
#include <zlib.h>

#include "server/dictionary/formats/file.h"
#include "server/dictionary/source.h"

#define N_KEPT 8
#define GZIP_HEADER 10
#define GZIP_TRAILER 8      /* CRC and size */
#define MAX_GZIP_TEXT 65536 /* [bytes] of the file's name or comment in the header */

/* Flags of RFC 1952, 2.3.1. */
enum
{
  FLAG_HEADER_CRC = 1 << 1,
  FLAG_EXTRA = 1 << 2,
  FLAG_NAME = 1 << 3,
  FLAG_COMMENT = 1 << 4,
};

typedef struct
{
  guint32 chunk; /* valid when n_bytes is not 0 */
  gsize n_bytes;
  guint64 last_use;
  guint8 *bytes; /* room for a chunk and one more; NULL until first used */
} KeptChunk;

struct Dictzip
{
  File file;
  gboolean is_packed;
  guint64 size; /* [bytes] unpacked */
  guint32 chunk_length;
  guint32 n_chunks;
  guint64 *chunk_offsets; /* n_chunks + 1 of them, in the file */
  guint8 *packed;         /* room for the greatest packed chunk */
  z_stream stream;
  gboolean has_stream;
  KeptChunk kept[N_KEPT];
  guint64 n_uses;
  gulong checksum; /* of the first n_checked chunks */
  guint32 n_checked;
};

static gboolean
    G_GNUC_PRINTF (3, 4) damaged (const Dictzip *self, GError **error, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, SOURCE_ERROR, SOURCE_ERROR_DAMAGED, "cannot read %s: %s", self->file.name,
               reason);
  return FALSE;
}

static guint16
read_u16 (const guint8 *at)
{
  return (guint16)(at[0] | at[1] << 8);
}

/* Finds the "RA" field among the extra fields and reads its table. */
static gboolean
read_table (Dictzip *self, const guint8 *extra, gsize n_extra, GError **error)
{
  gsize at = 0;
  while (n_extra - at >= 4 && memcmp (extra + at, "RA", 2) != 0)
    {
      gsize n_field = read_u16 (extra + at + 2);
      if (n_field > n_extra - at - 4)
        return damaged (self, error, "an extra field of its header is longer than the header");
      at += 4 + n_field;
    }
  if (n_extra - at < 4)
    return damaged (self, error,
                    "it is gzip without dictzip's table; unpack it and pack it with dictzip");

  gsize n_table = read_u16 (extra + at + 2);
  const guint8 *table = extra + at + 4;
  if (n_table > n_extra - at - 4 || n_table < 6)
    return damaged (self, error, "dictzip's table does not fit its header");
  if (read_u16 (table) != 1)
    return damaged (self, error, "dictzip's table has version %u, only 1 is known",
                    read_u16 (table));
  self->chunk_length = read_u16 (table + 2);
  self->n_chunks = read_u16 (table + 4);
  if (self->chunk_length == 0)
    return damaged (self, error, "dictzip's table says chunks of 0 bytes");
  if (n_table < 6 + (gsize)self->n_chunks * 2)
    return damaged (self, error, "dictzip's table ends before its %u chunks", self->n_chunks);

  /* Sizes for the time being; placed behind the header by place_chunks(). */
  self->chunk_offsets = g_new (guint64, (gsize)self->n_chunks + 1);
  for (guint32 i = 0; i < self->n_chunks; i++)
    self->chunk_offsets[i] = read_u16 (table + 6 + (gsize)i * 2);
  return TRUE;
}

/* Turns the sizes of the chunks into offsets from @offset on, where the first one is. */
static gboolean
place_chunks (Dictzip *self, guint64 offset, GError **error)
{
  gsize n_longest = 0;
  for (guint32 i = 0; i < self->n_chunks; i++)
    {
      guint64 n_bytes = self->chunk_offsets[i];
      n_longest = MAX (n_longest, (gsize)n_bytes);
      self->chunk_offsets[i] = offset;
      offset += n_bytes;
    }
  self->chunk_offsets[self->n_chunks] = offset;
  if (offset > self->file.size || self->file.size - offset < GZIP_TRAILER)
    return damaged (self, error, "it is shorter than its table of chunks says; it was cut off");
  self->packed = g_malloc (MAX (n_longest, 1));
  return TRUE;
}

/* Moves @offset past a zero-terminated text of the header. */
static gboolean
skip_text (const Dictzip *self, guint64 *offset, GError **error)
{
  gsize n_bytes = (gsize)MIN (self->file.size - *offset, (guint64)MAX_GZIP_TEXT);
  g_autofree guint8 *bytes = g_malloc (MAX (n_bytes, 1));
  if (!file_read_at (&self->file, *offset, bytes, n_bytes, error))
    return FALSE;
  const guint8 *end = memchr (bytes, '\0', n_bytes);
  if (end == NULL)
    return damaged (self, error, "its header has no end");
  *offset += (guint64)(end - bytes) + 1;
  return TRUE;
}

static gboolean
read_header (Dictzip *self, GError **error)
{
  guint8 header[GZIP_HEADER + 2];
  if (self->file.size < sizeof (header))
    return damaged (self, error, "it is too short for a packed file");
  if (!file_read_at (&self->file, 0, header, sizeof (header), error))
    return FALSE;
  if (header[0] != 0x1F || header[1] != 0x8B || header[2] != Z_DEFLATED)
    return damaged (self, error, "it is not packed by dictzip, though its name ends in .dz");
  guint8 flags = header[3];
  if ((flags & FLAG_EXTRA) == 0)
    return damaged (self, error,
                    "it is gzip without dictzip's table; unpack it and pack it with dictzip");

  gsize n_extra = read_u16 (header + GZIP_HEADER);
  guint64 offset = sizeof (header);
  if (n_extra > self->file.size - offset)
    return damaged (self, error, "it ends within its header; it was cut off");
  g_autofree guint8 *extra = g_malloc (MAX (n_extra, 1));
  if (!file_read_at (&self->file, offset, extra, n_extra, error) ||
      !read_table (self, extra, n_extra, error))
    return FALSE;
  offset += n_extra;

  if ((flags & FLAG_NAME) != 0 && !skip_text (self, &offset, error))
    return FALSE;
  if ((flags & FLAG_COMMENT) != 0 && !skip_text (self, &offset, error))
    return FALSE;
  if ((flags & FLAG_HEADER_CRC) != 0)
    offset += 2;
  return place_chunks (self, offset, error);
}

/* Unpacks @chunk into @kept. */
static gboolean
unpack (Dictzip *self, guint32 chunk, KeptChunk *kept, GError **error)
{
  guint64 offset = self->chunk_offsets[chunk];
  gsize n_packed = (gsize)(self->chunk_offsets[chunk + 1] - offset);
  gsize n_room = (gsize)self->chunk_length + 1; /* the one tells a chunk that is too long */
  kept->n_bytes = 0;
  if (kept->bytes == NULL)
    kept->bytes = g_malloc (n_room);
  if (!file_read_at (&self->file, offset, self->packed, n_packed, error))
    return FALSE;

  int status = inflateReset (&self->stream);
  g_assert (status == Z_OK);
  self->stream.next_in = self->packed;
  self->stream.avail_in = (uInt)n_packed;
  self->stream.next_out = kept->bytes;
  self->stream.avail_out = (uInt)n_room;
  status = inflate (&self->stream, Z_SYNC_FLUSH);
  /* Z_BUF_ERROR: nothing at all was in the chunk. */
  if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
    return damaged (self, error, "chunk %u of %u does not unpack: %s", chunk + 1, self->n_chunks,
                    self->stream.msg != NULL ? self->stream.msg : "it is not whole");

  gsize n_bytes = n_room - self->stream.avail_out;
  gboolean is_last = chunk + 1 == self->n_chunks;
  if (n_bytes == 0 || n_bytes > self->chunk_length || (!is_last && n_bytes < self->chunk_length))
    return damaged (self, error,
                    "chunk %u of %u unpacks to %" G_GSIZE_FORMAT " bytes instead of %u", chunk + 1,
                    self->n_chunks, n_bytes, self->chunk_length);
  kept->chunk = chunk;
  kept->n_bytes = n_bytes;
  return TRUE;
}

static const KeptChunk *
get_chunk (Dictzip *self, guint32 chunk, GError **error)
{
  KeptChunk *oldest = &self->kept[0];
  KeptChunk *found = NULL;
  for (gsize i = 0; i < N_KEPT && found == NULL; i++)
    {
      KeptChunk *kept = &self->kept[i];
      if (kept->n_bytes > 0 && kept->chunk == chunk)
        found = kept;
      else if (kept->last_use < oldest->last_use)
        oldest = kept;
    }
  if (found == NULL)
    {
      if (!unpack (self, chunk, oldest, error))
        return NULL;
      found = oldest;
    }
  found->last_use = ++self->n_uses;
  if (chunk == self->n_checked)
    {
      self->checksum = crc32 (self->checksum, found->bytes, (uInt)found->n_bytes);
      self->n_checked++;
    }
  return found;
}

static gboolean
open_packed (Dictzip *self, GError **error)
{
  if (!read_header (self, error))
    return FALSE;
  /* -MAX_WBITS: raw deflate; the gzip header is read above. */
  if (inflateInit2 (&self->stream, -MAX_WBITS) != Z_OK)
    return damaged (self, error, "there is no memory to unpack it");
  self->has_stream = TRUE;

  if (self->n_chunks == 0)
    return TRUE;
  const KeptChunk *last = get_chunk (self, self->n_chunks - 1, error);
  if (last == NULL)
    return FALSE;
  self->size = (guint64)(self->n_chunks - 1) * self->chunk_length + last->n_bytes;
  return TRUE;
}

Dictzip *
dictzip_open (const char *path, GError **error)
{
  g_autoptr (Dictzip) self = g_new0 (Dictzip, 1);
  if (!file_open (path, &self->file, error))
    return NULL;
  self->is_packed = g_str_has_suffix (path, ".dz");
  self->size = self->file.size;
  if (self->is_packed)
    {
      self->size = 0;
      if (!open_packed (self, error))
        return NULL;
    }
  return g_steal_pointer (&self);
}

void
dictzip_close (Dictzip *self)
{
  if (self == NULL)
    return;
  if (self->has_stream)
    (void)inflateEnd (&self->stream);
  for (gsize i = 0; i < N_KEPT; i++)
    g_free (self->kept[i].bytes);
  g_free (self->packed);
  g_free (self->chunk_offsets);
  file_close (&self->file);
  g_free (self);
}

guint64
dictzip_size (const Dictzip *self)
{
  return self->size;
}

gboolean
dictzip_read (Dictzip *self, guint64 offset, char *ret_bytes, gsize n_bytes, GError **error)
{
  g_assert (offset <= self->size && n_bytes <= self->size - offset);
  if (!self->is_packed)
    return file_read_at (&self->file, offset, ret_bytes, n_bytes, error);

  while (n_bytes > 0)
    {
      const KeptChunk *chunk = get_chunk (self, (guint32)(offset / self->chunk_length), error);
      if (chunk == NULL)
        return FALSE;
      gsize start = (gsize)(offset % self->chunk_length);
      gsize n_part = MIN (n_bytes, chunk->n_bytes - start);
      memcpy (ret_bytes, chunk->bytes + start, n_part);
      ret_bytes += n_part;
      offset += n_part;
      n_bytes -= n_part;
    }
  return TRUE;
}

gboolean
dictzip_check (Dictzip *self, GError **error)
{
  if (!self->is_packed)
    return TRUE;
  while (self->n_checked < self->n_chunks)
    if (get_chunk (self, self->n_checked, error) == NULL)
      return FALSE;

  guint8 trailer[GZIP_TRAILER];
  if (!file_read_at (&self->file, self->file.size - sizeof (trailer), trailer, sizeof (trailer),
                     error))
    return FALSE;
  guint32 checksum = read_u16 (trailer) | (guint32)read_u16 (trailer + 2) << 16;
  guint32 size = read_u16 (trailer + 4) | (guint32)read_u16 (trailer + 6) << 16;
  if (checksum != (guint32)self->checksum || size != (guint32)self->size)
    return damaged (self, error, "its checksum does not agree with what it unpacks to");
  return TRUE;
}
