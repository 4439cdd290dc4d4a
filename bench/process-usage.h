/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What another process has used so far, from /proc: to be read before and after what is measured.
 */
#pragma once

#include <glib.h>

typedef struct
{
  guint64 cpu_ns;     /* [ns] user and system, all its threads */
  guint64 n_switches; /* context switches, voluntary and not */
} ProcessUsage;

/**
 * process_usage_read:
 *
 * Returns: whether there is such a process and it may be looked at; else @ret_usage is zeroed
 */
gboolean process_usage_read (int pid, ProcessUsage *ret_usage);
