/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The lock is a flock() on `lock`, which the kernel gives back however the server ends. The id is a
 * random UUID in `server-id`.
 */
#include "server/data-dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

struct DataDir
{
  int lock_fd;
  char *id;
};

static gboolean
fail (GError **error, int code, const char *path, const char *what)
{
  g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (code),
               "cannot use the data directory %s: %s: %s", path, what, g_strerror (code));
  return FALSE;
}

static gboolean
take_lock (DataDir *self, const char *path, GError **error)
{
  g_autofree char *file = g_build_filename (path, "lock", NULL);

  self->lock_fd = open (file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (self->lock_fd < 0)
    return fail (error, errno, path, "its lock file cannot be opened");
  if (flock (self->lock_fd, LOCK_EX | LOCK_NB) != 0)
    {
      if (errno != EWOULDBLOCK)
        return fail (error, errno, path, "it cannot be locked");
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_AGAIN,
                   "the data directory %s is locked by another server: stop that one, or give this "
                   "one a directory of its own with --data-dir",
                   path);
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_id (DataDir *self, const char *path, GError **error)
{
  g_autofree char *file = g_build_filename (path, "server-id", NULL);
  g_autoptr (GError) local_error = NULL;

  if (g_file_get_contents (file, &self->id, NULL, &local_error))
    {
      g_strstrip (self->id);
      if (g_uuid_string_is_valid (self->id))
        return TRUE;
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                   "%s holds no UUID: remove it, and the server gets a new identity", file);
      return FALSE;
    }
  if (!g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  self->id = g_uuid_string_random ();
  g_autofree char *line = g_strconcat (self->id, "\n", NULL);
  return g_file_set_contents (file, line, -1, error);
}

DataDir *
data_dir_open (const char *path, GError **error)
{
  DataDir *self = g_new0 (DataDir, 1);

  self->lock_fd = -1;
  if (g_mkdir_with_parents (path, 0700) != 0)
    fail (error, errno, path, "it cannot be made");
  else if (take_lock (self, path, error) && read_id (self, path, error))
    return self;
  data_dir_free (self);
  return NULL;
}

void
data_dir_free (DataDir *self)
{
  if (self == NULL)
    return;
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_free (self->id);
  g_free (self);
}

const char *
data_dir_id (const DataDir *self)
{
  return self->id;
}
