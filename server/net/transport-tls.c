/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * OpenSSL is given a BIO that reads from what the worker has received and writes to a buffer of the
 * worker's, so that one receive and one send a turn are enough whatever the number of records. What
 * the kernel does not take is copied to the connection.
 *
 * OpenSSL shakes hands. A connection of TLS 1.3 is taken over from it then, with the secrets that
 * it tells as to a key log, and its state of 13 KiB is freed: transport-tls-records.h. One of
 * TLS 1.2 keeps it, but for the buffers (SSL_MODE_RELEASE_BUFFERS).
 *
 * Source: RFC 8446; docs/protocol.md, section 1
 */
#include "server/net/transport-tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>

/* Of a record that was begun before, the last part may come with as much as is received at once. */
#define TLS_PLAIN_BYTES (TLS_MAX_RECEIVED + TLS_MAX_SEALED_BYTES)
#define TLS_RECORDS_PER_SEND                                                                       \
  4 /* that are encrypted before the kernel is asked whether it takes any */

/* What OpenSSL keeps for a connection of TLS 1.2, and, before a handshake is over, its buffers of a
 * record each and room for a message. That is as large as the peer says of its first one, up to
 * 128 KiB (CLIENT_HELLO_MAX_LENGTH), and OpenSSL tells nobody: so it is always counted. */
#define TLS_STATE_BYTES (14 * 1024)
#define TLS_HANDSHAKE_BYTES (192 * 1024)

/* Answers of TLS's own that a peer may leave unread, a request to change keys each for instance. */
#define TLS_MAX_UNSENT (256 * 1024)

struct TlsScratch
{
  TlsAead *aead;
  GByteArray *cipher;              /* what is to be sent, encrypted */
  char gathered[TLS_RECORD_BYTES]; /* one record of output */
  char plain[TLS_PLAIN_BYTES];     /* what came out of one receive */
};

struct TransportTls
{
  SSL *ssl;            /* (nullable): of the handshake, and of TLS 1.2 */
  TlsSecrets *secrets; /* (nullable): what it tells, until the handshake is over */
  TlsRecords records;  /* of TLS 1.3; zeros before */
  TlsScratch *scratch;
  const char *bytes; /* received, and not yet read; borrowed for a call */
  gsize n_bytes;
  GByteArray *unsent; /* (nullable): encrypted; goes before anything else */
  guint8 status;      /* TlsStatus */
  gboolean has_ended; /* transport_tls_end() was called */
};

/* --- what OpenSSL reads and writes ------------------------------------------------------------ */

static int
bio_read (BIO *bio, char *room, size_t n_room, size_t *ret_n_read)
{
  TransportTls *self = BIO_get_data (bio);
  gsize n = MIN (n_room, self->n_bytes);

  BIO_clear_retry_flags (bio);
  if (n == 0)
    {
      BIO_set_retry_read (bio);
      return 0;
    }
  memcpy (room, self->bytes, n);
  self->bytes += n;
  self->n_bytes -= n;
  *ret_n_read = n;
  return 1;
}

static int
bio_write (BIO *bio, const char *bytes, size_t n_bytes, size_t *ret_n_written)
{
  TransportTls *self = BIO_get_data (bio);

  g_byte_array_append (self->scratch->cipher, (const guint8 *)bytes, (guint)n_bytes);
  *ret_n_written = n_bytes;
  return 1;
}

