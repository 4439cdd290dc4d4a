/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files in which a client keeps what it knows from run to run.
 */
#pragma once

#include <glib.h>

/**
 * parlance_state_file_save:
 * @path: whose directory is made where it is missing
 *
 * Writes the whole file or nothing of it, for this user alone. Blocks.
 */
gboolean parlance_state_file_save (GKeyFile *file, const char *path, GError **error);

/** parlance_state_file_save_text: the same for a file that is no key file */
gboolean parlance_state_file_save_text (const char *text, const char *path, GError **error);

/** parlance_state_file_make_folder: the directory of @path, for this user alone, if it is missing
 */
gboolean parlance_state_file_make_folder (const char *path, GError **error);
