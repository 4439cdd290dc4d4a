/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Only schemes that cannot do more than show a page or write a letter are links at all.
 */
#include "client-gui/text-links.h"

#include "protocol/wire/utf8.h"

#include <string.h>

static const char *const schemes[] = { "https://", "http://", "mailto:" };

/* Returns: [bytes] length of the scheme that @text begins with, or 0 */
static gsize
match_scheme (const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (text, schemes[i], strlen (schemes[i])) == 0)
      return strlen (schemes[i]);
  return 0;
}

gboolean
parlance_text_links_is_safe (const char *uri)
{
  return match_scheme (uri) > 0;
}

/* An address is of ASCII, and of letters and digits of any script. Everything else beyond ASCII
 * ends it: full-width punctuation, and bidi controls that could make it look like another one. */
static gboolean
is_of_link (gunichar c)
{
  if (c < 0x80)
    return c > ' ' && c != 0x7F && strchr ("<>\"`{}|\\^", (int)c) == NULL;
  return g_unichar_isalnum (c);
}

static gsize
count (const char *from, const char *to, char c)
{
  gsize n = 0;

  for (; from < to; from++)
    n += *from == c ? 1 : 0;
  return n;
}

/* A bracket that stands around the link, not in it. */
static gboolean
closes_nothing (const char *start, const char *end)
{
  switch (end[-1])
    {
    case ')':
      return count (start, end, '(') < count (start, end, ')');
    case ']':
      return count (start, end, '[') < count (start, end, ']');
    default:
      return FALSE;
    }
}

static const char *
find_end (const char *start, const char *body)
{
  const char *end = body;

  while (*end != '\0' && is_of_link (g_utf8_get_char (end)))
    end = parlance_utf8_next (end);
  while (end > body && (strchr (".,;:!?'*_~", end[-1]) != NULL || closes_nothing (start, end)))
    end--;
  return end;
}

gssize
parlance_text_links_find (const char *text, gsize from, gsize *ret_end)
{
  gunichar before = from > 0 ? g_utf8_get_char (g_utf8_prev_char (text + from)) : ' ';

  for (const char *p = text + from; *p != '\0'; p = parlance_utf8_next (p))
    {
      gunichar c = g_utf8_get_char (p);
      gboolean starts = !(before < 0x80 && g_ascii_isalnum ((char)before));
      gsize n = starts && g_ascii_isalpha ((char)MIN (c, 0x7F)) ? match_scheme (p) : 0;

      if (n > 0)
        {
          const char *end = find_end (p, p + n);
          if (end > p + n)
            {
              *ret_end = (gsize)(end - text);
              return p - text;
            }
        }
      before = c;
    }
  return -1;
}

static void
append_escaped (GString *out, const char *text, gsize n_bytes)
{
  g_autofree char *escaped = g_markup_escape_text (text, (gssize)n_bytes);

  g_string_append (out, escaped);
}

char *
parlance_text_links_to_markup (const char *text)
{
  gsize end;
  gssize start = parlance_text_links_find (text, 0, &end);

  if (start < 0)
    return NULL;
  GString *out = g_string_new (NULL);
  gsize at = 0;
  for (; start >= 0; start = parlance_text_links_find (text, at, &end))
    {
      append_escaped (out, text + at, (gsize)start - at);
      g_string_append (out, "<a href=\"");
      append_escaped (out, text + start, end - (gsize)start);
      g_string_append (out, "\">");
      append_escaped (out, text + start, end - (gsize)start);
      g_string_append (out, "</a>");
      at = end;
    }
  append_escaped (out, text + at, strlen (text + at));
  return g_string_free (out, FALSE);
}
