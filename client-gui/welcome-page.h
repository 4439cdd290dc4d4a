/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceWelcomePage: the servers on the network, as they are heard of, to choose one from.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"

#define PARLANCE_TYPE_WELCOME_PAGE (parlance_welcome_page_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceWelcomePage, parlance_welcome_page, PARLANCE, WELCOME_PAGE, GtkWidget)

/** parlance_welcome_page_set_client: once, before it is shown */
void parlance_welcome_page_set_client (ParlanceWelcomePage *self, ParlanceClient *client);

/** parlance_welcome_page_show_menu: the main menu */
void parlance_welcome_page_show_menu (ParlanceWelcomePage *self);
