/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Why a room cannot be joined, in words for the person who wants to. Pure.
 */
#pragma once

#include <glib.h>

/** parlance_room_problem: Returns: (transfer full): a sentence on what happened and what to do */
char *parlance_room_problem (const GError *error);
