/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Before the window closes: whether to wait for what the server has not acknowledged.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"

/** parlance_unsent_guard_attach: asks when @window is to be closed while there are such messages,
 * after it has given a server that is there five seconds for them. */
void parlance_unsent_guard_attach (GtkWindow *window, ParlanceClient *client);
