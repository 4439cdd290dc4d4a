/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Greedy filling of lines, one pass over the text.
 */
#include "client-cli/wrap.h"

#include <string.h>

#include "client-cli/display-text.h"

#define TAB_COLUMNS 8
#define MIN_ROOM 16 /* [columns] for text; a narrower terminal gets lines that are too long */

static void
append_spaces (GString *out, guint n)
{
  for (guint i = 0; i < n; i++)
    g_string_append_c (out, ' ');
}

/* Returns: (transfer full): the line with its TABs as spaces */
static char *
expand_tabs (const char *line, gsize n_bytes)
{
  GString *expanded = g_string_sized_new (n_bytes);
  const char *end = line + n_bytes;
  guint column = 0;

  for (const char *next; line < end; line = next)
    {
      gunichar c = g_utf8_get_char (line);
      next = display_next_char (line);
      if (c == '\t')
        {
          guint n_spaces = TAB_COLUMNS - column % TAB_COLUMNS;
          append_spaces (expanded, n_spaces);
          column += n_spaces;
        }
      else
        {
          g_string_append_len (expanded, line, next - line);
          column += display_char_width (c);
        }
    }
  return g_string_free (expanded, FALSE);
}

static gboolean
may_start_line (gunichar c)
{
  switch (g_unichar_break_type (c))
    {
    case G_UNICODE_BREAK_CLOSE_PUNCTUATION:
    case G_UNICODE_BREAK_CLOSE_PARANTHESIS:
    case G_UNICODE_BREAK_EXCLAMATION:
    case G_UNICODE_BREAK_INFIX_SEPARATOR:
    case G_UNICODE_BREAK_NON_STARTER:
    case G_UNICODE_BREAK_CONDITIONAL_JAPANESE_STARTER:
    case G_UNICODE_BREAK_QUOTATION:
    case G_UNICODE_BREAK_COMBINING_MARK:
    case G_UNICODE_BREAK_ZERO_WIDTH_JOINER:
      return FALSE;
    default:
      return TRUE;
    }
}

static gboolean
may_end_line (gunichar c)
{
  GUnicodeBreakType type = g_unichar_break_type (c);

  return type != G_UNICODE_BREAK_OPEN_PUNCTUATION && type != G_UNICODE_BREAK_QUOTATION &&
         type != G_UNICODE_BREAK_ZERO_WIDTH_JOINER;
}

static gboolean
may_break_between (gunichar before, gunichar after)
{
  if (before == ' ' || after == ' ')
    return before == ' ' && after != ' ';
  return (display_char_width (before) == 2 || display_char_width (after) == 2) &&
         may_end_line (before) && may_start_line (after);
}

/* Returns: where the line that begins at @start has to end for @room columns */
static const char *
find_break (const char *start, guint room)
{
  const char *best = NULL;
  gunichar before = 0;
  guint column = 0;

  for (const char *at = start; *at != '\0'; at = display_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);
      guint width = display_char_width (c);

      if (before != 0 && may_break_between (before, c))
        best = at;
      /* A space that falls on the edge is trimmed and so needs no room. */
      if (column + width > room && c != ' ' && at > start)
        return best != NULL ? best : at;
      column += width;
      before = c;
    }
  return start + strlen (start);
}

static void
wrap_line (GString *out, const char *line, guint indent, guint columns)
{
  gsize own_indent = strspn (line, " ");
  guint all = MAX (columns, indent + MIN_ROOM) - indent;
  guint hanging = (guint)MIN (own_indent, all - MIN_ROOM);
  guint room = all - hanging;

  line += own_indent;
  do
    {
      const char *end = find_break (line, room);
      const char *trimmed = end;
      while (trimmed > line && trimmed[-1] == ' ')
        trimmed--;
      if (trimmed > line)
        {
          append_spaces (out, indent + hanging);
          g_string_append_len (out, line, trimmed - line);
        }
      g_string_append_c (out, '\n');
      line = end + strspn (end, " ");
    }
  while (*line != '\0');
}

void
wrap_append (GString *out, const char *text, guint indent, guint columns)
{
  gsize length = strlen (text);
  while (length > 0 && text[length - 1] == '\n')
    length--;

  const char *end = text + length;
  const char *line = text;
  while (line != NULL)
    {
      const char *line_end = memchr (line, '\n', (gsize)(end - line));
      gsize n_bytes = (gsize)((line_end != NULL ? line_end : end) - line);
      if (columns > 0)
        {
          g_autofree char *expanded = expand_tabs (line, n_bytes);
          wrap_line (out, expanded, indent, columns);
        }
      else
        {
          append_spaces (out, n_bytes > 0 ? indent : 0);
          g_string_append_len (out, line, (gssize)n_bytes);
          g_string_append_c (out, '\n');
        }
      line = line_end != NULL ? line_end + 1 : NULL;
    }
}
