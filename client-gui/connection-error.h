/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Why there is no connection, in words for people: what happened, and what can be done.
 */
#pragma once

#include <gio/gio.h>

/**
 * parlance_connection_error_describe:
 * @error: of parlance_chat_get_error()
 *
 * Returns: (transfer full): one or two sentences
 */
char *parlance_connection_error_describe (const GError *error);

/** parlance_connection_error_is_nick: whether another nick would help */
gboolean parlance_connection_error_is_nick (const GError *error);

/** parlance_connection_error_is_password: whether a password, or another one, would help */
gboolean parlance_connection_error_is_password (const GError *error);

/** parlance_connection_error_is_secret: whether a password would, and cannot be sent */
gboolean parlance_connection_error_is_secret (const GError *error);
