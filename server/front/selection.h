/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which dictionaries a request asks, by name.
 */
#pragma once

#include "protocol/wire/lookup.h"
#include "server/dictionary/library.h"

/**
 * selection_from_json:
 * @names: array of strings, or a value without text: all
 * @scratch: room for the longest name (`names->n_bytes`); a fault borrows from it
 *
 * Returns: %FALSE with no_such_dictionary when a name is not in the library
 */
gboolean selection_from_json (const Library *library,
                              const ParlanceJsonValue *names,
                              char *scratch,
                              LibrarySelection *ret_selection,
                              ParlanceFault *ret_fault);
