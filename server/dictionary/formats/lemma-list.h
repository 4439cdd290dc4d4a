/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The list of English inflections that accompanies ECDICT (`lemma.en.txt`; lines
 * `be/4109826 -> is,was,were`, comments begin with `;`). It is derived from a corpus and less exact
 * than the dictionary's own column: it only speaks for forms which that does not mention.
 */
#pragma once

#include "server/dictionary/formats/pour.h"

typedef struct LemmaList LemmaList;

/**
 * lemma_list_read:
 *
 * Returns: (transfer full): or %NULL with %SOURCE_ERROR_IO or %SOURCE_ERROR_DAMAGED
 */
LemmaList *lemma_list_read (const char *path, GError **error);
void lemma_list_free (LemmaList *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LemmaList, lemma_list_free)

/** lemma_list_forget: drops @form, which a better source has spoken of. */
void lemma_list_forget (LemmaList *self, SourceText form);

/** lemma_list_pour: gives what is left to the sink, most frequent lemma first. */
gboolean lemma_list_pour (const LemmaList *self, Pour *pour, GError **error);
