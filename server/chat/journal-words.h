/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a word is to the search through messages, the same for what is indexed and for what is
 * asked: a run of letters and digits, or a single character of a script that is written without
 * spaces (or, as Korean, with endings). Words are compared after NFKC, full case folding and
 * without accents, vowel points and harakat. Symbols such as emoji are words too, each its own.
 */
#pragma once

#include <glib.h>

/** journal_words_append: the words of @text (UTF-8), each with a space after it. Returns: how many
 */
guint journal_words_append (GString *out, const char *text, gsize n_bytes);

/**
 * journal_words_append_query:
 * @text: UTF-8, NUL-terminated
 *
 * Appends an FTS5 expression for all of the words, where characters that follow each other directly
 * are to follow each other. Nothing in @text is taken for syntax. Of very long texts the beginning
 * counts.
 *
 * Returns: %FALSE: it has no word, and nothing was appended
 */
gboolean journal_words_append_query (GString *out, const char *text);
