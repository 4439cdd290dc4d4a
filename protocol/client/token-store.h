/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The accounts that this user is logged in to: a file of tokens by server and nick, that nobody
 * else may read. Every call reads the file, and those that change it write it; it is small. Blocks.
 */
#pragma once

#include <glib.h>

#define PARLANCE_TOKEN_STORE_MAX 512 /* servers that are remembered */

/** parlance_token_store_has: whether any server has a token for @nick. @path: (nullable): of the
 * file; %NULL: the usual one */
gboolean parlance_token_store_has (const char *path, const char *nick);

/**
 * parlance_token_store_find:
 * @server_id: its UUID, as it says itself
 * @voucher: (nullable): parlance_session_get_voucher() of the connection that is to send the token
 *
 * Returns: (transfer full) (nullable): %NULL: there is none, or it was not kept with that voucher:
 *   whoever claims to be the server is not given it
 */
char *parlance_token_store_find (const char *path,
                                 const char *server_id,
                                 const char *nick,
                                 const char *voucher);

/**
 * parlance_token_store_set:
 * @voucher: (nullable): of the connection that the token came over; without one it is not kept
 * @token: (nullable): %NULL: it is to be forgotten
 * @error: the file's; also where there is one that cannot be read or makes no sense, which stays as
 *   it is
 */
gboolean parlance_token_store_set (const char *path,
                                   const char *server_id,
                                   const char *nick,
                                   const char *voucher,
                                   const char *token,
                                   GError **error);
