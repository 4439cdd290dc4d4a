/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A ParlanceWordContext that outlives the call it came with.
 */
#pragma once

#include "client-gui/saved-word.h"

/** parlance_word_context_copy: @context: (nullable). Returns: (transfer full) (nullable) */
ParlanceWordContext *parlance_word_context_copy (const ParlanceWordContext *context);

/** parlance_word_context_free: @self: (nullable): made by parlance_word_context_copy() */
void parlance_word_context_free (ParlanceWordContext *self);
