/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is harmless is decided by Unicode's general category: control (Cc), format (Cf: the
 * bidirectional controls, the byte order mark, tags) and line and paragraph separators (Zl, Zp) are
 * not, but for the format characters that text in some scripts cannot be written without.
 */
#include "client-cli/display-text.h"

#include "protocol/wire/utf8.h"

#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */
#define ZERO_WIDTH_NON_JOINER 0x200C
#define ZERO_WIDTH_JOINER 0x200D

/* Joiners shape Persian, Indic scripts and emoji; the Arabic number signs and their like are Cf and
 * yet visible. None of them reorders anything. */
static gboolean
is_needed_format (gunichar c)
{
  return c == ZERO_WIDTH_NON_JOINER || c == ZERO_WIDTH_JOINER || (c >= 0x0600 && c <= 0x0605) ||
         c == 0x06DD || c == 0x070F || c == 0x0890 || c == 0x0891 || c == 0x08E2 || c == 0x110BD ||
         c == 0x110CD;
}

static gboolean
is_harmful (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return TRUE;
    case G_UNICODE_FORMAT:
      return !is_needed_format (c);
    default:
      return FALSE;
    }
}

static gboolean
is_plain_ascii (char byte)
{
  return byte >= 0x20 && byte < 0x7F;
}

/* Returns: how many bytes of plain ASCII @text begins with: most of most texts */
static gsize
plain_span (const char *text, gsize n_bytes)
{
  gsize n = 0;
  while (n < n_bytes && is_plain_ascii (text[n]))
    n++;
  return n;
}

static void
append_picture (GString *out, gunichar c)
{
  if (c < 0x20)
    g_string_append_unichar (out, 0x2400 + c);
  else if (c == 0x7F)
    g_string_append_unichar (out, 0x2421);
  else
    g_string_append_printf (out, "⟨%04X⟩", c);
}

static gboolean
is_layout (gunichar c)
{
  return c == '\n' || c == '\t';
}

void
display_append (GString *out, const char *text, gsize n_bytes, DisplayLayout layout)
{
  const char *end = text + n_bytes;

  while (text < end)
    {
      gsize n_plain = plain_span (text, (gsize)(end - text));
      g_string_append_len (out, text, (gssize)n_plain);
      text += n_plain;
      if (text == end)
        return;

      gunichar c = *text == '\0' ? 0 : g_utf8_get_char_validated (text, end - text);
      if (c == (gunichar)-1 || c == (gunichar)-2)
        {
          g_string_append (out, REPLACEMENT);
          text++;
          continue;
        }

      const char *next = text + g_unichar_to_utf8 (c, NULL);
      if (is_harmful (c) && !(layout == DISPLAY_TEXT && is_layout (c)))
        append_picture (out, c);
      else
        g_string_append_len (out, text, next - text);
      text = next;
    }
}

char *
display_dup_line (const char *text)
{
  GString *out = g_string_new (NULL);

  display_append (out, text, strlen (text), DISPLAY_LINE);
  return g_string_free (out, FALSE);
}

static void
append_json_escape (GString *out, gunichar c)
{
  if (c < 0x10000)
    g_string_append_printf (out, "\\u%04X", c);
  else
    g_string_append_printf (out, "\\u%04X\\u%04X", 0xD7C0 + (c >> 10), 0xDC00 + (c & 0x3FF));
}

void
display_append_json (GString *out, const char *json, gsize n_bytes)
{
  const char *end = json + n_bytes;

  while (json < end)
    {
      gsize n_plain = plain_span (json, (gsize)(end - json));
      g_string_append_len (out, json, (gssize)n_plain);
      json += n_plain;
      if (json == end)
        return;

      gunichar c = g_utf8_get_char (json);
      const char *next = parlance_utf8_next (json);
      if (c < 0x20)
        g_string_append_c (out, ' '); /* inside a string it would not be JSON: white space */
      else if (is_harmful (c))
        append_json_escape (out, c);
      else
        g_string_append_len (out, json, next - json);
      json = next;
    }
}

guint
display_char_width (gunichar character)
{
  if (character < 0x300)
    return 1;
  if (g_unichar_iszerowidth (character))
    return 0;
  return g_unichar_iswide (character) ? 2 : 1;
}

guint
display_width (const char *text)
{
  guint columns = 0;

  for (; *text != '\0'; text = parlance_utf8_next (text))
    columns += display_char_width (g_utf8_get_char (text));
  return columns;
}
