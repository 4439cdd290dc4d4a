/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A record that has come whole is decrypted where it lies, into the worker's buffer; of one that
 * has not, what has come is kept, in a buffer of just its size.
 *
 * A peer may say something or nothing, change its keys, ask for other keys of ours, and say that
 * it ends or is about to. Anything else ends the connection with the alert that RFC 8446 has for
 * it.
 */
#include "server/net/transport-tls-records.h"

#include <string.h>

#define MAX_EMPTY 32 /* records in a row; each costs us more than the peer */

/* Changes of keys that a peer may make, and one more for so much that it says: each takes as long
 * as a lookup, and no limit of lines counts it. */
#define FREE_KEY_UPDATES 32
#define BYTES_PER_KEY_UPDATE 1024

typedef enum
{
  ALERT_CLOSE_NOTIFY = 0,
  ALERT_UNEXPECTED_MESSAGE = 10,
  ALERT_BAD_RECORD_MAC = 20,
  ALERT_RECORD_OVERFLOW = 22,
  ALERT_ILLEGAL_PARAMETER = 47,
  ALERT_DECODE_ERROR = 50,
  ALERT_INTERNAL_ERROR = 80,
  ALERT_USER_CANCELED = 90,
} Alert;

#define ALERT_LEVEL_WARNING 1
#define ALERT_LEVEL_FATAL 2

#define KEY_UPDATE 24
#define UPDATE_NOT_REQUESTED 0
#define UPDATE_REQUESTED 1

/* What one call has to do with. */
typedef struct
{
  TlsRecords *records;
  TlsAead *aead;
  GByteArray *cipher;
  guint8 *plain;
  gsize n_plain;
} Receipt;

gboolean
tls_records_init (TlsRecords *self,
                  const TlsSuite *suite,
                  const TlsSecrets *secrets,
                  gsize max_content)
{
  gsize n_secret = tls_suite_n_secret (suite);

  if (secrets->n_client != n_secret || secrets->n_server != n_secret ||
      !tls_keys_init (&self->in, suite, secrets->client) ||
      !tls_keys_init (&self->out, suite, secrets->server))
    return FALSE;
  g_assert (max_content > 0 && max_content <= TLS_RECORD_BYTES);
  self->suite = suite;
  self->max_content = (guint16)max_content;
  return TRUE;
}

static void
forget_record (TlsRecords *self)
{
  g_clear_pointer (&self->sealed, g_free);
  self->n_sealed = 0;
  self->n_header = 0;
}

void
tls_records_clear (TlsRecords *self)
{
  forget_record (self);
  tls_keys_clear (&self->in);
  tls_keys_clear (&self->out);
  self->suite = NULL;
}

static gsize
sealed_bytes_of (const guint8 header[TLS_HEADER_BYTES])
{
  return (gsize)header[3] << 8 | header[4];
}

gsize
tls_records_n_bytes (const TlsRecords *self)
{
  return self->sealed != NULL ? sealed_bytes_of (self->header) : 0;
}

/* --- out -------------------------------------------------------------------------------------- */

static gboolean
seal (TlsRecords *self,
      TlsAead *aead,
      TlsType type,
      const void *content,
      gsize n_content,
      GByteArray *cipher)
{
  guint n_before = cipher->len;

  g_byte_array_set_size (cipher, n_before + (guint)tls_sealed_size (n_content));
  if (tls_keys_seal (&self->out, self->suite, aead, type, content, n_content,
                     cipher->data + n_before))
    return TRUE;
  g_byte_array_set_size (cipher, n_before);
  return FALSE;
}

static gboolean
send_key_update (TlsRecords *self, TlsAead *aead, GByteArray *cipher)
{
  static const guint8 message[] = { KEY_UPDATE, 0, 0, 1, UPDATE_NOT_REQUESTED };

  return seal (self, aead, TLS_TYPE_HANDSHAKE, message, sizeof message, cipher) &&
         tls_keys_update (&self->out, self->suite);
}

gboolean
tls_records_send (
    TlsRecords *self, TlsAead *aead, const void *content, gsize n_content, GByteArray *cipher)
{
  /* That is the last one of its key. */
  if (self->out.seq >= TLS_RECORDS_PER_KEY - 1 && !send_key_update (self, aead, cipher))
    return FALSE;
  return seal (self, aead, TLS_TYPE_DATA, content, n_content, cipher);
}

