/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds the links in a stranger's text. Pure.
 */
#pragma once

#include <glib.h>

/**
 * parlance_text_links_find:
 * @text: well-formed UTF-8
 * @ret_end: (out): [bytes] where the link ends
 *
 * A link begins with "http://", "https://" or "mailto:" at the start of a word, and ends before
 * white space, quotes, punctuation of a sentence around it, or a bracket that it does not open.
 *
 * Returns: [bytes] where the first link at or after @from begins, or -1
 */
gssize parlance_text_links_find (const char *text, gsize from, gsize *ret_end);

/**
 * parlance_text_links_to_markup:
 *
 * Returns: (transfer full) (nullable): markup of @text with its links as links and everything else
 *   escaped; %NULL when there is no link
 */
char *parlance_text_links_to_markup (const char *text);

/** parlance_text_links_is_safe: whether @uri is of a scheme that is opened at all */
gboolean parlance_text_links_is_safe (const char *uri);
