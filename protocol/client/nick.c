/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Choosing a nick.
 */
#include "protocol/client/nick.h"

#include <string.h>

#include "protocol/wire/limits.h"
#include "protocol/wire/names.h"
#include "protocol/wire/utf8.h"

#define NOBODY "guest"

static gboolean
is_valid (const char *nick)
{
  return parlance_nick_is_valid (nick, strlen (nick));
}

char *
parlance_nick_make_valid (const char *name)
{
  g_autofree char *text = g_utf8_make_valid (name, -1);
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autoptr (GString) nick = g_string_new (NULL);
  glong n = 0;

  for (const char *at = normal; *at != '\0' && n < PARLANCE_MAX_NICK; at = parlance_utf8_next (at))
    {
      gsize n_bytes = (gsize)(parlance_utf8_next (at) - at);
      g_autofree char *longer = g_strdup_printf ("%s%.*s", nick->str, (int)n_bytes, at);
      gboolean separates = *at == ' ' || *at == '@' || *at == '\\' || *at == '+';
      if (is_valid (longer))
        g_string_assign (nick, longer);
      else if (separates && nick->len > 0)
        g_string_append_c (nick, '_');
      else
        continue;
      n++;
    }
  return g_strdup (is_valid (nick->str) ? nick->str : NOBODY);
}

char *
parlance_nick_default (void)
{
  const char *variable = g_getenv ("PARLANCE_NICK");

  if (variable != NULL && *variable != '\0')
    return g_strdup (variable);
  return parlance_nick_make_valid (g_get_user_name ());
}

char *
parlance_nick_alternative (const char *nick, guint n)
{
  g_autofree char *ending = n > 1 ? g_strdup_printf ("%u", n) : g_strdup ("_");
  glong room = PARLANCE_MAX_NICK - (glong)strlen (ending);
  g_autofree char *begin = g_utf8_substring (nick, 0, MIN (g_utf8_strlen (nick, -1), room));

  return g_strconcat (begin, ending, NULL);
}