static gboolean
send_alert (TlsRecords *self, TlsAead *aead, guint8 level, Alert alert, GByteArray *cipher)
{
  guint8 message[] = { level, (guint8)alert };

  return seal (self, aead, TLS_TYPE_ALERT, message, sizeof message, cipher);
}

gboolean
tls_records_end (TlsRecords *self, TlsAead *aead, GByteArray *cipher)
{
  return send_alert (self, aead, ALERT_LEVEL_WARNING, ALERT_CLOSE_NOTIFY, cipher);
}

static TlsStatus
fail (Receipt *receipt, Alert alert)
{
  (void)send_alert (receipt->records, receipt->aead, ALERT_LEVEL_FATAL, alert, receipt->cipher);
  return TLS_FAILED;
}

/* --- in --------------------------------------------------------------------------------------- */

static gboolean
changes_too_often (const TlsRecords *self)
{
  return self->n_key_updates > FREE_KEY_UPDATES + self->n_plain / BYTES_PER_KEY_UPDATE;
}

static TlsStatus
note_key_update (Receipt *receipt, guint8 request)
{
  TlsRecords *self = receipt->records;

  self->n_key_updates++;
  if (request != UPDATE_NOT_REQUESTED && request != UPDATE_REQUESTED)
    return fail (receipt, ALERT_ILLEGAL_PARAMETER);
  if (changes_too_often (self))
    return fail (receipt, ALERT_UNEXPECTED_MESSAGE);
  if (!tls_keys_update (&self->in, self->suite))
    return fail (receipt, ALERT_INTERNAL_ERROR);
  /* A peer that has been told of other keys could not read an alert. */
  if (request == UPDATE_REQUESTED && !send_key_update (self, receipt->aead, receipt->cipher))
    return TLS_FAILED;
  return TLS_OPEN;
}

/* A message may come in parts, and what follows a change of keys has the next keys. */
static TlsStatus
receive_message (Receipt *receipt, const guint8 *content, gsize n_content)
{
  TlsRecords *self = receipt->records;
  gsize n = MIN (n_content, sizeof self->message - self->n_message);

  memcpy (self->message + self->n_message, content, n);
  self->n_message += (guint8)n;
  if (n == 0 || self->message[0] != KEY_UPDATE)
    return fail (receipt, ALERT_UNEXPECTED_MESSAGE);
  if (self->n_message >= 4 &&
      (self->message[1] != 0 || self->message[2] != 0 || self->message[3] != 1))
    return fail (receipt, ALERT_DECODE_ERROR);
  if (n < n_content)
    return fail (receipt, ALERT_UNEXPECTED_MESSAGE);
  if (self->n_message < sizeof self->message)
    return TLS_OPEN;
  self->n_message = 0;
  return note_key_update (receipt, self->message[4]);
}

static TlsStatus
receive_alert (Receipt *receipt, const guint8 *content, gsize n_content)
{
  if (n_content != 2)
    return fail (receipt, n_content == 0 ? ALERT_UNEXPECTED_MESSAGE : ALERT_DECODE_ERROR);
  if (content[1] == ALERT_CLOSE_NOTIFY)
    return TLS_ENDED;
  /* Its end is still to come. */
  return content[1] == ALERT_USER_CANCELED ? TLS_OPEN : TLS_FAILED;
}

static TlsStatus
receive_content (Receipt *receipt, TlsType type, const guint8 *content, gsize n_content)
{
  TlsRecords *self = receipt->records;

  /* Nothing comes between the parts of a message. */
  if (self->n_message > 0 && type != TLS_TYPE_HANDSHAKE)
    return fail (receipt, ALERT_UNEXPECTED_MESSAGE);
  if (type == TLS_TYPE_HANDSHAKE)
    return receive_message (receipt, content, n_content);
  self->n_empty = type == TLS_TYPE_DATA && n_content > 0 ? 0 : self->n_empty + 1;
  if (self->n_empty > MAX_EMPTY)
    return fail (receipt, ALERT_UNEXPECTED_MESSAGE);
  if (type == TLS_TYPE_ALERT)
    return receive_alert (receipt, content, n_content);
  if (type != TLS_TYPE_DATA)
    return fail (receipt, ALERT_UNEXPECTED_MESSAGE);
  receipt->n_plain += n_content;
  self->n_plain += n_content;
  return TLS_OPEN;
}

