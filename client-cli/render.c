/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The one renderer for people.
 */
#include "client-cli/render.h"

#include <string.h>

#include "client-cli/display-text.h"
#include "client-cli/wrap.h"

#define TEXT_INDENT 2 /* [columns] */
#define COLUMN_GAP 2  /* [columns] between the columns of a table */

static const char *const emphasis_on[] = {
  [RENDER_PLAIN] = "",
  [RENDER_STRONG] = "\033[1m",
  [RENDER_DIM] = "\033[2m",
};

static void
begin (GString *out, const RenderStyle *style, RenderEmphasis how)
{
  if (style->color)
    g_string_append (out, emphasis_on[how]);
}

static void
end (GString *out, const RenderStyle *style, RenderEmphasis how)
{
  if (style->color && how != RENDER_PLAIN)
    g_string_append (out, "\033[0m");
}

void
render_text (GString *out, const RenderStyle *style, RenderEmphasis how, const char *text)
{
  begin (out, style, how);
  display_append (out, text, strlen (text), DISPLAY_LINE);
  end (out, style, how);
}

/* A pager shows lines by themselves: each has to begin and end its emphasis. */
static void
append_lines (GString *out, const RenderStyle *style, RenderEmphasis how, const char *lines)
{
  while (*lines != '\0')
    {
      const char *line_end = strchr (lines, '\n');
      begin (out, style, how);
      g_string_append_len (out, lines, line_end - lines);
      end (out, style, how);
      g_string_append_c (out, '\n');
      lines = line_end + 1;
    }
}

static void
render_heading (GString *out,
                const RenderStyle *style,
                const char *word,
                const ParlanceEntry *entry)
{
  if (parlance_entry_is_lemma (entry))
    {
      render_text (out, style, RENDER_PLAIN, word);
      g_string_append (out, " → ");
    }
  render_text (out, style, RENDER_STRONG, parlance_entry_get_headword (entry));

  const char *phonetic = parlance_entry_get_phonetic (entry);
  if (phonetic != NULL && *phonetic != '\0')
    {
      g_string_append (out, "  ");
      render_text (out, style, RENDER_PLAIN, phonetic);
    }
  g_string_append (out, "  ");
  render_text (out, style, RENDER_DIM, parlance_entry_get_dictionary (entry));
  g_string_append_c (out, '\n');
}

/* Inflected forms and tags, on a line of their own under the text. */
static void
render_extras (GString *out, const RenderStyle *style, const ParlanceEntry *entry)
{
  g_autoptr (GString) extras = g_string_new (NULL);

  for (guint i = 0; i < parlance_entry_get_n_forms (entry); i++)
    {
      const char *kind;
      const char *form = parlance_entry_get_form (entry, i, &kind);
      g_string_append_printf (extras, "%s%s: %s", extras->len > 0 ? ", " : "", kind, form);
    }

  const char *const *tags = parlance_entry_get_tags (entry);
  for (guint i = 0; tags[i] != NULL; i++)
    g_string_append_printf (extras, "%s%s", i > 0 ? " " : extras->len > 0 ? "; " : "", tags[i]);

  if (extras->len == 0)
    return;
  g_autofree char *harmless = display_dup_line (extras->str);
  g_autoptr (GString) wrapped = g_string_new (NULL);
  wrap_append (wrapped, harmless, TEXT_INDENT, style->columns);

  append_lines (out, style, RENDER_DIM, wrapped->str);
}

void
render_definition (GString *out, const RenderStyle *style, const ParlanceDefinition *definition)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < parlance_definition_get_n_entries (definition); i++)
    {
      const ParlanceEntry *entry = parlance_definition_get_entry (definition, i);
      const char *raw = parlance_entry_get_text (entry);

      if (i > 0)
        g_string_append_c (out, '\n');
      render_heading (out, style, parlance_definition_get_word (definition), entry);
      g_string_truncate (text, 0);
      display_append (text, raw, strlen (raw), DISPLAY_TEXT);
      wrap_append (out, text->str, TEXT_INDENT, style->columns);
      render_extras (out, style, entry);
    }
}

char *
render_not_found (const ParlanceDefinition *definition)
{
  const char *const *suggestions = parlance_definition_get_suggestions (definition);
  GString *sentence = g_string_new (NULL);

  g_string_append_printf (sentence, "No entry for “%s”.",
                          parlance_definition_get_word (definition));
  for (guint i = 0; suggestions[i] != NULL; i++)
    g_string_append_printf (sentence, "%s%s", i == 0 ? " Did you mean: " : ", ", suggestions[i]);
  if (suggestions[0] != NULL)
    g_string_append_c (sentence, '?');
  return g_string_free (sentence, FALSE);
}

static gboolean
has_several_dictionaries (const ParlanceMatches *matches)
{
  const char *first = NULL;

  for (guint i = 0; i < parlance_matches_get_n_matches (matches); i++)
    {
      const char *dictionary;
      (void)parlance_matches_get_headword (matches, i, &dictionary);
      if (first != NULL && strcmp (first, dictionary) != 0)
        return TRUE;
      first = dictionary;
    }
  return FALSE;
}

static void
append_padding (GString *out, guint width, guint wanted)
{
  for (; width < wanted; width++)
    g_string_append_c (out, ' ');
}

/* The dictionary stands in the column @wanted or, when it would pass the width there, as near as
 * can be; failing that, on a line of its own. */
