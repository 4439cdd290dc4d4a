/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Passwords that a person or a script gives, never as an argument: arguments are everybody's to
 * see. Blocks.
 */
#pragma once

#include "client-cli/app.h"

/** password_input_can_ask: whether there is somebody, or a file, that answers */
gboolean password_input_can_ask (const App *app);

/**
 * password_input_ask:
 * @question: "Password of anna"; for a terminal
 * @is_new: somebody at a terminal is to write it twice
 *
 * Takes the next line of --password-file; without one, PARLANCE_PASSWORD for the first question of
 * the program, unless it is for a password that @is_new; else asks on the terminal, without showing
 * what is typed. Nobody is asked for what would not be sent: where the program's session is not
 * encrypted, and not of this machine, the program fails.
 *
 * Returns: (transfer full) (nullable): well-formed UTF-8, to be given to password_input_free();
 *   %NULL: the program has failed
 */
char *password_input_ask (App *app, const char *question, gboolean is_new);

/** password_input_free: overwrites it before. @password: (nullable) */
void password_input_free (char *password);
