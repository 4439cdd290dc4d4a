/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * TLS 1.3 after its handshake, as a server has it: records in and out, changes of keys, alerts. It
 * takes the place of OpenSSL's state, which has 13 KiB, with a few hundred bytes
 * (docs/decisions/0011-records-of-tls-are-our-own.md). What has to be secret or random is OpenSSL's
 * all the same: the handshake, the derivation of keys, the ciphers.
 *
 * All of it belongs to the thread of the worker that owns the connection.
 *
 * Source: RFC 8446, sections 4.6.3, 5 and 6
 */
#pragma once

#include "server/net/transport-tls-keys.h"

/* [records] that are sealed with one key; the next ones get another. RFC 8446, section 5.5, has
 * some 23 million for AES-GCM. */
#define TLS_RECORDS_PER_KEY (G_GUINT64_CONSTANT (1) << 24)

typedef enum
{
  TLS_HANDSHAKING,
  TLS_OPEN,
  TLS_ENDED,  /* the peer has said that it sends no more */
  TLS_FAILED, /* what came is no TLS, or not what may come: an alert may wait to be sent */
} TlsStatus;

typedef struct
{
  const TlsSuite *suite; /* (nullable): nothing is open */
  TlsKeys in;
  TlsKeys out;
  guint16 max_content; /* [bytes] that a record has at most, either way */
  guint8 *sealed;      /* (nullable): of a record whose header has come */
  guint16 n_sealed;    /* [bytes] of it that have come */
  guint8 header[TLS_HEADER_BYTES];
  guint8 n_header;
  guint8 message[5]; /* a change of keys that came in parts */
  guint8 n_message;
  guint8 n_empty; /* records in a row with nothing in them */
  guint32 n_key_updates;
  guint64 n_plain; /* [bytes] that came out of it */
} TlsRecords;

/**
 * tls_records_init:
 * @self: zeros
 * @max_content: [bytes] that a record may have, at most TLS_RECORD_BYTES; less where the peer has
 *   asked for it (RFC 6066, section 4)
 *
 * Begins behind a handshake, before the first record of either side.
 *
 * Returns: %FALSE: @secrets are not those of @suite, or there is no memory for it
 */
gboolean tls_records_init (TlsRecords *self,
                           const TlsSuite *suite,
                           const TlsSecrets *secrets,
                           gsize max_content);

/** tls_records_clear: says nothing to the peer. Takes zeros. */
void tls_records_clear (TlsRecords *self);

/**
 * tls_records_receive:
 * @cipher: what is to be sent is added to it: answers to changes of keys, an alert
 * @plain: room for @n_bytes and TLS_MAX_SEALED_BYTES
 * @ret_n_plain: (out): [bytes] of @plain; what came before a failure is in it too
 *
 * Takes all of @bytes, however they are cut. Behind the peer's end nothing is looked at.
 *
 * Returns: TLS_OPEN, TLS_ENDED or TLS_FAILED
 */
TlsStatus tls_records_receive (TlsRecords *self,
                               TlsAead *aead,
                               const guint8 *bytes,
                               gsize n_bytes,
                               GByteArray *cipher,
                               guint8 *plain,
                               gsize *ret_n_plain);

/**
 * tls_records_send:
 * @content: 1 byte to max_content
 *
 * Adds a record to @cipher, and before it, where it is time for that, a change of keys.
 *
 * Returns: %FALSE: there is no memory for it, and the connection has to end
 */
gboolean tls_records_send (
    TlsRecords *self, TlsAead *aead, const void *content, gsize n_content, GByteArray *cipher);

/** tls_records_end: adds the word that nothing more will be sent. Returns: as tls_records_send() */
gboolean tls_records_end (TlsRecords *self, TlsAead *aead, GByteArray *cipher);

/** tls_records_has_begun: whether a part of a record has come */
static inline gboolean
tls_records_has_begun (const TlsRecords *self)
{
  return self->n_header > 0;
}

/** tls_records_n_bytes: [bytes] of memory that it takes besides its struct */
gsize tls_records_n_bytes (const TlsRecords *self);
