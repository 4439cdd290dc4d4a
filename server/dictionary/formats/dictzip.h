/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Random access to the body of a dictd dictionary: a plain file, or one packed by dictzip, which is
 * gzip with a table of chunks that unpack each by itself. A handle is one thread's.
 *
 * Source: dictzip(1), "Dictzip file format"; RFC 1952; RFC 1951.
 */
#pragma once

#include <glib.h>

typedef struct Dictzip Dictzip;

/**
 * dictzip_open:
 * @path: packed when its name ends in `.dz`
 *
 * Returns: (transfer full): or %NULL with %SOURCE_ERROR_IO, or %SOURCE_ERROR_DAMAGED when the
 * packed file has no table of chunks or one that cannot be true
 */
Dictzip *dictzip_open (const char *path, GError **error);
void dictzip_close (Dictzip *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Dictzip, dictzip_close)

/** dictzip_size: [bytes] of the unpacked body. */
guint64 dictzip_size (const Dictzip *self);

/**
 * dictzip_read:
 * @offset: [bytes]; with @n_bytes it must lie within dictzip_size()
 * @ret_bytes: (out) (array length=n_bytes)
 *
 * Costs the unpacking of each chunk (at most 64 KiB) that is touched and not among the few kept.
 *
 * Returns: %FALSE with %SOURCE_ERROR_IO, or %SOURCE_ERROR_DAMAGED when a chunk does not unpack to
 * what it should
 */
gboolean
dictzip_read (Dictzip *self, guint64 offset, char *ret_bytes, gsize n_bytes, GError **error);

/**
 * dictzip_check:
 *
 * Compares the whole with the checksum of a packed file. Costs little after everything was read
 * front to back: only chunks that were not reached in order are unpacked for it.
 *
 * Returns: %FALSE as dictzip_read()
 */
gboolean dictzip_check (Dictzip *self, GError **error);
