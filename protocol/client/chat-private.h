/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the parts of ParlanceChat share, and what tests decide about it.
 */
#pragma once

#include "protocol/client/chat.h"
#include "protocol/client/link.h"

ParlanceLink *parlance_chat_get_link (ParlanceChat *self);

/** parlance_chat_set_clock: @clock: (transfer none): for tests, before anything else is done */
void parlance_chat_set_clock (ParlanceChat *self, const ParlanceClock *clock);

/** parlance_chat_get_client: "name/version" */
const char *parlance_chat_get_client (ParlanceChat *self);

/**
 * parlance_chat_begin_rename:
 * @task: of parlance_chat_set_nick_async()
 *
 * Holds messages back and, as soon as none is on its way, calls parlance_chat_rename_now(): the
 * server tells repeated messages by their nick too.
 *
 * Returns: %FALSE when another one has begun and not ended
 */
gboolean parlance_chat_begin_rename (ParlanceChat *self, GTask *task);

/** parlance_chat_rename_now: asks the server; @task: (transfer full) */
void parlance_chat_rename_now (ParlanceChat *self, GTask *task);

/** parlance_chat_end_rename: messages go out again */
void parlance_chat_end_rename (ParlanceChat *self);

/** parlance_chat_take_rename: somebody has another nick, maybe ourselves */
void parlance_chat_take_rename (ParlanceChat *self, const char *from, const char *to);

/** parlance_chat_drop_room: it was left, or is refused: no longer part of the chat */
void parlance_chat_drop_room (ParlanceChat *self, ParlanceRoom *room);
