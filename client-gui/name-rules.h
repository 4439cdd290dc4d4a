/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is wrong with a name that a person types, in words for them. Pure.
 * Source: docs/protocol.md, section 4.
 */
#pragma once

#include <glib.h>

/**
 * parlance_room_name_problem:
 * @name: well-formed UTF-8
 *
 * Returns: (transfer full) (nullable): a sentence; %NULL when a room may be called so, and when
 * @name is empty: nothing was typed as yet
 */
char *parlance_room_name_problem (const char *name);

/** parlance_nick_problem: the same for a nick */
char *parlance_nick_problem (const char *nick);
