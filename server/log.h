/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The server's own words, on stderr, one line and one write each: `parlanced: warning: …`. Every
 * layer of the server may use it. GLib's logging takes locks that ThreadSanitizer cannot see.
 */
#pragma once

#include <glib.h>

/* Any thread. Longer lines than 2 kB are cut; control characters are shown as '?'. */
void log_info (const char *format, ...) G_GNUC_PRINTF (1, 2);
void log_warning (const char *format, ...) G_GNUC_PRINTF (1, 2);
void log_error (const char *format, ...) G_GNUC_PRINTF (1, 2);

/**
 * log_blank_controls:
 * @length: [bytes]
 *
 * Makes '?' of control characters: file names and addresses come from outside, and none of them may
 * drive the terminal. For what is printed by other ways than those above.
 */
void log_blank_controls (char *line, gsize length);
