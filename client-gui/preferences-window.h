/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlancePreferencesWindow: the settings, each in force as soon as it is changed.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"

#define PARLANCE_TYPE_PREFERENCES_WINDOW (parlance_preferences_window_get_type ())
G_DECLARE_FINAL_TYPE (ParlancePreferencesWindow,
                      parlance_preferences_window,
                      PARLANCE,
                      PREFERENCES_WINDOW,
                      AdwPreferencesWindow)

/** parlance_preferences_window_show: @parent: (nullable) */
void parlance_preferences_window_show (GtkWindow *parent, ParlanceClient *client);
