/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Before the window closes: whether the server that was started from here is to go on without it.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"

/** parlance_quit_guard_attach: asks when @window is to be closed while there is such a server */
void parlance_quit_guard_attach (GtkWindow *window, ParlanceClient *client);
