/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The hasher: threads of low priority that compare passwords with their hashes, and make new ones.
 * As many hashes are made at a time as there are threads: each takes PASSWORD_MEMORY_BYTES.
 */
#pragma once

#include "server/chat/request.h"

typedef struct Hasher Hasher;

#define HASHER_THREADS 2
#define HASHER_MAX_WAITING 64   /* requests, those that are being worked on included */
#define HASHER_MAX_OF_ADDRESS 8 /* of them from one address, or its network of IPv6 */

/**
 * hasher_new:
 * @done: gets back what was submitted, on a thread of the hasher; when that is being stopped with
 *   nothing done
 */
Hasher *hasher_new (void (*done) (ChatRequest *request, void *data), void *data, GError **error);

gboolean hasher_start (Hasher *self, GError **error);

/** hasher_stop: lets what runs end, hands the rest back, and joins the threads */
void hasher_stop (Hasher *self);

/** hasher_free: stopped, or never started. Takes %NULL */
void hasher_free (Hasher *self);

/** hasher_has_room: whether hasher_submit() would take a request from there. The authority's thread
 */
gboolean hasher_has_room (const Hasher *self, const NetworkAddress *from);

/**
 * hasher_submit:
 * @request: (transfer full): with its check set
 *
 * There has to be room for it. The authority's thread
 */
void hasher_submit (Hasher *self, ChatRequest *request);

/** hasher_returned: a request that was submitted is back. The authority's thread */
void hasher_returned (Hasher *self, const ChatRequest *request);
