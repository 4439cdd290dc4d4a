/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ParlanceServer: a server that was heard of on the network, a row of ParlanceBrowser. What it says
 * of itself is text of a stranger. Read-only properties for who binds to them: "id", "name",
 * "address", "addresses", "version", "n-users", "n-dictionaries", "is-local"; they are notified
 * when an answer, or silence, changed them. Thread: the browser's.
 */
#pragma once

#include "protocol/client/prober.h"

#define PARLANCE_TYPE_SERVER (parlance_server_get_type ())
G_DECLARE_FINAL_TYPE (ParlanceServer, parlance_server, PARLANCE, SERVER, GObject)

#define PARLANCE_SERVER_MAX_ADDRESSES 16 /* that are kept of one server */
#define PARLANCE_SERVER_LIFETIME_S 16    /* without an answer it is gone */

/** parlance_server_get_id: a UUID, the same whatever the address */
const char *parlance_server_get_id (ParlanceServer *self);
const char *parlance_server_get_name (ParlanceServer *self);
const char *parlance_server_get_version (ParlanceServer *self);
ParlanceTlsMode parlance_server_get_tls (ParlanceServer *self);

/** parlance_server_get_fingerprint: "" or "sha256:" and hexadecimal digits */
const char *parlance_server_get_fingerprint (ParlanceServer *self);
guint parlance_server_get_n_users (ParlanceServer *self);
guint parlance_server_get_n_dictionaries (ParlanceServer *self);

/** parlance_server_get_port: TCP, at its preferred address */
guint16 parlance_server_get_port (ParlanceServer *self);

/** parlance_server_get_is_local: whether it runs on this machine */
gboolean parlance_server_get_is_local (ParlanceServer *self);

/** parlance_server_get_address: the preferred one, as parlance_address_parse() reads it */
const char *parlance_server_get_address (ParlanceServer *self);

/**
 * parlance_server_dup_addresses:
 *
 * Returns: (transfer full) (array zero-terminated=1): those it answers from, each as
 *   parlance_server_get_address(): the one that answered first, the others in the order of their
 *   first answers, and last those that have fallen silent
 */
char **parlance_server_dup_addresses (ParlanceServer *self);

/** parlance_server_get_last_seen: when it answered last, monotonic [µs] */
gint64 parlance_server_get_last_seen (ParlanceServer *self);

/**
 * parlance_server_new:
 * @heard: its first answer
 * @now_us: monotonic
 *
 * For the browser, as is what follows.
 */
ParlanceServer *parlance_server_new (const ParlanceHeard *heard, gint64 now_us);

/** parlance_server_hear: takes in another answer of the same id */
void parlance_server_hear (ParlanceServer *self, const ParlanceHeard *heard, gint64 now_us);

/**
 * parlance_server_expire:
 *
 * Forgets addresses that have been silent for too long.
 *
 * Returns: when to look again, monotonic [µs]; 0: the server is gone
 */
gint64 parlance_server_expire (ParlanceServer *self, gint64 now_us);

/** parlance_server_speaks_from: whether @host, whatever the port, is among its addresses */
gboolean parlance_server_speaks_from (ParlanceServer *self, GInetAddress *host);
