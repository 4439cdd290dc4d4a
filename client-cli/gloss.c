/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Glosses: what of an entry goes into one line.
 */
#include "client-cli/gloss.h"

#include <string.h>

#include "client-cli/display-text.h"
#include "protocol/wire/utf8.h"

#define INDENT 4     /* [columns] */
#define GAP 2        /* [columns] between headword, phonetic and sense */
#define MIN_SENSE 12 /* [columns] that a sense is given on the narrowest terminal */
#define ELLIPSIS "…"

gboolean
gloss_is_common (const char *headword)
{
  static const char *const common[] = {
    "a",     "about", "all",  "am",    "an",    "and",   "are",  "as",    "at",   "be",    "but",
    "by",    "can",   "did",  "do",    "does",  "for",   "from", "had",   "has",  "have",  "he",
    "her",   "him",   "his",  "i",     "if",    "in",    "into", "is",    "it",   "its",   "me",
    "my",    "no",    "not",  "of",    "on",    "or",    "our",  "she",   "so",   "that",  "the",
    "their", "them",  "then", "there", "these", "they",  "this", "those", "to",   "up",    "us",
    "was",   "we",    "were", "what",  "when",  "which", "who",  "will",  "with", "would", "you",
    "your",  "的",    "了",   "是",    "在",    "我",    "你",   "他",    "她",   "它",    "们",
    "我们",  "你们",  "他们", "她们",  "这",    "那",    "有",   "不",    "也",   "和",    "都",
    "就",    "很",    "一",   "个",    "着",    "过",    "吗",   "呢",    "吧",   "地",    "得",
    "把",    "被",    "对",   "与",
  };
  g_autofree char *folded = g_utf8_casefold (headword, -1);

  for (guint i = 0; i < G_N_ELEMENTS (common); i++)
    if (strcmp (folded, common[i]) == 0)
      return TRUE;
  return FALSE;
}

guint
gloss_width (const char *headword)
{
  g_autofree char *harmless = display_dup_line (headword);

  return display_width (harmless);
}

static void
append_padding (GString *out, guint width)
{
  while (width-- > 0)
    g_string_append_c (out, ' ');
}

/* The first line that is neither empty nor the headword again, as dictd's entries begin with. */
static char *
dup_sense (const char *headword, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gsize n_headword = strlen (headword);

  for (char **line = lines; *line != NULL; line++)
    {
      g_strstrip (*line);
      if (**line == '\0' ||
          (line[1] != NULL && g_ascii_strncasecmp (*line, headword, n_headword) == 0))
        continue;
      return display_dup_line (*line);
    }
  return display_dup_line (lines[0] != NULL ? g_strstrip (lines[0]) : "");
}

/* Cuts @line to @columns, the ellipsis among them. */
static void
cut (char **line, guint columns)
{
  guint width = 0;
  const char *at = *line;

  if (display_width (*line) <= columns)
    return;
  while (*at != '\0')
    {
      guint n = display_char_width (g_utf8_get_char (at));
      if (width + n + 1 > columns)
        break;
      width += n;
      at = parlance_utf8_next (at);
    }
  char *shorter = g_strdup_printf ("%.*s" ELLIPSIS, (int)(at - *line), *line);
  g_free (*line);
  *line = shorter;
}

void
gloss_append (GString *out,
              const RenderStyle *style,
              const char *headword,
              const ParlanceDefinition *definition,
              guint width)
{
  const ParlanceEntry *entry =
      definition != NULL && parlance_definition_get_n_entries (definition) > 0
          ? parlance_definition_get_entry (definition, 0)
          : NULL;
  guint used = INDENT + MAX (width, gloss_width (headword));

  append_padding (out, INDENT);
  render_text (out, style, RENDER_STRONG, headword);
  if (entry != NULL)
    {
      const char *phonetic = parlance_entry_get_phonetic (entry);
      g_autofree char *sense = dup_sense (headword, parlance_entry_get_text (entry));

      append_padding (out, used - INDENT - gloss_width (headword) + GAP);
      used += GAP;
      if (phonetic != NULL && *phonetic != '\0')
        {
          render_text (out, style, RENDER_DIM, phonetic);
          append_padding (out, GAP);
          used += gloss_width (phonetic) + GAP;
        }
      if (style->columns > 0)
        cut (&sense, MAX (style->columns, used + MIN_SENSE) - used);
      g_string_append (out, sense);
    }
  g_string_append_c (out, '\n');
}
