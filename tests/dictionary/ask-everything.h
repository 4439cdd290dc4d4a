/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Asking one compiled form everything there is to ask, for tests of damaged ones: whatever comes
 * back has to be bounded and inside of the bytes given.
 */
#pragma once

#include <glib.h>

#include "server/dictionary/dictionary.h"

/**
 * ask_everything:
 * @words: (array zero-terminated=1): to ask for
 * @data: @n_bytes: what the library's only dictionary was made of
 */
void ask_everything (Library *library, const char *const *words, const guint8 *data, gsize n_bytes);

/** library_of: (transfer full): a library of @dictionary (transfer full) alone. */
Library *library_of (Dictionary *dictionary);
