/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Strangers' names in places of one line, and in sentences: nothing in them may break the line or
 * reorder what stands around. Pure.
 */
#pragma once

#include <glib.h>

/**
 * parlance_plain_line:
 * @text: well-formed UTF-8
 *
 * Returns: (transfer full): @text with line ends, controls and what steers the direction of text
 *   replaced by spaces
 */
char *parlance_plain_line (const char *text);

/** parlance_plain_isolate: Returns: (transfer full): parlance_plain_line() in FSI … PDI, to stand
 * in a sentence */
char *parlance_plain_isolate (const char *text);

#define PARLANCE_PLAIN_EXCERPT 160 /* [characters] more than any label of one line shows */

/**
 * parlance_plain_excerpt:
 * @text: well-formed UTF-8
 * @n_characters: at most how many of it are kept; "…" says that there were more
 *
 * Returns: (transfer full): the beginning of a longer text on one line, white space run together,
 *   in FSI … PDI; "" when there is nothing but space
 */
char *parlance_plain_excerpt (const char *text, guint n_characters);
