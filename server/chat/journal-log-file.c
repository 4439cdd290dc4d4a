/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A sync of a file that has grown also writes where it is now on the disk, and waits for that: a
 * commit of one message takes up to twice as long. SQLite deletes the log at a clean end and writes
 * over it as long as it is there, so it is only after a start that it grows.
 *
 * A log is known by its header; with zeros in the place of one nothing in it counts.
 */
#include "server/chat/journal-log-file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define FILL_BYTES ((off_t)16 << 20) /* what it may grow to, see journal-schema.c */
#define FIRST_PIECE_BYTES ((gsize)256 << 10)
#define MOST_PIECE_BYTES ((gsize)4 << 20)
#define MOST_US (100 * G_TIME_SPAN_MILLISECOND)    /* of a start */
#define SPARE_BYTES G_GUINT64_CONSTANT (268435456) /* have to be free afterwards */

static gboolean
has_space (int fd)
{
  struct statvfs disk;

  return fstatvfs (fd, &disk) == 0 &&
         (guint64)disk.f_bavail * disk.f_frsize >= (guint64)FILL_BYTES + SPARE_BYTES;
}

/* Each piece is on the disk before the next, which is up to twice as long, so that the time is
 * known to be that of the disk, and most of it is not spent on waiting for syncs. */
static void
fill (int fd)
{
  g_autofree char *zeros = g_malloc0 (MOST_PIECE_BYTES);
  gint64 deadline = g_get_monotonic_time () + MOST_US;
  gsize n_piece = FIRST_PIECE_BYTES;

  for (off_t at = 0; at < FILL_BYTES;)
    {
      gint64 start = g_get_monotonic_time ();
      ssize_t n = pwrite (fd, zeros, n_piece, at);
      gint64 end;

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0 || fdatasync (fd) < 0)
        break;
      at += n;
      end = g_get_monotonic_time ();
      n_piece = MIN (MIN (2 * (gsize)n, MOST_PIECE_BYTES), (gsize)(FILL_BYTES - at));
      if (end + (end - start) * (gint64)n_piece / n > deadline)
        break;
    }
}

void
journal_log_file_fill (const char *path)
{
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  struct stat database, there;
  int fd;

  if (stat (path, &database) < 0 || (stat (log, &there) == 0 && there.st_size > 0))
    return;
  /* Who may read the database may read its log: SQLite makes them so, too. */
  fd = open (log, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, database.st_mode & 0777);
  if (fd < 0)
    return;
  if (has_space (fd))
    fill (fd);
  (void)close (fd);
}
