/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Our messages on their way out, over all rooms and connections. The next one is sent when the
 * server has answered the one before: where one is put off ("rate_limited"), or a connection is
 * lost with it, nothing can have overtaken it. A message goes from here when it is sent or has
 * failed.
 */
#pragma once

#include "protocol/client/room.h"
#include "protocol/client/link.h"

typedef struct _ParlanceOutbox ParlanceOutbox;

/**
 * parlance_outbox_new:
 * @owner: (transfer none): whose part it is: kept alive while others are told of messages
 * @changed: called when the number of messages, or whether one is out, may have changed
 */
ParlanceOutbox *
parlance_outbox_new (GObject *owner, ParlanceLink *link, void (*changed) (GObject *owner));
void parlance_outbox_free (ParlanceOutbox *self);

/** parlance_outbox_add: @message: pending, and in the list of @room */
void parlance_outbox_add (ParlanceOutbox *self, ParlanceRoom *room, ParlanceMessage *message);

/** parlance_outbox_wake: a room was joined */
void parlance_outbox_wake (ParlanceOutbox *self);

/** parlance_outbox_pause: the connection is gone; what was out is sent again with the next one */
void parlance_outbox_pause (ParlanceOutbox *self);

/** parlance_outbox_hold: while @hold, nothing more is sent. What is out is still out */
void parlance_outbox_hold (ParlanceOutbox *self, gboolean hold);

/** parlance_outbox_is_out: whether the server owes an answer */
gboolean parlance_outbox_is_out (const ParlanceOutbox *self);

/** parlance_outbox_fail: @room: (nullable): all messages of it, or all there are, fail with @error
 */
void parlance_outbox_fail (ParlanceOutbox *self, ParlanceRoom *room, const GError *error);

guint parlance_outbox_get_n (const ParlanceOutbox *self);
