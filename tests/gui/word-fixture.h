/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Entries, and a word book in a folder of its own.
 */
#pragma once

#include "client-gui/word-book.h"

/** word_fixture_entry: Returns: (transfer full): @members: the rest of the object, or "" */
ParlanceEntry *word_fixture_entry (const char *headword, const char *text, const char *members);

/** word_fixture_open: Returns: (transfer full): with its file read */
ParlanceWordBook *word_fixture_open (const char *path);

/** word_fixture_headwords: Returns: (transfer full): all of them, with spaces between */
char *word_fixture_headwords (ParlanceWordBook *book);
