/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How the text of a dictionary entry is laid out for reading on a page of any width. Pure.
 */
#pragma once

#include <glib.h>

/* [bytes] of the text that was laid out; @end is exclusive */
typedef struct
{
  guint start;
  guint end;
} ParlanceTextRange;

/**
 * parlance_entry_text_lay_out:
 * @text: of the entry: well-formed UTF-8, of any size
 * @headword: of the entry
 * @max_bytes: [bytes]: what is behind them is left out
 * @ret_quiet: (element-type ParlanceTextRange): parts of speech, numbers of senses and references
 *   are added, in order
 * @ret_cut: (out): whether something was left out
 *
 * A first line that says the headword again is left out, lines that were broken for the page of the
 * printed dictionary are joined, and indentation says how deep a line is, not where it begins.
 *
 * Returns: (transfer full): one line for each sense
 */
char *parlance_entry_text_lay_out (
    const char *text, const char *headword, gsize max_bytes, GArray *ret_quiet, gboolean *ret_cut);
