/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keys and certificates as files: those that the server makes, and those that are no good.
 */
#include "server/net/transport-tls-context.h"
#include "server/net/transport-tls-identity.h"

#include <glib/gstdio.h>
#include <openssl/pem.h>
#include <string.h>

#define ID "6f0d3c1e-2b6a-4c0e-9d0b-0a1b2c3d4e5f"

typedef struct
{
  char *folder;
  char *one; /* two identities, each in one file */
  char *other;
  char *spare; /* a name for what a test writes */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("parlance-XXXXXX", NULL);
  self->one = g_build_filename (self->folder, "tls", "one.pem", NULL);
  self->other = g_build_filename (self->folder, "tls", "other.pem", NULL);
  self->spare = g_build_filename (self->folder, "tls", "spare.pem", NULL);
  g_assert_true (tls_identity_make (self->one, ID, NULL));
  g_assert_true (tls_identity_make (self->other, ID, NULL));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autofree char *inner = g_path_get_dirname (self->one);

  (void)g_unlink (self->one);
  (void)g_unlink (self->other);
  (void)g_unlink (self->spare);
  g_assert_cmpint (g_rmdir (inner), ==, 0);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->folder);
  g_free (self->one);
  g_free (self->other);
  g_free (self->spare);
}

static char *
read_text (const char *path)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return g_steal_pointer (&text);
}

