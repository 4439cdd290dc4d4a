/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lays text out in a terminal's columns. Pure.
 */
#pragma once

#include <glib.h>

/**
 * wrap_append:
 * @text: harmless text, see client-cli/display-text.h; LF and TAB are layout
 * @indent: [columns] before each line
 * @columns: of the terminal; 0: lines are as long as they are, and TABs stay
 *
 * Lines break at white space and between wide characters (not before closing and after opening
 * punctuation), and in the middle of a word only when it is wider than the room there is. What a
 * line of @text is indented by goes before its continuation lines too. Ends with LF.
 *
 * Lines that are too wide are joined with those they go on in: lines right below, all with one
 * indent that is deeper than the first's, each of which begins with a word that would have passed
 * the widest line of @text (50 columns at least) at the end of the line before it.
 */
void wrap_append (GString *out, const char *text, guint indent, guint columns);

/**
 * wrap_append_line:
 * @line: one line of harmless text
 * @hanging: [columns] before the lines that it goes on in
 * @columns: as for wrap_append()
 */
void wrap_append_line (GString *out, const char *line, guint hanging, guint columns);
