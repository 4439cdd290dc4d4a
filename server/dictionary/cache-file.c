/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writing a compiled file aside, under a lock, and renaming it into place.
 */
#include "server/dictionary/cache-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/dictionary/mapping.h"

#define BUFFER_BYTES (512 * 1024)
#define LOOK_US 50000 /* how often, while another one has the lock */

struct CacheFile
{
  char *path;
  char *aside;
  int fd;
  guint64 n_written; /* [bytes] in the file; the buffer's come after them */
  gsize n_buffered;
  gboolean is_ours; /* locked, and still under its name */
  gboolean is_committed;
  guint8 buffer[BUFFER_BYTES];
};

G_DEFINE_QUARK (parlance_cache_file_error, cache_file_error)

/* FALSE, always; errno says why. */
static gboolean
fail (const CacheFile *self, const char *attempt, GError **error)
{
  g_set_error (error, CACHE_FILE_ERROR, CACHE_FILE_ERROR_FILE,
               "cannot %s %s in the dictionary cache: %s", attempt, self->aside,
               g_strerror (errno));
  return FALSE;
}

/* A file that is not there and cannot be made says little of others: the disk may be full, or a
 * directory have its name. Where the cache takes no file at all, its directory says so. */
static void
fail_to_create (const CacheFile *self, GError **error)
{
  g_autofree char *directory = g_path_get_dirname (self->aside);
  int why = errno;

  if (access (directory, W_OK | X_OK) == 0)
    {
      errno = why;
      fail (self, "create", error);
      return;
    }
  g_set_error (error, CACHE_FILE_ERROR, CACHE_FILE_ERROR_DIRECTORY,
               "cannot write to the dictionary cache %s: %s; make it a directory that the server "
               "may write to",
               directory, g_strerror (errno));
}

/* By looking: no signal would be sure to end a thread's wait in flock(). */
static gboolean
lock (const CacheFile *self, CacheFileWait wait, gpointer data, GError **error)
{
  while (flock (self->fd, LOCK_EX | LOCK_NB) < 0)
    {
      if (errno == EINTR)
        continue;
      if (errno != EWOULDBLOCK)
        return fail (self, "lock", error);
      if (wait && !wait (data))
        {
          g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INTR,
                       "waiting for another process to write %s was given up", self->path);
          return FALSE;
        }
      g_usleep (LOOK_US);
    }
  return TRUE;
}

/* Whether the locked file still has its name: the one who held the lock before has renamed or
 * removed it, and then it is not the file to write to. */
static gboolean
still_has_name (const CacheFile *self)
{
  struct stat open_file, named_file;

  return fstat (self->fd, &open_file) == 0 && stat (self->aside, &named_file) == 0 &&
         open_file.st_dev == named_file.st_dev && open_file.st_ino == named_file.st_ino;
}

CacheFile *
cache_file_begin (const char *path, CacheFileWait wait, gpointer data, GError **error)
{
  CacheFile *self = g_new (CacheFile, 1);

  self->path = g_strdup (path);
  self->aside = g_strconcat (path, ".part", NULL);
  self->fd = -1;
  self->n_written = 0;
  self->n_buffered = 0;
  self->is_ours = FALSE;
  self->is_committed = FALSE;

  for (;;)
    {
      self->fd = open (self->aside, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
      if (self->fd < 0)
        {
          fail_to_create (self, error);
          break;
        }
      if (!lock (self, wait, data, error))
        break;
      if (still_has_name (self))
        {
          self->is_ours = TRUE;
          if (ftruncate (self->fd, 0) == 0)
            return self;
          fail (self, "empty", error);
          break;
        }
      close (self->fd);
    }
  cache_file_free (self);
  return NULL;
}

const char *
cache_file_aside (const CacheFile *self)
{
  return self->aside;
}

static gboolean
flush (CacheFile *self, GError **error)
{
  gsize done = 0;

  while (done < self->n_buffered)
    {
      gssize n = write (self->fd, self->buffer + done, self->n_buffered - done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return fail (self, "write", error);
      done += (gsize)n;
    }
  self->n_written += done;
  self->n_buffered = 0;
  return TRUE;
}

gboolean
cache_file_append (CacheFile *self, gconstpointer data, gsize n_bytes, GError **error)
{
  const guint8 *from = data;

  while (n_bytes > 0)
    {
      gsize n = MIN (n_bytes, BUFFER_BYTES - self->n_buffered);

      memcpy (self->buffer + self->n_buffered, from, n);
      self->n_buffered += n;
      from += n;
      n_bytes -= n;
      if (self->n_buffered == BUFFER_BYTES && !flush (self, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
cache_file_align (CacheFile *self, guint unit, GError **error)
{
  static const guint8 zeros[8];

  return cache_file_append (self, zeros, -cache_file_position (self) & (unit - 1), error);
}

guint64
cache_file_position (const CacheFile *self)
{
  return self->n_written + self->n_buffered;
}

gboolean
cache_file_read (CacheFile *self, guint64 offset, gpointer ret_bytes, gsize n_bytes, GError **error)
{
  guint8 *to = ret_bytes;

  if (offset + n_bytes > self->n_written && !flush (self, error))
    return FALSE;
  while (n_bytes > 0)
    {
      gssize n = pread (self->fd, to, n_bytes, (off_t)offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n == 0)
        errno = EIO; /* somebody cut it */
      if (n <= 0)
        return fail (self, "read", error);
      to += n;
      offset += (guint64)n;
      n_bytes -= (gsize)n;
    }
  return TRUE;
}

GBytes *
cache_file_map (CacheFile *self, GError **error)
{
  GBytes *bytes;

  if (!flush (self, error))
    return NULL;
  bytes = mapping_new (self->fd, self->n_written);
  if (!bytes)
    fail (self, "map", error);
  return bytes;
}

/* A rename is on the disk when its directory is. */
static gboolean
sync_directory (const CacheFile *self, GError **error)
{
  g_autofree char *directory = g_path_get_dirname (self->path);
  int fd = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean ok = fd >= 0 && fsync (fd) == 0;

  if (!ok)
    fail (self, "sync the directory of", error);
  if (fd >= 0)
    close (fd);
  return ok;
}

gboolean
cache_file_commit (CacheFile *self, gconstpointer header, gsize n_bytes, GError **error)
{
  if (!flush (self, error))
    return FALSE;
  if (pwrite (self->fd, header, n_bytes, 0) != (gssize)n_bytes)
    return fail (self, "write the header of", error);
  if (fsync (self->fd) < 0)
    return fail (self, "sync", error);
  if (rename (self->aside, self->path) < 0)
    return fail (self, "rename", error);
  self->is_committed = TRUE;
  return sync_directory (self, error);
}

void
cache_file_free (CacheFile *self)
{
  if (!self)
    return;
  if (self->fd >= 0)
    {
      /* Before the lock goes with the descriptor: afterwards the name may be another's. */
      if (self->is_ours && !self->is_committed)
        unlink (self->aside);
      close (self->fd);
    }
  g_free (self->path);
  g_free (self->aside);
  g_free (self);
}
