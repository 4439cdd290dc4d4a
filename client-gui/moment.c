/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ISO 8601 reads the same in every language, and in columns.
 */
#include "client-gui/moment.h"

static char *
format (gint64 time_ms, const char *format)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_ms / 1000);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;

  return local != NULL ? g_date_time_format (local, format) : g_strdup ("");
}

char *
parlance_moment (gint64 time_ms)
{
  return format (time_ms, "%F %H:%M");
}

char *
parlance_moment_day (gint64 time_ms)
{
  return format (time_ms, "%F");
}
