/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files are read by GLib and parsed from memory, so that what cannot be read and what is no PEM are
 * told apart, and a device or a pipe is not read for ever.
 */
#include "server/net/transport-tls-context.h"

#include "server/log.h"
#include "server/net/transport-tls-keys.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TLS_MAX_FILE_BYTES (1024 * 1024)
/* All of them are good; the first costs the least time and memory. */
#define TLS_SUITES "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384"
/* Of TLS 1.2: no CBC, and no key exchange that a stolen key opens afterwards. Source: RFC 7525,
 * section 4.2 */
#define TLS_1_2_SUITES "ECDHE+AESGCM:ECDHE+CHACHA20"
#define TLS_FINGERPRINT_PREFIX "sha256:"

struct TlsContext
{
  atomic_uint n_refs;
  SSL_CTX *ssl;
  char fingerprint[sizeof TLS_FINGERPRINT_PREFIX + 2 * 32];
};

static gboolean refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, text);
  return FALSE;
}

/* What the library says last, for people. Empties its queue. */
static const char *
reason (void)
{
  const char *text = ERR_reason_error_string (ERR_peek_last_error ());

  ERR_clear_error ();
  return text != NULL ? text : "unknown reason";
}

static void
clear_secret (char **text, gsize n_bytes)
{
  if (*text != NULL)
    OPENSSL_cleanse (*text, n_bytes);
  g_clear_pointer (text, g_free);
}

/* --- files ------------------------------------------------------------------------------------ */

static gboolean
read_file (const char *path, const char *what, char **ret_text, gsize *ret_n_bytes, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  struct stat status;

  if (stat (path, &status) == 0 && !S_ISREG (status.st_mode))
    return refuse (error, "cannot use the TLS %s %s: not a regular file", what, path);
  if (!g_file_get_contents (path, ret_text, ret_n_bytes, &local_error))
    {
      g_set_error (error, G_FILE_ERROR, local_error->code, "cannot use the TLS %s: %s", what,
                   local_error->message);
      return FALSE;
    }
  if (*ret_n_bytes <= TLS_MAX_FILE_BYTES)
    return TRUE;
  clear_secret (ret_text, *ret_n_bytes);
  return refuse (error, "cannot use the TLS %s %s: it has more than 1 MiB", what, path);
}

/* Adds what follows the first certificate. */
static gboolean
read_chain (SSL_CTX *ssl, BIO *bio, const char *path, GError **error)
{
  X509 *link;

  while ((link = PEM_read_bio_X509 (bio, NULL, NULL, NULL)) != NULL)
    {
      if (SSL_CTX_add0_chain_cert (ssl, link) == 1)
        continue;
      X509_free (link);
      return refuse (error, "cannot use the TLS certificate %s: its chain: %s", path, reason ());
    }
  unsigned long code = ERR_peek_last_error ();
  if (ERR_GET_LIB (code) == ERR_LIB_PEM && ERR_GET_REASON (code) == PEM_R_NO_START_LINE)
    {
      ERR_clear_error ();
      return TRUE;
    }
  return refuse (error, "cannot use the TLS certificate %s: its chain is damaged: %s", path,
                 reason ());
}

static void
warn_of_dates (const X509 *certificate, const char *path)
{
  if (X509_cmp_current_time (X509_get0_notAfter (certificate)) < 0)
    log_warning ("the TLS certificate %s has expired", path);
  else if (X509_cmp_current_time (X509_get0_notBefore (certificate)) > 0)
    log_warning ("the TLS certificate %s is not valid yet; is the clock right?", path);
}

static gboolean
note_fingerprint (TlsContext *self, const X509 *certificate)
{
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int n_digest = 0;
  char *end = g_stpcpy (self->fingerprint, TLS_FINGERPRINT_PREFIX);

  if (X509_digest (certificate, EVP_sha256 (), digest, &n_digest) != 1)
    return FALSE;
  for (unsigned int i = 0; i < n_digest; i++, end += 2)
    g_snprintf (end, 3, "%02x", digest[i]);
  return TRUE;
}

static gboolean
use_certificate (TlsContext *self, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize n_bytes = 0;
  gboolean ok = FALSE;

  if (!read_file (path, "certificate", &text, &n_bytes, error))
    return FALSE;
  BIO *bio = BIO_new_mem_buf (text, (int)n_bytes);
  X509 *certificate = bio != NULL ? PEM_read_bio_X509_AUX (bio, NULL, NULL, NULL) : NULL;
  if (certificate == NULL)
    (void)refuse (error, "cannot use the TLS certificate %s: it holds no certificate in PEM", path);
  else if (SSL_CTX_use_certificate (self->ssl, certificate) != 1 ||
           !note_fingerprint (self, certificate))
    (void)refuse (error, "cannot use the TLS certificate %s: %s", path, reason ());
  else
    {
      ok = read_chain (self->ssl, bio, path, error);
      if (ok)
        warn_of_dates (certificate, path);
    }
  X509_free (certificate);
  BIO_free (bio);
  ERR_clear_error ();
  /* It may hold the key as well. */
  clear_secret (&text, n_bytes);
  return ok;
}

