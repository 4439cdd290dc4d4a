/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A context of OpenSSL's for a cipher takes more than a kilobyte, and a key is set in 0.2 µs: a
 * worker has one for each suite and direction, and sets the key of whoever's turn it is.
 */
#include "server/net/transport-tls-keys.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <pthread.h>
#include <string.h>

/* RFC 8446, sections 7.1 to 7.3; what an OSSL_PARAM points to is never const. */
static char prefix[] = "tls13 ";
static char key_label[] = "key";
static char iv_label[] = "iv";
static char update_label[] = "traffic upd";
static char sha_256[] = "SHA2-256";
static char sha_384[] = "SHA2-384";

struct TlsSuite
{
  guint16 id;
  const char *cipher_name;
  char *digest_name;
  guint8 n_key;
  guint8 n_secret;
  EVP_CIPHER *cipher; /* (nullable): there was no memory for it */
};

static TlsSuite suites[] = {
  { .id = 0x1301,
    .cipher_name = "AES-128-GCM",
    .digest_name = sha_256,
    .n_key = 16,
    .n_secret = 32 },
  { .id = 0x1302,
    .cipher_name = "AES-256-GCM",
    .digest_name = sha_384,
    .n_key = 32,
    .n_secret = 48 },
  { .id = 0x1303,
    .cipher_name = "ChaCha20-Poly1305",
    .digest_name = sha_256,
    .n_key = 32,
    .n_secret = 32 },
};
static EVP_KDF *expand; /* (nullable) */
static pthread_once_t fetched = PTHREAD_ONCE_INIT;

struct TlsAead
{
  /* (nullable): made when it is needed first */
  EVP_CIPHER_CTX *seal[G_N_ELEMENTS (suites)];
  EVP_CIPHER_CTX *open[G_N_ELEMENTS (suites)];
};

/* --- suites ----------------------------------------------------------------------------------- */

/* For the life of the process, as a look-up by name takes longer than a record. */
static void
fetch (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (suites); i++)
    suites[i].cipher = EVP_CIPHER_fetch (NULL, suites[i].cipher_name, NULL);
  expand = EVP_KDF_fetch (NULL, "TLS13-KDF", NULL);
}

gboolean
tls_suites_load (void)
{
  gsize n_ciphers = 0;

  if (pthread_once (&fetched, fetch) != 0 || expand == NULL)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (suites); i++)
    n_ciphers += suites[i].cipher != NULL ? 1 : 0;
  return n_ciphers > 0;
}

const TlsSuite *
tls_suite_find (guint16 id)
{
  if (!tls_suites_load ())
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (suites); i++)
    {
      if (suites[i].id == id)
        return suites[i].cipher != NULL ? &suites[i] : NULL;
    }
  return NULL;
}

gsize
tls_suite_n_secret (const TlsSuite *self)
{
  return self->n_secret;
}

TlsAead *
tls_aead_new (void)
{
  return g_new0 (TlsAead, 1);
}

void
tls_aead_free (TlsAead *self)
{
  if (self == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (suites); i++)
    {
      EVP_CIPHER_CTX_free (self->seal[i]);
      EVP_CIPHER_CTX_free (self->open[i]);
    }
  g_free (self);
}

static EVP_CIPHER_CTX *
context_of (EVP_CIPHER_CTX **contexts, const TlsSuite *suite)
{
  EVP_CIPHER_CTX **context = &contexts[suite - suites];

  if (*context == NULL)
    *context = EVP_CIPHER_CTX_new ();
  return *context;
}

/* --- secrets ---------------------------------------------------------------------------------- */

static void
note_secret (const char *line, const char *label, guint8 *secret, guint8 *n_secret)
{
  const char *hex = strrchr (line, ' ');
  gsize n_bytes = hex != NULL ? strlen (hex + 1) / 2 : 0;

  if (!g_str_has_prefix (line, label) || n_bytes > TLS_MAX_SECRET_BYTES)
    return;
  for (gsize i = 0; i < n_bytes; i++)
    secret[i] = (guint8)(g_ascii_xdigit_value (hex[1 + 2 * i]) * 16 +
                         g_ascii_xdigit_value (hex[2 + 2 * i]));
  *n_secret = (guint8)n_bytes;
}

void
tls_secrets_note (TlsSecrets *self, const char *line)
{
  note_secret (line, "CLIENT_TRAFFIC_SECRET_0 ", self->client, &self->n_client);
  note_secret (line, "SERVER_TRAFFIC_SECRET_0 ", self->server, &self->n_server);
}

/* HKDF-Expand-Label (@secret, @label, "", @n_bytes) */
static gboolean
expand_label (const TlsSuite *suite, guint8 *secret, char *label, guint8 *bytes, gsize n_bytes)
{
  int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
  OSSL_PARAM params[] = {
    OSSL_PARAM_construct_int (OSSL_KDF_PARAM_MODE, &mode),
    OSSL_PARAM_construct_utf8_string (OSSL_KDF_PARAM_DIGEST, suite->digest_name, 0),
    OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_KEY, secret, suite->n_secret),
    OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_PREFIX, prefix, strlen (prefix)),
    OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_LABEL, label, strlen (label)),
    OSSL_PARAM_construct_end (),
  };
  EVP_KDF_CTX *context = EVP_KDF_CTX_new (expand);
  gboolean ok = context != NULL && EVP_KDF_derive (context, bytes, n_bytes, params) == 1;

  EVP_KDF_CTX_free (context);
  return ok;
}

