/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Words at a place of a text, as far as that can be told without a dictionary. All positions are in
 * code points, all text is well-formed UTF-8. Pure.
 */
#pragma once

#include <glib.h>

/**
 * parlance_word_place_dup_window:
 * @at: 0 to the length of @text
 * @ret_start: (out): where in @text what is returned begins
 *
 * No headword is longer than a line: so much of a text as the server needs to know of it, however
 * long it is.
 *
 * Returns: (transfer full): the text around @at
 */
char *parlance_word_place_dup_window (const char *text, gint64 at, gint64 *ret_start);

/**
 * parlance_word_place_find:
 * @ret_start: (out): of the word at @at
 * @ret_end: (out): exclusive
 *
 * A run of letters, marks and digits, with apostrophes and hyphens inside, that is all of an
 * alphabet; in scripts without spaces, one character.
 *
 * Returns: whether there is a word at @at at all
 */
gboolean parlance_word_place_find (const char *text, gint64 at, gint64 *ret_start, gint64 *ret_end);

/**
 * parlance_word_place_narrow:
 * @start: (inout): of what somebody has selected in @text
 * @end: (inout): exclusive; more than @start
 *
 * Whether that is one whole word, and around it, at most, what belongs to no word; in scripts
 * without spaces, no more characters than words have. Then it is narrowed to the word.
 */
gboolean parlance_word_place_narrow (const char *text, gint64 *start, gint64 *end);

/**
 * parlance_word_place_list_candidates:
 *
 * What could be a headword that covers @at: the word there, and phrases of it and its neighbours.
 *
 * Returns: (transfer full) (array zero-terminated=1): the longest first
 */
char **parlance_word_place_list_candidates (const char *text, gint64 at);
