/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceDictionaryHit: a headword that was found while one types, or the entry of one in which
 * something was found. Immutable.
 */
#pragma once

#include <glib-object.h>

#define PARLANCE_TYPE_DICTIONARY_HIT (parlance_dictionary_hit_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceDictionaryHit, parlance_dictionary_hit, PARLANCE, DICTIONARY_HIT, GObject)

/**
 * parlance_dictionary_hit_new:
 * @dictionaries: the titles of those that have it, for people
 * @snippet: (nullable): what was found in the entry
 */
ParlanceDictionaryHit *
parlance_dictionary_hit_new (const char *headword, const char *dictionaries, const char *snippet);

const char *parlance_dictionary_hit_get_headword (ParlanceDictionaryHit *self);
const char *parlance_dictionary_hit_get_dictionaries (ParlanceDictionaryHit *self);

/** parlance_dictionary_hit_get_snippet: Returns: (nullable) */
const char *parlance_dictionary_hit_get_snippet (ParlanceDictionaryHit *self);
