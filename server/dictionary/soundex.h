/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * American Soundex, as the archives of the United States file surnames by it: a letter and three
 * digits, for words that sound alike.
 */
#pragma once

#include <glib.h>

#define SOUNDEX_N_CODES (26 * 7 * 7 * 7)

/**
 * soundex_code:
 * @key: (array length=n_bytes): a folded word
 *
 * Looks at the ASCII letters only; h and w do not part equal sounds, other letters without a digit
 * do.
 *
 * Returns: the code as a number below %SOUNDEX_N_CODES, or -1 for a word that has none: without a
 * letter, or with a letter or mark beyond ASCII
 */
int soundex_code (const char *key, gsize n_bytes);
