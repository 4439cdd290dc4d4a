/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The section of how keys begin (layout.h).
 */
#pragma once

#include "server/dictionary/compile-index.h"

/** compile_starts_write: when the keys are distinct and sorted */
gboolean compile_starts_write (CompileIndex *self, GError **error);
