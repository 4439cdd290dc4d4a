/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One pass over the text. White space and line ends are only noted, and written before the next
 * character that is neither, so that none is left at the end of a line or of the whole.
 */
#include "server/dictionary/formats/markup.h"

#include <string.h>

#include "server/dictionary/formats/markup-tags.h"

#define MAX_LISTS 8 /* one within the other; deeper ones count as the deepest */
#define INDENTATION "  "
#define TAB_WIDTH 4
#define CELL_GAP 2
#define NO_BREAK_SPACE "\xC2\xA0" /* U+00A0 */
#define SECTION_END "]]>"
#define MAX_ENTITY 32 /* [bytes] between `&` and `;` */

typedef struct
{
  MarkupKind kind;
  const char *at;
  const char *end;
  const char *text_until;   /* no tag begins before this */
  const char *section_end;  /* of the <![CDATA[ that it is in, whose contents are only text */
  gboolean is_hidden_open;  /* a hidden element had no end: none is looked for again */
  gboolean is_comment_open; /* the same of comments */
  gboolean is_section_open; /* and of <![CDATA[ */

  GString *out;
  gsize start;       /* where it began in @out */
  guint n_breaks;    /* line ends to be written, at most 2 */
  gsize n_spaces;    /* then these */
  gboolean has_text; /* the line has a character */
  guint n_kept;      /* elements open within which white space counts */
  guint n_braces;    /* of PowerWord's, open */

  guint n_lists;
  guint counters[MAX_LISTS]; /* of the item that is open; G_MAXUINT: its list has no numbers */
  gboolean has_item;         /* the line begins an item */
} Markup;

typedef struct
{
  const char *name;
  gsize n_name;
  gboolean is_end;     /* </name> */
  gboolean is_no_name; /* <!…> or <?…> */
  const char *behind;
} Tag;

/* --- writing --- */

static void
begin_line (Markup *self)
{
  self->n_breaks = MAX (self->n_breaks, 1);
  /* What stands before a block, and is white space only, indents it. */
  if (self->has_text)
    self->n_spaces = 0;
  self->has_text = FALSE;
}

static void
end_line (Markup *self)
{
  if (self->has_text)
    self->n_breaks = 0;
  /* XDXF is written with line ends around its blocks, which are no blank lines. */
  self->n_breaks = MIN (self->n_breaks + 1, self->kind == MARKUP_XDXF ? 1 : 2);
  self->n_spaces = 0;
  self->has_text = FALSE;
}

static void
put_item (Markup *self)
{
  guint depth = MIN (self->n_lists, MAX_LISTS);
  guint counter = depth == 0 ? G_MAXUINT : self->counters[depth - 1];
  for (guint i = 1; i < depth; i++)
    g_string_append (self->out, INDENTATION);
  if (counter == G_MAXUINT)
    g_string_append (self->out, "- ");
  else
    g_string_append_printf (self->out, "%u. ", counter);
  self->has_item = FALSE;
}

/* Writes @n_bytes that are no white space. */
static void
put (Markup *self, const char *bytes, gsize n_bytes)
{
  if (!self->has_text)
    {
      for (guint i = 0; self->out->len > self->start && i < self->n_breaks; i++)
        g_string_append_c (self->out, '\n');
      self->n_breaks = 0;
      if (self->has_item)
        put_item (self);
      self->has_text = TRUE;
    }
  for (; self->n_spaces > 0; self->n_spaces--)
    g_string_append_c (self->out, ' ');
  g_string_append_len (self->out, bytes, (gssize)n_bytes);
}

static gboolean
keeps_space (const Markup *self)
{
  return self->n_kept > 0 || self->kind == MARKUP_PANGO || self->kind == MARKUP_XDXF;
}

static void
put_space (Markup *self, char c)
{
  if (!keeps_space (self))
    {
      if (self->has_text && self->n_spaces == 0)
        self->n_spaces = 1;
    }
  else if (c == '\n')
    end_line (self);
  else if (c == '\t')
    self->n_spaces += TAB_WIDTH;
  else if (c == ' ')
    self->n_spaces++;
}

static void
put_character (Markup *self, gunichar c)
{
  char bytes[6];
  if (c == 0xA0)
    self->n_spaces++;
  else if (c < 0x80 && g_ascii_isspace ((char)c))
    put_space (self, (char)c);
  else
    put (self, bytes, (gsize)g_unichar_to_utf8 (c, bytes));
}

/* --- reading --- */

