/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlancePeoplePane: who is in the current room.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"

#define PARLANCE_TYPE_PEOPLE_PANE (parlance_people_pane_get_type ())
G_DECLARE_FINAL_TYPE (ParlancePeoplePane, parlance_people_pane, PARLANCE, PEOPLE_PANE, GtkWidget)

/** parlance_people_pane_set_client: once, before it is shown */
void parlance_people_pane_set_client (ParlancePeoplePane *self, ParlanceClient *client);
