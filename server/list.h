/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What `parlanced --list-dictionaries` prints.
 */
#pragma once

#include "server/config.h"

/**
 * list_dictionaries:
 *
 * Prints to stdout which dictionaries a server of this configuration would serve, in order: a table
 * with the state of each. Reads the cache and changes nothing, so a server may be running.
 *
 * Returns: %FALSE with an error when one of them cannot be read, or nothing can be written; the
 * others are listed
 */
gboolean list_dictionaries (const Config *config, GError **error);
