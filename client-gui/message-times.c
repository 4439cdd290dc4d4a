/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names of days and months are the locale's.
 */
#include "client-gui/message-times.h"

#include <glib/gi18n.h>

char *
parlance_message_times_clock (gint64 time_ms)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (time_ms / 1000);
  /* Translators: a time of the day, see strftime */
  char *clock = time != NULL ? g_date_time_format (time, _ ("%H:%M")) : NULL;

  return clock != NULL ? clock : g_strdup ("");
}

/* Returns: (transfer full): the beginning of the day @n_days after today */
static GDateTime *
midnight (int n_days)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) other = g_date_time_add_days (now, n_days);

  return g_date_time_new_local (g_date_time_get_year (other), g_date_time_get_month (other),
                                g_date_time_get_day_of_month (other), 0, 0, 0);
}

char *
parlance_message_times_day (gint64 time_ms)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (time_ms / 1000);
  g_autoptr (GDateTime) today = midnight (0);
  g_autoptr (GDateTime) yesterday = midnight (-1);
  g_autoptr (GDateTime) tomorrow = midnight (1);

  if (time == NULL)
    return g_strdup ("");
  if (g_date_time_compare (time, tomorrow) < 0 && g_date_time_compare (time, yesterday) >= 0)
    return g_strdup (g_date_time_compare (time, today) >= 0 ? _ ("Today") : _ ("Yesterday"));
  /* Translators: a day of this year, then one of another year; see strftime */
  char *day = g_date_time_get_year (time) == g_date_time_get_year (today)
                  ? g_date_time_format (time, _ ("%A, %-d %B"))
                  : g_date_time_format (time, _ ("%A, %-d %B %Y"));
  return day != NULL ? day : g_strdup ("");
}

guint
parlance_message_times_until_tomorrow (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) tomorrow = midnight (1);

  return (guint)MAX (1, g_date_time_difference (tomorrow, now) / G_TIME_SPAN_SECOND + 1);
}
