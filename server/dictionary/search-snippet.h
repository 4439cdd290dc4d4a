/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The piece of an entry's text that shows why a search found it.
 */
#pragma once

#include "server/dictionary/library.h"
#include "server/dictionary/search-question.h"

/**
 * search_snippet:
 * @hit: its snippet is written: about 160 characters around the terms, or from the beginning where
 *   none stands in the text; "…" where something was cut off
 */
void search_snippet (const SearchQuestion *question, const LibraryEntry *entry, LibraryHit *hit);
