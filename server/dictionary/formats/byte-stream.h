/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A binary file read front to back in blocks, and unpacked on the way where it is gzip. Memory is
 * two blocks whatever the file unpacks to; who reads decides how much is too much. One thread's.
 */
#pragma once

#include <glib.h>

typedef struct ByteStream ByteStream;

/**
 * byte_stream_open:
 * @path: gzip when its name ends in `.gz` or `.dz`
 *
 * Returns: (transfer full): or %NULL with %SOURCE_ERROR_IO
 */
ByteStream *byte_stream_open (const char *path, GError **error);
void byte_stream_free (ByteStream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ByteStream, byte_stream_free)

/** byte_stream_name: (transfer none): the file, fit for a message. */
const char *byte_stream_name (const ByteStream *self);

/**
 * byte_stream_next:
 * @ret_bytes: (out) (transfer none) (array length=ret_n): valid until the next call
 * @ret_n: (out): [bytes]; 0 at the end
 *
 * Returns: %FALSE with %SOURCE_ERROR_IO, or %SOURCE_ERROR_DAMAGED when it does not unpack
 */
gboolean
byte_stream_next (ByteStream *self, const guint8 **ret_bytes, gsize *ret_n, GError **error);
