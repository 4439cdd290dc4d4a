/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who may come in: connections that were accepted are counted, as a whole and by address, and dealt
 * out to the workers round robin, to be served or to be told why they are not. The main thread's.
 */
#pragma once

#include "server/config.h"
#include "server/net/worker.h"

typedef struct Reception Reception;

#define RECEPTION_MEMORY_SHARE 4  /* of the ceiling: what one address may take, a quarter */
#define RECEPTION_MAX_REFUSALS 32 /* connections that are told so at a time */

/** reception_new: @memory: (transfer none): what all connections take */
Reception *reception_new (Memory *memory);
/** reception_free: takes %NULL; the workers have gone */
void reception_free (Reception *self);

/** reception_set_workers: (transfer none): before the first connection */
void reception_set_workers (Reception *self, Worker *const *workers, guint n_workers);

/** reception_set_config: (transfer none): until the next one; raises the limit of descriptors as
 * connection_limit() does */
void reception_set_config (Reception *self, const Config *config);

/** reception_admit: takes @fd */
void reception_admit (Reception *self, int fd, const Address *address, const Door *door);

/** reception_peers: (transfer none): what is known of addresses, for `stats` */
const Peers *reception_peers (const Reception *self);
