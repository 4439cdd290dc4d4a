/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which signals the server hears, and which it does not.
 */
#pragma once

#include <glib.h>

/**
 * signals_open:
 *
 * SIGTERM, SIGINT and SIGHUP arrive at the descriptor only: every thread started later inherits
 * that. SIGPIPE and SIGXFSZ are ignored.
 *
 * Returns: a signalfd, non-blocking, or -1
 */
int signals_open (GError **error);
