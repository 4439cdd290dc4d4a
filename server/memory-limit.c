/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Dictionaries are mapped files, which the kernel drops when it wants to: what is left is for
 * connections and for the journal.
 *
 * Source: the kernel's Documentation/admin-guide/cgroup-v2.rst; cgroups(7), /proc/self/cgroup
 */
#include "server/memory-limit.h"

#include <string.h>
#include <unistd.h>

#define CGROUP_V2 "0::" /* what its line begins with */

static guint64
physical_bytes (void)
{
  long n_pages = sysconf (_SC_PHYS_PAGES);
  long n_page = sysconf (_SC_PAGESIZE);

  return n_pages > 0 && n_page > 0 ? (guint64)n_pages * (guint64)n_page : 0;
}

/* (nullable) (transfer full): of the server, "/system.slice/parlance.service" */
static char *
own_group (const char *root)
{
  g_autofree char *path = g_build_filename (root, "proc/self/cgroup", NULL);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (g_str_has_prefix (lines[i], CGROUP_V2 "/"))
        return g_strdup (lines[i] + strlen (CGROUP_V2));
    }
  return NULL;
}

/* What the group may have; without a limit as much as there can be. */
static guint64
group_bytes (const char *root, const char *group)
{
  g_autofree char *path = g_build_filename (root, "sys/fs/cgroup", group, "memory.max", NULL);
  g_autofree char *text = NULL;
  guint64 n_bytes;

  if (g_file_get_contents (path, &text, NULL, NULL) &&
      g_ascii_string_to_unsigned (g_strstrip (text), 10, 1, G_MAXUINT64, &n_bytes, NULL))
    return n_bytes;
  return G_MAXUINT64;
}

guint64
memory_limit_default (const char *root)
{
  guint64 n_bytes = physical_bytes ();
  g_autofree char *group = own_group (root);

  while (group != NULL && n_bytes > 0)
    {
      n_bytes = MIN (n_bytes, group_bytes (root, group));
      char *slash = strrchr (group, '/');
      if (slash == NULL || slash == group)
        break;
      *slash = '\0';
    }
  return n_bytes / 2;
}
