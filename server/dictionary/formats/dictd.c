/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The format of dictd, as Debian packages dictionaries: an index and a body. The body is read in
 * its own order, whatever the index's, so that each packed chunk is unpacked once.
 */
#include "server/dictionary/formats/formats.h"

#include <string.h>

#include "server/dictionary/formats/body-budget.h"
#include "server/dictionary/formats/dictd-index.h"
#include "server/dictionary/formats/dictd-names.h"
#include "server/dictionary/formats/dictzip.h"
#include "server/dictionary/formats/file.h"
#include "server/dictionary/formats/pour.h"

#define INDEX_ENDING ".index"
/* [bytes] What is longer cannot become an entry, whatever its encoding and its line ends are. */
#define MAX_BODY (2 * (guint64)DICTIONARY_MAX_TEXT)

typedef struct
{
  Dictzip *body;
  DictdIndex *index;
  gboolean is_utf8; /* the dictionary says so: anything else is damage, not Latin-1 */
  BodyBudget budget;
  GString *raw;     /* what was read last */
  GString *latin1;  /* what was converted last */
  guint64 n_latin1; /* texts, and headwords, that were converted */
  GString *headword;
  Pour pour;
} DictdReader;

static void
dictd_reader_clear (DictdReader *self)
{
  dictzip_close (self->body);
  dictd_index_free (self->index);
  g_string_free (self->raw, TRUE);
  g_string_free (self->latin1, TRUE);
  g_string_free (self->headword, TRUE);
  pour_clear (&self->pour);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DictdReader, dictd_reader_clear)

/* Makes @bytes UTF-8, in @buffer where they are not. */
static gboolean
decode (DictdReader *self,
        const DictdLine *line,
        SourceText bytes,
        GString *buffer,
        SourceText *ret_text,
        GError **error)
{
  *ret_text = bytes;
  if (g_utf8_validate_len (bytes.text, bytes.n_bytes, NULL))
    return TRUE;
  if (self->is_utf8)
    return dictd_index_damaged (self->index, line,
                                "the headword or its text is not UTF-8, which the dictionary says "
                                "it is",
                                error);
  self->n_latin1++;
  g_string_truncate (buffer, 0);
  for (gsize i = 0; i < bytes.n_bytes; i++)
    g_string_append_unichar (buffer, (guchar)bytes.text[i]);
  *ret_text = (SourceText){ buffer->str, buffer->len };
  return TRUE;
}

/* Counts the text of @line, and tells how far the reading is: in texts taken, because one that lies
 * at the body's beginning may be the thousandth. */
static gboolean
take (DictdReader *self, const DictdLine *line, GError **error)
{
  SourceSink *sink = self->pour.sink;
  guint64 size = dictzip_size (self->body);
  BodyBudgetResult result =
      body_budget_take (&self->budget, MIN ((guint64)line->length, MAX_BODY), size);
  if (result == BODY_BUDGET_OVER)
    return dictd_index_damaged (self->index, line,
                                "with this text the index has asked for more than " G_STRINGIFY (
                                    BODY_BUDGET_TIMES) " times the body: its texts overlap",
                                error);
  if (result == BODY_BUDGET_FINE)
    return TRUE;
  return sink->progress (sink, line->offset, size, error);
}

/* Reads the text of @line into @self->raw. A text over MAX_BODY is cut, and then too long to be
 * taken. */
static gboolean
read_raw (DictdReader *self, const DictdLine *line, GError **error)
{
  gsize n_bytes = (gsize)MIN ((guint64)line->length, MAX_BODY);
  g_string_set_size (self->raw, n_bytes);
  if (!dictzip_read (self->body, line->offset, self->raw->str, n_bytes, error))
    return FALSE;
  /* A NUL is one more control character here; the pour replaces those. */
  for (char *nul; (nul = memchr (self->raw->str, '\0', n_bytes)) != NULL;)
    *nul = '\x01';
  return TRUE;
}

static gboolean
read_text (DictdReader *self, const DictdLine *line, SourceText *ret_text, GError **error)
{
  if (!read_raw (self, line, error))
    return FALSE;
  SourceText raw = { self->raw->str, self->raw->len };
  while (raw.n_bytes > 0 && g_ascii_isspace (raw.text[raw.n_bytes - 1]))
    raw.n_bytes--;
  return decode (self, line, raw, self->latin1, ret_text, error);
}

/* dictfmt leaves the headword of a special entry as the first line of its text. */
static SourceText
without_heading (SourceText text)
{
  if (text.n_bytes < 2 || memcmp (text.text, "00", 2) != 0)
    return text;
  const char *line_end = memchr (text.text, '\n', text.n_bytes);
  gsize n_heading = line_end == NULL ? text.n_bytes : (gsize)(line_end - text.text) + 1;
  return (SourceText){ text.text + n_heading, text.n_bytes - n_heading };
}

static SourceText
first_line (SourceText text)
{
  text = source_text_trim (text);
  const char *line_end = text.n_bytes == 0 ? NULL : memchr (text.text, '\n', text.n_bytes);
  if (line_end != NULL)
    text.n_bytes = (gsize)(line_end - text.text);
  return text;
}

static gboolean
pour_special (DictdReader *self, const DictdLine *line, const char *special, GError **error)
{
  gboolean is_title = strcmp (special, "short") == 0;
  if (!is_title && strcmp (special, "info") != 0)
    return TRUE;
  SourceText text;
  if (!take (self, line, error) || !read_text (self, line, &text, error))
    return FALSE;
  text = without_heading (text);
  if (is_title)
    return pour_property (&self->pour, SOURCE_TITLE, first_line (text), error);
  return pour_property (&self->pour, SOURCE_INFO, text, error);
}

