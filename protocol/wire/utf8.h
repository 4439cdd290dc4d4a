/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Going through UTF-8 that is const.
 */
#pragma once

#include <glib.h>

/** parlance_utf8_next: g_utf8_next_char(), which takes const away. @at: not at the end */
static inline const char *
parlance_utf8_next (const char *at)
{
  return at + g_utf8_skip[*(const guchar *)at];
}
