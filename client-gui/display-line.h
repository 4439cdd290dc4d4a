/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A stranger's text, of any size, where there is room for a little of it on one line. Pure.
 */
#pragma once

#include <glib.h>

/**
 * parlance_display_line_dup:
 * @text: well-formed UTF-8
 * @max_chars: [code points]
 *
 * Returns: (transfer full): parlance_plain_line() of @text, cut with an ellipsis when it is longer
 */
char *parlance_display_line_dup (const char *text, guint max_chars);

/** parlance_display_line_dup_isolated: the same by parlance_plain_isolate() */
char *parlance_display_line_dup_isolated (const char *text, guint max_chars);
