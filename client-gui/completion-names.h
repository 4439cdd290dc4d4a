/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The names that there are to be completed, the likeliest first.
 */
#pragma once

#include "client-gui/client.h"

/** parlance_completion_nicks: Returns: (transfer full) (element-type utf8): who spoke last, then
 * who else is there */
GPtrArray *parlance_completion_nicks (ParlanceRoom *room);

/** parlance_completion_rooms: Returns: (transfer full) (element-type utf8): that one is in */
GPtrArray *parlance_completion_rooms (ParlanceClient *client);
