/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Why a nick cannot be taken, in words for the person who wants it. Pure.
 */
#pragma once

#include <glib.h>

/**
 * parlance_nick_refusal:
 * @error: of parlance_chat_set_nick_finish()
 * @nick: that was wanted
 *
 * Returns: (transfer full): a sentence on what happened and what to do
 */
char *parlance_nick_refusal (const GError *error, const char *nick);
