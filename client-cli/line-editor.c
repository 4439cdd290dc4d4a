/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The text is one string and positions are bytes. A cursor moves by what is seen as one character:
 * a code point and the combining marks after it.
 */
#include "client-cli/line-editor.h"

#include <string.h>

#include "client-cli/display-text.h"
#include "protocol/wire/utf8.h"

#define MAX_HISTORY 500 /* lines */
#define ZERO_WIDTH_JOINER 0x200D

struct _LineEditor
{
  GString *text;
  gsize cursor;
  gsize first; /* [bytes] that are out of sight at the left */
  gsize limit_bytes;

  GString *killed;
  gboolean killing; /* the last key killed: the next kill adds to it */

  GPtrArray *history; /* of char *, the oldest first */
  guint recalled;     /* which of them is shown; the length of @history: none */
  char *draft;        /* (nullable): what was typed before one was */
};

static gsize
next_position (const LineEditor *self, gsize at)
{
  const char *text = self->text->str;
  gunichar before;

  if (at >= self->text->len)
    return self->text->len;
  do
    {
      before = g_utf8_get_char (text + at);
      at = (gsize)(parlance_utf8_next (text + at) - text);
    }
  while (at < self->text->len &&
         (display_char_width (g_utf8_get_char (text + at)) == 0 || before == ZERO_WIDTH_JOINER));
  return at;
}

static gsize
previous_position (const LineEditor *self, gsize at)
{
  const char *text = self->text->str;

  while (at > 0)
    {
      at = (gsize)(g_utf8_prev_char (text + at) - text);
      if (display_char_width (g_utf8_get_char (text + at)) == 0)
        continue;
      if (at == 0 || g_utf8_get_char (g_utf8_prev_char (text + at)) != ZERO_WIDTH_JOINER)
        break;
    }
  return at;
}

static gboolean
is_word_at (const LineEditor *self, gsize at)
{
  gunichar c = g_utf8_get_char (self->text->str + at);

  return g_unichar_isalnum (c) || g_unichar_ismark (c);
}

static gsize
word_end (const LineEditor *self, gsize at)
{
  while (at < self->text->len && !is_word_at (self, at))
    at = next_position (self, at);
  while (at < self->text->len && is_word_at (self, at))
    at = next_position (self, at);
  return at;
}

static gsize
word_start (const LineEditor *self, gsize at)
{
  gsize before = at;

  while (at > 0 && !is_word_at (self, before = previous_position (self, at)))
    at = before;
  while (at > 0 && is_word_at (self, before = previous_position (self, at)))
    at = before;
  return at;
}

/* What Ctrl-W takes: back to white space. */
static gsize
blank_before (const LineEditor *self, gsize at)
{
  const char *text = self->text->str;

  while (at > 0 && g_ascii_isspace (text[at - 1]))
    at--;
  while (at > 0 && !g_ascii_isspace (text[at - 1]))
    at--;
  return at;
}

static LineEditorResult
move (LineEditor *self, gsize to)
{
  if (to == self->cursor)
    return LINE_EDITOR_NOTHING;
  self->cursor = to;
  return LINE_EDITOR_CHANGED;
}

static LineEditorResult
erase_range (LineEditor *self, gsize start, gsize end)
{
  if (start >= end)
    return LINE_EDITOR_REFUSED;
  g_string_erase (self->text, (gssize)start, (gssize)(end - start));
  self->cursor = start;
  return LINE_EDITOR_CHANGED;
}

static LineEditorResult
kill_range (LineEditor *self, gsize start, gsize end, gboolean was_killing)
{
  gboolean backward = end == self->cursor && start < end;

  if (start >= end)
    return LINE_EDITOR_REFUSED;
  if (!was_killing)
    g_string_truncate (self->killed, 0);
  g_string_insert_len (self->killed, backward ? 0 : -1, self->text->str + start,
                       (gssize)(end - start));
  self->killing = TRUE;
  return erase_range (self, start, end);
}

static LineEditorResult
insert (LineEditor *self, const char *text, gsize n_bytes)
{
  if (n_bytes == 0 || self->text->len + n_bytes > self->limit_bytes)
    return LINE_EDITOR_REFUSED;
  g_string_insert_len (self->text, (gssize)self->cursor, text, (gssize)n_bytes);
  self->cursor += n_bytes;
  return LINE_EDITOR_CHANGED;
}

