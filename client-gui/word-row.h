/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceWordRow: a saved word in the word book: headword and first sense, the sentence that it
 * was met in, and when it is open the whole entry and what can be done with it. The first row of a
 * day has the day above it.
 *
 * The actions of its buttons are `words.look-up(s)`, `words.show-message(s)` and `words.remove(s)`,
 * with the headword.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/saved-word.h"

#define PARLANCE_TYPE_WORD_ROW (parlance_word_row_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceWordRow, parlance_word_row, PARLANCE, WORD_ROW, GtkWidget)

GtkWidget *parlance_word_row_new (void);

/** parlance_word_row_set_word: @has_message: whether the sentence can be shown where it stands */
void
parlance_word_row_set_word (ParlanceWordRow *self, ParlanceSavedWord *word, gboolean has_message);

/** parlance_word_row_set_day: @day: (nullable): what stands above it */
void parlance_word_row_set_day (ParlanceWordRow *self, const char *day);

void parlance_word_row_set_open (ParlanceWordRow *self, gboolean is_open);

/** parlance_word_row_dup_day: Returns: (transfer full): the name of the day of @time_ms */
char *parlance_word_row_dup_day (gint64 time_ms);
