/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceFindBar: finds what was said in the current room, and leads from one place to the next by
 * `room.show-message`. The server looks, so that all that it keeps is found.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"

#define PARLANCE_TYPE_FIND_BAR (parlance_find_bar_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceFindBar, parlance_find_bar, PARLANCE, FIND_BAR, GtkWidget)

/**
 * ParlanceFindBar::closed:
 *
 * The person is done; the focus is to go somewhere else.
 */

/** parlance_find_bar_set_client: once, before it is shown */
void parlance_find_bar_set_client (ParlanceFindBar *self, ParlanceClient *client);

/** parlance_find_bar_open: shows it, with the focus in it */
void parlance_find_bar_open (ParlanceFindBar *self);
