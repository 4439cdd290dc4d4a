/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a text to terms, and to what FTS5 is asked.
 */
#include "server/dictionary/search-question.h"

#include <string.h>

#include "server/dictionary/fulltext.h"
#include "server/dictionary/text-tokens.h"

static gboolean
is_quote (gunichar c)
{
  return c == '"' || c == 0xff02 || (c >= 0x201c && c <= 0x201f) || c == 0xab || c == 0xbb ||
         (c >= 0x300c && c <= 0x300f);
}

/* The terms before the last one: an equal one is asked for once. */
static gboolean
is_known (const SearchQuestion *self, const SearchTerm *term)
{
  for (guint i = 0; i < self->n_terms; i++)
    {
      if (self->terms[i].n_tokens == term->n_tokens &&
          memcmp (&self->tokens[self->terms[i].first], &self->tokens[term->first],
                  term->n_tokens * sizeof self->tokens[0]) == 0)
        return TRUE;
    }
  return FALSE;
}

/* The tokens, each behind @mark if there is one, as a phrase between quotes. */
static void
append_phrase (GString *expression, const GString *tokens, char mark)
{
  g_string_append (expression, expression->len > 0 ? " AND \"" : "\"");
  for (gsize i = 0; i < tokens->len; i++)
    {
      if (mark && (i == 0 || tokens->str[i - 1] == ' '))
        g_string_append_c (expression, mark);
      g_string_append_c (expression, tokens->str[i]);
    }
  g_string_append_c (expression, '"');
}

static void
add_term (SearchQuestion *self, const char *text, gsize n_text)
{
  g_autoptr (GString) tokens = g_string_new (NULL);
  TextCursor cursor = { text, (guint32)n_text, 0, FALSE };
  SearchTerm term = { (guint16)self->n_tokens, 0 };
  TextToken token;

  while (self->n_tokens < SEARCH_MAX_TOKENS && text_token_next (&cursor, &token))
    {
      if (tokens->len > 0)
        g_string_append_c (tokens, ' ');
      g_string_append_len (tokens, token.text, token.n_text);
      self->tokens[self->n_tokens++] = layout_hash (token.text, token.n_text);
      term.n_tokens++;
    }
  if (term.n_tokens == 0 || is_known (self, &term))
    {
      self->n_tokens = term.first;
      return;
    }
  self->terms[self->n_terms++] = term;
  append_phrase (self->anywhere, tokens, '\0');
  append_phrase (self->headword, tokens, FULLTEXT_HEADWORD_MARK);
}

gboolean
search_question_init (SearchQuestion *self, const char *text, gsize n_text)
{
  const char *end = text + n_text;
  const char *begin = text;
  gboolean is_quoted = FALSE;

  self->n_tokens = 0;
  self->n_terms = 0;
  self->anywhere = g_string_new (NULL);
  self->headword = g_string_new (NULL);
  for (const char *at = text; at < end;)
    {
      gunichar c = g_utf8_get_char (at);
      const char *next = at + g_utf8_skip[(guchar)*at];

      if (is_quote (c) || (!is_quoted && g_unichar_isspace (c)))
        {
          add_term (self, begin, (gsize)(at - begin));
          begin = next;
          is_quoted ^= is_quote (c);
        }
      at = next;
    }
  add_term (self, begin, (gsize)(end - begin));
  library_fold (text, n_text, &self->key);
  return self->n_terms > 0;
}

void
search_question_clear (SearchQuestion *self)
{
  g_string_free (self->anywhere, TRUE);
  g_string_free (self->headword, TRUE);
}
