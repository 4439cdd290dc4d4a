/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceNickEntry: where one says what one wants to be called; it says what is wrong with that as
 * it is written.
 */
#pragma once

#include <adwaita.h>

#define PARLANCE_TYPE_NICK_ENTRY (parlance_nick_entry_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceNickEntry, parlance_nick_entry, PARLANCE, NICK_ENTRY, GtkWidget)

/** ParlanceNickEntry::activate: Enter was pressed in what may be a nick */

/** ParlanceNickEntry::changed: there is another text */

const char *parlance_nick_entry_get_text (ParlanceNickEntry *self);
void parlance_nick_entry_set_text (ParlanceNickEntry *self, const char *nick);

/** parlance_nick_entry_is_valid: whether what is written may be a nick */
gboolean parlance_nick_entry_is_valid (ParlanceNickEntry *self);

/**
 * parlance_nick_entry_refuse:
 * @words: why nobody can be called so
 * @suggestion: takes its place, selected
 */
void
parlance_nick_entry_refuse (ParlanceNickEntry *self, const char *words, const char *suggestion);

/** parlance_nick_entry_edit: all of it is selected, to be written over */
void parlance_nick_entry_edit (ParlanceNickEntry *self);
