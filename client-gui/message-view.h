/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceMessageView: the messages of the current conversation, and following them.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"

#define PARLANCE_TYPE_MESSAGE_VIEW (parlance_message_view_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceMessageView, parlance_message_view, PARLANCE, MESSAGE_VIEW, GtkWidget)

/** parlance_message_view_set_client: once, before it is shown */
void parlance_message_view_set_client (ParlanceMessageView *self, ParlanceClient *client);

/** parlance_message_view_scroll_pages: see parlance_message_scroll_pages() */
void parlance_message_view_scroll_pages (ParlanceMessageView *self, int n_pages);

/** parlance_message_view_show_message: see parlance_room_page_show_message() */
void parlance_message_view_show_message (ParlanceMessageView *self, gint64 seq);
