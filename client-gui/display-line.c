/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Controls that would break the line become spaces. Bidi controls that the text leaves open end
 * with the isolate around it, or with the paragraph.
 */
#include "client-gui/display-line.h"

#define ISOLATE "\u2068"
#define POP_ISOLATE "\u2069"

static void
append_line (GString *out, const char *text, guint max_chars)
{
  for (guint n = 0; *text != '\0'; text = g_utf8_next_char (text), n++)
    {
      gunichar c = g_utf8_get_char (text);

      if (n == max_chars)
        {
          g_string_append (out, "…");
          return;
        }
      if (c == 0x2068 || c == 0x2069 || c == 0x2066 || c == 0x2067)
        continue; /* one too many would end the isolate around it */
      if (g_unichar_iscntrl (c) || c == 0x2028 || c == 0x2029)
        c = ' ';
      g_string_append_unichar (out, c);
    }
}

char *
parlance_display_line_dup (const char *text, guint max_chars)
{
  GString *line = g_string_new (NULL);

  append_line (line, text, max_chars);
  return g_string_free (line, FALSE);
}

char *
parlance_display_line_dup_isolated (const char *text, guint max_chars)
{
  GString *line = g_string_new (ISOLATE);

  append_line (line, text, max_chars);
  g_string_append (line, POP_ISOLATE);
  return g_string_free (line, FALSE);
}
