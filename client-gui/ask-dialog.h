/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceAskDialog: asks for one thing before it can go on: a nick, or a password. Enter answers.
 */
#pragma once

#include <adwaita.h>

#define PARLANCE_TYPE_ASK_DIALOG (parlance_ask_dialog_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceAskDialog, parlance_ask_dialog, PARLANCE, ASK_DIALOG, AdwMessageDialog)

/**
 * ParlanceAskDialog::answered:
 * @text: what was written
 *
 * Nothing is emitted when it is cancelled.
 */

/** parlance_ask_dialog_new_nick: @nick: to begin with; only what may be a nick is an answer */
GtkWindow *parlance_ask_dialog_new_nick (GtkWindow *parent, const char *words, const char *nick);

/** parlance_ask_dialog_new_password: @words: why it is asked for */
GtkWindow *parlance_ask_dialog_new_password (GtkWindow *parent, const char *words);
