/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How well an entry answers a search.
 */
#pragma once

#include "server/dictionary/library.h"
#include "server/dictionary/search-question.h"

/**
 * search_score:
 *
 * By weight: the headword is what was asked, holds all of it, holds some of it; a meaning of the
 * entry is what was asked; the words stand together; the headword is frequent; the entry begins
 * with the words, and is short. Of a long text only the beginning counts.
 *
 * Returns: more for the better, at least 1; 0 when the entry does not hold every term
 */
guint32 search_score (const SearchQuestion *question, const LibraryEntry *entry);
