/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A stranger's text where there is room for one line. Pure.
 */
#pragma once

#include <glib.h>

/**
 * parlance_display_line_dup:
 * @text: well-formed UTF-8, of any size
 * @max_chars: [code points]
 *
 * Returns: (transfer full): @text on one line, cut with an ellipsis when it is longer
 */
char *parlance_display_line_dup (const char *text, guint max_chars);

/** parlance_display_line_dup_isolated: the same inside of bidi isolates: for sentences around it */
char *parlance_display_line_dup_isolated (const char *text, guint max_chars);
