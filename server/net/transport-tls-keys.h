/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The keys of one direction of TLS 1.3, from the secret that a handshake ends with, and what they
 * protect: a record at a time. What is derived and encrypted OpenSSL does.
 *
 * All of it belongs to the thread of the worker that owns the connection.
 *
 * Source: RFC 8446, sections 5.2, 5.3, 7.2 and 7.3
 */
#pragma once

#include <glib.h>

#define TLS_MAX_SECRET_BYTES 48 /* SHA-384 */
#define TLS_MAX_KEY_BYTES 32
#define TLS_NONCE_BYTES 12
#define TLS_TAG_BYTES 16
#define TLS_HEADER_BYTES 5

#define TLS_RECORD_BYTES (16 * 1024)                  /* of content that one record has at most */
#define TLS_MAX_SEALED_BYTES (TLS_RECORD_BYTES + 256) /* and of all in it that is encrypted */

/* What a record is, in its header or encrypted behind its content. */
typedef enum
{
  TLS_TYPE_ALERT = 21,
  TLS_TYPE_HANDSHAKE = 22,
  TLS_TYPE_DATA = 23,
} TlsType;

/* One of the cipher suites that the server offers; lives as long as the process. */
typedef struct TlsSuite TlsSuite;

/* What encrypts and decrypts for the connections of one worker; none of it is theirs. */
typedef struct TlsAead TlsAead;

typedef struct
{
  guint64 seq; /* of the next record */
  guint8 secret[TLS_MAX_SECRET_BYTES];
  guint8 key[TLS_MAX_KEY_BYTES];
  guint8 iv[TLS_NONCE_BYTES];
} TlsKeys;

/* What a handshake has told of its end: the first secrets of both directions. */
typedef struct
{
  guint8 client[TLS_MAX_SECRET_BYTES];
  guint8 server[TLS_MAX_SECRET_BYTES];
  guint8 n_client; /* [bytes]; 0: it is not known */
  guint8 n_server;
} TlsSecrets;

/** tls_secrets_note: @line: of a key log as OpenSSL hands it out; others than those two are passed
 * over */
void tls_secrets_note (TlsSecrets *self, const char *line);

/** tls_suites_load: looks up what all connections use, once. Returns: %FALSE: none of them can be
 * used; any thread */
gboolean tls_suites_load (void);

/**
 * tls_suite_find:
 * @id: as on the wire, 0x1301 for TLS_AES_128_GCM_SHA256
 *
 * Returns: (nullable): %NULL when the server does not speak it, or OpenSSL here does not
 */
const TlsSuite *tls_suite_find (guint16 id);

/** tls_suite_n_secret: [bytes] that a secret of it has */
gsize tls_suite_n_secret (const TlsSuite *self);

TlsAead *tls_aead_new (void);
/** tls_aead_free: @self: (nullable) */
void tls_aead_free (TlsAead *self);

/**
 * tls_keys_init:
 * @secret: (array): of tls_suite_n_secret()
 *
 * Returns: %FALSE: there is no memory for it
 */
gboolean tls_keys_init (TlsKeys *self, const TlsSuite *suite, const guint8 *secret);

/** tls_keys_update: the next generation; nothing that was protected before can be read with it.
 * Returns: %FALSE: there is no memory for it, and they are what they were */
gboolean tls_keys_update (TlsKeys *self, const TlsSuite *suite);

/** tls_keys_clear: overwrites them */
void tls_keys_clear (TlsKeys *self);

/** tls_sealed_size: [bytes] of a record with @n_content bytes in it */
static inline gsize
tls_sealed_size (gsize n_content)
{
  return TLS_HEADER_BYTES + n_content + 1 + TLS_TAG_BYTES;
}

/**
 * tls_keys_seal:
 * @content: not empty; more than TLS_RECORD_BYTES no peer takes
 * @record: (out): room for tls_sealed_size()
 *
 * Returns: %FALSE: there is no memory for it, and @record is of no use. Then the connection has to
 *   end.
 */
gboolean tls_keys_seal (TlsKeys *self,
                        const TlsSuite *suite,
                        TlsAead *aead,
                        TlsType type,
                        const void *content,
                        gsize n_content,
                        guint8 *record);

#define TLS_KEYS_FORGED (-1)    /* it was not protected with these keys, or not as the next one */
#define TLS_KEYS_NO_MEMORY (-2) /* it cannot be said */

/**
 * tls_keys_open:
 * @header: of TLS_HEADER_BYTES
 * @sealed: what follows it, as long as it says
 * @inner: (out): room for @n_sealed bytes: the content, its type and zeros
 *
 * Returns: how many bytes of @inner there are, or one of the above, and nothing is left in @inner
 */
gssize tls_keys_open (TlsKeys *self,
                      const TlsSuite *suite,
                      TlsAead *aead,
                      const guint8 *header,
                      const guint8 *sealed,
                      gsize n_sealed,
                      guint8 *inner);
