/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading the options of the chat commands, times above all.
 */
#include "client-cli/chat-options.h"

#include <string.h>

#include "client-cli/options.h"
#include "protocol/wire/limits.h"
#include "protocol/wire/names.h"

static gboolean
parse_span (const char *text, gint64 now_ms, ChatMoment *ret_moment)
{
  static const char units[] = "smhdw";
  static const gint64 unit_ms[] = { 1000, 60000, 3600000, 86400000, 604800000 };
  gsize n_digits = strspn (text, "0123456789");
  const char *unit = text[n_digits] != '\0' ? strchr (units, text[n_digits]) : NULL;

  if (n_digits == 0 || n_digits > 9 || unit == NULL || text[n_digits + 1] != '\0')
    return FALSE;
  gint64 span_ms = g_ascii_strtoll (text, NULL, 10) * unit_ms[unit - units];
  *ret_moment = (ChatMoment){ .time_ms = MAX (now_ms - span_ms, 1) };
  return TRUE;
}

static gboolean
parse_time_of_day (const char *text, gint64 now_ms, ChatMoment *ret_moment)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", -1);
  guint64 hour;
  guint64 minute;

  if (g_strv_length (parts) != 2 ||
      !g_ascii_string_to_unsigned (parts[0], 10, 0, 23, &hour, NULL) || strlen (parts[1]) != 2 ||
      !g_ascii_string_to_unsigned (parts[1], 10, 0, 59, &minute, NULL))
    return FALSE;
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (now_ms / 1000);
  g_autoptr (GDateTime) now = g_date_time_to_local (utc);
  g_autoptr (GDateTime) time =
      g_date_time_new_local (g_date_time_get_year (now), g_date_time_get_month (now),
                             g_date_time_get_day_of_month (now), (int)hour, (int)minute, 0);
  if (time == NULL)
    return FALSE;
  *ret_moment = (ChatMoment){ .time_ms = g_date_time_to_unix (time) * 1000 };
  return TRUE;
}

static gboolean
parse_iso (const char *text, ChatMoment *ret_moment)
{
  g_autoptr (GTimeZone) local = g_time_zone_new_local ();
  g_autofree char *whole = strchr (text, 'T') == NULL && strchr (text, ' ') == NULL
                               ? g_strconcat (text, "T00:00:00", NULL)
                               : g_strdup (text);
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (whole, local);

  /* Seconds may be left out. */
  if (time == NULL)
    {
      g_autofree char *longer = g_strconcat (whole, ":00", NULL);
      time = g_date_time_new_from_iso8601 (longer, local);
    }
  if (time == NULL || g_date_time_to_unix (time) <= 0)
    return FALSE;
  *ret_moment = (ChatMoment){ .time_ms = g_date_time_to_unix (time) * 1000 +
                                         g_date_time_get_microsecond (time) / 1000 };
  return TRUE;
}

gboolean
chat_moment_parse (const char *text, gint64 now_ms, ChatMoment *ret_moment)
{
  guint64 seq;

  if (g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT64, &seq, NULL))
    {
      *ret_moment = (ChatMoment){ .seq = (gint64)seq };
      return TRUE;
    }
  return parse_span (text, now_ms, ret_moment) || parse_time_of_day (text, now_ms, ret_moment) ||
         parse_iso (text, ret_moment);
}

static gboolean
take_moment (const char *name, const char *value, ChatMoment *ret_moment, char **ret_problem)
{
  if (chat_moment_parse (value, g_get_real_time () / 1000, ret_moment))
    return TRUE;
  *ret_problem = g_strdup_printf (
      "%s is the number of a message, or a time like 2h, 14:30, 2026-11-27 or 2026-11-27T14:30, "
      "not “%s”",
      name, value);
  return FALSE;
}

static gboolean
take_nick (ChatOptions *self, const char *value, char **ret_problem)
{
  self->nick = value;
  if (g_utf8_validate (value, -1, NULL) && parlance_nick_is_valid (value, strlen (value)))
    return TRUE;
  *ret_problem = g_strdup_printf ("a nick has 1 to %d letters, digits and -_. in it, unlike “%s”",
                                  PARLANCE_MAX_NICK, value);
  return FALSE;
}

static gboolean
take_key (ChatOptions *self, const char *value, char **ret_problem)
{
  self->key = value;
  if (*value != '\0' && strlen (value) <= PARLANCE_MAX_KEY && g_utf8_validate (value, -1, NULL))
    return TRUE;
  *ret_problem = g_strdup_printf ("--key is a text of 1 to %d bytes", PARLANCE_MAX_KEY);
  return FALSE;
}

static gboolean
take_after (ChatOptions *self, const char *value, char **ret_problem)
{
  guint64 seq;

  if (!g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT64, &seq, NULL))
    {
      *ret_problem = g_strdup_printf ("--after is the number of a message, not “%s”", value);
      return FALSE;
    }
  self->after_seq = (gint64)seq;
  return TRUE;
}

gboolean
chat_options_take (
    ChatOptions *self, int option, const char *value, guint *given, char **ret_problem)
{
  switch (option)
    {
    case CHAT_OPTION_NICK:
      *given |= OPTION_NICK;
      return take_nick (self, value, ret_problem);
    case CHAT_OPTION_KEY:
      *given |= OPTION_KEY;
      return take_key (self, value, ret_problem);
    case CHAT_OPTION_ACTION:
      *given |= OPTION_ACTION;
      self->action = TRUE;
      return TRUE;
    case CHAT_OPTION_WHOLE:
      *given |= OPTION_WHOLE;
      self->whole = TRUE;
      return TRUE;
    case CHAT_OPTION_SINCE:
      *given |= OPTION_SINCE;
      return take_moment ("--since", value, &self->since, ret_problem);
    case CHAT_OPTION_BEFORE:
      *given |= OPTION_BEFORE;
      return take_moment ("--before", value, &self->before, ret_problem);
    case CHAT_OPTION_FOLLOW:
      *given |= OPTION_FOLLOW;
      self->follow = TRUE;
      return TRUE;
    case CHAT_OPTION_AFTER:
      *given |= OPTION_AFTER;
      return take_after (self, value, ret_problem);
    case CHAT_OPTION_PLAIN:
      *given |= OPTION_PLAIN;
      self->plain = TRUE;
      return TRUE;
    case CHAT_OPTION_BELL:
      *given |= OPTION_BELL;
      self->bell = TRUE;
      return TRUE;
    default:
      g_assert_not_reached ();
    }
}
