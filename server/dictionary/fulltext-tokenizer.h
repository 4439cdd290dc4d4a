/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The tokenizer of full-text indexes, for SQLite.
 */
#pragma once

#include <sqlite3.h>

#define FULLTEXT_TOKENIZER "parlance"

/**
 * fulltext_register_tokenizer:
 *
 * Makes %FULLTEXT_TOKENIZER known to a connection. Of an entry it gives the tokens of
 * text-tokens.h; a text that begins with %FULLTEXT_HEADWORD_MARK gives each a second time, marked.
 * A question is tokens already, with spaces between them.
 *
 * Returns: an SQLite code
 */
int fulltext_register_tokenizer (sqlite3 *db);
