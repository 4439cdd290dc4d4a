/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The server as a whole: what is started in which order, what runs on the main thread, and how it
 * stops.
 */
#pragma once

#include "server/config.h"

typedef struct Server Server;

/**
 * server_new:
 * @options: (transfer none): read again at a reload; must outlive the server
 * @config: (transfer full)
 *
 * Locks the data directory and binds every address, so that what cannot work fails at once.
 */
Server *server_new (const ConfigOptions *options, Config *config, GError **error);

/**
 * server_run:
 *
 * Loads the dictionaries, prints the READY line, serves until SIGTERM or SIGINT, and stops in
 * order: what was received is answered. SIGHUP reloads.
 *
 * Returns: %FALSE with an error when it could not begin to serve
 */
gboolean server_run (Server *self, GError **error);

void server_free (Server *self);