static long
bio_control (BIO *bio, int command, long number, void *pointer)
{
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

static BIO_METHOD *bio_method; /* for the life of the process */
static pthread_once_t bio_method_once = PTHREAD_ONCE_INIT;

static void
make_bio_method (void)
{
  BIO_METHOD *method =
      BIO_meth_new (BIO_get_new_index () | BIO_TYPE_SOURCE_SINK, "parlance worker");

  if (method != NULL && BIO_meth_set_read_ex (method, bio_read) == 1 &&
      BIO_meth_set_write_ex (method, bio_write) == 1 &&
      BIO_meth_set_ctrl (method, bio_control) == 1)
    bio_method = method;
  else
    BIO_meth_free (method);
}

static BIO *
new_bio (TransportTls *self)
{
  if (pthread_once (&bio_method_once, make_bio_method) != 0 || bio_method == NULL)
    return NULL;
  BIO *bio = BIO_new (bio_method);
  if (bio != NULL)
    {
      BIO_set_data (bio, self);
      BIO_set_init (bio, 1);
    }
  return bio;
}

/* --- life ------------------------------------------------------------------------------------- */

TlsScratch *
tls_scratch_new (void)
{
  TlsScratch *self = g_new (TlsScratch, 1);

  self->aead = tls_aead_new ();
  self->cipher = g_byte_array_sized_new (TLS_RECORDS_PER_SEND * SSL3_RT_MAX_PACKET_SIZE);
  return self;
}

void
tls_scratch_free (TlsScratch *self)
{
  if (self == NULL)
    return;
  tls_aead_free (self->aead);
  g_byte_array_unref (self->cipher);
  g_free (self);
}

static void
free_secrets (TransportTls *self)
{
  if (self->ssl != NULL)
    SSL_set_app_data (self->ssl, NULL);
  if (self->secrets != NULL)
    explicit_bzero (self->secrets, sizeof *self->secrets);
  g_clear_pointer (&self->secrets, g_free);
}

TransportTls *
transport_tls_new (TlsContext *context, TlsScratch *scratch)
{
  TransportTls *self = g_new0 (TransportTls, 1);
  BIO *bio = new_bio (self);

  self->scratch = scratch;
  self->ssl = bio != NULL ? SSL_new (tls_context_ssl (context)) : NULL;
  if (self->ssl == NULL)
    {
      BIO_free (bio);
      g_free (self);
      ERR_clear_error ();
      return NULL;
    }
  self->secrets = g_new0 (TlsSecrets, 1);
  SSL_set_bio (self->ssl, bio, bio);
  SSL_set_app_data (self->ssl, self->secrets);
  SSL_set_accept_state (self->ssl);
  return self;
}

void
transport_tls_free (TransportTls *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->ssl, SSL_free);
  free_secrets (self);
  tls_records_clear (&self->records);
  if (self->unsent != NULL)
    g_byte_array_unref (self->unsent);
  g_free (self);
}

gsize
transport_tls_n_unsent (const TransportTls *self)
{
  return self->unsent != NULL ? self->unsent->len : 0;
}

gsize
transport_tls_n_bytes (const TransportTls *self)
{
  gsize n_bytes =
      sizeof *self + tls_records_n_bytes (&self->records) + transport_tls_n_unsent (self);

  if (self->ssl == NULL)
    return n_bytes;
  n_bytes += TLS_STATE_BYTES;
  if (self->status == TLS_HANDSHAKING)
    n_bytes += TLS_HANDSHAKE_BYTES;
  else if (transport_tls_has_begun_record (self))
    n_bytes += TLS_RECORD_BYTES;
  return n_bytes;
}

gboolean
transport_tls_has_begun_record (const TransportTls *self)
{
  if (self->status != TLS_OPEN)
    return FALSE;
  if (self->ssl == NULL)
    return tls_records_has_begun (&self->records);
  /* With a header and nothing behind it OpenSSL has nothing pending, but waits for the body. */
  return SSL_has_pending (self->ssl) == 1 || strcmp (SSL_rstate_string (self->ssl), "RB") == 0;
}

TlsStatus
transport_tls_status (const TransportTls *self)
{
  return (TlsStatus)self->status;
}

/* What was encrypted becomes the connection's, but for what was sent. */
static void
keep_cipher (TransportTls *self, gsize n_sent)
{
  GByteArray *cipher = self->scratch->cipher;

  if (cipher->len > n_sent)
    {
      if (self->unsent == NULL)
        self->unsent = g_byte_array_new ();
      g_byte_array_append (self->unsent, cipher->data + n_sent, (guint)(cipher->len - n_sent));
    }
  g_byte_array_set_size (cipher, 0);
}

