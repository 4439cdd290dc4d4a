/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A compiled file while it is being written: aside under a name of its own, under a lock, and
 * renamed into place when it is whole and on the disk. Nobody ever sees half of one.
 *
 * The lock is on the file aside itself, so nothing is left behind but the finished file; what a
 * killed process left is taken over and written from the start by the next one.
 */
#pragma once

#include <glib.h>

#define CACHE_FILE_ERROR (cache_file_error_quark ())
GQuark cache_file_error_quark (void);

typedef enum
{
  CACHE_FILE_ERROR_FILE, /* this file cannot be written: the disk is full, it is too large, … */
  CACHE_FILE_ERROR_DIRECTORY, /* no file can: the cache cannot be made, it is read-only, … */
} CacheFileError;

typedef struct CacheFile CacheFile;

/* Called again and again while another one has the file. FALSE: it is not to be waited for. */
typedef gboolean (*CacheFileWait) (gpointer data);

/**
 * cache_file_begin:
 * @path: where the finished file will be
 * @wait: (nullable) (scope call): NULL waits for as long as it takes
 *
 * Waits while another process or thread writes the same file: look again for a finished one
 * afterwards. Blocks.
 *
 * Returns: (transfer full): an empty file to write to, or %NULL with %CACHE_FILE_ERROR, or
 *   %G_FILE_ERROR_INTR where @wait said so
 */
CacheFile *cache_file_begin (const char *path, CacheFileWait wait, gpointer data, GError **error);

/** cache_file_aside: (transfer none): its path until then, for who writes it by other means. */
const char *cache_file_aside (const CacheFile *self);

/** cache_file_append: to be called until commit or the first failure. */
gboolean cache_file_append (CacheFile *self, gconstpointer data, gsize n_bytes, GError **error);

/** cache_file_align: pads with zeros up to a multiple of @unit, a power of two up to 8. */
gboolean cache_file_align (CacheFile *self, guint unit, GError **error);

/** cache_file_position: [bytes] appended until here. */
guint64 cache_file_position (const CacheFile *self);

/** cache_file_read: copies @n_bytes that were appended at @offset to @ret_bytes. */
gboolean cache_file_read (
    CacheFile *self, guint64 offset, gpointer ret_bytes, gsize n_bytes, GError **error);

/**
 * cache_file_map:
 *
 * Returns: (transfer full): what was appended until here, and that is something, mapped; or %NULL
 * with an error
 */
GBytes *cache_file_map (CacheFile *self, GError **error);

/**
 * cache_file_commit:
 * @header: (array length=n_bytes): overwrites the file's beginning, the last thing written
 *
 * Puts the file on the disk and in place of an older one.
 */
gboolean cache_file_commit (CacheFile *self, gconstpointer header, gsize n_bytes, GError **error);

/** cache_file_free: @self: (nullable). Removes a file that was not committed, lets others write. */
void cache_file_free (CacheFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CacheFile, cache_file_free)
