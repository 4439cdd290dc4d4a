/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * TLS between a socket and its connection: bytes that were received go in and lines come out, and
 * the other way round. It does no I/O of its own but for transport_tls_flush(), and never waits.
 * Of the worker that owns the connection, on its thread. A connection in plain text has none.
 */
#pragma once

#include "server/net/output.h"
#include "server/net/transport-tls-context.h"
#include "server/net/transport-tls-records.h"

typedef struct TransportTls TransportTls;

/* Buffers that the connections of one worker share. */
typedef struct TlsScratch TlsScratch;

#define TLS_HANDSHAKE 0x16 /* the first byte of a TLS client; plain text never begins with it */
#define TLS_MAX_RECEIVED (64 * 1024) /* [bytes] that transport_tls_receive() takes at once */

TlsScratch *tls_scratch_new (void);
/** tls_scratch_free: @self: (nullable) */
void tls_scratch_free (TlsScratch *self);

/**
 * transport_tls_new:
 * @scratch: not owned
 *
 * Returns: (nullable): %NULL when there is no memory for it
 */
TransportTls *transport_tls_new (TlsContext *context, TlsScratch *scratch);
/** transport_tls_free: @self: (nullable): says nothing to the peer */
void transport_tls_free (TransportTls *self);

/**
 * transport_tls_receive:
 * @bytes: what the socket gave, at most TLS_MAX_RECEIVED of it
 * @ret_plain: (out) (transfer none): what was in it, valid until the next call for any connection
 *   of the worker; to be overwritten, as there may be passwords in it
 *
 * Takes all of @bytes. What is to be answered by TLS itself waits for transport_tls_flush().
 */
TlsStatus transport_tls_receive (
    TransportTls *self, const char *bytes, gsize n_bytes, char **ret_plain, gsize *ret_n_plain);

/** transport_tls_flush: as output_flush(); before the handshake is over only its own bytes go */
OutputStatus transport_tls_flush (
    TransportTls *self, Output *output, OutputPool *pool, int fd, gsize *ret_n_sent);

/** transport_tls_end: queues, once, the word that nothing more will be sent */
void transport_tls_end (TransportTls *self);

/** transport_tls_n_unsent: [bytes] that are encrypted and not yet with the kernel */
gsize transport_tls_n_unsent (const TransportTls *self);

/** transport_tls_n_bytes: [bytes] of memory that it takes, about */
gsize transport_tls_n_bytes (const TransportTls *self);

/** transport_tls_has_begun_record: whether a part of one has come, and is kept */
gboolean transport_tls_has_begun_record (const TransportTls *self);

TlsStatus transport_tls_status (const TransportTls *self);
