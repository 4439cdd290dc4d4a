/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Compiling the sections that find keys by their letters.
 */
#pragma once

#include "server/dictionary/compile-index.h"

/** compile_letters_write: of @self's keys, sorted, each once and with its address as value */
gboolean compile_letters_write (CompileIndex *self, GError **error);
