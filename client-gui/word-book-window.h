/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceWordBookWindow: the words that a person saved: to look through, to search, to take out
 * and to export. What it asks of the main window, by the actions of that, is `win.look-up` and
 * `win.show-message`; so it is transient for it.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"

#define PARLANCE_TYPE_WORD_BOOK_WINDOW (parlance_word_book_window_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceWordBookWindow, parlance_word_book_window, PARLANCE, WORD_BOOK_WINDOW, AdwWindow)

/** parlance_word_book_window_present: shows the word book over @main, the same one every time */
void parlance_word_book_window_present (GtkWindow *main, ParlanceClient *client);
