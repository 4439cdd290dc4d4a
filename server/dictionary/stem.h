/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Light English stemming for the full-text index: the endings of inflection go (plurals, -ed, -ing,
 * a final -e), those that make other words of a word stay. `running` and `run` become the same.
 */
#pragma once

#include <glib.h>

/**
 * stem_english:
 * @word: (array length=n_word): ASCII, lower case; shortened or changed at its end in place, never
 *   made longer
 *
 * Returns: the stem's length [bytes], at least 1 for a word of at least 1
 *
 * Source: steps 1 and 5 of M. F. Porter, "An algorithm for suffix stripping", 1980; -ies and -y
 *   as in his later stemmer, "Porter2"
 */
gsize stem_english (char *word, gsize n_word);