/* Nobody is there to be asked. */
static int
refuse_passphrase (char *buffer, int n_buffer, int is_encrypting, void *asked)
{
  *(gboolean *)asked = TRUE;
  return -1;
}

/* A key of somebody else's is ours to read by its group, or by an ACL, whose mask stands where the
 * group's rights would: so a service manager hands one over. */
static void
warn_of_mode (const char *path)
{
  struct stat status;

  if (stat (path, &status) != 0)
    return;
  mode_t group = status.st_uid == geteuid () ? S_IRWXG : S_IWGRP | S_IXGRP;
  if ((status.st_mode & (group | S_IRWXO)) != 0)
    log_warning ("the TLS key %s may be read by others: chmod 600", path);
}

static gboolean
use_key (TlsContext *self, const char *path, const char *certificate_path, GError **error)
{
  g_autofree char *text = NULL;
  gsize n_bytes = 0;
  gboolean asked = FALSE;
  gboolean ok = FALSE;

  if (!read_file (path, "key", &text, &n_bytes, error))
    return FALSE;
  BIO *bio = BIO_new_mem_buf (text, (int)n_bytes);
  EVP_PKEY *key =
      bio != NULL ? PEM_read_bio_PrivateKey (bio, NULL, refuse_passphrase, &asked) : NULL;
  if (key == NULL && asked)
    (void)refuse (error, "cannot use the TLS key %s: it is protected by a passphrase", path);
  else if (key == NULL)
    (void)refuse (error, "cannot use the TLS key %s: it holds no private key in PEM", path);
  else if (SSL_CTX_use_PrivateKey (self->ssl, key) != 1 ||
           SSL_CTX_check_private_key (self->ssl) != 1)
    (void)refuse (error, "cannot use the TLS key %s: it does not belong to the certificate %s (%s)",
                  path, certificate_path, reason ());
  else
    ok = TRUE;
  EVP_PKEY_free (key);
  BIO_free (bio);
  ERR_clear_error ();
  clear_secret (&text, n_bytes);
  if (ok)
    warn_of_mode (path);
  return ok;
}

/* --- the whole -------------------------------------------------------------------------------- */

static void
note_secret (const SSL *ssl, const char *line)
{
  TlsSecrets *secrets = SSL_get_app_data (ssl);

  if (secrets != NULL)
    tls_secrets_note (secrets, line);
}

static SSL_CTX *
new_ssl (void)
{
  SSL_CTX *ssl = SSL_CTX_new (TLS_server_method ());

  if (ssl == NULL || SSL_CTX_set_min_proto_version (ssl, TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_num_tickets (ssl, 0) != 1 || SSL_CTX_set_ciphersuites (ssl, TLS_SUITES) != 1 ||
      SSL_CTX_set_cipher_list (ssl, TLS_1_2_SUITES) != 1)
    {
      SSL_CTX_free (ssl);
      return NULL;
    }
  SSL_CTX_set_options (ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                                SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                                SSL_OP_CLEANSE_PLAINTEXT);
  (void)SSL_CTX_set_session_cache_mode (ssl, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_keylog_callback (ssl, note_secret);
  /* An idle connection of TLS 1.2 gives its buffers of 17 KiB back. */
  (void)SSL_CTX_set_mode (ssl, SSL_MODE_RELEASE_BUFFERS);
  return ssl;
}

TlsContext *
tls_context_new (const char *certificate_path, const char *key_path, GError **error)
{
  TlsContext *self = g_new0 (TlsContext, 1);

  atomic_init (&self->n_refs, 1);
  self->ssl = tls_suites_load () ? new_ssl () : NULL;
  if (self->ssl == NULL)
    (void)refuse (error, "cannot use TLS: %s", reason ());
  else if (use_certificate (self, certificate_path, error) &&
           use_key (self, key_path, certificate_path, error))
    return self;
  tls_context_unref (self);
  return NULL;
}

TlsContext *
tls_context_ref (TlsContext *self)
{
  atomic_fetch_add_explicit (&self->n_refs, 1, memory_order_relaxed);
  return self;
}

void
tls_context_unref (TlsContext *self)
{
  if (self == NULL || atomic_fetch_sub_explicit (&self->n_refs, 1, memory_order_acq_rel) != 1)
    return;
  SSL_CTX_free (self->ssl);
  g_free (self);
}

const char *
tls_context_fingerprint (const TlsContext *self)
{
  return self->fingerprint;
}

SSL_CTX *
tls_context_ssl (TlsContext *self)
{
  return self->ssl;
}
