/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Our own plain format, for word lists that people write by hand or with a spreadsheet: UTF-8;
 * `# title:`, `# source:`, `# target:` and `# license:` lines first; then
 * `headword TAB phonetic TAB text`, where the text escapes line ends, tabs and backslashes as \n,
 * \t and \\. Blank lines and other lines that begin with # are skipped.
 */
#include "server/dictionary/formats/formats.h"

#include <string.h>

#include "server/dictionary/formats/input.h"
#include "server/dictionary/formats/pour.h"

static const struct
{
  const char *prefix;
  SourceProperty property;
} properties[] = {
  { "title:", SOURCE_TITLE },
  { "source:", SOURCE_LANGUAGE },
  { "target:", SOURCE_TARGET },
  { "license:", SOURCE_LICENSE },
};

static gboolean
read_comment (Pour *pour, SourceText line, GError **error)
{
  if (pour->n_entries > 0)
    return TRUE;
  SourceText comment = source_text_trim ((SourceText){ line.text + 1, line.n_bytes - 1 });
  for (gsize i = 0; i < G_N_ELEMENTS (properties); i++)
    {
      gsize n_prefix = strlen (properties[i].prefix);
      if (comment.n_bytes < n_prefix || memcmp (comment.text, properties[i].prefix, n_prefix) != 0)
        continue;
      SourceText value = { comment.text + n_prefix, comment.n_bytes - n_prefix };
      return pour_property (pour, properties[i].property, value, error);
    }
  return TRUE;
}

/* Undoes the escapes in place: the result is never longer. */
static gboolean
unescape (const Input *input, char *text, gsize *n_text, GError **error)
{
  char *to = memchr (text, '\\', *n_text);
  if (to == NULL)
    return TRUE;

  const char *end = text + *n_text;
  for (const char *from = to; from < end; from++)
    {
      char c = *from;
      if (c == '\\')
        {
          from++;
          char escape = from < end ? *from : '\0';
          if (escape == 'n')
            c = '\n';
          else if (escape == 't')
            c = '\t';
          else if (escape != '\\')
            return input_damaged (input, error,
                                  "a backslash in the text that is not \\n, \\t or \\\\");
        }
      *to++ = c;
    }
  *n_text = (gsize)(to - text);
  return TRUE;
}

static gboolean
read_entry (const Input *input, Pour *pour, char *line, gsize n_line, GError **error)
{
  char *end = line + n_line;
  char *phonetic = memchr (line, '\t', n_line);
  char *text = phonetic == NULL ? NULL : memchr (phonetic + 1, '\t', (gsize)(end - phonetic - 1));
  if (text == NULL)
    return input_damaged (input, error,
                          "expected three columns between tabs: headword, phonetic, text");
  phonetic++;
  text++;
  gsize n_text = (gsize)(end - text);
  if (memchr (text, '\t', n_text) != NULL)
    return input_damaged (input, error,
                          "more than three columns; a tab in the text is written \\t");
  if (!unescape (input, text, &n_text, error))
    return FALSE;

  SourceEntry entry = {
    .headword = source_text_trim ((SourceText){ line, (gsize)(phonetic - 1 - line) }),
    .phonetic = { phonetic, (gsize)(text - 1 - phonetic) },
    .text = { text, n_text },
  };
  if (entry.headword.n_bytes == 0)
    return input_damaged (input, error, "the headword is empty");
  if (source_text_trim (entry.text).n_bytes == 0)
    return input_damaged (input, error, "the text is empty");
  return pour_entry (pour, &entry, error);
}

static gboolean
read_tsv (const char *path, SourceSink *sink, GError **error)
{
  g_autoptr (Input) input = input_open (path, sink, error);
  if (input == NULL)
    return FALSE;
  g_auto (Pour) pour;
  pour_init (&pour, sink);

  char *line;
  gsize n_line;
  InputResult result;
  while ((result = input_line (input, &line, &n_line, error)) == INPUT_RECORD)
    {
      if (!input_check_utf8 (input, line, n_line, error))
        return FALSE;
      if (source_text_trim ((SourceText){ line, n_line }).n_bytes == 0)
        continue;
      gboolean is_poured = line[0] == '#'
                               ? read_comment (&pour, (SourceText){ line, n_line }, error)
                               : read_entry (input, &pour, line, n_line, error);
      if (!is_poured)
        return FALSE;
    }
  if (result == INPUT_FAILED)
    return FALSE;
  pour_finish (&pour, path);
  return TRUE;
}

const SourceFormat tsv_format = { .format = "tsv", .read = read_tsv };
