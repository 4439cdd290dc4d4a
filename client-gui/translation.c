/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * As with the settings' schema, a program in the build folder takes what belongs to it.
 */
#include "client-gui/translation.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <locale.h>

/* Returns: (transfer full) (nullable): the catalogues beside the program's folder */
static char *
find_built (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : NULL;
  g_autofree char *top = folder != NULL ? g_path_get_dirname (folder) : NULL;
  g_autofree char *mark = top != NULL ? g_build_filename (top, "build.ninja", NULL) : NULL;

  if (mark == NULL || !g_file_test (mark, G_FILE_TEST_EXISTS))
    return NULL;
  return g_build_filename (top, "po", NULL);
}

void
parlance_translation_init (void)
{
  g_autofree char *built = find_built ();

  /* Where that fails GTK says so, and all goes on in English. */
  (void)setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, built != NULL ? built : PARLANCE_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}
