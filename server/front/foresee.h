/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which word a request is going to ask for, guessed from its bytes before they are parsed, so that
 * the dictionaries' memory is on its way into the caches while other requests are answered. For the
 * doors' foresee() and fetch().
 */
#pragma once

#include "server/net/door.h"

guint64 foresee_dict (Connection *connection, const char *bytes, gsize n_bytes);
guint64 foresee_jsonrpc (Connection *connection, const char *bytes, gsize n_bytes);
void foresee_fetch (Connection *connection, guint64 foreseen);
