/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Dictionaries of dictd are pages of a printed book: senses are indented, and a line that is full
 * goes on below, deeper. ECDICT and ours have a line for each part of speech. The rules here serve
 * both, and leave alone what they do not know.
 */
#include "client-gui/entry-text.h"

#include <string.h>

#define FULL_LINE 40 /* [characters] a shorter line was not broken for want of room */
#define MAX_DEPTH 3
#define COLUMNS_OF_DEPTH 2
#define TAB_COLUMNS 8
#define MAX_HEADWORD 512 /* [bytes] */
#define MAX_LINES 20000
#define MAX_MARK 24 /* [bytes] of a part of speech or the number of a sense */

typedef struct
{
  const char *start; /* behind the indentation */
  gsize n_bytes;     /* without white space at the end */
  guint indent;      /* [columns] */
} Line;

typedef struct
{
  GString *out;
  GArray *quiet;
  gsize max_bytes;
  gboolean cut;        /* something was left out */
  gboolean of_dictd;   /* words in braces are references to others */
  gboolean any;        /* a line was laid out */
  gboolean blank;      /* and an empty one came after it */
  guint base;          /* [columns] that the shallowest lines are indented by */
  guint indent;        /* of the sense that is being laid out */
  guint last_width;    /* [characters] of the line before, with its indentation */
  char last_character; /* of it */
} Layout;

/* Returns: where the next line begins, or NULL at the end */
static const char *
read_line (const char *text, Line *ret_line)
{
  const char *end = strchrnul (text, '\n');
  guint indent = 0;

  ret_line->start = text;
  for (; *ret_line->start == ' ' || *ret_line->start == '\t'; ret_line->start++)
    indent += *ret_line->start == '\t' ? TAB_COLUMNS : 1;
  ret_line->indent = indent;
  ret_line->n_bytes = (gsize)(end - ret_line->start);
  while (ret_line->n_bytes > 0 && g_ascii_isspace (ret_line->start[ret_line->n_bytes - 1]))
    ret_line->n_bytes--;
  return *end == '\0' ? NULL : end + 1;
}

/* --- what a line begins with ------------------------------------------------------------------ */

/* Returns: [bytes] of "n." or "vt." and the like, of "n" before a number, or 0 */
static gsize
match_part_of_speech (const char *text, gsize n_bytes)
{
  gsize n = 0;

  while (n < n_bytes && n < 8 && g_ascii_islower (text[n]))
    n++;
  if (n == 0 || n >= n_bytes)
    return 0;
  if (text[n] == '.')
    return n + 1;
  return text[n] == ' ' && n + 1 < n_bytes && g_ascii_isdigit (text[n + 1]) ? n : 0;
}

/* Returns: [bytes] of "12:" or "3.", or 0 */
static gsize
match_number (const char *text, gsize n_bytes)
{
  gsize n = 0;

  while (n < n_bytes && n < 3 && g_ascii_isdigit (text[n]))
    n++;
  gboolean closed = n > 0 && n < n_bytes && strchr (":.)", text[n]) != NULL;
  return closed && (n + 1 == n_bytes || text[n + 1] == ' ') ? n + 1 : 0;
}

/* Returns: [bytes] of a label like "[计]", or 0 */
static gsize
match_label (const char *text, gsize n_bytes)
{
  if (n_bytes == 0 || text[0] != '[')
    return 0;
  const char *close = memchr (text, ']', MIN (n_bytes, MAX_MARK));
  return close != NULL ? (gsize)(close - text) + 1 : 0;
}

/* Returns: [bytes] of all that stands before the sense itself */
static gsize
match_mark (const char *text, gsize n_bytes)
{
  gsize n = match_part_of_speech (text, n_bytes);

  if (n == 0)
    n = match_label (text, n_bytes);
  gsize gap = n > 0 && n < n_bytes && text[n] == ' ' ? 1 : 0;
  gsize n_number = match_number (text + n + gap, n_bytes - n - gap);
  return n_number > 0 ? n + gap + n_number : n;
}

/* --- laying out ------------------------------------------------------------------------------- */

static void
add_quiet (Layout *self, gsize start, gsize end)
{
  ParlanceTextRange range = { (guint)start, (guint)end };

  if (end > start)
    g_array_append_val (self->quiet, range);
}

/* References like "[syn: {run}, {tally}]" are for when one looks for them. */
static void
append_words (Layout *self, const char *text, gsize n_bytes)
{
  for (gsize i = 0; i < n_bytes; i++)
    if (!self->of_dictd || (text[i] != '{' && text[i] != '}'))
      g_string_append_c (self->out, text[i]);
}

