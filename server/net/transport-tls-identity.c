/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Source: RFC 5280; 4.1.2.5 for the date of what does not expire, and that a year up to 2049 is
 * written with two digits
 */
#include "server/net/transport-tls-identity.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <string.h>

#define SERIAL_BYTES 16
/* Not the day it was made: a machine without a battery may believe that it is 1970. */
#define NOT_BEFORE "19700101000000Z"
#define NOT_AFTER "99991231235959Z"

static gboolean
set_serial (X509 *certificate)
{
  unsigned char bytes[SERIAL_BYTES];

  if (RAND_bytes (bytes, sizeof bytes) != 1)
    return FALSE;
  bytes[0] = (unsigned char)((bytes[0] & 0x7f) | 0x40); /* positive, and of one length */
  BIGNUM *number = BN_bin2bn (bytes, sizeof bytes, NULL);
  gboolean ok =
      number != NULL && BN_to_ASN1_INTEGER (number, X509_get_serialNumber (certificate)) != NULL;
  BN_free (number);
  return ok;
}

static gboolean
add_extension (X509 *certificate, int nid, const char *value)
{
  X509V3_CTX context;

  X509V3_set_ctx_nodb (&context);
  X509V3_set_ctx (&context, certificate, certificate, NULL, NULL, 0);
  X509_EXTENSION *extension = X509V3_EXT_conf_nid (NULL, &context, nid, value);
  gboolean ok = extension != NULL && X509_add_ext (certificate, extension, -1) == 1;
  X509_EXTENSION_free (extension);
  return ok;
}

static gboolean
fill (X509 *certificate, EVP_PKEY *key, const char *id)
{
  g_autofree char *alternative = g_strconcat ("URI:urn:uuid:", id, NULL);
  X509_NAME *name = X509_get_subject_name (certificate);

  return X509_set_version (certificate, X509_VERSION_3) == 1 && set_serial (certificate) &&
         X509_NAME_add_entry_by_txt (name, "CN", MBSTRING_UTF8, (const unsigned char *)id, -1, -1,
                                     0) == 1 &&
         X509_set_issuer_name (certificate, name) == 1 &&
         ASN1_TIME_set_string_X509 (X509_getm_notBefore (certificate), NOT_BEFORE) == 1 &&
         ASN1_TIME_set_string_X509 (X509_getm_notAfter (certificate), NOT_AFTER) == 1 &&
         X509_set_pubkey (certificate, key) == 1 &&
         add_extension (certificate, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension (certificate, NID_key_usage, "critical,digitalSignature") &&
         add_extension (certificate, NID_ext_key_usage, "serverAuth") &&
         add_extension (certificate, NID_subject_alt_name, alternative) &&
         X509_sign (certificate, key, EVP_sha256 ()) > 0;
}

/* The text is not to be left in freed memory. */
static gboolean
write_file (const char *path, BIO *text, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  char *bytes = NULL;
  long n_bytes = BIO_get_mem_data (text, &bytes);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      int code = errno;
      g_set_error (error, G_FILE_ERROR, (gint)g_file_error_from_errno (code),
                   "cannot make the directory %s: %s", folder, g_strerror (code));
      return FALSE;
    }
  gboolean ok = g_file_set_contents_full (
      path, bytes, n_bytes, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
      error);
  OPENSSL_cleanse (bytes, (size_t)n_bytes);
  return ok;
}

gboolean
tls_identity_make (const char *path, const char *id, GError **error)
{
  EVP_PKEY *key = EVP_EC_gen ("P-256");
  X509 *certificate = X509_new ();
  BIO *text = BIO_new (BIO_s_mem ());
  gboolean ok = FALSE;

  if (key != NULL && certificate != NULL && text != NULL && fill (certificate, key, id) &&
      PEM_write_bio_PrivateKey (text, key, NULL, NULL, 0, NULL, NULL) == 1 &&
      PEM_write_bio_X509 (text, certificate) == 1)
    ok = write_file (path, text, error);
  else
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "cannot make a TLS certificate: %s",
                 ERR_reason_error_string (ERR_peek_last_error ()));
  ERR_clear_error ();
  BIO_free (text);
  X509_free (certificate);
  EVP_PKEY_free (key);
  return ok;
}
