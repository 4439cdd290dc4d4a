/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Written aside and renamed into its place.
 */
#include "protocol/client/state-file.h"

#include <errno.h>

gboolean
parlance_state_file_save (GKeyFile *file, const char *path, GError **error)
{
  g_autofree char *text = g_key_file_to_data (file, NULL, NULL);

  return parlance_state_file_save_text (text, path, error);
}

gboolean
parlance_state_file_make_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      int code = errno;
      g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (code),
                   "cannot make the directory %s: %s", folder, g_strerror (code));
      return FALSE;
    }
  return TRUE;
}

gboolean
parlance_state_file_save_text (const char *text, const char *path, GError **error)
{
  return parlance_state_file_make_folder (path, error) &&
         g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}
