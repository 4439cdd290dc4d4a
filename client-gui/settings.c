/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finding the schema. A program that runs from the build folder takes the one that was built with
 * it, so that an older one that is installed does no harm.
 */
#include "client-gui/settings.h"

#define SCHEMA_ID "io.github.parlance.Parlance"

/* Returns: (transfer full) (nullable): the schema in the folder that the program is in */
static GSettingsSchema *
find_beside_program (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  if (program == NULL)
    return NULL;
  g_autofree char *folder = g_path_get_dirname (program);
  g_autoptr (GSettingsSchemaSource) source = g_settings_schema_source_new_from_directory (
      folder, g_settings_schema_source_get_default (), TRUE, NULL);

  return source == NULL ? NULL : g_settings_schema_source_lookup (source, SCHEMA_ID, FALSE);
}

GSettings *
parlance_settings_new (void)
{
  g_autoptr (GSettingsSchema) schema = find_beside_program ();
  GSettingsSchemaSource *installed = g_settings_schema_source_get_default ();

  if (schema == NULL && installed != NULL)
    schema = g_settings_schema_source_lookup (installed, SCHEMA_ID, TRUE);
  if (schema == NULL)
    g_error ("The settings schema %s is not installed: run meson install, or start the program in "
             "its build folder",
             SCHEMA_ID);
  return g_settings_new_full (schema, NULL, NULL);
}
