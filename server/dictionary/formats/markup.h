/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The markup that dictionaries are written in, as plain text that reads well: tags go, entities are
 * the characters they stand for, blocks and items of lists get lines of their own, and there is
 * never more than one blank line. Nothing is refused: what is no markup is text. Time is
 * proportional to the length whatever the text is, memory to at most some times the length.
 */
#pragma once

#include <glib.h>

typedef enum
{
  MARKUP_HTML,
  MARKUP_PANGO, /* white space and line ends are kept, as they are in XDXF */
  MARKUP_XDXF,  /* without the headword that an article repeats */
  MARKUP_XML,   /* of no known meaning, a line for each element: PowerWord, WordNet */
} MarkupKind;

/**
 * markup_to_plain:
 * @text: UTF-8 without NUL
 * @n_bytes: [bytes]
 * @out: is appended to; what is appended begins and ends with no white space but indentation
 */
void markup_to_plain (MarkupKind kind, const char *text, gsize n_bytes, GString *out);