static LineEditorResult
insert_character (LineEditor *self, gunichar character)
{
  char bytes[6];

  return insert (self, bytes, (gsize)g_unichar_to_utf8 (character, bytes));
}

static void
set_text (LineEditor *self, const char *text)
{
  g_string_assign (self->text, text);
  self->cursor = self->text->len;
  self->first = 0;
}

static LineEditorResult
recall (LineEditor *self, guint which)
{
  if (which > self->history->len)
    return LINE_EDITOR_REFUSED;
  if (self->recalled == self->history->len)
    {
      g_free (self->draft);
      self->draft = g_strdup (self->text->str);
    }
  self->recalled = which;
  set_text (self,
            which < self->history->len ? g_ptr_array_index (self->history, which) : self->draft);
  return LINE_EDITOR_CHANGED;
}

static LineEditorResult
recall_older (LineEditor *self)
{
  return self->recalled == 0 ? LINE_EDITOR_REFUSED : recall (self, self->recalled - 1);
}

static LineEditorResult
recall_newer (LineEditor *self)
{
  return self->recalled == self->history->len ? LINE_EDITOR_REFUSED
                                              : recall (self, self->recalled + 1);
}

static LineEditorResult
delete_forward (LineEditor *self)
{
  return erase_range (self, self->cursor, next_position (self, self->cursor));
}

static LineEditorResult
press_control (LineEditor *self, gunichar letter, gboolean was_killing)
{
  switch (letter)
    {
    case 'a':
      return move (self, 0);
    case 'b':
      return move (self, previous_position (self, self->cursor));
    case 'c':
      set_text (self, "");
      self->recalled = self->history->len;
      return LINE_EDITOR_INTERRUPT;
    case 'd':
      return self->text->len == 0 ? LINE_EDITOR_END : delete_forward (self);
    case 'e':
      return move (self, self->text->len);
    case 'f':
      return move (self, next_position (self, self->cursor));
    case 'k':
      return kill_range (self, self->cursor, self->text->len, was_killing);
    case 'l':
      return LINE_EDITOR_REDRAW;
    case 'n':
      return recall_newer (self);
    case 'p':
      return recall_older (self);
    case 'u':
      return kill_range (self, 0, self->cursor, was_killing);
    case 'w':
      return kill_range (self, blank_before (self, self->cursor), self->cursor, was_killing);
    case 'y':
      return insert (self, self->killed->str, self->killed->len);
    case 'z':
      return LINE_EDITOR_SUSPEND;
    default:
      return LINE_EDITOR_UNKNOWN;
    }
}

static LineEditorResult
press_alt (LineEditor *self, gunichar letter, gboolean was_killing)
{
  switch (letter)
    {
    case 'b':
      return move (self, word_start (self, self->cursor));
    case 'd':
      return kill_range (self, self->cursor, word_end (self, self->cursor), was_killing);
    case 'f':
      return move (self, word_end (self, self->cursor));
    default:
      return LINE_EDITOR_UNKNOWN;
    }
}

LineEditorResult
line_editor_press (LineEditor *self, const Key *key)
{
  gboolean was_killing = self->killing;

  self->killing = FALSE;
  switch (key->kind)
    {
    case KEY_CHARACTER:
      return insert_character (self, key->character);
    case KEY_CONTROL:
      return press_control (self, key->character, was_killing);
    case KEY_ALT:
      return press_alt (self, key->character, was_killing);
    case KEY_ENTER:
      return LINE_EDITOR_ENTER;
    case KEY_TAB:
      return LINE_EDITOR_TAB;
    case KEY_BACK_TAB:
      return LINE_EDITOR_BACK_TAB;
    case KEY_BACKSPACE:
      return erase_range (self, previous_position (self, self->cursor), self->cursor);
    case KEY_ALT_BACKSPACE:
      return kill_range (self, word_start (self, self->cursor), self->cursor, was_killing);
    case KEY_DELETE:
      return delete_forward (self);
    case KEY_LEFT:
      return move (self, previous_position (self, self->cursor));
    case KEY_RIGHT:
      return move (self, next_position (self, self->cursor));
    case KEY_WORD_LEFT:
      return move (self, word_start (self, self->cursor));
    case KEY_WORD_RIGHT:
      return move (self, word_end (self, self->cursor));
    case KEY_UP:
      return recall_older (self);
    case KEY_DOWN:
      return recall_newer (self);
    case KEY_HOME:
      return move (self, 0);
    case KEY_END:
      return move (self, self->text->len);
    default:
      return LINE_EDITOR_UNKNOWN;
    }
}