void
tls_keys_clear (TlsKeys *self)
{
  explicit_bzero (self, sizeof *self);
}

/* All of it or nothing: numbers that begin again under the old key would use a nonce twice. */
static gboolean
take_secret (TlsKeys *self, const TlsSuite *suite, TlsKeys *next)
{
  gboolean ok = expand_label (suite, next->secret, key_label, next->key, suite->n_key) &&
                expand_label (suite, next->secret, iv_label, next->iv, sizeof next->iv);

  if (ok)
    *self = *next;
  tls_keys_clear (next);
  return ok;
}

gboolean
tls_keys_init (TlsKeys *self, const TlsSuite *suite, const guint8 *secret)
{
  TlsKeys next = { 0 };

  memcpy (next.secret, secret, suite->n_secret);
  return take_secret (self, suite, &next);
}

gboolean
tls_keys_update (TlsKeys *self, const TlsSuite *suite)
{
  TlsKeys next = { 0 };

  return expand_label (suite, self->secret, update_label, next.secret, suite->n_secret) &&
         take_secret (self, suite, &next);
}

/* --- records ---------------------------------------------------------------------------------- */

/* Never used twice with a key: RFC 8446, section 5.3 */
static void
write_nonce (const TlsKeys *self, guint8 nonce[TLS_NONCE_BYTES])
{
  memcpy (nonce, self->iv, TLS_NONCE_BYTES);
  for (int i = 0; i < 8; i++)
    nonce[TLS_NONCE_BYTES - 1 - i] ^= (guint8)(self->seq >> (8 * i));
}

static void
write_header (guint8 *record, gsize n_sealed)
{
  record[0] = TLS_TYPE_DATA;
  record[1] = 3;
  record[2] = 3;
  record[3] = (guint8)(n_sealed >> 8);
  record[4] = (guint8)n_sealed;
}

gboolean
tls_keys_seal (TlsKeys *self,
               const TlsSuite *suite,
               TlsAead *aead,
               TlsType type,
               const void *content,
               gsize n_content,
               guint8 *record)
{
  EVP_CIPHER_CTX *context = context_of (aead->seal, suite);
  guint8 nonce[TLS_NONCE_BYTES];
  guint8 inner_type = (guint8)type;
  guint8 *end = record + TLS_HEADER_BYTES + n_content;
  int n = 0;

  g_assert (n_content > 0 && n_content + 1 + TLS_TAG_BYTES <= TLS_MAX_SEALED_BYTES);
  write_nonce (self, nonce);
  write_header (record, n_content + 1 + TLS_TAG_BYTES);
  if (context == NULL ||
      EVP_EncryptInit_ex2 (context, suite->cipher, self->key, nonce, NULL) != 1 ||
      EVP_EncryptUpdate (context, NULL, &n, record, TLS_HEADER_BYTES) != 1 ||
      EVP_EncryptUpdate (context, record + TLS_HEADER_BYTES, &n, content, (int)n_content) != 1 ||
      EVP_EncryptUpdate (context, end, &n, &inner_type, 1) != 1 ||
      EVP_EncryptFinal_ex (context, end + 1, &n) != 1 ||
      EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_GET_TAG, TLS_TAG_BYTES, end + 1) != 1)
    return FALSE;
  self->seq++;
  return TRUE;
}

gssize
tls_keys_open (TlsKeys *self,
               const TlsSuite *suite,
               TlsAead *aead,
               const guint8 *header,
               const guint8 *sealed,
               gsize n_sealed,
               guint8 *inner)
{
  EVP_CIPHER_CTX *context = context_of (aead->open, suite);
  guint8 nonce[TLS_NONCE_BYTES];
  guint8 tag[TLS_TAG_BYTES];
  int n = 0;

  if (n_sealed < TLS_TAG_BYTES)
    return TLS_KEYS_FORGED;
  gsize n_inner = n_sealed - TLS_TAG_BYTES;
  write_nonce (self, nonce);
  memcpy (tag, sealed + n_inner, sizeof tag);
  if (context == NULL || EVP_DecryptInit_ex2 (context, suite->cipher, self->key, nonce, NULL) != 1)
    return TLS_KEYS_NO_MEMORY;
  if (EVP_CIPHER_CTX_ctrl (context, EVP_CTRL_AEAD_SET_TAG, TLS_TAG_BYTES, tag) != 1 ||
      EVP_DecryptUpdate (context, NULL, &n, header, TLS_HEADER_BYTES) != 1 ||
      EVP_DecryptUpdate (context, inner, &n, sealed, (int)n_inner) != 1 ||
      EVP_DecryptFinal_ex (context, inner + n_inner, &n) != 1)
    {
      explicit_bzero (inner, n_inner);
      return TLS_KEYS_FORGED;
    }
  self->seq++;
  return (gssize)n_inner;
}
