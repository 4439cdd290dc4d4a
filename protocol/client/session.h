/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceSession: the client's side of the protocol over one connection. Everything is
 * asynchronous and belongs to one thread: the calls, their callbacks and the signal run on the
 * thread-default main context that parlance_session_connect_async() was called in.
 * protocol/client/lookup.h has the typed methods. Source: docs/protocol.md, sections 1 and 2.
 */
#pragma once

#include <gio/gio.h>

#include "protocol/client/trust.h"
#include "protocol/wire/errors.h"

#define PARLANCE_TYPE_SESSION (parlance_session_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceSession, parlance_session, PARLANCE, SESSION, GObject)

/**
 * ParlanceSession::closed:
 * @error: (nullable): why, or %NULL when parlance_session_close() did it
 *
 * An open connection ended. Said once for each connection, after every call that was pending has
 * been completed.
 */

/**
 * ParlanceSession::notification:
 * @method: what kind of notification it is; a stranger's text
 * @params: JSON text of an object
 *
 * The server told something that nobody asked for.
 */

/**
 * parlance_session_new:
 * @host_and_port: "host", "host:port", "address", "[v6 address]:port" or "[v6 address%interface]";
 *   the default port is 9502
 *
 * A wrong @host_and_port is reported by parlance_session_connect_finish().
 */
ParlanceSession *parlance_session_new (const char *host_and_port);

/**
 * parlance_session_new_for_addresses:
 * @addresses: (array zero-terminated=1): of one server, best first, at least one; several must be
 *   numeric
 *
 * They are tried side by side, each a quarter of a second after the one before, until one accepts
 * (protocol/client/connector.h).
 */
ParlanceSession *parlance_session_new_for_addresses (const char *const *addresses);

/**
 * parlance_session_set_trust:
 * @trust: (transfer none): referenced: what the server has to show
 *
 * Before connecting. Without it TLS is used where the server speaks it, and a server is known again
 * by the id in its certificate.
 */
void parlance_session_set_trust (ParlanceSession *self, ParlanceTrust *trust);

/** parlance_session_get_trust: (transfer none) */
ParlanceTrust *parlance_session_get_trust (ParlanceSession *self);

/**
 * parlance_session_get_peer_fingerprint:
 *
 * Returns: (transfer none) (nullable): "sha256:…" of the certificate that the server has shown,
 *   also when it was refused for that; %NULL: plain text, or not connected yet
 */
const char *parlance_session_get_peer_fingerprint (ParlanceSession *self);

/**
 * parlance_session_get_address:
 *
 * Returns: (transfer none): what the session was made with; of several the one that it connected to
 *   last, before that the first
 */
const char *parlance_session_get_address (ParlanceSession *self);

/**
 * parlance_session_dup_peer:
 *
 * Returns: (transfer full) (nullable): "address:port" or "[v6 address]:port" of the server at the
 *   other end; %NULL when not connected
 */
char *parlance_session_dup_peer (ParlanceSession *self);

/**
 * parlance_session_connect_async:
 * @cancellable: (nullable): there is no time limit of the session's own
 *
 * Tries the addresses of the host until one accepts. A session may be connected again after its
 * connection ended.
 */
void parlance_session_connect_async (ParlanceSession *self,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);

/**
 * parlance_session_connect_finish:
 * @error: %G_IO_ERROR_INVALID_ARGUMENT for a bad address, %G_IO_ERROR_PENDING when already
 *   connected or connecting, %G_IO_ERROR_CLOSED when closed meanwhile, of %PARLANCE_TRUST_ERROR
 *   when the server is not to be trusted, else the network's
 */
gboolean
parlance_session_connect_finish (ParlanceSession *self, GAsyncResult *result, GError **error);

/**
 * parlance_session_call_async:
 * @method: name of the method
 * @params: (nullable): JSON text of an object, on one line
 * @cancellable: (nullable): cancelling completes the call at once; a late answer is dropped
 *
 * Sends a request. Any number may be pending; answers come in any order. A pending call keeps the
 * session alive: parlance_session_close() ends what a silent server never answers.
 */
void parlance_session_call_async (ParlanceSession *self,
                                  const char *method,
                                  const char *params,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

/**
 * parlance_session_call_finish:
 * @error: of %PARLANCE_ERROR when the server answered with an error (the code is its reason), and
 *   with %PARLANCE_REASON_TOO_LONG for a request over the protocol's line limit, which is not sent;
 *   %G_IO_ERROR_NOT_CONNECTED, %G_IO_ERROR_CLOSED after parlance_session_close(),
 *   %G_IO_ERROR_CONNECTION_CLOSED when the server closed, %G_IO_ERROR_INVALID_DATA when it sent
 *   what is not of the protocol, %G_IO_ERROR_CANCELLED, or what the network said
 *
 * Returns: (transfer full) (nullable): the result's JSON text, exactly as it came
 */
char *parlance_session_call_finish (ParlanceSession *self, GAsyncResult *result, GError **error);

/**
 * parlance_session_call_get_retry_after_ms:
 *
 * Returns: [ms] how long the error that ended the call said to wait before asking again; 0: it said
 *   nothing of that
 */
gint64 parlance_session_call_get_retry_after_ms (ParlanceSession *self, GAsyncResult *result);

/**
 * parlance_session_notify:
 * @method: name of the method
 * @params: (nullable): as for parlance_session_call_async()
 *
 * Sends what is not answered. Without a connection, or over the line limit, nothing is sent.
 */
void parlance_session_notify (ParlanceSession *self, const char *method, const char *params);

/**
 * parlance_session_get_n_lines:
 *
 * Returns: how many lines have come from the server since the session was made: whether it lives
 */
guint64 parlance_session_get_n_lines (ParlanceSession *self);

/**
 * parlance_session_close:
 *
 * Ends the connection, or the attempt to connect. Pending calls are completed with
 * %G_IO_ERROR_CLOSED. Does nothing when not connected.
 */
void parlance_session_close (ParlanceSession *self);
