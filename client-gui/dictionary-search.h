/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceDictionarySearch: what is found while one types: headwords that begin so, or entries that
 * hold the words. A question replaces the one before it, whose answer is not waited for any more.
 */
#pragma once

#include "client-gui/dictionary-hit.h"
#include "client-gui/dictionary.h"

#define PARLANCE_TYPE_DICTIONARY_SEARCH (parlance_dictionary_search_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceDictionarySearch, parlance_dictionary_search, PARLANCE, DICTIONARY_SEARCH, GObject)

/**
 * ParlanceDictionarySearch::answered:
 *
 * The results, the suggestions and the error are those of the question that was asked last.
 */

ParlanceDictionarySearch *parlance_dictionary_search_new (ParlanceDictionary *dictionary);

/**
 * parlance_dictionary_search_ask:
 * @text: what was typed, well-formed UTF-8; when it is blank nothing is asked
 * @in_entries: the words are sought in the texts of entries
 *
 * Until the answer is there, the results stay those of the question before.
 */
void parlance_dictionary_search_ask (ParlanceDictionarySearch *self,
                                     const char *text,
                                     gboolean in_entries);

/** parlance_dictionary_search_cancel: the answer is not wanted any more */
void parlance_dictionary_search_cancel (ParlanceDictionarySearch *self);

/** parlance_dictionary_search_get_results: Returns: (transfer none): of ParlanceDictionaryHit, in
 * the server's order */
GListModel *parlance_dictionary_search_get_results (ParlanceDictionarySearch *self);

/** parlance_dictionary_search_get_suggestions: Returns: (transfer none) (array zero-terminated=1):
 * words that may have been meant, when there are no results */
const char *const *parlance_dictionary_search_get_suggestions (ParlanceDictionarySearch *self);

/** parlance_dictionary_search_get_error: Returns: (nullable): why there is no answer */
const GError *parlance_dictionary_search_get_error (ParlanceDictionarySearch *self);
