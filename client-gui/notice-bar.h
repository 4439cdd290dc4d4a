/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceNoticeBar: what an operator has to say to everybody, until it is put away.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"

#define PARLANCE_TYPE_NOTICE_BAR (parlance_notice_bar_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceNoticeBar, parlance_notice_bar, PARLANCE, NOTICE_BAR, GtkWidget)

/** parlance_notice_bar_set_client: once, before it is shown */
void parlance_notice_bar_set_client (ParlanceNoticeBar *self, ParlanceClient *client);
