/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A password stands in the file as its hash alone.
 */
#include "server/config-access.h"

#include "protocol/wire/names.h"
#include "server/chat/password.h"

#include <string.h>

static gboolean
refuse (GError **error, const char *text)
{
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, text);
  return FALSE;
}

gboolean
config_set_access (Config *self, const char *value, GError **error)
{
  static const char *const names[] = {
    [CHAT_ACCESS_OPEN] = "open",
    [CHAT_ACCESS_PASSWORD] = "password",
    [CHAT_ACCESS_ACCOUNTS] = "accounts",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (strcmp (value, names[i]) != 0)
        continue;
      self->access = (ChatAccess)i;
      return TRUE;
    }
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               "“%s” is none of “open”, “password” and “accounts”", value);
  return FALSE;
}

gboolean
config_set_password_hash (Config *self, const char *value, GError **error)
{
  if (!password_is_hash (value))
    return refuse (error, "that is no hash of a password: “parlanced --hash-password” makes one");
  g_free (self->password_hash);
  self->password_hash = g_strdup (value);
  return TRUE;
}

gboolean
config_add_operator (Config *self, const char *value, GError **error)
{
  if (!g_utf8_validate (value, -1, NULL) || !parlance_nick_is_valid (value, strlen (value)))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "“%s” cannot be a nick (several are separated by “;”)", value);
      return FALSE;
    }
  g_hash_table_add (self->operators, parlance_name_fold (value, strlen (value)));
  return TRUE;
}

gboolean
config_check_access (const Config *self, GError **error)
{
  return self->access != CHAT_ACCESS_PASSWORD || self->password_hash != NULL ||
         refuse (error, "access=password needs a password_hash: “parlanced --hash-password” makes "
                        "the line");
}

void
config_apply_access (const Config *self, ChatLimits *limits)
{
  GHashTableIter iter;
  gpointer nick;

  limits->access = self->access;
  limits->password_hash = g_strdup (self->password_hash);
  g_hash_table_iter_init (&iter, self->operators);
  while (g_hash_table_iter_next (&iter, &nick, NULL))
    g_hash_table_add (limits->operators, g_strdup (nick));
}
