/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which certificate the server shows: the one that the key file names, or the one that it made for
 * itself, in the data directory.
 */
#pragma once

#include "server/config.h"
#include "server/net/transport-tls-context.h"

/**
 * certificate_make:
 * @id: the server's UUID
 *
 * At the start: makes the server's own where none is named and there is no file of that name, not
 * even a link that leads nowhere. What is there and cannot be looked at is an error, for clients
 * know the server by it.
 *
 * Returns: %FALSE with an error of one line that names the file and the reason
 */
gboolean certificate_make (const Config *config, const char *id, GError **error);

/**
 * certificate_load:
 *
 * Makes none. One that is damaged or gone is an error, for clients know it and would have to be
 * told of another one.
 *
 * Returns: (transfer full) (nullable): the error is one line that names the file and the reason
 */
TlsContext *certificate_load (const Config *config, GError **error);

/** certificate_check: whether a server would start with what is there; makes nothing */
gboolean certificate_check (const Config *config, GError **error);
