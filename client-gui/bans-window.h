/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceBansWindow: the bans and mutes in force, for operators, who lift them here or add some.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"

#define PARLANCE_TYPE_BANS_WINDOW (parlance_bans_window_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceBansWindow, parlance_bans_window, PARLANCE, BANS_WINDOW, AdwWindow)

/** parlance_bans_window_new: Returns: (transfer none): to be presented */
GtkWindow *parlance_bans_window_new (GtkWindow *parent, ParlanceClient *client);
