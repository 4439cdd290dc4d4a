/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Beyond two names nobody reads them.
 */
#include "client-gui/typing-words.h"

#include <glib/gi18n.h>

#include "client-gui/display-line.h"
#include "protocol/wire/limits.h"

char *
parlance_typing_words (const char *const *nicks)
{
  guint n = 0;

  while (nicks[n] != NULL)
    n++;
  if (n == 0)
    return g_strdup ("");
  g_autofree char *first = parlance_display_line_dup_isolated (nicks[0], PARLANCE_MAX_NICK);
  if (n == 1)
    return g_strdup_printf (_ ("%s is writing…"), first);
  g_autofree char *second = parlance_display_line_dup_isolated (nicks[1], PARLANCE_MAX_NICK);
  if (n == 2)
    return g_strdup_printf (_ ("%s and %s are writing…"), first, second);
  return g_strdup_printf (
      ngettext ("%s, %s and %u more are writing…", "%s, %s and %u more are writing…", n - 2), first,
      second, n - 2);
}