static const char *
find (const char *at, const char *end, const char *what)
{
  gsize n = strlen (what);
  for (; (gsize)(end - at) >= n; at++)
    {
      at = memchr (at, *what, (gsize)(end - at) - n + 1);
      if (at == NULL)
        return NULL;
      if (memcmp (at, what, n) == 0)
        return at;
    }
  return NULL;
}

static gboolean
begins_with (const Markup *self, const char *what)
{
  gsize n = strlen (what);
  return (gsize)(self->end - self->at) >= n && memcmp (self->at, what, n) == 0;
}

/* Finds the end of the tag that begins at @at, past '>' within quotes. Returns NULL when a '<' or
 * the end comes before it: then it is text, and so is all that was looked at. This is what keeps
 * the time proportional to the length. */
static const char *
find_tag_end (Markup *self)
{
  const char *at = self->at + 1;
  while (at < self->end && *at != '>' && *at != '<')
    {
      gboolean is_quote = (*at == '"' || *at == '\'') && at[-1] == '=';
      const char *quote_end = is_quote ? memchr (at + 1, *at, (gsize)(self->end - at) - 1) : NULL;
      if (is_quote && quote_end == NULL)
        {
          at = self->end;
          break;
        }
      at = is_quote ? quote_end + 1 : at + 1;
    }
  if (at < self->end && *at == '>')
    return at + 1;
  self->text_until = at;
  return NULL;
}

/* Whether a tag begins at @at. */
static gboolean
read_tag (Markup *self, Tag *ret_tag)
{
  if (self->at < self->text_until || self->end - self->at < 3)
    return FALSE;
  gboolean is_end = self->at[1] == '/';
  const char *name = self->at + 1 + is_end;
  gboolean is_no_name = !is_end && (*name == '!' || *name == '?');
  if (!is_no_name && !g_ascii_isalpha (*name) && (guchar)*name < 0x80)
    return FALSE;
  const char *behind = find_tag_end (self);
  if (behind == NULL)
    return FALSE;
  const char *name_end = name;
  while (*name_end != '>' && *name_end != '/' && !g_ascii_isspace (*name_end))
    name_end++;
  *ret_tag = (Tag){ name, (gsize)(name_end - name), is_end, is_no_name, behind };
  return TRUE;
}

/* Whether @at, behind a "</", is the name of @tag. */
static gboolean
is_end_of (const Markup *self, const Tag *tag, const char *at)
{
  return (gsize)(self->end - at) > tag->n_name &&
         g_ascii_strncasecmp (at, tag->name, tag->n_name) == 0 &&
         (at[tag->n_name] == '>' || g_ascii_isspace (at[tag->n_name]));
}

/* Moves behind the end of the element that @tag opens. Where there is none, only the tag goes. */
static void
skip_hidden (Markup *self, const Tag *tag)
{
  if (self->is_hidden_open || tag->behind[-2] == '/')
    return;
  const char *at = tag->behind;
  while ((at = find (at, self->end, "</")) != NULL)
    {
      at += 2;
      if (!is_end_of (self, tag, at))
        continue;
      const char *close = memchr (at, '>', (gsize)(self->end - at));
      if (close == NULL)
        break; /* nor has any that comes after it */
      self->at = close + 1;
      return;
    }
  self->is_hidden_open = TRUE;
}

static void
open_list (Markup *self, gboolean is_numbered)
{
  begin_line (self);
  self->n_lists++;
  if (self->n_lists <= MAX_LISTS)
    self->counters[self->n_lists - 1] = is_numbered ? 0 : G_MAXUINT;
}

static void
begin_item (Markup *self)
{
  begin_line (self);
  self->has_item = TRUE;
  guint depth = MIN (self->n_lists, MAX_LISTS);
  if (depth > 0 && self->counters[depth - 1] != G_MAXUINT)
    self->counters[depth - 1]++;
}

static void
close_tag (Markup *self, TagEffect effect)
{
  switch (effect)
    {
    case TAG_LIST:
    case TAG_NUMBERED_LIST:
      begin_line (self);
      self->has_item = FALSE;
      if (self->n_lists > 0)
        self->n_lists--;
      break;
    case TAG_KEPT_SPACE:
      begin_line (self);
      if (self->n_kept > 0)
        self->n_kept--;
      break;
    case TAG_ITEM:
      begin_line (self);
      self->has_item = FALSE;
      break;
    case TAG_BLOCK:
      begin_line (self);
      break;
    case TAG_TRANSCRIPTION:
      put (self, "]", 1);
      break;
    default:
      break;
    }
}