static gboolean
pour_facts (DictdReader *self, const char *path, GError **error)
{
  g_autofree char *stem = g_path_get_basename (path);
  if (g_str_has_suffix (stem, INDEX_ENDING))
    stem[strlen (stem) - strlen (INDEX_ENDING)] = '\0';
  DictdFacts facts = dictd_facts (stem);
  SourceText source = { facts.source, strlen (facts.source) };
  SourceText target = { facts.target, strlen (facts.target) };
  SourceText license = { facts.license, strlen (facts.license) };
  return pour_property (&self->pour, SOURCE_LANGUAGE, source, error) &&
         pour_property (&self->pour, SOURCE_TARGET, target, error) &&
         pour_property (&self->pour, SOURCE_LICENSE, license, error);
}

/* What the dictionary says of itself: its encoding first, all else depends on it. */
static gboolean
pour_specials (DictdReader *self, GError **error)
{
  gsize n_lines;
  const DictdLine *lines = dictd_index_lines (self->index, &n_lines);
  for (gsize i = 0; i < n_lines && !self->is_utf8; i++)
    self->is_utf8 = g_strcmp0 (dictd_line_special (&lines[i]), "utf8") == 0;
  for (gsize i = 0; i < n_lines; i++)
    {
      const char *special = dictd_line_special (&lines[i]);
      if (special != NULL && !pour_special (self, &lines[i], special, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
pour_line (DictdReader *self, const DictdLine *line, SourceText text, GError **error)
{
  SourceEntry entry = { .text = text };
  SourceText headword = { line->headword, strlen (line->headword) };
  return decode (self, line, headword, self->headword, &entry.headword, error) &&
         pour_entry (&self->pour, &entry, error);
}

static gboolean
has_same_text (const DictdLine *a, const DictdLine *b)
{
  return a->offset == b->offset && a->length == b->length;
}

static gboolean
pour_entries (DictdReader *self, GError **error)
{
  SourceSink *sink = self->pour.sink;
  guint64 size = dictzip_size (self->body);
  gsize n_lines;
  const DictdLine *lines = dictd_index_lines (self->index, &n_lines);
  gboolean has_previous = FALSE; /* the line that was poured last, and its text */
  gsize previous = 0;
  SourceText text = { "", 0 };

  for (gsize i = 0; i < n_lines; i++)
    {
      const DictdLine *line = &lines[i];
      if (dictd_line_special (line) != NULL)
        continue;
      gboolean is_same_text = has_previous && has_same_text (&lines[previous], line);
      if (is_same_text && strcmp (lines[previous].headword, line->headword) == 0)
        continue;
      if (!take (self, line, error))
        return FALSE;
      if (!is_same_text && !read_text (self, line, &text, error))
        return FALSE;
      if (!pour_line (self, line, text, error))
        return FALSE;
      has_previous = TRUE;
      previous = i;
    }
  return sink->progress (sink, size, size, error);
}

char *
dictd_body_path (const char *index_path, GError **error)
{
  gsize n_ending = g_str_has_suffix (index_path, INDEX_ENDING) ? strlen (INDEX_ENDING) : 0;
  g_autofree char *stem = g_strndup (index_path, strlen (index_path) - n_ending);
  g_autofree char *plain = g_strconcat (stem, ".dict", NULL);
  if (file_exists (plain))
    return g_steal_pointer (&plain);
  g_autofree char *packed = g_strconcat (stem, ".dict.dz", NULL);
  if (file_exists (packed))
    return g_steal_pointer (&packed);

  g_autofree char *index_name = file_display_name (index_path);
  g_autofree char *plain_name = file_display_name (plain);
  g_autofree char *packed_name = file_display_name (packed);
  g_set_error (error, SOURCE_ERROR, SOURCE_ERROR_IO,
               "cannot read %s: its texts are missing, neither %s nor %s is there", index_name,
               plain_name, packed_name);
  return NULL;
}

static char **
companions (const char *path)
{
  char *body = dictd_body_path (path, NULL);
  if (body == NULL)
    return NULL;
  char **paths = g_new0 (char *, 2);
  paths[0] = body;
  return paths;
}

static void
warn_of_latin1 (DictdReader *self, const char *path)
{
  if (self->n_latin1 == 0)
    return;
  SourceSink *sink = self->pour.sink;
  g_autofree char *name = file_display_name (path);
  g_autofree char *message =
      g_strdup_printf ("%s: %" G_GUINT64_FORMAT " %s taken for Latin-1", name, self->n_latin1,
                       self->n_latin1 == 1 ? "headword or text is not UTF-8 and was"
                                           : "headwords and texts are not UTF-8 and were");
  sink->warning (sink, message);
}

static gboolean
read_dictd (const char *path, SourceSink *sink, GError **error)
{
  g_autofree char *body_path = dictd_body_path (path, error);
  if (body_path == NULL)
    return FALSE;

  g_auto (DictdReader) self = {
    .raw = g_string_new (NULL),
    .latin1 = g_string_new (NULL),
    .headword = g_string_new (NULL),
  };
  pour_init (&self.pour, sink);
  self.body = dictzip_open (body_path, error);
  if (self.body == NULL)
    return FALSE;
  self.index = dictd_index_read (path, dictzip_size (self.body), error);
  if (self.index == NULL || !pour_facts (&self, path, error) || !pour_specials (&self, error) ||
      !pour_entries (&self, error) || !dictzip_check (self.body, error))
    return FALSE;
  pour_finish (&self.pour, path);
  warn_of_latin1 (&self, path);
  return TRUE;
}

const SourceFormat dictd_format = {
  .format = "dictd",
  .read = read_dictd,
  .companions = companions,
};
