/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A colour for each nick, the same on every day and in every room. Pure.
 */
#pragma once

#include <glib.h>

/**
 * parlance_nick_color_class:
 * @nick: well-formed UTF-8; case makes no difference
 *
 * Returns: the class of style.css that gives a label the colour
 */
const char *parlance_nick_color_class (const char *nick);
