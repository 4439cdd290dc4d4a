/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceDictionaryChoice: which of the server's dictionaries are asked, and in which order: a
 * GListModel of ParlanceDictionaryItem in the order of the person, who changes it by the settings
 * `dictionary-order` and `hidden-dictionaries`, here or elsewhere. What the settings say of
 * dictionaries that this server does not have is kept for the servers that do.
 */
#pragma once

#include <gio/gio.h>

#include "client-gui/dictionary-item.h"

#define PARLANCE_TYPE_DICTIONARY_CHOICE (parlance_dictionary_choice_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceDictionaryChoice, parlance_dictionary_choice, PARLANCE, DICTIONARY_CHOICE, GObject)

/**
 * ParlanceDictionaryChoice::changed:
 *
 * What parlance_dictionary_choice_get_names() says may be another.
 */

ParlanceDictionaryChoice *parlance_dictionary_choice_new (GSettings *settings);

/**
 * parlance_dictionary_choice_set_dictionaries:
 * @infos: (nullable) (element-type ParlanceDictionaryInfo): what the server has, in its order
 */
void parlance_dictionary_choice_set_dictionaries (ParlanceDictionaryChoice *self, GPtrArray *infos);

/**
 * parlance_dictionary_choice_get_names:
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): for ParlanceLookupOptions; %NULL
 *   for all of them in the server's order, and when every one of them is hidden, which would leave
 *   nothing to ask. Valid until ::changed
 */
const char *const *parlance_dictionary_choice_get_names (ParlanceDictionaryChoice *self);

/** parlance_dictionary_choice_get_title: Returns: (transfer none): what people call the dictionary
 * @name; @name itself when it is not known */
const char *parlance_dictionary_choice_get_title (ParlanceDictionaryChoice *self, const char *name);

/** parlance_dictionary_choice_move: puts the dictionary at @from where the one at @to is */
void parlance_dictionary_choice_move (ParlanceDictionaryChoice *self, guint from, guint to);
