/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading the options of admin.
 */
#include "client-cli/admin-options.h"

#include <string.h>

#include "client-cli/options.h"

static gboolean
take_duration (AdminOptions *self, const char *value, char **ret_problem)
{
  static const char units[] = "smhdw";
  static const gint64 unit_s[] = { 1, 60, 3600, 86400, 604800 };
  gsize n_digits = strspn (value, "0123456789");
  const char *unit = value[n_digits] != '\0' ? strchr (units, value[n_digits]) : NULL;

  if (n_digits > 0 && n_digits < 7 && unit != NULL && value[n_digits + 1] == '\0')
    self->duration_s = g_ascii_strtoll (value, NULL, 10) * unit_s[unit - units];
  if (self->duration_s > 0)
    return TRUE;
  *ret_problem = g_strdup_printf ("--for is a time like 30m, 2h or 7d, not “%s”", value);
  return FALSE;
}

static gboolean
take_text (const char **ret_text, const char *value, const char *name, char **ret_problem)
{
  *ret_text = value;
  if (*value != '\0' && g_utf8_validate (value, -1, NULL))
    return TRUE;
  *ret_problem = g_strdup_printf ("the value of %s is empty or not UTF-8", name);
  return FALSE;
}

gboolean
admin_options_has (int option)
{
  return option >= ADMIN_OPTION_ACCOUNT && option <= ADMIN_OPTION_ROOM;
}

gboolean
admin_options_take (
    AdminOptions *self, int option, const char *value, guint *given, char **ret_problem)
{
  switch (option)
    {
    case ADMIN_OPTION_ACCOUNT:
      *given |= OPTION_ACCOUNT;
      return take_text (&self->account, value, "--account", ret_problem);
    case ADMIN_OPTION_ADDRESS:
      *given |= OPTION_ADDRESS;
      return take_text (&self->address, value, "--address", ret_problem);
    case ADMIN_OPTION_ADDRESS_OF:
      *given |= OPTION_ADDRESS_OF;
      return take_text (&self->address_of, value, "--address-of", ret_problem);
    case ADMIN_OPTION_FOR:
      *given |= OPTION_FOR;
      return take_duration (self, value, ret_problem);
    case ADMIN_OPTION_REASON:
      *given |= OPTION_REASON;
      return take_text (&self->reason, value, "--reason", ret_problem);
    case ADMIN_OPTION_ROOM:
      *given |= OPTION_ROOM;
      return take_text (&self->room, value, "--room", ret_problem);
    default:
      g_assert_not_reached ();
    }
}
