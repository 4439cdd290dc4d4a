/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Requests that wait, and whose turn it is: each address has a line, and one of each line is taken
 * in turn. Whoever asks for little waits for one request of each other address, not for all that
 * somebody else has asked for. Belongs to one thread.
 *
 * Within a line they are taken in their order. A connection has one page of history, one search and
 * one piece of catching up under way at a time, so that its order is one by turns over connections.
 */
#pragma once

#include "server/chat/request.h"

typedef struct Turns Turns;

/* Pages of one address that wait: one second's worth of large ones, and some for each of a hundred
 * people who come back at once through one address. */
#define TURNS_MAX_OF_ADDRESS 256

Turns *turns_new (void);

/** turns_free: takes %NULL: discards what waits */
void turns_free (Turns *self);

/**
 * turns_add:
 * @request: (transfer full): goes into the line of its client's `address`, or into one of the
 *   client's own where that is %NULL
 *
 * Returns: %FALSE, and nothing is taken, where too many of the address wait. Pieces of catching up
 *   are always taken: a client has one at a time, and cannot do without
 */
gboolean turns_add (Turns *self, ChatRequest *request);

/** turns_take: (transfer full) (nullable): the one whose turn it is; %NULL: none waits */
ChatRequest *turns_take (Turns *self);
