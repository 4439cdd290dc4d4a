/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which certificate the server shows: the one that the key file names, or the one that it made for
 * itself, in the data directory.
 */
#pragma once

#include "server/config.h"
#include "server/net/transport-tls-context.h"

/**
 * certificate_load:
 * @id: the server's UUID
 *
 * Makes the server's own where none is named and none is there. One that is there and damaged is an
 * error, for clients know it and would have to be told of another one.
 *
 * Returns: (transfer full) (nullable): the error is one line that names the file and the reason
 */
TlsContext *certificate_load (const Config *config, const char *id, GError **error);

/** certificate_check: whether certificate_load() would succeed with what is there; makes nothing */
gboolean certificate_check (const Config *config, GError **error);
