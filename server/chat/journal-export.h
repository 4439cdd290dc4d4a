/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A room as text, for people to keep and for programs to read.
 */
#pragma once

#include <glib.h>
#include <stdio.h>

/**
 * journal_export_room:
 * @data_dir: a server may be running on it
 * @room_name: in any spelling that names the room
 * @out: where to write
 *
 * Writes the messages that are kept of a room as JSON Lines: each the object of docs/protocol.md,
 * section 6, without the sender's key. All of them are as they were when it began; until it ends, a
 * running server's log can only grow.
 *
 * Returns: how many there were, or -1 with @error (%JOURNAL_ERROR_NO_ROOM, for one)
 */
gint64 journal_export_room (const char *data_dir, const char *room_name, FILE *out, GError **error);
