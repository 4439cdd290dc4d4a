/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cut first: what is not shown is not looked at.
 */
#include "client-gui/display-line.h"

#include "client-gui/plain-text.h"
#include "protocol/wire/utf8.h"

static char *
dup_cut (const char *text, guint max_chars)
{
  const char *end = text;
  guint n = 0;

  for (; *end != '\0' && n < max_chars; n++)
    end = parlance_utf8_next (end);
  GString *cut = g_string_new_len (text, end - text);
  if (*end != '\0')
    g_string_append (cut, "…");
  return g_string_free (cut, FALSE);
}

char *
parlance_display_line_dup (const char *text, guint max_chars)
{
  g_autofree char *cut = dup_cut (text, max_chars);

  return parlance_plain_line (cut);
}

char *
parlance_display_line_dup_isolated (const char *text, guint max_chars)
{
  g_autofree char *cut = dup_cut (text, max_chars);

  return parlance_plain_isolate (cut);
}
