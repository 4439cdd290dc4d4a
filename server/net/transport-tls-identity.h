/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The key and the certificate that a server makes for itself when it is started for the first time.
 */
#pragma once

#include <glib.h>

/**
 * tls_identity_make:
 * @path: a file that is not there; its directory is made, too
 * @id: the server's UUID, which the certificate is issued for and by
 *
 * Makes a key (ECDSA, P-256) and a certificate signed with it, and writes both into one file that
 * only the owner may read: aside, synced, renamed, so that it is whole or not there. The
 * certificate has no end, for what clients go by is that it is the same as the last time.
 */
gboolean tls_identity_make (const char *path, const char *id, GError **error);
