/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Names of days and months are the locale's.
 */
#include "client-gui/message-times.h"

#include <glib/gi18n.h>

#define ZONE_US (30 * G_USEC_PER_SEC) /* [us] that a time zone is taken to hold */

GDateTime *
parlance_message_times_local (gint64 time_ms)
{
  static GTimeZone *zone;
  static gint64 zone_us;
  gint64 now_us = g_get_monotonic_time ();

  /* Asked for the local one, GLib follows the links of /etc/localtime each time. */
  if (zone == NULL || now_us - zone_us > ZONE_US)
    {
      g_clear_pointer (&zone, g_time_zone_unref);
      zone = g_time_zone_new_local ();
      zone_us = now_us;
    }
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (time_ms / 1000);
  return time != NULL ? g_date_time_to_timezone (time, zone) : NULL;
}

char *
parlance_message_times_clock (gint64 time_ms)
{
  g_autoptr (GDateTime) time = parlance_message_times_local (time_ms);
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
  g_autoptr (GDateTime) time = parlance_message_times_local (time_ms);
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
