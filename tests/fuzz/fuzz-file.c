/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See fuzz-file.h. The folder lies in /dev/shm where there is one, so that an input costs no disk,
 * and is removed when the process ends.
 */
#include "tests/fuzz/fuzz-file.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

static char *folder;
static GHashTable *paths; /* name -> path in the folder */

static void
remove_folder (void)
{
  GHashTableIter iterator;
  gpointer path;
  g_hash_table_iter_init (&iterator, paths);
  while (g_hash_table_iter_next (&iterator, NULL, &path))
    (void)g_remove (path);
  (void)g_rmdir (folder);
  g_hash_table_unref (paths);
  g_free (folder);
}

static const char *
path_of (const char *name)
{
  if (folder == NULL)
    {
      const char *parent =
          g_file_test ("/dev/shm", G_FILE_TEST_IS_DIR) ? "/dev/shm" : g_get_tmp_dir ();
      folder = g_build_filename (parent, "parlance-fuzz-XXXXXX", NULL);
      if (g_mkdtemp (folder) == NULL)
        g_error ("cannot make a folder in %s", parent);
      paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      if (atexit (remove_folder) != 0)
        g_error ("cannot ask for the removal of %s", folder);
    }
  const char *path = g_hash_table_lookup (paths, name);
  if (path == NULL)
    {
      char *made = g_build_filename (folder, name, NULL);
      g_hash_table_insert (paths, g_strdup (name), made);
      path = made;
    }
  return path;
}

const char *
fuzz_write (const char *name, const void *bytes, gsize n_bytes)
{
  const char *path = path_of (name);
  int fd = g_open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0 || write (fd, bytes, n_bytes) != (gssize)n_bytes || close (fd) != 0)
    g_error ("cannot write %s", path);
  return path;
}

void
fuzz_remove (const char *name)
{
  (void)g_unlink (path_of (name));
}
