/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What one is called when one does not say. Pure but for the environment and the user's login name.
 */
#pragma once

#include <glib.h>

/**
 * parlance_nick_make_valid:
 *
 * Returns: (transfer full): @name with what a nick cannot have left out or replaced
 */
char *parlance_nick_make_valid (const char *name);

/** parlance_nick_default: Returns: (transfer full): PARLANCE_NICK, else the login name made valid
 */
char *parlance_nick_default (void);

/**
 * parlance_nick_alternative:
 * @n: from 1
 *
 * Returns: (transfer full): what to be called when @nick and the alternatives before are taken
 */
char *parlance_nick_alternative (const char *nick, guint n);
