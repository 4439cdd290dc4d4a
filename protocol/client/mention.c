/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A nick inside a longer word is not a mention.
 */
#include "protocol/client/mention.h"

#include <string.h>

static gboolean
is_word (gunichar c)
{
  return g_unichar_isalnum (c) || g_unichar_ismark (c) || c == '_' || c == '-';
}

/* Chinese is written without spaces: a wide character beside the nick does not make it longer. */
static gboolean
joins (gunichar c, gunichar beside)
{
  return is_word (c) && !(g_unichar_iswide (c) || g_unichar_iswide (beside));
}

gboolean
parlance_text_mentions (const char *text, const char *nick)
{
  g_autofree char *whole = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *name = g_utf8_normalize (nick, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *folded = whole != NULL ? g_utf8_casefold (whole, -1) : NULL;
  g_autofree char *wanted = name != NULL ? g_utf8_casefold (name, -1) : NULL;

  if (folded == NULL || wanted == NULL || *wanted == '\0')
    return FALSE;
  gsize n = strlen (wanted);
  for (const char *at = folded; (at = strstr (at, wanted)) != NULL; at += g_utf8_skip[(guchar)*at])
    {
      gunichar before = at > folded ? g_utf8_get_char (g_utf8_prev_char (at)) : ' ';
      gunichar after = at[n] != '\0' ? g_utf8_get_char (at + n) : ' ';
      gunichar last = g_utf8_get_char (g_utf8_prev_char (at + n));
      if (!joins (before, g_utf8_get_char (at)) && !joins (after, last))
        return TRUE;
    }
  return FALSE;
}
