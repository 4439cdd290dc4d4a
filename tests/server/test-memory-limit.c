/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ceiling over memory where nobody has asked for one.
 */
#include "server/memory-limit.h"

#include <glib/gstdio.h>
#include <unistd.h>

#define MIB (1024 * 1024)

static guint64
half_of_all (void)
{
  return (guint64)sysconf (_SC_PHYS_PAGES) * (guint64)sysconf (_SC_PAGESIZE) / 2;
}

static void
test_half_of_the_machine (void)
{
  g_assert_cmpuint (half_of_all (), >, 0);
  g_assert_cmpuint (memory_limit_default ("/nothing-is-here"), ==, half_of_all ());
  g_assert_cmpuint (memory_limit_default ("/"), <=, half_of_all ());
}

static void
write_below (const char *dir, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
remove_all (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);
      remove_all (inner);
    }
  if (dir != NULL)
    g_dir_close (dir);
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
test_half_of_the_control_group (void)
{
  g_autofree char *root = g_dir_make_tmp ("parlance-cgroup-XXXXXX", NULL);

  write_below (root, "proc/self/cgroup", "1:name=systemd:/other\n0::/system.slice/p.service\n");
  write_below (root, "sys/fs/cgroup/system.slice/p.service/memory.max", "max\n");
  g_assert_cmpuint (memory_limit_default (root), ==, half_of_all ());
  write_below (root, "sys/fs/cgroup/system.slice/p.service/memory.max", "104857600\n");
  g_assert_cmpuint (memory_limit_default (root), ==, 50 * MIB);
  /* The one above it has less. */
  write_below (root, "sys/fs/cgroup/system.slice/memory.max", "20971520\n");
  g_assert_cmpuint (memory_limit_default (root), ==, 10 * MIB);
  remove_all (root);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/memory-limit/half-of-the-machine", test_half_of_the_machine);
  g_test_add_func ("/server/memory-limit/half-of-the-control-group",
                   test_half_of_the_control_group);
  return g_test_run ();
}
