/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * First files, then calls: the filter would not let the other through. Under a sanitizer, or where
 * coverage is measured, nothing is done: those make calls of their own, and write files at the end.
 */
#include "server/confine.h"

#include "server/confine-calls.h"
#include "server/confine-files.h"
#include "server/log.h"

#include <errno.h>

#ifdef CONFINE_IS_POSSIBLE
#define IS_POSSIBLE TRUE
#else
#define IS_POSSIBLE FALSE
#endif

/* Returns: %FALSE when it was to be done without fail */
static gboolean
judge (ConfineMode mode, gboolean is_done, const char *what, GError **error)
{
  int code = errno;

  if (is_done)
    return TRUE;
  /* What a kernel says that lacks it, or has it switched off, or a container that hides it. */
  if (code == EOPNOTSUPP || code == EINVAL || code == EPERM)
    code = ENOSYS;
  if (mode == CONFINE_ON)
    {
      g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (code),
                   "confine=on: cannot confine %s: %s (confine=auto goes on without)", what,
                   g_strerror (code));
      return FALSE;
    }
  if (code != ENOSYS)
    log_warning ("cannot confine %s: %s; going on without", what, g_strerror (code));
  return TRUE;
}

gboolean
confine (ConfineMode mode, const char *data_dir, Confined *ret_confined, GError **error)
{
  *ret_confined = CONFINED_NOT;
  if (mode == CONFINE_OFF || (mode == CONFINE_AUTO && !IS_POSSIBLE))
    return TRUE;

  errno = ENOSYS;
  gboolean has_files = IS_POSSIBLE && confine_files (data_dir);
  if (!judge (mode, has_files, "the writing of files", error))
    return FALSE;
  errno = ENOSYS;
  gboolean has_calls = IS_POSSIBLE && confine_calls ();
  if (!judge (mode, has_calls, "system calls", error))
    return FALSE;
  *ret_confined = (has_calls ? CONFINED_CALLS : 0) | (has_files ? CONFINED_FILES : 0);
  return TRUE;
}
