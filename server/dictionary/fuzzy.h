/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The strategy FUZZY of library_scan().
 */
#pragma once

#include "server/dictionary/library.h"

/** fuzzy_match: like library_scan(); -1: a mapped file is damaged */
int fuzzy_match (const Library *library,
                 const LibraryScan *scan,
                 LibraryMatch *ret_matches,
                 gboolean *ret_more);
