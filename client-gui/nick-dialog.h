/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceNickDialog: taking another nick on the server that is visited.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"

#define PARLANCE_TYPE_NICK_DIALOG (parlance_nick_dialog_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceNickDialog, parlance_nick_dialog, PARLANCE, NICK_DIALOG, AdwWindow)

/** parlance_nick_dialog_new: @client: visits a server */
ParlanceNickDialog *parlance_nick_dialog_new (GtkWindow *parent, ParlanceClient *client);
