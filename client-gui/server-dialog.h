/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceServerDialog: where the server is that is visited, whether the connection to it is
 * encrypted, and the fingerprint that others can compare.
 */
#pragma once

#include "client-gui/client.h"

#include <adwaita.h>

#define PARLANCE_TYPE_SERVER_DIALOG (parlance_server_dialog_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceServerDialog, parlance_server_dialog, PARLANCE, SERVER_DIALOG, AdwMessageDialog)

/** parlance_server_dialog_new: @client: that visits one; it is shown as it is at the moment */
GtkWindow *parlance_server_dialog_new (GtkWindow *parent, ParlanceClient *client);

/** parlance_server_dialog_is_encrypted: whether @chat is connected, and over TLS */
gboolean parlance_server_dialog_is_encrypted (ParlanceChat *chat);
