/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A GKeyFile that knows where its keys stand, so that a mistake can be reported with its line.
 */
#pragma once

#include <glib.h>

typedef struct ConfigFile ConfigFile;

/**
 * config_file_new:
 *
 * Reads and parses @path. The error of a line that is no group, no key and no comment names file
 * and line.
 */
ConfigFile *config_file_new (const char *path, GError **error);
void config_file_free (ConfigFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ConfigFile, config_file_free)

/** config_file_keys: (transfer none): the values */
GKeyFile *config_file_keys (const ConfigFile *self);

/**
 * config_file_mistake:
 * @key: (nullable): %NULL: the group itself is at fault
 *
 * Sets @error to "FILE:LINE: [group] key: …".
 */
void config_file_mistake (
    const ConfigFile *self, const char *group, const char *key, const char *what, GError **error);
