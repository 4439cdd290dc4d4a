/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceMessageScroll: where a list of messages stands: it follows the newest, or stays with a
 * message. Everything is by item: the adjustment of a GtkListView is an estimate. Property:
 * "following" (boolean), which notifies.
 */
#pragma once

#include "client-gui/message-row.h"

#define PARLANCE_TYPE_MESSAGE_SCROLL (parlance_message_scroll_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceMessageScroll, parlance_message_scroll, PARLANCE, MESSAGE_SCROLL, GObject)

/**
 * ParlanceMessageScroll::arrived:
 * @row: (type ParlanceMessageRow): of the message that parlance_message_scroll_go_to() was asked
 * for
 */

/**
 * ParlanceMessageScroll::settled:
 *
 * It stands where it was to go: what is in view is what is looked at.
 */

/** parlance_message_scroll_new: @list: whose rows are ParlanceMessageRow, in a scrolled window */
ParlanceMessageScroll *parlance_message_scroll_new (GtkListView *list, GtkAdjustment *adjustment);

/** parlance_message_scroll_get_following: whether the newest is in view, and will be */
gboolean parlance_message_scroll_get_following (ParlanceMessageScroll *self);

/** parlance_message_scroll_is_moving: whether what is in view is about to be something else */
gboolean parlance_message_scroll_is_moving (ParlanceMessageScroll *self);

/** parlance_message_scroll_follow: goes to the newest and stays there */
void parlance_message_scroll_follow (ParlanceMessageScroll *self);

/** parlance_message_scroll_pages: downwards, of what is in view; negative: upwards */
void parlance_message_scroll_pages (ParlanceMessageScroll *self, int n_pages);

#define PARLANCE_MESSAGE_SCROLL_MIDDLE G_MININT

/**
 * parlance_message_scroll_go_to:
 * @position: of the item in the list's model
 * @y: [px] where the top of its row is to be, from the top of what is in view; or
 *   %PARLANCE_MESSAGE_SCROLL_MIDDLE
 */
void parlance_message_scroll_go_to (ParlanceMessageScroll *self, guint position, int y);

/**
 * parlance_message_scroll_get_top:
 * @ret_y: (out): [px] where its top is, from the top of what is in view; negative: above
 *
 * Returns: (transfer none) (nullable): the first row that is in view
 */
ParlanceMessageRow *parlance_message_scroll_get_top (ParlanceMessageScroll *self, int *ret_y);
