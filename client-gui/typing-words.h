/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who is writing, in a sentence. Pure.
 */
#pragma once

#include <glib.h>

/** parlance_typing_words: @nicks: (array zero-terminated=1). Returns: (transfer full): "": nobody
 */
char *parlance_typing_words (const char *const *nicks);
