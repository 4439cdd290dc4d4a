/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One regular file, opened for reading by position. Sources are read with pread() into memory of
 * our own and never mapped: a file that somebody cuts short meanwhile gives an error, not SIGBUS.
 */
#pragma once

#include <glib.h>

typedef struct
{
  char *name;   /* the path, made fit for one line of a message */
  int fd;       /* -1: not open */
  guint64 size; /* [bytes] when it was opened; nothing past it is read */
} File;

/**
 * file_open:
 * @ret_file: (out): to be given to file_close() whatever is returned
 *
 * Follows links. Directories, FIFOs, sockets and devices are refused, without waiting for them.
 *
 * Returns: %FALSE with %SOURCE_ERROR_IO
 */
gboolean file_open (const char *path, File *ret_file, GError **error);

/** file_close: takes a file that could not be opened, too. */
void file_close (File *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (File, file_close)

/**
 * file_read_at:
 * @offset: [bytes]; with @n_bytes it must lie within the file's size
 * @ret_bytes: (out) (array length=n_bytes)
 *
 * Returns: whether all @n_bytes were read; %SOURCE_ERROR_IO also when the file has become shorter
 */
gboolean
file_read_at (const File *self, guint64 offset, void *ret_bytes, gsize n_bytes, GError **error);

/** file_exists: whether there is anything at all at @path. */
gboolean file_exists (const char *path);

/** file_display_name: @path as UTF-8 without control characters. */
char *file_display_name (const char *path);
