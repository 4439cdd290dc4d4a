/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * parlanced --hash-password.
 */
#pragma once

#include <glib.h>

/** hash_password: asks on the terminal, twice and without showing it, or reads a line of standard
 * input, and prints the line for the key file */
gboolean hash_password (GError **error);
