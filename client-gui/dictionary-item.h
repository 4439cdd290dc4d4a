/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceDictionaryItem: one of the server's dictionaries, as a row shows it.
 *
 * Properties: "name", "title" (strings, constant; the title is the name where there is no title),
 * "shown" (boolean, writable: whether lookups ask it).
 */
#pragma once

#include "protocol/client/dictionary-info.h"

#define PARLANCE_TYPE_DICTIONARY_ITEM (parlance_dictionary_item_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceDictionaryItem, parlance_dictionary_item, PARLANCE, DICTIONARY_ITEM, GObject)

ParlanceDictionaryItem *parlance_dictionary_item_new (ParlanceDictionaryInfo *info, gboolean shown);

ParlanceDictionaryInfo *parlance_dictionary_item_get_info (ParlanceDictionaryItem *self);
const char *parlance_dictionary_item_get_name (ParlanceDictionaryItem *self);
const char *parlance_dictionary_item_get_title (ParlanceDictionaryItem *self);

gboolean parlance_dictionary_item_get_shown (ParlanceDictionaryItem *self);
void parlance_dictionary_item_set_shown (ParlanceDictionaryItem *self, gboolean shown);
