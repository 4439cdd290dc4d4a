/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How much memory all connections together may take.
 */
#pragma once

#include <glib.h>

/**
 * memory_limit_default:
 * @root: "/": where proc/ and sys/ are; another one for tests
 *
 * Half of what the machine has, or of what the control group (cgroup v2) of the server, or one
 * above it, may have, where that is less. Reads files below /proc and /sys.
 *
 * Returns: [bytes]; 0: that cannot be found out
 */
guint64 memory_limit_default (const char *root);
