/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Fuzzes what full-text search does with texts: the first line of the input is what is searched,
 * the rest an entry. The tokens of both have to be inside of them and well-formed, the score of the
 * entry and its snippet have to come, and the question for FTS5 has to be between its quotes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "server/dictionary/search-score.h"
#include "server/dictionary/search-snippet.h"
#include "server/dictionary/text-tokens.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes);

static void
expect (gboolean is_so)
{
  if (!is_so)
    abort ();
}

static void
check_tokens (const char *text, size_t n_text, gboolean is_json)
{
  TextCursor cursor = { text, (guint32)n_text, 0, is_json };
  guint32 end = 0;
  TextToken token;

  while (text_token_next (&cursor, &token))
    {
      expect (token.n_text > 0 && token.n_text <= TEXT_TOKEN_MAX);
      expect (g_utf8_validate (token.text, token.n_text, NULL));
      expect (token.begin >= end && token.begin < token.end && token.end <= n_text);
      expect (memchr (token.text, '"', token.n_text) == NULL);
      expect (memchr (token.text, ' ', token.n_text) == NULL);
      end = token.end;
    }
}

/* "…" AND "…" */
static void
check_expression (const GString *expression, guint n_terms)
{
  guint n_quotes = 0;

  for (gsize i = 0; i < expression->len; i++)
    n_quotes += expression->str[i] == '"';
  expect (n_quotes == 2 * n_terms);
}

static void
check_search (const char *text, size_t n_text, const LibraryEntry *entry)
{
  static LibraryHit hit;
  SearchQuestion question;

  if (search_question_init (&question, text, n_text))
    {
      check_expression (question.anywhere, question.n_terms);
      check_expression (question.headword, question.n_terms);
      (void)search_score (&question, entry);
      search_snippet (&question, entry, &hit);
      expect (hit.n_snippet <= sizeof hit.snippet);
      if (g_utf8_validate (entry->text, entry->n_text, NULL))
        expect (g_utf8_validate (hit.snippet, hit.n_snippet, NULL));
    }
  search_question_clear (&question);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t n_bytes)
{
  /* Copies of just their size, so that AddressSanitizer sees the first read outside. */
  const uint8_t *line_end = n_bytes > 0 ? memchr (data, '\n', n_bytes) : NULL;
  size_t n_text = line_end ? (size_t)(line_end - data) : n_bytes;
  size_t n_rest = line_end ? n_bytes - n_text - 1 : 0;
  g_autofree char *text = g_malloc (MAX (n_text, 1));
  g_autofree char *rest = g_malloc (MAX (n_rest, 1));
  LibraryEntry entry = { 0 };

  if (n_text > 0)
    memcpy (text, data, n_text);
  if (n_rest > 0)
    memcpy (rest, line_end + 1, n_rest);
  check_tokens (text, n_text, FALSE);
  check_tokens (rest, n_rest, TRUE);
  entry.headword = text;
  entry.n_headword = (guint32)n_text;
  entry.text = rest;
  entry.n_text = (guint32)n_rest;
  /* What is searched has been checked to be UTF-8 on the wire; entries come from a file. */
  if (g_utf8_validate (text, (gssize)n_text, NULL))
    check_search (text, n_text, &entry);
  return 0;
}
