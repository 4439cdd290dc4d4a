/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceBanRow: one ban or mute, and the button that lifts it.
 */
#pragma once

#include <gtk/gtk.h>

#include "client-gui/ban.h"

#define PARLANCE_TYPE_BAN_ROW (parlance_ban_row_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceBanRow, parlance_ban_row, PARLANCE, BAN_ROW, GtkWidget)

/** ParlanceBanRow::lift: somebody wants it lifted */

GtkWidget *parlance_ban_row_new (void);
void parlance_ban_row_set_ban (ParlanceBanRow *self, ParlanceBan *ban);

/** parlance_ban_row_get_ban: Returns: (transfer none) (nullable) */
ParlanceBan *parlance_ban_row_get_ban (ParlanceBanRow *self);
