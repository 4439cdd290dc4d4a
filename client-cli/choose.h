/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which server to use when nobody said: one on this machine, else the one that was used last, else
 * the only one. When several are left a terminal is asked; elsewhere the program lists them and
 * fails.
 */
#pragma once

#include "client-cli/app.h"

/**
 * chooser_start:
 *
 * Looks for servers, and ends with app_server_chosen() or app_fail().
 */
Chooser *chooser_start (App *app);

/** chooser_stop: @self: (nullable): looks no further, and remembers what was chosen */
void chooser_stop (Chooser *self);

/** chooser_free: @self: (nullable) */
void chooser_free (Chooser *self);