const char *
line_editor_get_text (const LineEditor *self)
{
  return self->text->str;
}

gsize
line_editor_get_cursor (const LineEditor *self)
{
  return self->cursor;
}

void
line_editor_replace (LineEditor *self, gsize start, gsize end, const char *text)
{
  g_return_if_fail (start <= end && end <= self->text->len);

  g_string_erase (self->text, (gssize)start, (gssize)(end - start));
  g_string_insert (self->text, (gssize)start, text);
  self->cursor = start + strlen (text);
  self->killing = FALSE;
}

char *
line_editor_take (LineEditor *self)
{
  char *line = g_strdup (self->text->str);
  guint n = self->history->len;

  if (*line != '\0' && (n == 0 || strcmp (g_ptr_array_index (self->history, n - 1), line) != 0))
    g_ptr_array_add (self->history, g_strdup (line));
  if (self->history->len > MAX_HISTORY)
    g_ptr_array_remove_index (self->history, 0);
  self->recalled = self->history->len;
  g_clear_pointer (&self->draft, g_free);
  set_text (self, "");
  return line;
}

/* Appends the character at @at as it is shown. Returns: its columns */
static guint
draw_character (const LineEditor *self, gsize at, GString *out)
{
  const char *character = self->text->str + at;
  gsize length = out->len;

  display_append (out, character, (gsize)(parlance_utf8_next (character) - character),
                  DISPLAY_LINE);
  return display_width (out->str + length);
}

static guint
measure (const LineEditor *self, gsize start, gsize end)
{
  g_autoptr (GString) shown = g_string_new (NULL);

  display_append (shown, self->text->str + start, end - start, DISPLAY_LINE);
  return display_width (shown->str);
}

/* Makes the cursor seen: when it is not, the line moves so far that it stands in the middle. */
static void
scroll (LineEditor *self, guint columns)
{
  /* The marks take a column at each end; the character at the cursor should be seen as well. */
  guint room = columns > 8 ? columns - 4 : columns - 2;

  self->first = MIN (self->first, self->text->len);
  if (measure (self, 0, self->text->len) < columns)
    self->first = 0;
  else if (self->first > self->cursor || measure (self, self->first, self->cursor) > room)
    {
      self->first = self->cursor;
      while (self->first > 0 && measure (self, self->first, self->cursor) < room / 2)
        self->first = previous_position (self, self->first);
    }
}

void
line_editor_draw (LineEditor *self, guint columns, GString *out, guint *ret_cursor)
{
  guint column = 0;

  g_return_if_fail (columns >= 3);

  scroll (self, columns);
  if (self->first > 0)
    {
      g_string_append_c (out, '<');
      column++;
    }
  *ret_cursor = column;
  for (gsize at = self->first; at < self->text->len;)
    {
      gsize length = out->len;
      guint width = draw_character (self, at, out);
      if (at == self->cursor)
        *ret_cursor = column;
      if (column + width >= columns)
        {
          g_string_truncate (out, length);
          g_string_append_c (out, '>');
          return;
        }
      column += width;
      at = (gsize)(parlance_utf8_next (self->text->str + at) - self->text->str);
    }
  if (self->cursor == self->text->len)
    *ret_cursor = column;
}

LineEditor *
line_editor_new (gsize limit_bytes)
{
  LineEditor *self = g_new0 (LineEditor, 1);

  self->text = g_string_new (NULL);
  self->killed = g_string_new (NULL);
  self->history = g_ptr_array_new_with_free_func (g_free);
  self->limit_bytes = limit_bytes;
  return self;
}

void
line_editor_free (LineEditor *self)
{
  if (self == NULL)
    return;
  g_string_free (self->text, TRUE);
  g_string_free (self->killed, TRUE);
  g_ptr_array_unref (self->history);
  g_free (self->draft);
  g_free (self);
}
