/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceTimeline: the messages of one room as they are looked at: a GListModel of
 * ParlanceTimelineItem, in the order of the ParlanceMessageList. Items exist only while somebody
 * holds them.
 *
 * What arrives at the end is shown some rows at a time, with a pause for a frame between: a view
 * that is flooded stays answering. Pages of history wait in front until the view is ready for them.
 * Everything else changes at once.
 */
#pragma once

#include "client-gui/timeline-item.h"
#include "protocol/client/message-list.h"

#define PARLANCE_TIMELINE_GROUP_MS (5 * 60 * 1000) /* [ms] a longer silence ends a group */

#define PARLANCE_TYPE_TIMELINE (parlance_timeline_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceTimeline, parlance_timeline, PARLANCE, TIMELINE, GObject)

/**
 * ParlanceTimeline::older-wait:
 *
 * A page of history waits for parlance_timeline_show_older().
 */

/** parlance_timeline_new: the end of @messages, and whatever comes behind it; what stands before
 * may wait for parlance_timeline_show_older(). */
ParlanceTimeline *parlance_timeline_new (ParlanceMessageList *messages);

/**
 * parlance_timeline_set_read_seq:
 * @read_seq: from 0; -1: nothing is marked
 *
 * Marks the first message of others that came after @read_seq.
 */
void parlance_timeline_set_read_seq (ParlanceTimeline *self, gint64 read_seq);
gint64 parlance_timeline_get_read_seq (ParlanceTimeline *self);

/**
 * parlance_timeline_find:
 * @ret_position: (out) (optional)
 *
 * Returns: whether the message of that number is there
 */
gboolean parlance_timeline_find (ParlanceTimeline *self, gint64 seq, guint *ret_position);

/**
 * parlance_timeline_show_older:
 *
 * Shows the pages of history that wait. To be called between the events of a frame and its layout:
 * a GtkListView that is scrolled while it has rows in front that were not laid out goes astray.
 */
void parlance_timeline_show_older (ParlanceTimeline *self);

/** parlance_timeline_show_some_older: the same with at most @n_most messages, the newest of them */
void parlance_timeline_show_some_older (ParlanceTimeline *self, guint n_most);
gboolean parlance_timeline_has_older_waiting (ParlanceTimeline *self);

/** parlance_timeline_refresh: another day has begun, or the clock was set */
void parlance_timeline_refresh (ParlanceTimeline *self);
