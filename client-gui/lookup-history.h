/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceLookupHistory: the words that were looked up, to go back and forward through, as in a
 * browser: looking up another word from the middle forgets what lay ahead.
 *
 * Properties: "can-go-back", "can-go-forward" (booleans, readable).
 */
#pragma once

#include <glib-object.h>

#define PARLANCE_LOOKUP_HISTORY_MAX 200

#define PARLANCE_TYPE_LOOKUP_HISTORY (parlance_lookup_history_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceLookupHistory, parlance_lookup_history, PARLANCE, LOOKUP_HISTORY, GObject)

ParlanceLookupHistory *parlance_lookup_history_new (void);

/** parlance_lookup_history_visit: @word becomes the current one; nothing happens when it is */
void parlance_lookup_history_visit (ParlanceLookupHistory *self, const char *word);

/** parlance_lookup_history_get_current: Returns: (transfer none) (nullable): none at first */
const char *parlance_lookup_history_get_current (ParlanceLookupHistory *self);

/** parlance_lookup_history_go_back: Returns: (transfer none) (nullable): the word that is current
 * then; %NULL when there is none */
const char *parlance_lookup_history_go_back (ParlanceLookupHistory *self);
const char *parlance_lookup_history_go_forward (ParlanceLookupHistory *self);

gboolean parlance_lookup_history_get_can_go_back (ParlanceLookupHistory *self);
gboolean parlance_lookup_history_get_can_go_forward (ParlanceLookupHistory *self);

/** parlance_lookup_history_clear: forgets every word */
void parlance_lookup_history_clear (ParlanceLookupHistory *self);
