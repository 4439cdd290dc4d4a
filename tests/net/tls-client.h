/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A client of the worker fixture that speaks TLS. What it sends and reads goes through memory, so
 * that a test can send it in whatever pieces, or something else.
 */
#pragma once

#include "server/net/transport-tls-context.h"
#include "tests/net/worker-fixture.h"

#include <openssl/ssl.h>

/** tls_server_context_make: (transfer full): with a certificate as a server makes its own */
TlsContext *tls_server_context_make (void);

typedef struct
{
  Client *client;
  SSL_CTX *context;
  SSL *ssl;
  GString *received;  /* in plain text */
  gboolean has_ended; /* the server said that it sends no more */
  gboolean is_cut;    /* the stream ended */
  gsize piece_bytes;  /* that are sent at a time; 0: all */
} TlsClient;

/** tls_client_new: @client: (transfer full) */
TlsClient *tls_client_new (Client *client);
void tls_client_free (TlsClient *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsClient, tls_client_free)

/** tls_client_hello: sends the first message of the handshake, and reads nothing */
void tls_client_hello (TlsClient *self);
/** tls_client_try_handshake: Returns: whether it came to an end */
gboolean tls_client_try_handshake (TlsClient *self);
void tls_client_handshake (TlsClient *self);
void tls_client_send (TlsClient *self, const char *text);
/** tls_client_end: says that it sends no more, in TLS alone */
void tls_client_end (TlsClient *self);
/** tls_client_expect: the next bytes are @text */
void tls_client_expect (TlsClient *self, const char *text);
void tls_client_expect_run (TlsClient *self, char letter, gsize n_bytes);
/** tls_client_expect_end: nothing more, and an end by TLS's own word */
void tls_client_expect_end (TlsClient *self);
/** tls_client_expect_last: whatever comes, it ends with @text and by TLS's own word */
void tls_client_expect_last (TlsClient *self, const char *text);
/** tls_client_change_keys: asks for others once more, and reads nothing. Returns: FALSE when
 * @n_ended, which is looked at while the server does not read, is no longer 0 */
gboolean tls_client_change_keys (TlsClient *self, _Atomic guint *n_ended);
/** tls_client_dup_fingerprint: (transfer full): of the server's certificate */
char *tls_client_dup_fingerprint (TlsClient *self);
