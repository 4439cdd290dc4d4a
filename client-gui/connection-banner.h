/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceConnectionBanner: a thin line over a page that says how the chat stands with its server
 * while there is something to say.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"

#define PARLANCE_TYPE_CONNECTION_BANNER (parlance_connection_banner_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceConnectionBanner, parlance_connection_banner, PARLANCE, CONNECTION_BANNER, GtkWidget)

/** parlance_connection_banner_set_client: once, before it is shown */
void parlance_connection_banner_set_client (ParlanceConnectionBanner *self, ParlanceClient *client);
