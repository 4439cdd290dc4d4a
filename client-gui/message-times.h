/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * When something was said, for people. In local time; a time that cannot be is an empty string.
 */
#pragma once

#include <glib.h>

/**
 * parlance_message_times_local:
 *
 * Cheap: the time zone is looked up once in a while, not every time.
 *
 * Returns: (transfer full) (nullable)
 */
GDateTime *parlance_message_times_local (gint64 time_ms);

/** parlance_message_times_clock: Returns: (transfer full): "14:03" */
char *parlance_message_times_clock (gint64 time_ms);

/** parlance_message_times_day: Returns: (transfer full): "Today", or "Friday, 27 November" */
char *parlance_message_times_day (gint64 time_ms);

/** parlance_message_times_until_tomorrow: Returns: [s] from 1, until the names of days change */
guint parlance_message_times_until_tomorrow (void);
