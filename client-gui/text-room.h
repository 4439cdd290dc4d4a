/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How much more may be written, in words for the person who writes. Pure.
 */
#pragma once

#include <glib.h>

/**
 * parlance_text_room_describe:
 * @n_bytes: of what is written
 * @most_bytes: that the server takes
 *
 * Returns: (transfer full): what is left, or by how much it is too long and what to do
 */
char *parlance_text_room_describe (gsize n_bytes, gsize most_bytes);
