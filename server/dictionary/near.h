/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The keys that can be within some distance of a word, found by lengths and signatures without
 * reading the keys themselves.
 */
#pragma once

#include "server/dictionary/dictionary.h"
#include "server/dictionary/letters.h"

/**
 * near_keys:
 * @distance: at most %LETTERS_MAX_DISTANCE
 * @cancelled: (nullable): looked at every few thousand keys; what is found then does not matter
 * @addresses: (element-type guint32): keys are appended: all that are as near as @distance, and
 *   some that are not
 *
 * Returns: %FALSE when the file is damaged
 */
gboolean near_keys (const Dictionary *dictionary,
                    const Letters *word,
                    guint distance,
                    const LibraryCancel *cancelled,
                    GArray *addresses);
