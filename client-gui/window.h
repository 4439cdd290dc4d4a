/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceWindow: puts the pages side by side and owns the actions `win.*`, by which the widgets in
 * it ask for what is not theirs; none of them knows the window. Actions with a parameter:
 *
 *   win.show-room(s)        the room becomes the current one; it is joined if need be
 *   win.show-message((sx))  the room, and in it the message of that seq
 *   win.look-up(s)          the dictionary pane opens with the word; "" just opens it
 *   win.show-word-book      the saved words
 *   win.toast(s)            a word on what has passed
 *   win.leave-server        back to the choice of a server
 */
#pragma once

#include "client-gui/application.h"

#define PARLANCE_TYPE_WINDOW (parlance_window_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceWindow, parlance_window, PARLANCE, WINDOW, AdwApplicationWindow)

ParlanceWindow *parlance_window_new (ParlanceApplication *application, ParlanceClient *client);
