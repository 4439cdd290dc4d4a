/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * While a server is visited: whether to go on with it when it is not the one that it was.
 */
#pragma once

#include <gtk/gtk.h>

#include "client-gui/client.h"

/** parlance_trust_guard_attach: asks over @window each time the server has been refused */
void parlance_trust_guard_attach (GtkWindow *window, ParlanceClient *client);
