/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A certificate with its chain and key, ready to greet clients with. Immutable once made, and
 * counted by reference between threads: SIGHUP makes another one, and connections go on with the
 * one they began with.
 */
#pragma once

#include <glib.h>

typedef struct TlsContext TlsContext;

/**
 * tls_context_new:
 * @certificate_path: PEM: the server's certificate first, then those of its chain
 * @key_path: PEM: the private key, without a passphrase; may be the same file
 *
 * TLS 1.3, or 1.2 without renegotiation. There are no tickets and there is no cache of sessions:
 * each handshake proves anew who the server is, and nothing is kept of a client that has gone.
 *
 * A certificate that has expired, or a key that others may read, is warned of and served.
 *
 * Returns: (transfer full) (nullable): the error is one line that names the file and the reason
 */
TlsContext *tls_context_new (const char *certificate_path, const char *key_path, GError **error);

/** tls_context_ref: any thread, as is tls_context_unref() */
TlsContext *tls_context_ref (TlsContext *self);
/** tls_context_unref: @self: (nullable) */
void tls_context_unref (TlsContext *self);

/** tls_context_fingerprint: (transfer none): "sha256:" and 64 hexadecimal digits, of the
 * certificate
 */
const char *tls_context_fingerprint (const TlsContext *self);

struct ssl_ctx_st;

/** tls_context_ssl: for transport-tls.c. SSL_get_app_data() of an SSL of it is a TlsSecrets that is
 * told the secrets of its handshake, or %NULL */
struct ssl_ctx_st *tls_context_ssl (TlsContext *self);
