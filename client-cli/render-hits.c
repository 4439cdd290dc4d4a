/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Search hits for people: a heading for each, and what was found under it, the words marked.
 */
#include "client-cli/render.h"

#include <string.h>

#include "client-cli/display-text.h"
#include "client-cli/wrap.h"
#include "protocol/wire/utf8.h"

#define SNIPPET_INDENT 2 /* [columns] */

/* The length of the word among @words that stands at @at [bytes], or 0. Letters that are no ASCII
 * are compared as they are, and other forms of a word are not known here: what is not marked is
 * only not bold. */
static gsize
marked_bytes (const char *const *words, const char *line, const char *at)
{
  gboolean is_inside = at > line && g_ascii_isalnum (at[-1]);
  gsize most = 0;

  for (; *words != NULL; words++)
    {
      gsize n = strlen (*words);

      if (n > most && !(is_inside && g_ascii_isalnum (**words)) &&
          g_ascii_strncasecmp (at, *words, n) == 0)
        most = n;
    }
  return most;
}

static void
append_marked (GString *out, const RenderStyle *style, const char *const *words, const char *lines)
{
  const char *plain = lines;

  for (const char *at = lines; *at != '\0';)
    {
      gsize n = marked_bytes (words, lines, at);

      if (n == 0)
        {
          at = parlance_utf8_next (at);
          continue;
        }
      g_autofree char *mark = g_strndup (at, n);
      g_string_append_len (out, plain, at - plain);
      render_text (out, style, RENDER_STRONG, mark);
      at += n;
      plain = at;
    }
  g_string_append (out, plain);
}

/* The words of a search, as they may stand in a text. (transfer full) */
static char **
words_of (const char *text)
{
  g_autofree char *harmless = display_dup_line (text);
  g_auto (GStrv) pieces = g_strsplit_set (harmless, " \"", -1);
  GPtrArray *words = g_ptr_array_new ();

  for (guint i = 0; pieces[i] != NULL; i++)
    {
      if (*pieces[i] != '\0')
        g_ptr_array_add (words, g_strdup (pieces[i]));
    }
  g_ptr_array_add (words, NULL);
  return (char **)g_ptr_array_free (words, FALSE);
}

void
render_hits (GString *out, const RenderStyle *style, const ParlanceSearchHits *hits)
{
  g_auto (GStrv) words = words_of (style->color ? parlance_search_hits_get_text (hits) : "");
  g_autoptr (GString) wrapped = g_string_new (NULL);

  for (guint i = 0; i < parlance_search_hits_get_n_hits (hits); i++)
    {
      const char *headword;
      const char *dictionary;
      g_autofree char *snippet =
          display_dup_line (parlance_search_hits_get_snippet (hits, i, &headword, &dictionary));

      render_text (out, style, RENDER_STRONG, headword);
      g_string_append (out, "  ");
      render_text (out, style, RENDER_DIM, dictionary);
      g_string_append_c (out, '\n');
      g_string_truncate (wrapped, 0);
      wrap_append (wrapped, snippet, SNIPPET_INDENT, style->columns);
      append_marked (out, style, (const char *const *)words, wrapped->str);
    }
}