static void
write_text (const Fixture *self, const char *text)
{
  g_assert_true (
      g_file_set_contents_full (self->spare, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static X509 *
read_certificate (const char *path)
{
  g_autofree char *text = read_text (path);
  BIO *bio = BIO_new_mem_buf (text, -1);
  X509 *certificate = PEM_read_bio_X509 (bio, NULL, NULL, NULL);

  g_assert_nonnull (certificate);
  BIO_free (bio);
  return certificate;
}

static void
assert_refused (const char *certificate, const char *key, const char *file, const char *reason)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (tls_context_new (certificate, key, &error));
  g_assert_nonnull (error);
  if (strstr (error->message, file) == NULL || strstr (error->message, reason) == NULL ||
      strchr (error->message, '\n') != NULL)
    g_error ("“%s” does not name %s and “%s” on one line", error->message, file, reason);
}

static void
test_a_server_makes_its_own (Fixture *self, gconstpointer data)
{
  GStatBuf status;
  g_autoptr (GError) error = NULL;
  X509 *certificate = read_certificate (self->one);
  char name[100];

  g_assert_cmpint (g_stat (self->one, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
  g_assert_cmpint (X509_NAME_get_text_by_NID (X509_get_subject_name (certificate), NID_commonName,
                                              name, sizeof name),
                   >, 0);
  g_assert_cmpstr (name, ==, ID);
  g_assert_cmpint (EVP_PKEY_get_base_id (X509_get0_pubkey (certificate)), ==, EVP_PKEY_EC);
  g_assert_cmpint (EVP_PKEY_get_bits (X509_get0_pubkey (certificate)), ==, 256);
  g_assert_cmpint (X509_verify (certificate, X509_get0_pubkey (certificate)), ==, 1);
  /* In two digits, as years up to 2049 must be; and in four. */
  g_assert_cmpint (ASN1_STRING_type (X509_get0_notBefore (certificate)), ==, V_ASN1_UTCTIME);
  g_assert_cmpint (ASN1_STRING_type (X509_get0_notAfter (certificate)), ==, V_ASN1_GENERALIZEDTIME);
  int days = 0;
  int seconds = 0;
  g_assert_cmpint (ASN1_TIME_diff (&days, &seconds, NULL, X509_get0_notAfter (certificate)), ==, 1);
  g_assert_cmpint (days, >, 365 * 1000);

  TlsContext *context = tls_context_new (self->one, self->one, &error);
  TlsContext *other = tls_context_new (self->other, self->other, NULL);
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (tls_context_fingerprint (context)), ==, strlen ("sha256:") + 64);
  g_assert_cmpstr (tls_context_fingerprint (context), !=, tls_context_fingerprint (other));
  tls_context_unref (context);
  tls_context_unref (other);
  X509_free (certificate);
}

static void
test_a_chain_follows_the_certificate (Fixture *self, gconstpointer data)
{
  g_autofree char *one = read_text (self->one);
  g_autofree char *other = read_text (self->other);
  g_autofree char *both = g_strconcat (one, strstr (other, "-----BEGIN CERTIFICATE"), NULL);
  g_autoptr (GError) error = NULL;

  write_text (self, both);
  TlsContext *context = tls_context_new (self->spare, self->one, &error);
  TlsContext *alone = tls_context_new (self->one, self->one, NULL);
  g_assert_no_error (error);
  g_assert_cmpstr (tls_context_fingerprint (context), ==, tls_context_fingerprint (alone));
  tls_context_unref (context);
  tls_context_unref (alone);
  both[strlen (both) - 80] = '!';
  write_text (self, both);
  assert_refused (self->spare, self->one, self->spare, "its chain is damaged");
}

static void
test_a_key_has_to_belong_to_its_certificate (Fixture *self, gconstpointer data)
{
  assert_refused (self->one, self->other, self->other, "does not belong to the certificate");
}

static void
test_files_that_are_no_good_are_named (Fixture *self, gconstpointer data)
{
  g_autofree char *text = read_text (self->one);

  assert_refused (self->spare, self->one, self->spare, "No such file");
  assert_refused (self->one, self->spare, self->spare, "No such file");
  assert_refused ("/dev/zero", self->one, "/dev/zero", "not a regular file");
  assert_refused (self->folder, self->one, self->folder, "not a regular file");
  write_text (self, "");
  assert_refused (self->spare, self->one, self->spare, "no certificate");
  assert_refused (self->one, self->spare, self->spare, "no private key");
  text[40] = '!';
  write_text (self, text);
  assert_refused (self->one, self->spare, self->spare, "no private key");
  g_autofree char *large = g_strnfill (1024 * 1024 + 1, 'x');
  write_text (self, large);
  assert_refused (self->spare, self->one, self->spare, "1 MiB");
}

static void
test_a_key_with_a_passphrase_is_refused (Fixture *self, gconstpointer data)
{
  g_autofree char *text = read_text (self->one);
  BIO *bio = BIO_new_mem_buf (text, -1);
  EVP_PKEY *key = PEM_read_bio_PrivateKey (bio, NULL, NULL, NULL);
  BIO *out = BIO_new (BIO_s_mem ());
  char *bytes;

  g_assert_cmpint (
      PEM_write_bio_PKCS8PrivateKey (out, key, EVP_aes_128_cbc (), "secret", 6, NULL, NULL), ==, 1);
  long n_bytes = BIO_get_mem_data (out, &bytes);
  g_autofree char *encrypted = g_strndup (bytes, (gsize)n_bytes);
  write_text (self, encrypted);
  assert_refused (self->one, self->spare, self->spare, "passphrase");
  BIO_free (out);
  BIO_free (bio);
  EVP_PKEY_free (key);
}

static void
test_a_disk_that_takes_nothing_is_told (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (tls_identity_make ("/dev/null/tls/identity.pem", ID, &error));
  g_assert_nonnull (strstr (error->message, "/dev/null/tls"));
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*run) (Fixture *, gconstpointer);
  } tests[] = {
    { "a-server-makes-its-own", test_a_server_makes_its_own },
    { "a-chain-follows-the-certificate", test_a_chain_follows_the_certificate },
    { "a-key-has-to-belong-to-its-certificate", test_a_key_has_to_belong_to_its_certificate },
    { "files-that-are-no-good-are-named", test_files_that_are_no_good_are_named },
    { "a-key-with-a-passphrase-is-refused", test_a_key_with_a_passphrase_is_refused },
    { "a-disk-that-takes-nothing-is-told", test_a_disk_that_takes_nothing_is_told },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/net/tls-identity/", tests[i].name, NULL);
      g_test_add (path, Fixture, NULL, set_up, tests[i].run, tear_down);
    }
  return g_test_run ();
}
