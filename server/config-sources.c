/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which dictionaries a configuration comes to, by what is named and what lies where.
 */
#include "server/config-sources.h"

#include "server/dictionary/source.h"

#include <string.h>

#define CONFIG_BUNDLED "parlance-en-zh.tsv"

static void
source_clear (gpointer data)
{
  LibrarySource *source = data;

  g_free (source->path);
  g_free (source->name);
}

GArray *
config_source_array_new (void)
{
  GArray *sources = g_array_new (FALSE, TRUE, sizeof (LibrarySource));

  g_array_set_clear_func (sources, source_clear);
  return sources;
}

/* Whether @sources has @path; they are few. */
static gboolean
is_source_known (const GArray *sources, const char *path)
{
  for (guint i = 0; i < sources->len; i++)
    {
      if (strcmp (g_array_index (sources, LibrarySource, i).path, path) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
add_source (const Config *self, GArray *sources, const char *path, gboolean required)
{
  g_autofree char *base = g_path_get_basename (path);
  const ConfigDictionary *settings;
  gsize n_stem;

  source_split_name (base, &n_stem);
  base[n_stem] = '\0';
  settings = g_hash_table_lookup (self->settings, base);
  /* An option beats the file. */
  if ((settings != NULL && settings->is_off && !required) || is_source_known (sources, path))
    return;
  LibrarySource source = {
    .path = g_strdup (path),
    .name = settings != NULL ? g_strdup (settings->name) : NULL,
    .required = required,
  };
  g_array_append_val (sources, source);
}

/* (transfer full) (nullable): the dictionary that comes with the program: in the build folder, or
 * where it is installed. */
static char *
find_bundled (void)
{
  static const char *const places[] = { "data", "share/parlance" };
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  if (program == NULL)
    return NULL;
  g_autofree char *folder = g_path_get_dirname (program);
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *nearby = g_build_filename (folder, "..", places[i], CONFIG_BUNDLED, NULL);
      g_autofree char *path = g_canonicalize_filename (nearby, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&path);
    }
  return NULL;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Adds the paths of what looks like a dictionary in @folder and @depth folders deep, where many
 * come unpacked. */
static void
find_sources (const char *folder, guint depth, GPtrArray *found)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      gsize n_stem;

      if (*name == '.')
        continue;
      /* A folder that is named like a dictionary is a mistake to be told of. */
      if (source_split_name (name, &n_stem))
        g_ptr_array_add (found, g_steal_pointer (&path));
      else if (depth > 0 && g_file_test (path, G_FILE_TEST_IS_DIR))
        find_sources (path, depth - 1, found);
    }
}

GArray *
config_sources (const Config *self)
{
  GArray *sources = config_source_array_new ();
  g_autofree char *folder = g_build_filename (self->data_dir, "dictionaries", NULL);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < self->dictionaries->len; i++)
    {
      const LibrarySource *source = &g_array_index (self->dictionaries, LibrarySource, i);
      add_source (self, sources, source->path, source->required);
    }
  find_sources (folder, 1, found);
  g_ptr_array_sort (found, compare_names);
  for (guint i = 0; i < found->len; i++)
    add_source (self, sources, g_ptr_array_index (found, i), FALSE);
  if (sources->len == 0)
    {
      g_autofree char *bundled = find_bundled ();
      if (bundled != NULL)
        add_source (self, sources, bundled, FALSE);
    }
  return sources;
}
