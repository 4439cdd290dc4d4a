/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceJoinDialog: the rooms of the server, to go to one of them, or to make one. What comes of
 * it is shown by `win.show-room` of the window that it belongs to.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"

#define PARLANCE_TYPE_JOIN_DIALOG (parlance_join_dialog_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceJoinDialog, parlance_join_dialog, PARLANCE, JOIN_DIALOG, AdwWindow)

/** parlance_join_dialog_new: @client: visits a server */
ParlanceJoinDialog *parlance_join_dialog_new (GtkWindow *parent, ParlanceClient *client);
