/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A colour for each nick, the same on every day and in every room. Pure.
 */
#pragma once

#include <glib.h>

/**
 * nick_color_append:
 * @nick: well-formed UTF-8; case makes no difference
 * @many: whether the terminal has 256 colours, else 16
 *
 * Appends the escape sequence that begins the colour; "\033[0m" ends it.
 */
void nick_color_append (GString *out, const char *nick, gboolean many);
