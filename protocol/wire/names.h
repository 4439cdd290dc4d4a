/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nicks and names of rooms: which are allowed, and which are the same. Pure.
 * Source: docs/protocol.md, section 4.
 */
#pragma once

#include <glib.h>

/**
 * parlance_nick_is_valid:
 * @text: (array length=n_bytes): well-formed UTF-8, may hold NUL
 *
 * 1 to PARLANCE_MAX_NICK code points of letters, marks, digits, `-`, `_` and `.`. What has no width
 * or steers a display (controls, format and bidirectional characters, fillers, whatever Unicode
 * calls default-ignorable) is no part of a name, and neither is what turns into something else than
 * a name by NFKC.
 */
gboolean parlance_nick_is_valid (const char *text, gsize n_bytes);

/** parlance_room_is_valid: 1 to PARLANCE_MAX_ROOM code points; U+0020 may stand inside */
gboolean parlance_room_is_valid (const char *text, gsize n_bytes);

/**
 * parlance_name_fold:
 * @text: (array length=n_bytes): a valid name
 *
 * Returns: (transfer full): NFKC and full case folding of it: names are the same when these are
 */
char *parlance_name_fold (const char *text, gsize n_bytes);
