/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceWordButton: a word that is offered, on a button.
 */
#pragma once

#include <gtk/gtk.h>

#define PARLANCE_TYPE_WORD_BUTTON (parlance_word_button_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceWordButton, parlance_word_button, PARLANCE, WORD_BUTTON, GtkButton)

/** parlance_word_button_new: @word: a stranger's text */
GtkWidget *parlance_word_button_new (const char *word);

/** parlance_word_button_get_word: the whole of it, however much of it is shown */
const char *parlance_word_button_get_word (ParlanceWordButton *self);
