/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceAccountWindow: one's account on the server that is visited: registering, logging in,
 * another password, where one is logged in.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"

#define PARLANCE_TYPE_ACCOUNT_WINDOW (parlance_account_window_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceAccountWindow, parlance_account_window, PARLANCE, ACCOUNT_WINDOW, AdwWindow)

/** parlance_account_window_new: Returns: (transfer none): to be presented */
GtkWindow *parlance_account_window_new (GtkWindow *parent, ParlanceClient *client);
