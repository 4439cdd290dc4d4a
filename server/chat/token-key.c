/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is hashed already is spread well.
 */
#include "server/chat/token-key.h"

#include <string.h>

guint
token_key_hash (gconstpointer key)
{
  guint hash;

  memcpy (&hash, key, sizeof hash);
  return hash;
}

gboolean
token_key_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, TOKEN_KEY_BYTES) == 0;
}