static TlsStatus
check_header (Receipt *receipt, const guint8 header[TLS_HEADER_BYTES])
{
  if (header[0] != TLS_TYPE_DATA)
    return fail (receipt, ALERT_UNEXPECTED_MESSAGE);
  if (sealed_bytes_of (header) > TLS_MAX_SEALED_BYTES)
    return fail (receipt, ALERT_RECORD_OVERFLOW);
  return TLS_OPEN;
}

static TlsStatus
receive_inner (Receipt *receipt, const guint8 *inner, gsize n_inner)
{
  if (n_inner > (gsize)receipt->records->max_content + 1)
    return fail (receipt, ALERT_RECORD_OVERFLOW);
  while (n_inner > 0 && inner[n_inner - 1] == 0) /* padding */
    n_inner--;
  if (n_inner == 0)
    return fail (receipt, ALERT_UNEXPECTED_MESSAGE);
  return receive_content (receipt, inner[n_inner - 1], inner, n_inner - 1);
}

/* Decrypts to where the next of the plain text belongs; what is no data does not stay there. */
static TlsStatus
receive_record (Receipt *receipt, const guint8 *header, const guint8 *sealed)
{
  TlsRecords *self = receipt->records;
  guint8 *inner = receipt->plain + receipt->n_plain;
  gssize n_inner = tls_keys_open (&self->in, self->suite, receipt->aead, header, sealed,
                                  sealed_bytes_of (header), inner);

  if (n_inner < 0)
    return fail (receipt, n_inner == TLS_KEYS_FORGED ? ALERT_BAD_RECORD_MAC : ALERT_INTERNAL_ERROR);
  TlsStatus status = receive_inner (receipt, inner, (gsize)n_inner);
  if (inner == receipt->plain + receipt->n_plain)
    explicit_bzero (inner, (gsize)n_inner);
  return status;
}

/* Of a record that is not whole: adds to its header, or to what is behind it. Returns: how many
 * bytes it took */
static gsize
gather (TlsRecords *self, const guint8 *bytes, gsize n_bytes)
{
  gsize n;

  if (self->n_header < TLS_HEADER_BYTES)
    {
      n = MIN (n_bytes, (gsize)TLS_HEADER_BYTES - self->n_header);
      memcpy (self->header + self->n_header, bytes, n);
      self->n_header += (guint8)n;
      return n;
    }
  n = MIN (n_bytes, sealed_bytes_of (self->header) - self->n_sealed);
  if (self->sealed == NULL)
    self->sealed = g_malloc (sealed_bytes_of (self->header));
  memcpy (self->sealed + self->n_sealed, bytes, n);
  self->n_sealed += (guint16)n;
  return n;
}

static TlsStatus
receive_gathered (Receipt *receipt)
{
  TlsRecords *self = receipt->records;
  TlsStatus status;

  if (self->n_header < TLS_HEADER_BYTES)
    return TLS_OPEN;
  status = check_header (receipt, self->header);
  if (status == TLS_OPEN && self->n_sealed == sealed_bytes_of (self->header))
    {
      status = receive_record (receipt, self->header, self->sealed);
      forget_record (self);
    }
  return status;
}

/* Returns: how many bytes it took; 0: there is no whole record */
static gsize
receive_whole (Receipt *receipt, const guint8 *bytes, gsize n_bytes, TlsStatus *status)
{
  if (tls_records_has_begun (receipt->records) || n_bytes < TLS_HEADER_BYTES)
    return 0;
  gsize n = TLS_HEADER_BYTES + sealed_bytes_of (bytes);
  if (n > n_bytes)
    return 0;
  *status = check_header (receipt, bytes);
  if (*status == TLS_OPEN)
    *status = receive_record (receipt, bytes, bytes + TLS_HEADER_BYTES);
  return n;
}

TlsStatus
tls_records_receive (TlsRecords *self,
                     TlsAead *aead,
                     const guint8 *bytes,
                     gsize n_bytes,
                     GByteArray *cipher,
                     guint8 *plain,
                     gsize *ret_n_plain)
{
  Receipt receipt = { .records = self, .aead = aead, .cipher = cipher, .plain = plain };
  TlsStatus status = TLS_OPEN;

  while (n_bytes > 0 && status == TLS_OPEN)
    {
      gsize n = receive_whole (&receipt, bytes, n_bytes, &status);

      if (n == 0)
        {
          n = gather (self, bytes, n_bytes);
          status = receive_gathered (&receipt);
        }
      bytes += n;
      n_bytes -= n;
    }
  *ret_n_plain = receipt.n_plain;
  return status;
}
