/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A day and a time, of what may be long ago or to come. Pure.
 */
#pragma once

#include <glib.h>

/** parlance_moment: Returns: (transfer full): "2026-11-28 14:03", local time; "" for what cannot be
 */
char *parlance_moment (gint64 time_ms);

/** parlance_moment_day: Returns: (transfer full): "2026-11-28" */
char *parlance_moment_day (gint64 time_ms);
