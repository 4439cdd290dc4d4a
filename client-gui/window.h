/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceWindow: puts the pages side by side and owns the actions `win.*`, by which the widgets in
 * it ask for what is not theirs; none of them knows the window.
 *
 *   win.show-room(s)         the room becomes the current one; it is joined if need be
 *   win.show-message((sx))   the room, and in it the message of that seq
 *   win.show-rooms           the list of rooms, where it is on a page of its own
 *   win.next-room, win.previous-room, win.next-unread-room, win.previous-unread-room
 *   win.go-to-room(i)        the room at that place in the list, from 1
 *   win.join-room            asks which
 *   win.leave-room(s)        with a way back; win.leave-current-room: the one that is shown
 *   win.mark-read(s)         all that was said in that room has been read
 *   win.change-nick          asks which
 *   win.show-server          where it is, and whether the connection is encrypted
 *   win.leave-server         back to the choice of servers
 *   win.look-up(s)           the dictionary pane opens with the word; "" just opens it
 *   win.define-selection     looks up what is selected, or the word at the caret
 *   win.previous-word, win.next-word   of those that were looked up in the pane
 *   win.show-dictionary      opens and closes the pane
 *   win.show-word-book       the saved words
 *   win.show-menu            the primary menu
 *   win.find                 in the conversation
 *   win.toast(s)             a word on what has passed
 *
 * Those about accounts, and those of operators, are in operator-actions.h.
 */
#pragma once

#include "client-gui/application.h"

#define PARLANCE_TYPE_WINDOW (parlance_window_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceWindow, parlance_window, PARLANCE, WINDOW, AdwApplicationWindow)

ParlanceWindow *parlance_window_new (ParlanceApplication *application, ParlanceClient *client);
