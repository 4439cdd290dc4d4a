/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Passwords and what is kept of them: argon2id, by libsodium. One hash takes PASSWORD_MEMORY_BYTES
 * and some 100 ms, so it is work for a thread of its own (server/chat/hasher.h). Any thread.
 */
#pragma once

#include <glib.h>

#define PASSWORD_MEMORY_BYTES (64 * 1024 * 1024) /* of one hash while it is made */
#define PASSWORD_DIGEST_BYTES 32

/** password_init: before any other, once. Returns: %FALSE with @error where there is no source of
 * randomness */
gboolean password_init (GError **error);

/**
 * password_hash:
 *
 * Returns: (transfer full) (nullable): "$argon2id$…", which holds salt and costs; %NULL: there is
 *   not enough memory
 */
char *password_hash (const char *password);

/** password_is_hash: whether it is something that password_verify() can compare with, at a cost
 * that a server can bear */
gboolean password_is_hash (const char *hash);

typedef enum
{
  PASSWORD_WRONG,
  PASSWORD_RIGHT,
  PASSWORD_NO_MEMORY,
} PasswordVerdict;

/** password_verify: takes as long for any password */
PasswordVerdict password_verify (const char *hash, const char *password);

/** password_nobodys_hash: (transfer none): one that no password has, for those who are nobody: they
 * are answered after the same time as others */
const char *password_nobodys_hash (void);

/**
 * password_digest:
 *
 * For comparing with a password that was found right a moment ago, in this process: a digest with a
 * key that nobody knows and that goes with the process.
 */
void password_digest (const char *password, guint8 ret_digest[PASSWORD_DIGEST_BYTES]);

/** password_digest_equal: in a time that does not tell where they differ */
gboolean password_digest_equal (const guint8 a[PASSWORD_DIGEST_BYTES],
                                const guint8 b[PASSWORD_DIGEST_BYTES]);

/** password_wipe: overwrites what is there; @text: (nullable) */
void password_wipe (char *text);
