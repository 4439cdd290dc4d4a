/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceMessageRow: one message of a conversation, below the lines that part it from those
 * before. Bound to one item after another; what few messages need is made when one needs it.
 * Actions: `message.copy`, `message.reply` (by `room.reply`), `message.look-up`, `message.retry`,
 * `message.discard`.
 */
#pragma once

#include <adwaita.h>

#include "client-gui/client.h"
#include "client-gui/timeline-item.h"

#define PARLANCE_TYPE_MESSAGE_ROW (parlance_message_row_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceMessageRow, parlance_message_row, PARLANCE, MESSAGE_ROW, GtkWidget)

/**
 * ParlanceMessageRow::look-up:
 * @text: what is to be looked up, or where it stands
 * @at: [code points] the place in @text; -1: @text is wanted, exactly
 * @where: (type GdkRectangle): the place in the row's coordinates
 */

GtkWidget *parlance_message_row_new (ParlanceClient *client);

/** parlance_message_row_bind: @item: (nullable): %NULL: the row is put aside */
void parlance_message_row_bind (ParlanceMessageRow *self, ParlanceTimelineItem *item);

/** parlance_message_row_get_item: Returns: (transfer none) (nullable) */
ParlanceTimelineItem *parlance_message_row_get_item (ParlanceMessageRow *self);

/** parlance_message_row_flash: marks it for a moment */
void parlance_message_row_flash (ParlanceMessageRow *self);

/** parlance_message_row_show_menu: @where: in the row's coordinates */
void parlance_message_row_show_menu (ParlanceMessageRow *self, const GdkRectangle *where);
