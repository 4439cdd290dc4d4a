/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Why a server did not do what was asked of it about an account, or by an operator, for people.
 */
#pragma once

#include <glib.h>

/** parlance_account_problem: Returns: (transfer full) */
char *parlance_account_problem (const GError *error);

/**
 * parlance_password_problem:
 * @password: a new one, as it is being written
 *
 * Returns: (transfer none) (nullable): why no server takes it; %NULL: it may be one
 */
const char *parlance_password_problem (const char *password);
