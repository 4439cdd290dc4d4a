/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Headwords live in one chunk of strings. Memory is bounded by MAX_LINES and the longest line.
 */
#include "server/dictionary/formats/dictd-index.h"

#include <stdlib.h>
#include <string.h>

#include "server/dictionary/formats/file.h"
#include "server/dictionary/formats/input.h"

#define MAX_LINES (8 * 1000 * 1000)              /* some times the largest there is */
#define MAX_HEADWORDS ((gsize)512 * 1024 * 1024) /* [bytes] together */
#define MAX_DIGITS 10                            /* of base 64: 60 bits */

struct DictdIndex
{
  char *name; /* the file, for messages */
  GStringChunk *strings;
  gsize n_string_bytes;
  GArray *lines; /* DictdLine */
};

void
dictd_index_free (DictdIndex *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_string_chunk_free (self->strings);
  g_array_unref (self->lines);
  g_free (self);
}

static int
digit_value (char c)
{
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 26;
  if (c >= '0' && c <= '9')
    return c - '0' + 52;
  if (c == '+')
    return 62;
  return c == '/' ? 63 : -1;
}

static gboolean
parse_number (const char *text, gsize n_text, guint64 *ret_number)
{
  if (n_text == 0 || n_text > MAX_DIGITS)
    return FALSE;
  guint64 number = 0;
  for (gsize i = 0; i < n_text; i++)
    {
      int value = digit_value (text[i]);
      if (value < 0)
        return FALSE;
      number = number << 6 | (guint64)value;
    }
  *ret_number = number;
  return TRUE;
}

/* Cuts @line at its tabs; what is behind the fourth column is ignored.
 * Returns: how many columns there are */
static gsize
split_columns (const char *line, gsize n_line, const char *columns[4], gsize lengths[4])
{
  const char *end = line + n_line;
  gsize n_columns = 0;
  while (n_columns < 4)
    {
      const char *tab = memchr (line, '\t', (gsize)(end - line));
      const char *column_end = tab == NULL ? end : tab;
      columns[n_columns] = line;
      lengths[n_columns++] = (gsize)(column_end - line);
      if (tab == NULL)
        break;
      line = tab + 1;
    }
  return n_columns;
}

static gboolean
add_line (DictdIndex *self,
          const Input *input,
          const char *line,
          gsize n_line,
          guint64 body_size,
          GError **error)
{
  const char *columns[4];
  gsize lengths[4];
  gsize n_columns = split_columns (line, n_line, columns, lengths);
  if (n_columns < 3)
    return input_damaged (input, error,
                          "expected three columns between tabs: headword, offset, length");
  if (memchr (line, '\0', n_line) != NULL)
    return input_damaged (input, error, "a NUL in the line");

  guint64 offset;
  guint64 length;
  if (!parse_number (columns[1], lengths[1], &offset))
    return input_damaged (input, error, "the offset is not a number in base 64");
  if (!parse_number (columns[2], lengths[2], &length))
    return input_damaged (input, error, "the length is not a number in base 64");
  if (offset > body_size || length > body_size - offset)
    return input_damaged (input, error,
                          "the text from byte %" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT
                          " long, ends after the %" G_GUINT64_FORMAT " bytes of the body",
                          offset, length, body_size);

  gsize shown = n_columns == 4 && lengths[3] > 0 ? 3 : 0;
  self->n_string_bytes += lengths[shown] + 1;
  if (self->lines->len == MAX_LINES || self->n_string_bytes > MAX_HEADWORDS)
    return input_damaged (input, error, "the index is larger than this program can read");
  DictdLine entry = {
    .offset = offset,
    .headword = g_string_chunk_insert_len (self->strings, columns[shown], (gssize)lengths[shown]),
    .length = (guint32)MIN (length, G_MAXUINT32),
    .line = (guint32)input_line_number (input),
  };
  g_array_append_val (self->lines, entry);
  return TRUE;
}

static int
compare_lines (const void *a_data, const void *b_data)
{
  const DictdLine *a = a_data;
  const DictdLine *b = b_data;
  if (a->offset != b->offset)
    return a->offset < b->offset ? -1 : 1;
  if (a->length != b->length)
    return a->length < b->length ? -1 : 1;
  int order = strcmp (a->headword, b->headword);
  if (order != 0)
    return order;
  return a->line < b->line ? -1 : a->line > b->line;
}

static gboolean
add_lines (DictdIndex *self, Input *input, guint64 body_size, GError **error)
{
  char *line;
  gsize n_line;
  InputResult result;
  while ((result = input_line (input, &line, &n_line, error)) == INPUT_RECORD)
    {
      /* Programs make these files: a number whose last digits are missing would be another one. */
      if (!input_line_is_whole (input))
        return input_damaged (input, error, "the line has no end: the file is cut off");
      if (n_line > 0 && !add_line (self, input, line, n_line, body_size, error))
        return FALSE;
    }
  return result == INPUT_END;
}

DictdIndex *
dictd_index_read (const char *path, guint64 body_size, GError **error)
{
  g_autoptr (Input) input = input_open (path, NULL, error);
  if (input == NULL)
    return NULL;
  DictdIndex *self = g_new0 (DictdIndex, 1);
  self->name = file_display_name (path);
  self->strings = g_string_chunk_new ((gsize)64 * 1024);
  self->lines = g_array_new (FALSE, FALSE, sizeof (DictdLine));
  if (!add_lines (self, input, body_size, error))
    {
      dictd_index_free (self);
      return NULL;
    }
  if (self->lines->len > 0)
    qsort (self->lines->data, self->lines->len, sizeof (DictdLine), compare_lines);
  return self;
}

const DictdLine *
dictd_index_lines (const DictdIndex *self, gsize *ret_n)
{
  *ret_n = self->lines->len;
  return (const DictdLine *)(gconstpointer)self->lines->data;
}

const char *
dictd_line_special (const DictdLine *line)
{
  /* The second form is the first one, folded by dictfmt. */
  static const char *const prefixes[] = { "00-database-", "00database" };
  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (line->headword, prefixes[i]))
      return line->headword + strlen (prefixes[i]);
  return NULL;
}

gboolean
dictd_index_damaged (const DictdIndex *self,
                     const DictdLine *line,
                     const char *reason,
                     GError **error)
{
  g_set_error (error, SOURCE_ERROR, SOURCE_ERROR_DAMAGED, "cannot read %s: line %u: %s", self->name,
               line->line, reason);
  return FALSE;
}
