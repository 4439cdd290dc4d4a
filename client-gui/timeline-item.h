/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceTimelineItem: a message and what a row needs to know of its neighbours. Made when a view
 * asks for it and gone when the view lets go of it. Properties: "message" (constant) and "marks"
 * (ParlanceTimelineMarks as uint), which notifies.
 */
#pragma once

#include "protocol/client/message.h"

typedef enum
{
  PARLANCE_TIMELINE_STARTS_DAY = 1 << 0,   /* the first message of its day */
  PARLANCE_TIMELINE_STARTS_GROUP = 1 << 1, /* not the same author going on talking */
  PARLANCE_TIMELINE_FIRST_UNREAD = 1 << 2, /* all from here on is new */
} ParlanceTimelineMarks;

#define PARLANCE_TYPE_TIMELINE_ITEM (parlance_timeline_item_get_type ())
G_DECLARE_FINAL_TYPE (
    ParlanceTimelineItem, parlance_timeline_item, PARLANCE, TIMELINE_ITEM, GObject)

/** parlance_timeline_item_new: @living: message to item, not owned; the item is in it while it
 * lives
 */
ParlanceTimelineItem *parlance_timeline_item_new (GHashTable *living,
                                                  ParlanceMessage *message,
                                                  ParlanceTimelineMarks marks);

/** parlance_timeline_item_get_message: Returns: (transfer none) */
ParlanceMessage *parlance_timeline_item_get_message (ParlanceTimelineItem *self);

ParlanceTimelineMarks parlance_timeline_item_get_marks (ParlanceTimelineItem *self);
void parlance_timeline_item_set_marks (ParlanceTimelineItem *self, ParlanceTimelineMarks marks);
