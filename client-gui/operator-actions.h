/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The actions of a window about one's account, and those of operators, which are enabled for them
 * alone:
 *
 *   win.show-account         registering, logging in, devices
 *   win.show-bans            who is banned
 *   win.send-notice          to everybody, or those in the room that is shown
 *   win.operate((ss))        "kick", "mute", "ban", "make-operator", "revoke", "set-password" or
 *                            "delete-account" and a nick; "close-room" or "open-room" and a room:
 *                            asks first
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"

/** parlance_operator_actions_attach: @toasts: (transfer none): of @window: says what has been done
 */
void parlance_operator_actions_attach (GtkApplicationWindow *window,
                                       ParlanceClient *client,
                                       AdwToastOverlay *toasts);

/** parlance_operator_actions_are_enabled: whether whoever sits before @widget is an operator */
gboolean parlance_operator_actions_are_enabled (GtkWidget *widget);

/** parlance_operator_actions_menu: Returns: (transfer full): what can be done about somebody */
GMenuModel *parlance_operator_actions_menu (const char *nick);
