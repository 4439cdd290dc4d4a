/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The archive: threads that read what was said long ago, so that the authority never waits for it.
 * One reads pages of rooms, the other searches and keeps the full-text index up to date when
 * nothing else is to be done. Requests come from the authority and are answered to the worker.
 */
#pragma once

#include "server/chat/request.h"

typedef struct Archive Archive;

/**
 * archive_new:
 * @data_dir: (nullable): of the journal; %NULL: nothing is stored, and nothing is found
 */
Archive *archive_new (const char *data_dir, GError **error);
gboolean archive_start (Archive *self, GError **error);

/**
 * archive_post:
 * @request: (transfer full): CHAT_HISTORY, CHAT_SEARCH or CHAT_CATCH_UP. With `room_id` (0: every
 *   room of a search) and, for the last, @seq: up to where messages are behind the ring
 */
void archive_post (Archive *self, ChatRequest *request);

/** archive_note: something was stored that may be indexed. Any thread; cheap */
void archive_note (Archive *self);

/** archive_stop: ends what is under way, refuses what was posted, and joins */
void archive_stop (Archive *self);
void archive_free (Archive *self);
