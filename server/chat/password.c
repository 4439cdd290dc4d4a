/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * libsodium's password hashing with its costs for logins that people wait for.
 */
#include "server/chat/password.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

G_STATIC_ASSERT (PASSWORD_MEMORY_BYTES == crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE);
G_STATIC_ASSERT (PASSWORD_DIGEST_BYTES == crypto_generichash_BYTES);

/* Set once by password_init(), before there are other threads. */
static guint8 digest_key[crypto_generichash_KEYBYTES];
static char nobodys_hash[crypto_pwhash_argon2id_STRBYTES];

/* As crypto_pwhash_argon2id_str() writes it, for a random result: it costs nothing to make, and as
 * much to compare with as another one. */
static void
make_nobodys_hash (void)
{
  guint8 salt[crypto_pwhash_argon2id_SALTBYTES];
  guint8 result[32];
  char
      salt_text[sodium_base64_ENCODED_LEN (sizeof salt, sodium_base64_VARIANT_ORIGINAL_NO_PADDING)];
  char result_text[sodium_base64_ENCODED_LEN (sizeof result,
                                              sodium_base64_VARIANT_ORIGINAL_NO_PADDING)];

  randombytes_buf (salt, sizeof salt);
  randombytes_buf (result, sizeof result);
  sodium_bin2base64 (salt_text, sizeof salt_text, salt, sizeof salt,
                     sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
  sodium_bin2base64 (result_text, sizeof result_text, result, sizeof result,
                     sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
  g_snprintf (nobodys_hash, sizeof nobodys_hash, "$argon2id$v=19$m=%d,t=%d,p=1$%s$%s",
              PASSWORD_MEMORY_BYTES / 1024, (int)crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE,
              salt_text, result_text);
}

gboolean
password_init (GError **error)
{
  if (sodium_init () < 0)
    {
      g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
                           "cannot use libsodium: the system gives no random numbers");
      return FALSE;
    }
  if (nobodys_hash[0] != '\0')
    return TRUE;
  crypto_generichash_keygen (digest_key);
  make_nobodys_hash ();
  return TRUE;
}

char *
password_hash (const char *password)
{
  char hash[crypto_pwhash_argon2id_STRBYTES];

  if (crypto_pwhash_argon2id_str (hash, password, strlen (password),
                                  crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE,
                                  crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE) != 0)
    return NULL;
  return g_strdup (hash);
}

gboolean
password_is_hash (const char *hash)
{
  /* 0: it is one, with these very costs; 1: one with others, which would be somebody's attack on
   * the server's memory, or the time of those who log in. */
  return strlen (hash) < crypto_pwhash_argon2id_STRBYTES &&
         crypto_pwhash_argon2id_str_needs_rehash (hash, crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE,
                                                  crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE) == 0;
}

PasswordVerdict
password_verify (const char *hash, const char *password)
{
  errno = 0;
  if (crypto_pwhash_argon2id_str_verify (hash, password, strlen (password)) == 0)
    return PASSWORD_RIGHT;
  return errno == ENOMEM ? PASSWORD_NO_MEMORY : PASSWORD_WRONG;
}

const char *
password_nobodys_hash (void)
{
  return nobodys_hash;
}

void
password_digest (const char *password, guint8 ret_digest[PASSWORD_DIGEST_BYTES])
{
  crypto_generichash (ret_digest, PASSWORD_DIGEST_BYTES, (const guint8 *)password,
                      strlen (password), digest_key, sizeof digest_key);
}

gboolean
password_digest_equal (const guint8 a[PASSWORD_DIGEST_BYTES], const guint8 b[PASSWORD_DIGEST_BYTES])
{
  return sodium_memcmp (a, b, PASSWORD_DIGEST_BYTES) == 0;
}

void
password_wipe (char *text)
{
  if (text != NULL)
    sodium_memzero (text, strlen (text));
}
