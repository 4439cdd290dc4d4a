/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * protocol/wire/names.h judges; what is here finds the words for the commonest reasons.
 */
#include "client-gui/name-rules.h"

#include <glib/gi18n.h>
#include <string.h>

#include "protocol/wire/limits.h"
#include "protocol/wire/names.h"
#include "protocol/wire/utf8.h"

static gboolean
is_allowed (gunichar c, gboolean spaces)
{
  return g_unichar_isalnum (c) || g_unichar_ismark (c) || c == '-' || c == '_' || c == '.' ||
         (spaces && c == ' ');
}

/* Returns: (nullable): where the first character stands that is no part of a name */
static const char *
find_odd (const char *name, gboolean spaces)
{
  for (const char *at = name; *at != '\0'; at = parlance_utf8_next (at))
    if (!is_allowed (g_utf8_get_char (at), spaces))
      return at;
  return NULL;
}

static char *
describe_odd (const char *odd, const char *allowed)
{
  gunichar c = g_utf8_get_char (odd);
  char shown[7] = { 0 };

  if (c == ' ')
    return g_strdup_printf (_ ("A space cannot be part of it: %s."), allowed);
  if (!g_unichar_isgraph (c))
    return g_strdup_printf (_ ("An invisible character cannot be part of it: %s."), allowed);
  g_unichar_to_utf8 (c, shown);
  /* Translators: a character that was typed, then which characters may be */
  return g_strdup_printf (_ ("“%s” cannot be part of it: %s."), shown, allowed);
}

char *
parlance_room_name_problem (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  if (*name == '\0' || parlance_room_is_valid (name, strlen (name)))
    return NULL;
  if (g_utf8_strlen (name, -1) > PARLANCE_MAX_ROOM)
    return g_strdup_printf (_ ("A room’s name has at most %d characters."), PARLANCE_MAX_ROOM);
  if (name[0] == ' ' || g_str_has_suffix (name, " "))
    return g_strdup (_ ("A room’s name neither begins nor ends with a space."));
  const char *odd = find_odd (name, TRUE);
  if (odd != NULL)
    return describe_odd (odd, _ ("use letters, digits, spaces, “-”, “_” and “.”"));
  return g_strdup (_ ("A room cannot be called that."));
}

char *
parlance_nick_problem (const char *nick)
{
  g_return_val_if_fail (nick != NULL, NULL);

  if (*nick == '\0' || parlance_nick_is_valid (nick, strlen (nick)))
    return NULL;
  if (g_utf8_strlen (nick, -1) > PARLANCE_MAX_NICK)
    return g_strdup_printf (_ ("A nick has at most %d characters."), PARLANCE_MAX_NICK);
  const char *odd = find_odd (nick, FALSE);
  if (odd != NULL)
    return describe_odd (odd, _ ("use letters, digits, “-”, “_” and “.”"));
  return g_strdup (_ ("Nobody can be called that."));
}
