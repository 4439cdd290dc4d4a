/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a search asks for: the text cut into terms, each a word or some that stand together, all of
 * which an entry must hold.
 */
#pragma once

#include "server/dictionary/library.h"

/* A text of 256 bytes has at most this many. Further ones are left out. */
#define SEARCH_MAX_TOKENS 128

typedef struct
{
  guint16 first; /* of its tokens */
  guint16 n_tokens;
} SearchTerm;

typedef struct
{
  guint64 tokens[SEARCH_MAX_TOKENS]; /* layout_hash() of each */
  SearchTerm terms[SEARCH_MAX_TOKENS];
  guint n_tokens;
  guint n_terms;
  LibraryKey key;    /* of the whole text */
  GString *anywhere; /* the question for FTS5: entries that hold the terms anywhere */
  GString *headword; /* in the headword */
} SearchQuestion;

/**
 * search_question_init:
 * @text: (array length=n_text): well-formed UTF-8
 *
 * What stands between quotes ("…", “…”, „…”, «…», 「…」) is one term, and so is what is written
 * without white space. None of the text reaches FTS5 but letters and digits.
 *
 * Returns: whether there is a term; to be cleared in either case
 */
gboolean search_question_init (SearchQuestion *self, const char *text, gsize n_text);
void search_question_clear (SearchQuestion *self);
