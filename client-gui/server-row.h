/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceServerRow: a server of the network, to be joined, in the list of the welcome page.
 */
#pragma once

#include <adwaita.h>

#include "protocol/client/server.h"

#define PARLANCE_TYPE_SERVER_ROW (parlance_server_row_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceServerRow, parlance_server_row, PARLANCE, SERVER_ROW, AdwActionRow)

/** ParlanceServerRow::join: its button was pressed, or the row activated */

/** parlance_server_row_new: shows what @server says of itself, as long as it is there */
GtkWidget *parlance_server_row_new (ParlanceServer *server);

ParlanceServer *parlance_server_row_get_server (ParlanceServerRow *self);
