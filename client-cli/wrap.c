/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Greedy filling of lines, paragraph by paragraph: text that comes filled for a wider terminal
 * would leave the end of each of its lines alone on a line.
 */
#include "client-cli/wrap.h"

#include <string.h>

#include "client-cli/display-text.h"
#include "protocol/wire/utf8.h"

#define TAB_COLUMNS 8
#define MIN_FILL 50 /* [columns] of the widest line of a text that somebody filled */
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
      next = parlance_utf8_next (line);
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

  for (const char *at = start; *at != '\0'; at = parlance_utf8_next (at))
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

/* Wraps @line; @hanging is what its continuation lines are indented by, of their own. */
static void
wrap_line (GString *out, const char *line, guint hanging, guint indent, guint columns)
{
  guint all = MAX (columns, indent + MIN_ROOM) - indent;
  guint own_indent = (guint)MIN (strspn (line, " "), all - MIN_ROOM);

  hanging = MIN (hanging, all - MIN_ROOM);
  line += strspn (line, " ");
  do
    {
      const char *end = find_break (line, all - own_indent);
      const char *trimmed = end;
      while (trimmed > line && trimmed[-1] == ' ')
        trimmed--;
      if (trimmed > line)
        {
          append_spaces (out, indent + own_indent);
          g_string_append_len (out, line, trimmed - line);
        }
      g_string_append_c (out, '\n');
      line = end + strspn (end, " ");
      own_indent = hanging;
    }
  while (*line != '\0');
}

/* Whether @line goes on in @next: somebody filled lines up to @fill columns, and the first word of
 * @next did not fit. */
static gboolean
goes_on (const char *line, const char *next, guint fill)
{
  gsize n_line = strlen (line);
  const char *first = next + strspn (next, " ");
  g_autofree char *word = g_strndup (first, strcspn (first, " "));

  if (fill < MIN_FILL || n_line == 0 || *first == '\0')
    return FALSE;
  return display_width (line) + 1 + display_width (word) > fill &&
         display_char_width (g_utf8_get_char (g_utf8_prev_char (line + n_line))) < 2 &&
         display_char_width (g_utf8_get_char (first)) < 2;
}

/* Returns: how many lines from @at on are one paragraph: a line and what it goes on in, all of it
 * indented alike and deeper than the line. */
static guint
measure_paragraph (const GPtrArray *lines, guint at, guint fill)
{
  const char *first = g_ptr_array_index (lines, at);
  gsize hanging = 0;
  guint n = 1;

  for (; at + n < lines->len; n++)
    {
      const char *next = g_ptr_array_index (lines, at + n);
      gsize n_spaces = strspn (next, " ");
      if (n == 1)
        hanging = n_spaces;
      if (n_spaces != hanging || hanging <= strspn (first, " ") ||
          !goes_on (g_ptr_array_index (lines, at + n - 1), next, fill))
        break;
    }
  return n;
}

static void
wrap_paragraph (
    GString *out, const GPtrArray *lines, guint at, guint n_lines, guint indent, guint columns)
{
  guint widest = 0;

  for (guint i = at; i < at + n_lines; i++)
    widest = MAX (widest, indent + display_width (g_ptr_array_index (lines, i)));
  if (n_lines == 1 || widest <= columns)
    {
      for (guint i = at; i < at + n_lines; i++)
        {
          const char *line = g_ptr_array_index (lines, i);
          wrap_line (out, line, (guint)strspn (line, " "), indent, columns);
        }
      return;
    }

  g_autoptr (GString) joined = g_string_new (g_ptr_array_index (lines, at));
  gsize hanging = strspn (g_ptr_array_index (lines, at + 1), " ");
  for (guint i = at + 1; i < at + n_lines; i++)
    {
      const char *line = g_ptr_array_index (lines, i);
      g_string_append_c (joined, ' ');
      g_string_append (joined, line + hanging);
    }
  wrap_line (out, joined->str, (guint)hanging, indent, columns);
}

static void
wrap_text (GString *out, const char *text, gsize n_bytes, guint indent, guint columns)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  const char *end = text + n_bytes;
  guint fill = 0;

  for (const char *line = text; line != NULL;)
    {
      const char *line_end = memchr (line, '\n', (gsize)(end - line));
      char *expanded = expand_tabs (line, (gsize)((line_end != NULL ? line_end : end) - line));
      g_ptr_array_add (lines, g_strchomp (expanded));
      fill = MAX (fill, display_width (expanded));
      line = line_end != NULL ? line_end + 1 : NULL;
    }

  guint n_lines;
  for (guint at = 0; at < lines->len; at += n_lines)
    {
      n_lines = measure_paragraph (lines, at, fill);
      wrap_paragraph (out, lines, at, n_lines, indent, columns);
    }
}

void
wrap_append (GString *out, const char *text, guint indent, guint columns)
{
  gsize length = strlen (text);
  while (length > 0 && text[length - 1] == '\n')
    length--;
  if (columns > 0)
    {
      wrap_text (out, text, length, indent, columns);
      return;
    }

  const char *end = text + length;
  for (const char *line = text; line != NULL;)
    {
      const char *line_end = memchr (line, '\n', (gsize)(end - line));
      gsize n_bytes = (gsize)((line_end != NULL ? line_end : end) - line);
      append_spaces (out, n_bytes > 0 ? indent : 0);
      g_string_append_len (out, line, (gssize)n_bytes);
      g_string_append_c (out, '\n');
      line = line_end != NULL ? line_end + 1 : NULL;
    }
}

void
wrap_append_line (GString *out, const char *line, guint hanging, guint columns)
{
  g_autofree char *expanded = columns > 0 ? expand_tabs (line, strlen (line)) : NULL;

  if (columns > 0)
    wrap_line (out, expanded, hanging, 0, columns);
  else
    g_string_append_printf (out, "%s\n", line);
}