static void
open_tag (Markup *self, const Tag *tag, TagEffect effect)
{
  switch (effect)
    {
    case TAG_BLOCK:
      begin_line (self);
      break;
    case TAG_BREAK:
      end_line (self);
      break;
    case TAG_CELL:
      if (self->has_text)
        self->n_spaces = CELL_GAP;
      break;
    case TAG_LIST:
    case TAG_NUMBERED_LIST:
      open_list (self, effect == TAG_NUMBERED_LIST);
      break;
    case TAG_ITEM:
      begin_item (self);
      break;
    case TAG_KEPT_SPACE:
      begin_line (self);
      self->n_kept++;
      break;
    case TAG_TRANSCRIPTION:
      put (self, "[", 1);
      break;
    case TAG_HIDDEN:
      skip_hidden (self, tag);
      break;
    default:
      break;
    }
}

/* Moves past a comment, or into a section of characters (XML 1.0, 2.5 and 2.7). */
static gboolean
take_section (Markup *self)
{
  static const char section[] = "<![CDATA[";
  if (!self->is_comment_open && begins_with (self, "<!--"))
    {
      const char *comment_end = find (self->at + 4, self->end, "-->");
      self->is_comment_open = comment_end == NULL;
      if (comment_end != NULL)
        self->at = comment_end + 3;
      return comment_end != NULL;
    }
  if (self->is_section_open || !begins_with (self, section))
    return FALSE;
  const char *section_end = find (self->at, self->end, SECTION_END);
  self->is_section_open = section_end == NULL;
  if (section_end == NULL)
    return FALSE;
  self->at += strlen (section);
  self->section_end = section_end;
  return TRUE;
}

static gboolean
take_tag (Markup *self)
{
  Tag tag;
  if (take_section (self))
    return TRUE;
  if (!read_tag (self, &tag))
    return FALSE;
  self->at = tag.behind;
  if (tag.is_no_name)
    return TRUE;
  TagEffect effect = markup_tag_effect (self->kind, tag.name, tag.n_name);
  if (tag.is_end)
    close_tag (self, effect);
  else
    open_tag (self, &tag, effect);
  return TRUE;
}

static gboolean
take_entity (Markup *self)
{
  const char *name = self->at + 1;
  gsize n_most = (gsize)MIN (self->end - name, MAX_ENTITY + 1);
  const char *name_end = n_most == 0 ? NULL : memchr (name, ';', n_most);
  gunichar c = name_end == NULL ? 0 : markup_entity (name, (gsize)(name_end - name));
  if (c == 0)
    return FALSE;
  self->at = name_end + 1;
  put_character (self, c);
  return TRUE;
}

/* PowerWord sets text apart as &b{text}. */
static gboolean
take_brace (Markup *self)
{
  if (self->kind != MARKUP_XML)
    return FALSE;
  if (*self->at == '}' && self->n_braces > 0)
    {
      self->n_braces--;
      self->at++;
      return TRUE;
    }
  if (*self->at != '&' || self->end - self->at < 3 || !g_ascii_isalpha (self->at[1]) ||
      self->at[2] != '{')
    return FALSE;
  self->n_braces++;
  self->at += 3;
  return TRUE;
}

/* Takes the characters up to the next one that may mean something. */
static void
take_text (Markup *self)
{
  const char *from = self->at;
  if (from == self->section_end)
    {
      self->at += strlen (SECTION_END);
      self->section_end = NULL;
      return;
    }
  if (begins_with (self, NO_BREAK_SPACE))
    {
      self->n_spaces++;
      self->at += strlen (NO_BREAK_SPACE);
      return;
    }
  if (g_ascii_isspace (*from))
    {
      put_space (self, *self->at++);
      return;
    }
  do
    self->at++;
  while (self->at < self->end && *self->at != '<' && *self->at != '&' && *self->at != '}' &&
         self->at != self->section_end && *self->at != NO_BREAK_SPACE[0] &&
         !g_ascii_isspace (*self->at));
  put (self, from, (gsize)(self->at - from));
}

void
markup_to_plain (MarkupKind kind, const char *text, gsize n_bytes, GString *out)
{
  Markup self = {
    .kind = kind,
    .at = text,
    .end = text + n_bytes,
    .text_until = text,
    .out = out,
    .start = out->len,
  };
  while (self.at < self.end)
    {
      char c = *self.at;
      gboolean is_section = self.section_end != NULL;
      gboolean is_taken = (c == '<' && !is_section && take_tag (&self)) ||
                          ((c == '&' || c == '}') && take_brace (&self)) ||
                          (c == '&' && !is_section && take_entity (&self));
      if (!is_taken)
        take_text (&self);
    }
}
