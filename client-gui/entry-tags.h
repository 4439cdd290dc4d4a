/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What dictionaries mark words and forms with, in words for people.
 */
#pragma once

#include <glib.h>

/** parlance_entry_tags_name: Returns: (transfer none): short; @tag itself when it is not known */
const char *parlance_entry_tags_name (const char *tag);

/** parlance_entry_tags_explain: Returns: (transfer none) (nullable): for a tooltip */
const char *parlance_entry_tags_explain (const char *tag);

/** parlance_entry_tags_name_form: Returns: (transfer none): of a kind of inflection; @kind itself
 * when it is not known */
const char *parlance_entry_tags_name_form (const char *kind);
