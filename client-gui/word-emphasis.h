/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where a saved word stands in the sentence that it was met in.
 */
#pragma once

#include "client-gui/saved-word.h"

/**
 * parlance_word_emphasis_find:
 * @ret_start: (out): [bytes]
 * @ret_end: (out): [bytes], behind it
 *
 * Looks for the headword, then for its inflections. Case does not count; a word is not found as a
 * part of a longer one, except among characters that are written without spaces.
 *
 * Returns: %FALSE when the sentence has none of them
 */
gboolean parlance_word_emphasis_find (const char *sentence,
                                      ParlanceEntry *entry,
                                      gsize *ret_start,
                                      gsize *ret_end);