/* --- input ------------------------------------------------------------------------------------ */

/* Returns: whether more is to be read */
static gboolean
note_result (TransportTls *self, int result)
{
  switch (SSL_get_error (self->ssl, result))
    {
    case SSL_ERROR_NONE:
      return TRUE;
    case SSL_ERROR_WANT_READ:
      return FALSE;
    case SSL_ERROR_ZERO_RETURN:
      self->status = TLS_ENDED;
      return FALSE;
    default:
      self->status = TLS_FAILED;
      return FALSE;
    }
}

/* What was agreed on, as small clients want it: RFC 6066, section 4 */
static gsize
max_content_of (SSL *ssl)
{
  guint8 code = SSL_SESSION_get_max_fragment_length (SSL_get_session (ssl));

  return code != TLSEXT_max_fragment_length_DISABLED
             ? (gsize)512 << (code - TLSEXT_max_fragment_length_512)
             : TLS_RECORD_BYTES;
}

/* A handshake of TLS 1.3 is over: OpenSSL has read up to its end, and written nothing behind it. */
static gboolean
take_over (TransportTls *self)
{
  gsize max_content = max_content_of (self->ssl);
  const TlsSuite *suite =
      tls_suite_find (SSL_CIPHER_get_protocol_id (SSL_get_current_cipher (self->ssl)));
  gboolean ok = suite != NULL && SSL_has_pending (self->ssl) == 0 &&
                tls_records_init (&self->records, suite, self->secrets, max_content);

  g_clear_pointer (&self->ssl, SSL_free);
  return ok;
}

/* Returns: whether the handshake is over */
static gboolean
shake_hands (TransportTls *self)
{
  if (!note_result (self, SSL_do_handshake (self->ssl)))
    return FALSE;
  self->status = TLS_OPEN;
  if (SSL_version (self->ssl) == TLS1_3_VERSION && !take_over (self))
    self->status = TLS_FAILED;
  free_secrets (self);
  return self->status == TLS_OPEN;
}

/* Reads what the connection has been given. Returns: [bytes] that are in the worker's buffer */
static gsize
read_plain (TransportTls *self)
{
  TlsScratch *scratch = self->scratch;
  gsize n_plain = 0;

  if (self->ssl == NULL)
    {
      self->status =
          tls_records_receive (&self->records, scratch->aead, (const guint8 *)self->bytes,
                               self->n_bytes, scratch->cipher, (guint8 *)scratch->plain, &n_plain);
      return n_plain;
    }
  for (gboolean goes_on = TRUE; goes_on;)
    {
      size_t n = 0;
      int result = SSL_read_ex (self->ssl, scratch->plain + n_plain, TLS_PLAIN_BYTES - n_plain, &n);

      n_plain += n;
      goes_on = note_result (self, result);
    }
  return n_plain;
}

TlsStatus
transport_tls_receive (
    TransportTls *self, const char *bytes, gsize n_bytes, char **ret_plain, gsize *ret_n_plain)
{
  TlsScratch *scratch = self->scratch;
  gsize n_plain = 0;

  g_assert (n_bytes <= TLS_MAX_RECEIVED);
  self->bytes = bytes;
  self->n_bytes = n_bytes;
  ERR_clear_error ();
  if (self->status == TLS_OPEN || (self->status == TLS_HANDSHAKING && shake_hands (self)))
    n_plain = read_plain (self);
  ERR_clear_error ();
  self->bytes = NULL;
  self->n_bytes = 0;
  /* Nothing comes behind the word that nothing will. */
  keep_cipher (self, self->has_ended ? scratch->cipher->len : 0);
  if (transport_tls_n_unsent (self) > TLS_MAX_UNSENT)
    self->status = TLS_FAILED;
  if (self->status == TLS_FAILED)
    {
      explicit_bzero (scratch->plain, n_plain);
      n_plain = 0;
    }
  *ret_plain = scratch->plain;
  *ret_n_plain = n_plain;
  return (TlsStatus)self->status;
}

