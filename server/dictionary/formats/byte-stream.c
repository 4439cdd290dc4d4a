/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Blocks of a file, through zlib where it is packed. A gzip file may have several members, one
 * behind the other (RFC 1952, 2.2).
 */
#include "server/dictionary/formats/byte-stream.h"

#include <zlib.h>

#include "server/dictionary/formats/file.h"
#include "server/dictionary/source.h"

#define BLOCK_BYTES ((gsize)64 * 1024)
#define GZIP_WINDOW (MAX_WBITS + 16) /* zlib: expect gzip's header and check its trailer */

struct ByteStream
{
  File file;
  guint64 n_read; /* [bytes] of the file */
  gboolean is_packed;
  gboolean has_stream;
  gboolean is_within_member; /* its end has not been seen */
  z_stream stream;
  guint8 *packed;
  guint8 *bytes;
};

ByteStream *
byte_stream_open (const char *path, GError **error)
{
  g_autoptr (ByteStream) self = g_new0 (ByteStream, 1);
  self->file.fd = -1;
  if (!file_open (path, &self->file, error))
    return NULL;
  self->bytes = g_malloc (BLOCK_BYTES);
  self->is_packed = g_str_has_suffix (path, ".gz") || g_str_has_suffix (path, ".dz");
  if (self->is_packed)
    {
      if (inflateInit2 (&self->stream, GZIP_WINDOW) != Z_OK)
        {
          g_set_error (error, SOURCE_ERROR, SOURCE_ERROR_IO,
                       "cannot read %s: there is no memory to unpack it", self->file.name);
          return NULL;
        }
      self->has_stream = TRUE;
      self->packed = g_malloc (BLOCK_BYTES);
    }
  return g_steal_pointer (&self);
}

void
byte_stream_free (ByteStream *self)
{
  if (self == NULL)
    return;
  if (self->has_stream)
    (void)inflateEnd (&self->stream);
  file_close (&self->file);
  g_free (self->packed);
  g_free (self->bytes);
  g_free (self);
}

const char *
byte_stream_name (const ByteStream *self)
{
  return self->file.name;
}

/* Reads a block of the file itself; none at its end. */
static gboolean
read_block (ByteStream *self, guint8 *ret_bytes, gsize *ret_n, GError **error)
{
  gsize n = (gsize)MIN ((guint64)BLOCK_BYTES, self->file.size - self->n_read);
  if (n > 0 && !file_read_at (&self->file, self->n_read, ret_bytes, n, error))
    return FALSE;
  self->n_read += n;
  *ret_n = n;
  return TRUE;
}

static gboolean
does_not_unpack (const ByteStream *self, const char *reason, GError **error)
{
  g_set_error (error, SOURCE_ERROR, SOURCE_ERROR_DAMAGED,
               "cannot read %s: it does not unpack before byte %" G_GUINT64_FORMAT ": %s",
               self->file.name, self->n_read, reason);
  return FALSE;
}

/* Makes sure that there is something to unpack; at the file's end there is not. */
static gboolean
fill_packed (ByteStream *self, gboolean *ret_is_end, GError **error)
{
  *ret_is_end = FALSE;
  if (self->stream.avail_in > 0)
    return TRUE;
  gsize n;
  if (!read_block (self, self->packed, &n, error))
    return FALSE;
  self->stream.next_in = self->packed;
  self->stream.avail_in = (uInt)n;
  *ret_is_end = n == 0;
  if (*ret_is_end && (self->is_within_member || self->file.size == 0))
    return does_not_unpack (self, "it was cut off", error);
  return TRUE;
}

static gboolean
unpack_block (ByteStream *self, gsize *ret_n, GError **error)
{
  self->stream.next_out = self->bytes;
  self->stream.avail_out = (uInt)BLOCK_BYTES;
  while (self->stream.avail_out > 0)
    {
      gboolean is_end;
      if (!fill_packed (self, &is_end, error))
        return FALSE;
      if (is_end)
        break;
      self->is_within_member = TRUE;
      int status = inflate (&self->stream, Z_NO_FLUSH);
      if (status == Z_STREAM_END)
        {
          self->is_within_member = FALSE;
          status = inflateReset (&self->stream);
        }
      if (status != Z_OK)
        return does_not_unpack (
            self, self->stream.msg != NULL ? self->stream.msg : "it is not whole", error);
    }
  *ret_n = BLOCK_BYTES - self->stream.avail_out;
  return TRUE;
}

gboolean
byte_stream_next (ByteStream *self, const guint8 **ret_bytes, gsize *ret_n, GError **error)
{
  *ret_bytes = self->bytes;
  return self->is_packed ? unpack_block (self, ret_n, error)
                         : read_block (self, self->bytes, ret_n, error);
}
