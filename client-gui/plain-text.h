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
