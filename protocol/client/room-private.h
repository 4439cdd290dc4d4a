/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What ParlanceChat does to its rooms.
 */
#pragma once

#include "protocol/client/chat-answers.h"
#include "protocol/client/delivery.h"
#include "protocol/client/link.h"
#include "protocol/client/room.h"

/** parlance_room_new: @name: well-formed UTF-8 */
ParlanceRoom *parlance_room_new (ParlanceLink *link, const char *name);

ParlanceDelivery *parlance_room_get_delivery (ParlanceRoom *self);

/** parlance_room_has_name: whether @folded, from parlance_name_fold(), is the room's name */
gboolean parlance_room_has_name (ParlanceRoom *self, const char *folded);

ParlanceLink *parlance_room_get_link (ParlanceRoom *self);

/** parlance_room_is_begun: whether it was ever joined, so that its last seq means something */
gboolean parlance_room_is_begun (ParlanceRoom *self);

/** parlance_room_set_members: @nicks: (array zero-terminated=1): as the server lists them */
void parlance_room_set_members (ParlanceRoom *self, const char *const *nicks);

/** parlance_room_set_loading_older: Returns: %FALSE when it was so already */
gboolean parlance_room_set_loading_older (ParlanceRoom *self, gboolean loading);

/** parlance_room_join: asks the server of the link to let us in, when there is one. */
void parlance_room_join (ParlanceRoom *self);

/** parlance_room_pause: the connection is gone. */
void parlance_room_pause (ParlanceRoom *self);

/** parlance_room_forget: paused; the next server is another one */
void parlance_room_forget (ParlanceRoom *self);

/** parlance_room_leave: for good */
void parlance_room_leave (ParlanceRoom *self);

/** parlance_room_take_message: the server passed @message on */
void parlance_room_take_message (ParlanceRoom *self, ParlanceMessage *message);

/** parlance_room_take_event: @method: joined, left, topic or typing; others are passed over */
void
parlance_room_take_event (ParlanceRoom *self, const char *method, const ParlanceChatEvent *event);

/** parlance_room_rename: Returns: whether @from was a member and now is @to */
gboolean parlance_room_rename (ParlanceRoom *self, const char *from, const char *to);

/** parlance_room_may_type: Returns: whether it is time to say that we write; then it counts as said
 */
gboolean parlance_room_may_type (ParlanceRoom *self);
