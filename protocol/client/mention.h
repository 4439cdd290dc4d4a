/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether somebody is spoken of. Pure.
 */
#pragma once

#include <glib.h>

/**
 * parlance_text_mentions:
 *
 * Returns: whether @nick stands in @text as a word, in whatever case
 */
gboolean parlance_text_mentions (const char *text, const char *nick);
