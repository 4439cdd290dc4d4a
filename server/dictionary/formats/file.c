/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opening and reading regular files; see file.h for why nothing is mapped.
 */
#include "server/dictionary/formats/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/dictionary/source.h"

char *
file_display_name (const char *path)
{
  g_autofree char *utf8 = g_filename_display_name (path);
  GString *name = g_string_sized_new (strlen (utf8));
  for (char *at = utf8; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);
      g_string_append_unichar (name, g_unichar_iscntrl (c) ? 0xFFFD : c);
    }
  return g_string_free (name, FALSE);
}

gboolean
file_exists (const char *path)
{
  struct stat status;
  return lstat (path, &status) == 0;
}

static gboolean
refuse (const File *file, const char *reason, GError **error)
{
  g_set_error (error, SOURCE_ERROR, SOURCE_ERROR_IO, "cannot read %s: %s", file->name, reason);
  return FALSE;
}

gboolean
file_open (const char *path, File *ret_file, GError **error)
{
  *ret_file = (File){ .name = file_display_name (path), .fd = -1 };

  /* O_NONBLOCK: opening a FIFO would wait for its writer. Regular files do not heed it. */
  ret_file->fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (ret_file->fd < 0)
    return refuse (ret_file, g_strerror (errno), error);

  struct stat status;
  if (fstat (ret_file->fd, &status) != 0)
    return refuse (ret_file, g_strerror (errno), error);
  if (S_ISDIR (status.st_mode))
    return refuse (ret_file, "it is a directory; name a dictionary file in it", error);
  if (!S_ISREG (status.st_mode))
    return refuse (ret_file, "it is not a regular file", error);

  ret_file->size = (guint64)status.st_size;
  return TRUE;
}

void
file_close (File *self)
{
  g_clear_pointer (&self->name, g_free);
  if (self->fd >= 0)
    (void)close (self->fd);
  self->fd = -1;
}

gboolean
file_read_at (const File *self, guint64 offset, void *ret_bytes, gsize n_bytes, GError **error)
{
  g_assert (offset <= self->size && n_bytes <= self->size - offset);

  char *bytes = ret_bytes;
  while (n_bytes > 0)
    {
      ssize_t n_read = pread (self->fd, bytes, n_bytes, (off_t)offset);
      if (n_read < 0 && errno == EINTR)
        continue;
      if (n_read < 0)
        return refuse (self, g_strerror (errno), error);
      if (n_read == 0)
        return refuse (self, "it became shorter while it was read; try again when it is whole",
                       error);
      bytes += n_read;
      offset += (guint64)n_read;
      n_bytes -= (gsize)n_read;
    }
  return TRUE;
}