/* --- output ----------------------------------------------------------------------------------- */

static OutputStatus
send_bytes (int fd, const guint8 *bytes, gsize n_bytes, gsize *ret_n_sent)
{
  gsize n_sent = 0;
  OutputStatus status = OUTPUT_SENT;

  while (n_sent < n_bytes && status == OUTPUT_SENT)
    {
      ssize_t n = send (fd, bytes + n_sent, n_bytes - n_sent, MSG_NOSIGNAL | MSG_DONTWAIT);

      if (n >= 0)
        n_sent += (gsize)n;
      else if (errno != EINTR)
        status = errno == EAGAIN || errno == EWOULDBLOCK ? OUTPUT_BLOCKED : OUTPUT_FAILED;
    }
  *ret_n_sent = n_sent;
  return status;
}

static OutputStatus
send_unsent (TransportTls *self, int fd, gsize *ret_n_sent)
{
  OutputStatus status;

  *ret_n_sent = 0;
  if (self->unsent == NULL)
    return OUTPUT_SENT;
  status = send_bytes (fd, self->unsent->data, self->unsent->len, ret_n_sent);
  if (*ret_n_sent == self->unsent->len)
    g_clear_pointer (&self->unsent, g_byte_array_unref);
  else if (*ret_n_sent > 0)
    g_byte_array_remove_range (self->unsent, 0, (guint)*ret_n_sent);
  return status;
}

/* One record. */
static gboolean
encrypt_content (TransportTls *self, gsize n)
{
  TlsScratch *scratch = self->scratch;
  size_t n_written = 0;

  if (self->ssl == NULL)
    return tls_records_send (&self->records, scratch->aead, scratch->gathered, n, scratch->cipher);
  return SSL_write_ex (self->ssl, scratch->gathered, n, &n_written) == 1 && n_written == n;
}

/* Encrypts some of the output. Returns: whether that was possible */
static gboolean
encrypt (TransportTls *self, Output *output, OutputPool *pool)
{
  TlsScratch *scratch = self->scratch;
  gsize n_room = self->ssl == NULL ? self->records.max_content : sizeof scratch->gathered;

  for (int i = 0; i < TLS_RECORDS_PER_SEND && output->n_bytes > 0; i++)
    {
      gsize n = output_gather (output, scratch->gathered, n_room);

      if (!encrypt_content (self, n))
        return FALSE;
      output_skip (output, pool, n);
    }
  return TRUE;
}

OutputStatus
transport_tls_flush (
    TransportTls *self, Output *output, OutputPool *pool, int fd, gsize *ret_n_sent)
{
  OutputStatus status = send_unsent (self, fd, ret_n_sent);
  gboolean may_write = self->status == TLS_OPEN || self->status == TLS_ENDED;

  ERR_clear_error ();
  while (status == OUTPUT_SENT && may_write && output->n_bytes > 0)
    {
      gsize n_sent = 0;

      if (!encrypt (self, output, pool))
        {
          self->status = TLS_FAILED;
          status = OUTPUT_FAILED;
        }
      else
        status = send_bytes (fd, self->scratch->cipher->data, self->scratch->cipher->len, &n_sent);
      *ret_n_sent += n_sent;
      keep_cipher (self, n_sent);
    }
  ERR_clear_error ();
  return status;
}

void
transport_tls_end (TransportTls *self)
{
  if (self->has_ended || self->status == TLS_HANDSHAKING || self->status == TLS_FAILED)
    return;
  self->has_ended = TRUE;
  ERR_clear_error ();
  if (self->ssl != NULL)
    (void)SSL_shutdown (self->ssl);
  else
    (void)tls_records_end (&self->records, self->scratch->aead, self->scratch->cipher);
  ERR_clear_error ();
  keep_cipher (self, 0);
}