static void
begin_line (Layout *self, const Line *line)
{
  gsize n_mark = match_mark (line->start, line->n_bytes);
  guint depth = (line->indent - MIN (line->indent, self->base)) / COLUMNS_OF_DEPTH;

  if (self->any)
    g_string_append (self->out, self->blank ? "\n\n" : "\n");
  for (guint i = 0; i < MIN (depth, MAX_DEPTH); i++)
    g_string_append (self->out, "\u2003");
  gsize start = self->out->len;
  append_words (self, line->start, line->n_bytes);
  add_quiet (self, start, start + n_mark);
  self->indent = line->indent;
}

static void
continue_line (Layout *self, const Line *line)
{
  if (self->last_character != '-')
    g_string_append_c (self->out, ' ');
  append_words (self, line->start, line->n_bytes);
}

static void
lay_out_line (Layout *self, const Line *line)
{
  gboolean continues = self->any && !self->blank && line->indent > self->indent &&
                       self->last_width >= FULL_LINE &&
                       match_number (line->start, line->n_bytes) == 0;

  if (line->n_bytes == 0)
    {
      self->blank = self->any;
      return;
    }
  if (continues)
    continue_line (self, line);
  else
    begin_line (self, line);
  self->any = TRUE;
  self->blank = FALSE;
  self->last_width = line->indent + (guint)g_utf8_strlen (line->start, (gssize)line->n_bytes);
  self->last_character = line->start[line->n_bytes - 1];
}

/* "[syn: …]" and "[ant: …]", which may have been broken over lines. */
static void
find_references (Layout *self)
{
  const char *text = self->out->str;

  for (const char *p = text; (p = strchr (p, '[')) != NULL; p++)
    {
      if (strncmp (p, "[syn:", 5) != 0 && strncmp (p, "[ant:", 5) != 0)
        continue;
      const char *end = strchr (p, ']');
      if (end == NULL)
        return;
      add_quiet (self, (gsize)(p - text), (gsize)(end + 1 - text));
    }
}

static int
compare_start (gconstpointer a, gconstpointer b)
{
  guint one = ((const ParlanceTextRange *)a)->start;
  guint other = ((const ParlanceTextRange *)b)->start;

  return (one > other) - (one < other);
}

static gboolean
says_headword (const Line *line, const char *headword)
{
  g_autofree char *said = g_strndup (line->start, line->n_bytes);
  g_autofree char *one = g_utf8_casefold (said, -1);
  g_autofree char *other = g_utf8_casefold (headword, -1);

  return strcmp (one, other) == 0;
}

/* The indentation of the first lines is that of the senses. */
static guint
find_base (const char *text)
{
  guint base = G_MAXUINT;
  Line line;

  for (guint i = 0; text != NULL && i < 64; i++)
    {
      text = read_line (text, &line);
      if (line.n_bytes > 0)
        base = MIN (base, line.indent);
    }
  return base == G_MAXUINT ? 0 : base;
}

/* Leaves of a line what there is room for, to the last whole character. */
static void
clip (Layout *self, Line *line)
{
  gsize room = self->max_bytes - MIN (self->max_bytes, self->out->len);

  if (line->n_bytes <= room)
    return;
  line->n_bytes =
      (gsize)(g_utf8_find_prev_char (line->start, line->start + room + 1) - line->start);
  self->cut = TRUE;
}

char *
parlance_entry_text_lay_out (
    const char *text, const char *headword, gsize max_bytes, GArray *ret_quiet, gboolean *ret_cut)
{
  Layout layout = { .out = g_string_new (NULL), .quiet = ret_quiet, .max_bytes = max_bytes };
  Line line;

  const char *next = read_line (text, &line);
  if (next != NULL && line.n_bytes < MAX_HEADWORD && says_headword (&line, headword))
    {
      layout.of_dictd = TRUE;
      text = next;
    }
  layout.base = find_base (text);
  next = text;
  for (guint i = 0; next != NULL && !layout.cut; i++)
    {
      next = read_line (next, &line);
      clip (&layout, &line);
      if (!layout.cut || line.n_bytes > 0)
        lay_out_line (&layout, &line);
      layout.cut = layout.cut || (next != NULL && i == MAX_LINES);
    }
  if (layout.of_dictd)
    find_references (&layout);
  if (layout.cut)
    g_string_append (layout.out, "…");
  g_array_sort (ret_quiet, compare_start);
  *ret_cut = layout.cut;
  return g_string_free (layout.out, FALSE);
}
