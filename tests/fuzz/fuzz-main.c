/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs a fuzz target over the files of the folders it is given, each in a block of memory of its
 * own: how the kept corpora are tests in every build, without libFuzzer. A target that finds a
 * fault aborts; the name printed last is the input.
 */
#include <glib.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes);

static void
run_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *content = NULL;
  gsize n_bytes;

  if (!g_file_get_contents (path, &content, &n_bytes, &error))
    g_error ("Reading the fuzz input %s failed: %s", path, error->message);

  /* g_file_get_contents() adds a NUL; without it a read past the input is seen. */
  static const uint8_t nothing[1];
  g_autofree uint8_t *exact = g_memdup2 (content, n_bytes);
  LLVMFuzzerTestOneInput (exact != NULL ? exact : nothing, n_bytes);
}

static guint
run_folder (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) folder = g_dir_open (path, 0, &error);
  const char *name;
  guint n_inputs = 0;

  if (folder == NULL)
    g_error ("Opening the fuzz corpus %s failed: %s", path, error->message);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      g_print ("%s\n", file);
      run_file (file);
      n_inputs++;
    }
  return n_inputs;
}

int
main (int argc, char *argv[])
{
  guint n_inputs = 0;

  for (int i = 1; i < argc; i++)
    n_inputs += run_folder (argv[i]);
  g_print ("%u inputs\n", n_inputs);
  return n_inputs > 0 ? 0 : 1;
}
