/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For tables whose keys begin with the SHA-256 of a token. Any thread.
 */
#pragma once

#include <glib.h>

#define TOKEN_KEY_BYTES 32

/** token_key_hash: a GHashFunc */
guint token_key_hash (gconstpointer key);

/** token_key_equal: a GEqualFunc */
gboolean token_key_equal (gconstpointer a, gconstpointer b);
