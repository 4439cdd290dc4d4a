/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * seccomp: a process says which system calls it will make from then on.
 */
#pragma once

#include <glib.h>

/**
 * confine_calls:
 *
 * Allows what a server that is open needs until its end, reloads included. Any other call fails
 * with %ENOSYS, and the kernel's log says so. Counts for all threads of the process.
 *
 * Returns: %FALSE with errno: %ENOSYS where this build or the kernel cannot do it
 */
gboolean confine_calls (void);
