/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Fingerprints of certificates, to be compared by eye.
 */
#pragma once

#include <glib.h>

/**
 * parlance_fingerprint_group:
 * @fingerprint: "sha256:" and digits
 *
 * Returns: (transfer full): the digits in groups of four, four groups a line
 */
char *parlance_fingerprint_group (const char *fingerprint);
