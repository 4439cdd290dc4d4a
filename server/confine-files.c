/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The C library has no functions for these calls.
 */
#include "server/confine-files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Rights that came with later versions of the interface than the header may have. */
#define RIGHT_REFER (1ULL << 13)    /* version 2: to move a file to another directory */
#define RIGHT_TRUNCATE (1ULL << 14) /* version 3 */

#define RIGHTS_TO_WRITE                                                                            \
  (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |                                 \
   LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG)

/* Nobody needs these, wherever it is. */
#define RIGHTS_TO_NOTHING                                                                          \
  (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_SOCK |      \
   LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)

static guint64
rights_to_write (long version)
{
  return RIGHTS_TO_WRITE | (version >= 2 ? RIGHT_REFER : 0) | (version >= 3 ? RIGHT_TRUNCATE : 0);
}

static gboolean
allow (int ruleset, const char *directory, guint64 rights)
{
  struct landlock_path_beneath_attr rule = { .allowed_access = rights };

  rule.parent_fd = open (directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (rule.parent_fd < 0)
    return FALSE;

  gboolean is_added =
      syscall (SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0U) == 0;
  int code = errno;
  close (rule.parent_fd);
  errno = code;
  return is_added;
}

/* Somebody may keep a part of the directory on another disk. SQLite writes beside a database. */
static gboolean
allow_links (int ruleset, const char *directory, guint64 rights)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);
      g_autofree char *real = NULL;

      if (g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        real = realpath (path, NULL);
      if (real == NULL)
        continue;
      g_autofree char *place =
          g_file_test (real, G_FILE_TEST_IS_DIR) ? g_strdup (real) : g_path_get_dirname (real);
      if (!allow (ruleset, place, rights))
        return FALSE;
    }
  return TRUE;
}

gboolean
confine_files (const char *directory)
{
  long version =
      syscall (SYS_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_CREATE_RULESET_VERSION);

  if (version < 0)
    return FALSE;

  const struct landlock_ruleset_attr attributes = {
    .handled_access_fs = rights_to_write (version) | RIGHTS_TO_NOTHING,
  };
  int ruleset = (int)syscall (SYS_landlock_create_ruleset, &attributes,
                              sizeof attributes.handled_access_fs, 0U);
  if (ruleset < 0)
    return FALSE;
  gboolean is_done = allow (ruleset, directory, rights_to_write (version)) &&
                     allow_links (ruleset, directory, rights_to_write (version)) &&
                     prctl (PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) == 0 &&
                     syscall (SYS_landlock_restrict_self, ruleset, 0U) == 0;
  int code = errno;
  close (ruleset);
  errno = code;
  return is_done;
}
