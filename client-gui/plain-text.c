/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Joiners are format characters too and stay: Persian, Indic scripts and emoji need them.
 */
#include "client-gui/plain-text.h"

#include "protocol/wire/utf8.h"

#define FIRST_STRONG_ISOLATE "\xE2\x81\xA8"    /* U+2068 */
#define POP_DIRECTIONAL_ISOLATE "\xE2\x81\xA9" /* U+2069 */

static gboolean
steers (gunichar c)
{
  gboolean is_direction = c == 0x061C || c == 0x200E || c == 0x200F ||
                          (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);

  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return TRUE;
    default:
      return is_direction;
    }
}

char *
parlance_plain_line (const char *text)
{
  GString *line = g_string_new (NULL);

  for (const char *at = text; *at != '\0'; at = parlance_utf8_next (at))
    {
      gunichar c = g_utf8_get_char (at);

      g_string_append_unichar (line, steers (c) ? ' ' : c);
    }
  return g_string_free (line, FALSE);
}

char *
parlance_plain_isolate (const char *text)
{
  g_autofree char *line = parlance_plain_line (text);

  return g_strconcat (FIRST_STRONG_ISOLATE, line, POP_DIRECTIONAL_ISOLATE, NULL);
}

char *
parlance_plain_excerpt (const char *text, guint n_characters)
{
  g_autoptr (GString) line = g_string_new (FIRST_STRONG_ISOLATE);
  gboolean space = FALSE;
  guint n = 0;

  for (const char *at = text; *at != '\0' && n < n_characters; at = parlance_utf8_next (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (g_unichar_isspace (c) || steers (c))
        {
          space = n > 0;
          continue;
        }
      if (space)
        g_string_append_c (line, ' ');
      g_string_append_unichar (line, c);
      n += 1 + space;
      space = FALSE;
      if (n >= n_characters && *parlance_utf8_next (at) != '\0')
        g_string_append (line, "…");
    }
  if (n == 0)
    return g_strdup ("");
  g_string_append (line, POP_DIRECTIONAL_ISOLATE);
  return g_strdup (line->str);
}
