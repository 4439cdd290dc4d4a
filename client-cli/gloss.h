/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A word's meaning in one line, for lists under a text. Pure.
 */
#pragma once

#include "client-cli/render.h"

/**
 * gloss_is_common:
 *
 * Returns: whether @headword is one of the commonest function words of English or Chinese, which
 * who reads a text knows
 */
gboolean gloss_is_common (const char *headword);

/** gloss_width: Returns: the columns that @headword takes */
guint gloss_width (const char *headword);

/**
 * gloss_append:
 * @definition: (nullable): its first entry is shown; %NULL or without entries: the word alone
 * @width: [columns] of the list's headwords
 *
 * Appends an indented line: headword, phonetic, and the first line of the text that says something,
 * cut to what is left of the terminal.
 */
void gloss_append (GString *out,
                   const RenderStyle *style,
                   const char *headword,
                   const ParlanceDefinition *definition,
                   guint width);
