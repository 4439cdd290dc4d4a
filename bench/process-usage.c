/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Threads that have ended meanwhile are not counted; the servers that are measured keep theirs.
 */
#include "bench/process-usage.h"

static void
add_switches (const char *status, ProcessUsage *usage)
{
  for (const char *at = status; (at = strstr (at, "ctxt_switches:")) != NULL;)
    {
      at += strlen ("ctxt_switches:");
      usage->n_switches += g_ascii_strtoull (at, NULL, 10);
    }
}

gboolean
process_usage_read (int pid, ProcessUsage *ret_usage)
{
  g_autofree char *tasks = g_strdup_printf ("/proc/%d/task", pid);
  g_autoptr (GDir) dir = g_dir_open (tasks, 0, NULL);
  const char *task;

  *ret_usage = (ProcessUsage){ 0 };
  if (dir == NULL)
    return FALSE;

  while ((task = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *schedstat_path = g_build_filename (tasks, task, "schedstat", NULL);
      g_autofree char *status_path = g_build_filename (tasks, task, "status", NULL);
      g_autofree char *schedstat = NULL;
      g_autofree char *status = NULL;

      /* "time on a CPU, time waiting for one, time slices" */
      if (g_file_get_contents (schedstat_path, &schedstat, NULL, NULL))
        ret_usage->cpu_ns += g_ascii_strtoull (schedstat, NULL, 10);
      if (g_file_get_contents (status_path, &status, NULL, NULL))
        add_switches (status, ret_usage);
    }

  return TRUE;
}
