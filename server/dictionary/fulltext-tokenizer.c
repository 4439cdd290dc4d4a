/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From text-tokens.h to FTS5's interface.
 */
#include "server/dictionary/fulltext-tokenizer.h"

#include <string.h>

#include "server/dictionary/fulltext.h"
#include "server/dictionary/text-tokens.h"

typedef int (*EmitToken) (void *context, int flags, const char *token, int n, int begin, int end);

/* What is asked for is tokens already: stemming them once more could change them. */
static int
emit_question (const char *text, int n_text, EmitToken emit, void *context)
{
  const char *end = text + n_text;

  while (text < end)
    {
      const char *space = memchr (text, ' ', (gsize)(end - text));
      const char *token_end = space ? space : end;
      int code =
          token_end > text ? emit (context, 0, text, (int)(token_end - text), 0, 0) : SQLITE_OK;

      if (code != SQLITE_OK)
        return code;
      text = token_end + 1;
    }
  return SQLITE_OK;
}

static int
emit_entry (const char *text, int n_text, EmitToken emit, void *context)
{
  gboolean is_headword = n_text > 0 && text[0] == FULLTEXT_HEADWORD_MARK;
  TextCursor cursor = { text, (guint32)n_text, is_headword, TRUE };
  TextToken token;
  char marked[TEXT_TOKEN_MAX + 1] = { FULLTEXT_HEADWORD_MARK };

  while (text_token_next (&cursor, &token))
    {
      int n = (int)token.n_text;
      int code = emit (context, 0, token.text, n, (int)token.begin, (int)token.end);

      if (code == SQLITE_OK && is_headword)
        {
          memcpy (marked + 1, token.text, token.n_text);
          code =
              emit (context, FTS5_TOKEN_COLOCATED, marked, n + 1, (int)token.begin, (int)token.end);
        }
      if (code != SQLITE_OK)
        return code;
    }
  return SQLITE_OK;
}

static int
tokenizer_run (Fts5Tokenizer *tokenizer,
               void *context,
               int flags,
               const char *text,
               int n_text,
               EmitToken emit)
{
  if (text == NULL)
    return SQLITE_OK;
  return flags & FTS5_TOKENIZE_QUERY ? emit_question (text, n_text, emit, context)
                                     : emit_entry (text, n_text, emit, context);
}

/* It has no state; FTS5 wants a pointer all the same. */
static int
tokenizer_create (void *context, const char **arguments, int n_arguments, Fts5Tokenizer **ret)
{
  static char instance;

  *ret = (Fts5Tokenizer *)&instance;
  return SQLITE_OK;
}

static void
tokenizer_delete (Fts5Tokenizer *tokenizer)
{
}

int
fulltext_register_tokenizer (sqlite3 *db)
{
  static fts5_tokenizer tokenizer = { tokenizer_create, tokenizer_delete, tokenizer_run };
  sqlite3_stmt *statement = NULL;
  fts5_api *api = NULL;
  int code = sqlite3_prepare_v2 (db, "SELECT fts5(?1)", -1, &statement, NULL);

  if (code == SQLITE_OK)
    code = sqlite3_bind_pointer (statement, 1, (void *)&api, "fts5_api_ptr", NULL);
  if (code == SQLITE_OK)
    (void)sqlite3_step (statement);
  (void)sqlite3_finalize (statement);
  if (code != SQLITE_OK || api == NULL)
    return code != SQLITE_OK ? code : SQLITE_ERROR;
  return api->xCreateTokenizer (api, FULLTEXT_TOKENIZER, NULL, &tokenizer, NULL);
}
