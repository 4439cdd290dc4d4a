/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What define and match have in common.
 */
#pragma once

#include "protocol/wire/lookup.h"
#include "server/front/context.h"

/** lookup_fold: FALSE with invalid_params when nothing is left of the word */
gboolean lookup_fold (const ParlanceLookup *lookup, LibraryKey *ret_key, ParlanceFault *ret_fault);

/** lookup_select: sets the selection of the worker's context. FALSE: no_such_dictionary */
gboolean
lookup_select (Connection *connection, const ParlanceLookup *lookup, ParlanceFault *ret_fault);

/** lookup_damaged: the fault of a compiled dictionary that turned out to be damaged */
void lookup_damaged (ParlanceFault *ret_fault);

/** lookup_append_word: the beginning of a result: {"word":"…" */
void lookup_append_word (GString *reply, const ParlanceLookup *lookup);
