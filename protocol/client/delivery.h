/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The way of a room's messages from the server into its list: in the order of seq, each once. What
 * comes too early is held until what is missing has been fetched through `history`; what does not
 * exist there (any more) is done without. Source: docs/protocol.md, section 6, `message`.
 */
#pragma once

#include "protocol/client/link.h"
#include "protocol/client/message-list.h"

#define PARLANCE_DELIVERY_MOST_HELD 256 /* messages; later ones are fetched instead */
#define PARLANCE_DELIVERY_TRIES 5       /* to fetch what is missing, from a server that is busy */

typedef struct _ParlanceDelivery ParlanceDelivery;

/**
 * parlance_delivery_new:
 * @owner: (transfer none): whose part it is: kept alive while messages are delivered
 * @delivered: (transfer none): called for each, in order, when it is in the list
 */
ParlanceDelivery *
parlance_delivery_new (GObject *owner,
                       ParlanceLink *link,
                       ParlanceMessageList *list,
                       void (*delivered) (GObject *owner, ParlanceMessage *message));
void parlance_delivery_free (ParlanceDelivery *self);

/** parlance_delivery_take: the server passed @message on */
void parlance_delivery_take (ParlanceDelivery *self, ParlanceMessage *message);

/**
 * parlance_delivery_is_begun:
 *
 * Returns: whether it is known after which seq messages are wanted
 */
gboolean parlance_delivery_is_begun (const ParlanceDelivery *self);

/**
 * parlance_delivery_begin:
 * @room: name of the room, for `history`
 * @last_seq: where the room's log stood when it was joined
 *
 * The answer to a join is there. When it is the first, or the log goes back behind what has been
 * delivered, the list starts anew at @last_seq; otherwise it goes on where it was.
 */
void parlance_delivery_begin (ParlanceDelivery *self, const char *room, gint64 last_seq);

/** parlance_delivery_begin_after: before the first join: what comes after @seq is wanted */
void parlance_delivery_begin_after (ParlanceDelivery *self, gint64 seq);

/** parlance_delivery_get_n_missed: how far the log had gone on when the room was joined anew */
gint64 parlance_delivery_get_n_missed (const ParlanceDelivery *self);

/** parlance_delivery_pause: the connection is gone. The next one goes on behind the list's last seq
 */
void parlance_delivery_pause (ParlanceDelivery *self);

/** parlance_delivery_forget: pauses; the next server has another log */
void parlance_delivery_forget (ParlanceDelivery *self);