static void
render_match_dictionary (
    GString *out, const RenderStyle *style, guint width, guint wanted, const char *dictionary)
{
  g_autofree char *harmless = display_dup_line (dictionary);
  guint n_dictionary = display_width (harmless);

  if (style->columns > 0 && wanted + n_dictionary > style->columns)
    wanted = MAX (width + COLUMN_GAP, style->columns - MIN (n_dictionary, style->columns));
  if (style->columns > 0 && wanted + n_dictionary > style->columns)
    {
      g_string_append_c (out, '\n');
      width = 0;
      wanted = TEXT_INDENT;
    }
  append_padding (out, width, wanted);
  render_text (out, style, RENDER_DIM, dictionary);
}

void
render_matches (GString *out, const RenderStyle *style, const ParlanceMatches *matches)
{
  guint n_matches = parlance_matches_get_n_matches (matches);
  gboolean several = has_several_dictionaries (matches);
  g_autoptr (GPtrArray) headwords = g_ptr_array_new_full (n_matches, g_free);
  guint widest = 0;

  for (guint i = 0; i < n_matches; i++)
    {
      char *headword = display_dup_line (parlance_matches_get_headword (matches, i, NULL));
      g_ptr_array_add (headwords, headword);
      widest = MAX (widest, display_width (headword));
    }
  for (guint i = 0; i < n_matches; i++)
    {
      const char *headword = g_ptr_array_index (headwords, i);
      const char *dictionary;

      (void)parlance_matches_get_headword (matches, i, &dictionary);
      g_string_append (out, headword);
      if (several)
        render_match_dictionary (out, style, display_width (headword), widest + COLUMN_GAP,
                                 dictionary);
      g_string_append_c (out, '\n');
    }
}

static void
render_cell (GString *out,
             const RenderStyle *style,
             const RenderTable *table,
             guint column,
             RenderEmphasis how,
             const char *harmless,
             guint wanted)
{
  guint width = display_width (harmless);

  if ((table->numeric & (1U << column)) != 0)
    append_padding (out, width, wanted);
  begin (out, style, how);
  g_string_append (out, harmless);
  end (out, style, how);
  if ((table->numeric & (1U << column)) == 0 && column + 1 < table->n_columns)
    append_padding (out, width, wanted);
}

/* Appends the rows, titles first when there are any, in columns of @widths. */
static void
render_rows (GString *out,
             const RenderStyle *style,
             const RenderTable *table,
             const GPtrArray *harmless,
             const guint *widths)
{
  guint n_titles = table->titles != NULL ? table->n_columns : 0;

  for (guint i = 0; i < harmless->len; i++)
    {
      guint column = i % table->n_columns;
      RenderEmphasis how = i < n_titles ? RENDER_DIM : column == 0 ? table->first : RENDER_PLAIN;
      render_cell (out, style, table, column, how, g_ptr_array_index (harmless, i), widths[column]);
      if (column + 1 < table->n_columns)
        append_padding (out, 0, COLUMN_GAP);
      else
        {
          while (out->len > 0 && out->str[out->len - 1] == ' ')
            g_string_truncate (out, out->len - 1);
          g_string_append_c (out, '\n');
        }
    }
}

/* Appends a block for each row, with a line for each cell that is not empty: its title, its text.
 */
static void
render_blocks (GString *out,
               const RenderStyle *style,
               const RenderTable *table,
               const GPtrArray *harmless)
{
  g_autoptr (GString) wrapped = g_string_new (NULL);
  guint indent = 0;

  for (guint i = 0; i < table->n_columns; i++)
    indent = MAX (indent, display_width (table->titles[i]) + COLUMN_GAP);
  for (guint i = table->n_columns; i < harmless->len; i++)
    {
      guint column = i % table->n_columns;
      const char *text = g_ptr_array_index (harmless, i);

      if (column == 0 && i > table->n_columns)
        g_string_append_c (out, '\n');
      if (*text == '\0')
        continue;
      render_text (out, style, RENDER_DIM, table->titles[column]);
      append_padding (out, display_width (table->titles[column]), indent);
      g_string_truncate (wrapped, 0);
      wrap_append (wrapped, text, indent, style->columns);
      append_lines (out, style, column == 0 ? table->first : RENDER_PLAIN, wrapped->str + indent);
    }
}

void
render_table (GString *out,
              const RenderStyle *style,
              const RenderTable *table,
              const GPtrArray *cells)
{
  g_autoptr (GPtrArray) harmless = g_ptr_array_new_with_free_func (g_free);
  guint widths[RENDER_MAX_COLUMNS] = { 0 };
  guint width = 0;

  g_return_if_fail (table->n_columns >= 1 && table->n_columns <= RENDER_MAX_COLUMNS);

  for (guint i = 0; table->titles != NULL && i < table->n_columns; i++)
    g_ptr_array_add (harmless, g_strdup (table->titles[i]));
  for (guint i = 0; i < cells->len; i++)
    g_ptr_array_add (harmless, display_dup_line (g_ptr_array_index (cells, i)));
  for (guint i = 0; i < harmless->len; i++)
    {
      guint *widest = &widths[i % table->n_columns];
      *widest = MAX (*widest, display_width (g_ptr_array_index (harmless, i)));
    }
  for (guint i = 0; i < table->n_columns; i++)
    width += widths[i] + (i > 0 ? COLUMN_GAP : 0);

  if (table->titles != NULL && style->columns > 0 && width > style->columns)
    render_blocks (out, style, table, harmless);
  else
    render_rows (out, style, table, harmless, widths);
}

char *
render_number (gint64 number)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  GString *grouped = g_string_new (NULL);
  gsize n = strlen (digits);

  for (gsize i = 0; i < n; i++)
    {
      if (i > 0 && (n - i) % 3 == 0 && digits[i - 1] != '-')
        g_string_append_c (grouped, ',');
      g_string_append_c (grouped, digits[i]);
    }
  return g_string_free (grouped, FALSE);
}
